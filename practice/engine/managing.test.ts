import { describe, expect, test } from 'vitest';
import { OPEN_ORDERS_MAX } from './limits.ts';
import { rulesOf } from './market-spec.ts';
import { restKillSwitch, restOrder } from './render.ts';
import {
  ALICE,
  BOB,
  CAROL,
  d,
  form,
  OPENING,
  orderEvents,
  orderOf,
  ordersOf,
  refusalOf,
  trades,
  World,
} from './world.testing.ts';

const world = (): World => new World().fund();
const BTC_USDT = { market: 'BTC_USDT' } as const;

describe('client order ids', () => {
  test('unique among the open orders of an account on a market, free again afterwards', () => {
    const w = world();
    const words = { amount: '0.01', price: '30000', clientOrderId: 'one' };
    w.placed(ALICE, 'limit', 'buy', words);
    expect(refusalOf(w.place(ALICE, 'limit', 'buy', words))).toMatchObject({
      status: 422,
      code: 36,
      errors: { clientOrderId: ['This client order id is already used by the current account.'] },
    });
    expect(w.placed(BOB, 'limit', 'buy', words).status).toBe('OPEN');
    expect(w.placed(ALICE, 'limit', 'buy', { ...words, market: 'ETH_BTC', price: '0.04' }).status).toBe('OPEN');
    expect(orderOf(w.cancel(ALICE, { ...BTC_USDT, clientOrderId: 'one' })).id).toBe(1);
    expect(w.placed(ALICE, 'limit', 'buy', words).status).toBe('OPEN');
  });

  test.each(['', 'a b', 'ü', 'x'.repeat(65)])('refused: %j', (clientOrderId) => {
    expect(
      refusalOf(world().place(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000', clientOrderId })).code,
    ).toBe(36);
  });
});

describe('refusals in the words of the exchange', () => {
  test.each([
    [
      'limit',
      { amount: '0.0000001', price: '40000' },
      32,
      'amount',
      ['Given amount is less than min amount 0.000001', 'Min amount step = 0.000001'],
    ],
    ['limit', { amount: '0', price: '40000' }, 32, 'amount', ['Amount should be greater than 0.']],
    ['limit', { amount: '1', price: '40000.001' }, 33, 'price', ['Min price step = 0.01']],
    ['limit', { amount: '1', price: '0' }, 33, 'price', ['Price should be greater than 0.']],
    ['limit', { amount: '1' }, 30, 'price', ['Price field is required.']],
    ['limit', { amount: '0.0001', price: '40000' }, 30, 'total', ['Total (amount * price) is less than 5']],
    ['limit', { amount: '999', price: '40000' }, 30, 'total', ['Total (amount * price) is greater than 10000000']],
    ['limit', { amount: '0.1', price: '60000.01' }, 250, 'price', ['The Price should be less than or equal to 60000']],
    [
      'limit',
      { amount: '24', price: '41000', postOnly: true, ioc: true },
      37,
      'ioc',
      ['Either IOC or PostOnly flag in true state is allowed.'],
    ],
    ['market', { amount: '5' }, 32, 'amount', ['Total amount should be no less than 5 + trade fee']],
    [
      'market',
      { amount: '5.001' },
      32,
      'amount',
      ['Total amount should be no less than 5 + trade fee', 'Min total step = 0.01'],
    ],
    ['market', { amount: '1000000.01' }, 32, 'amount', ['Not enough balance.']],
    ['limit', { amount: '1', price: '40000', market: 'DOGE_USDT' }, 31, 'market', ['Market is not available.']],
  ] as const)('%s %j', (type, words, code, field, messages) => {
    const result = world().place(ALICE, type, 'buy', words);
    expect(refusalOf(result)).toMatchObject({
      status: 422,
      code,
      message: 'Validation failed',
      errors: { [field]: messages },
    });
    expect(result.events).toEqual([]);
  });

  test('money that is not there: an inner refusal of a limit order', () => {
    const w = world();
    w.do({ kind: 'debit', account: ALICE, ticker: 'USDT', amount: d('999999.99') });
    expect(refusalOf(w.place(ALICE, 'limit', 'buy', { amount: '0.001', price: '40000' }))).toEqual({
      ok: false,
      status: 400,
      code: 10,
      message: 'Inner validation failed',
      errors: { amount: ['Not enough balance.'] },
    });
  });

  test('a sell far below the last price is out of the band, a buy far below is not', () => {
    const w = world();
    expect(refusalOf(w.place(ALICE, 'limit', 'sell', { amount: '1', price: '19999.99' })).errors).toEqual({
      price: ['The Price should be greater than or equal to 20000'],
    });
    expect(w.placed(ALICE, 'limit', 'buy', { amount: '1', price: '100' }).status).toBe('OPEN');
  });

  test('an account has only so many open orders on a market', () => {
    const w = world();
    for (let count = 0; count < OPEN_ORDERS_MAX; count += 1)
      w.placed(ALICE, 'limit', 'buy', { amount: '0.001', price: '9000' });
    expect(refusalOf(w.place(ALICE, 'limit', 'buy', { amount: '0.001', price: '9000' })).code).toBe(103);
    expect(w.modify(ALICE, 1, { price: d('9001') }).reply.ok).toBe(true);
    expect(w.placed(BOB, 'limit', 'buy', { amount: '0.001', price: '9000' }).status).toBe('OPEN');
  });
});

describe('bulk', () => {
  const good = form('limit', 'buy', { amount: '0.01', price: '30000' });
  const bad = form('limit', 'buy', { amount: '0.01', price: '30000.001' });

  test('answers every order in its place', () => {
    const replies = ordersOf(
      world().do({ kind: 'bulk', account: ALICE, orders: [good, bad, good], stopOnFail: false }),
    );
    expect(replies.map(({ ok }) => ok)).toEqual([true, false, true]);
  });

  test('stopOnFail stops at the first refusal', () => {
    const w = world();
    const replies = ordersOf(w.do({ kind: 'bulk', account: ALICE, orders: [good, bad, good], stopOnFail: true }));
    expect(replies.map(({ ok }) => ok)).toEqual([true, false]);
    expect(w.book().bids).toEqual(['0.01@30000']);
  });

  test('a level that goes and comes back is told once, as it is at the end', () => {
    const w = world();
    w.placed(BOB, 'limit', 'sell', { amount: '0.01', price: '30000' });
    const result = w.do({
      kind: 'bulk',
      account: ALICE,
      orders: [good, form('limit', 'sell', { amount: '0.02', price: '30000' })],
      stopOnFail: false,
    });
    const levels = result.events.flatMap((event) => (event.kind === 'level' ? [[event.side, event.lots]] : []));
    expect(levels).toEqual([['ask', 20_000n]]);
  });
});

describe('cancelling', () => {
  test('an order that is not open is not found', () => {
    expect(refusalOf(world().cancel(ALICE, { ...BTC_USDT, orderId: 9 }))).toEqual({
      ok: false,
      status: 400,
      code: 2,
      message: 'Inner validation failed',
      errors: { orderId: ['Unexecuted order was not found.'] },
    });
  });

  test('nobody cancels for another', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' });
    expect(refusalOf(w.cancel(BOB, { ...BTC_USDT, orderId: 1 })).code).toBe(2);
  });

  test('bulk cancelling answers one by one', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000', clientOrderId: 'a' });
    const orders = [
      { ...BTC_USDT, clientOrderId: 'a' },
      { ...BTC_USDT, orderId: 1 },
      { market: 'X_Y', orderId: 1 },
    ];
    const replies = ordersOf(w.do({ kind: 'cancel-bulk', account: ALICE, orders }));
    expect(replies.map((reply) => (reply.ok ? reply.order.status : reply.code))).toEqual(['CANCELED', 404, 31]);
  });

  test('cancel all: of a market, of everything, and nothing where spot is not meant', () => {
    const w = world();
    const cancelAll = (market: string | null, types: readonly ('spot' | 'margin')[] | null) =>
      orderEvents(w.do({ kind: 'cancel-all', account: ALICE, market, types }));
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' });
    w.placed(ALICE, 'stop limit', 'buy', { amount: '0.01', price: '43000', activationPrice: '42000' });
    w.placed(ALICE, 'limit', 'buy', { market: 'ETH_BTC', amount: '1', price: '0.04' });
    w.placed(BOB, 'limit', 'buy', { amount: '0.01', price: '30000' });
    expect(cancelAll(null, ['margin'])).toEqual([]);
    expect(cancelAll('BTC_USDT', ['spot'])).toEqual(['finish 1 CANCELED', 'finish 2 CANCELED']);
    expect(cancelAll(null, null)).toEqual(['finish 3 CANCELED']);
    expect(w.balance(ALICE, 'USDT')).toBe('1000000/0');
    expect(w.book().bids).toEqual(['0.01@30000']);
  });
});

describe('modify', () => {
  test('a new id, the same client id, the last place in the queue', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000', clientOrderId: 'mine' });
    w.placed(BOB, 'limit', 'sell', { amount: '0.1', price: '40000' });
    const result = w.modify(ALICE, 1, { amount: d('0.2') });
    expect(orderEvents(result)).toEqual(['finish 1 CANCELED', 'new 3 OPEN']);
    expect(restOrder(orderOf(result))).toMatchObject({
      orderId: 3,
      clientOrderId: 'mine',
      amount: '0.2',
      price: '40000',
    });
    expect(w.balance(ALICE, 'BTC')).toBe('99.8/0.2');
    expect(trades(w.place(CAROL, 'limit', 'buy', { amount: '0.15', price: '40000' }))).toEqual([
      '0.1@40000 2',
      '0.05@40000 3',
    ]);
  });

  test('what is not changed stays, the amount as what was left', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000' });
    w.placed(BOB, 'limit', 'buy', { amount: '0.04', price: '40000' });
    expect(restOrder(orderOf(w.modify(ALICE, 1, { price: d('40100') })))).toMatchObject({
      amount: '0.06',
      price: '40100',
      dealStock: '0',
    });
  });

  test('its own frozen money counts as free; what still is too much leaves the old order alone', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '25', price: '40000' });
    expect(w.balance(ALICE, 'USDT')).toBe('0/1000000');
    const refused = w.modify(ALICE, 1, { price: d('40000.01'), amount: d('24.999999') });
    expect(refusalOf(refused)).toMatchObject({ status: 422, code: 10, message: 'Validation failed' });
    expect(refused.events).toEqual([]);
    expect(w.book().bids).toEqual(['25@40000']);
    expect(w.modify(ALICE, 1, { price: d('39999') }).reply.ok).toBe(true);
    expect(w.balance(ALICE, 'USDT')).toBe('25/999975');
  });

  test('a replacement that crosses trades at once', () => {
    const w = world();
    w.placed(BOB, 'limit', 'sell', { amount: '0.1', price: '40000' });
    w.placed(ALICE, 'limit', 'buy', { amount: '0.1', price: '39000' });
    expect(orderEvents(w.modify(ALICE, 2, { price: d('40000') }))).toEqual([
      'finish 2 CANCELED',
      'finish 1 FILLED',
      'finish 3 FILLED',
    ]);
  });

  test('what a kind of order does not have cannot be changed', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.1', price: '39000' });
    w.placed(ALICE, 'stop market', 'buy', { amount: '100', activationPrice: '41000' });
    const code = (id: number, change: Parameters<World['modify']>[2]): [number, number] => {
      const refused = refusalOf(w.modify(ALICE, id, change));
      return [refused.status, refused.code];
    };
    expect(code(1, {})).toEqual([422, 30]);
    expect(code(1, { activationPrice: d('1') })).toEqual([400, 158]);
    expect(code(1, { total: d('1') })).toEqual([422, 162]);
    expect(code(1, { amount: d('1'), total: d('1') })).toEqual([422, 30]);
    expect(code(2, { price: d('1') })).toEqual([422, 159]);
    expect(code(2, { amount: d('1') })).toEqual([422, 163]);
    expect(code(2, { activationPrice: d('40000') })).toEqual([400, 101]);
    expect(code(9, { price: d('1') })).toEqual([400, 2]);
    expect(orderOf(w.modify(ALICE, 2, { total: d('200') }))).toMatchObject({ type: 'stop market', activated: false });
    expect(w.balance(ALICE, 'USDT')).toBe('995900/4100');
  });
});

describe('kill switch', () => {
  const set = (w: World, timeoutSec: number | null, types: readonly ('spot' | 'margin')[] | null = null) =>
    w.do({ kind: 'kill-switch', account: ALICE, market: 'BTC_USDT', timeoutSec, types });

  test('cancels the orders of its market when its time is up, before the command that finds it due', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' });
    w.placed(ALICE, 'limit', 'buy', { market: 'ETH_BTC', amount: '1', price: '0.04' });
    const reply = set(w, 5).reply;
    if (!reply.ok || !('killSwitch' in reply) || reply.killSwitch === null) throw new Error('No timer');
    expect(restKillSwitch(reply.killSwitch)).toEqual({
      market: 'BTC_USDT',
      startTime: 1_700_000_000,
      cancellationTime: 1_700_000_005,
      types: null,
    });
    w.nowUs += 4_999_998;
    expect(orderEvents(w.do({ kind: 'tick' }))).toEqual([]);
    const result = w.place(BOB, 'limit', 'sell', { amount: '0.01', price: '30000' });
    expect(orderEvents(result)).toEqual(['finish 1 CANCELED', 'new 3 OPEN']);
    expect(result.events[0]).toMatchObject({ kind: 'kill-switch', change: 'fired' });
    expect(w.engine.query.killSwitches(ALICE)).toEqual([]);
    expect(w.engine.query.openOrders(ALICE, null).map(({ id }) => id)).toEqual([2]);
  });

  test('a new timer replaces the old one, null takes it away', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' });
    set(w, 5);
    w.nowUs += 4_000_000;
    set(w, 5);
    w.nowUs += 4_000_000;
    expect(orderEvents(w.do({ kind: 'tick' }))).toEqual([]);
    set(w, null);
    w.nowUs += 60_000_000;
    expect(orderEvents(w.do({ kind: 'tick' }))).toEqual([]);
    expect(w.book().bids).toEqual(['0.01@30000']);
  });

  test('one for margin leaves spot orders alone', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' });
    set(w, 5, ['margin']);
    w.nowUs += 6_000_000;
    expect(orderEvents(w.do({ kind: 'tick' }))).toEqual([]);
  });
});

describe('a market changes', () => {
  test('halted: nothing new, cancelling works; open again: as before', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' });
    w.do({ kind: 'market-status', market: 'BTC_USDT', status: 'halted' });
    expect(refusalOf(w.place(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' })).code).toBe(51);
    expect(w.cancel(ALICE, { ...BTC_USDT, orderId: 1 }).reply.ok).toBe(true);
    w.do({ kind: 'market-status', market: 'BTC_USDT', status: 'open' });
    expect(w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' }).status).toBe('OPEN');
  });

  test('delisted: every order is cancelled and the market is unknown', () => {
    const w = world();
    w.placed(BOB, 'limit', 'buy', { amount: '0.01', price: '30000' });
    w.placed(ALICE, 'stop limit', 'buy', { amount: '0.01', price: '43000', activationPrice: '42000' });
    const result = w.do({ kind: 'market-status', market: 'BTC_USDT', status: 'delisted' });
    expect(orderEvents(result)).toEqual(['finish 2 CANCELED', 'finish 1 CANCELED']);
    expect(refusalOf(w.cancel(BOB, { ...BTC_USDT, orderId: 1 })).code).toBe(31);
    expect(refusalOf(w.place(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' })).code).toBe(31);
  });

  test('listed but not open: post-only limit orders alone', () => {
    const w = world();
    w.do({ kind: 'market-status', market: 'BTC_USDT', status: 'post-only' });
    expect(refusalOf(w.place(ALICE, 'market', 'buy', { amount: '100' }))).toMatchObject({
      status: 453,
      code: 30,
      errors: { orderType: ['This order type is not available'] },
    });
    expect(w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000', postOnly: true }).status).toBe('OPEN');
  });

  test('coarser steps and other minimums hold for new orders; finer steps than it is counted in cannot be', () => {
    const w = world();
    const [first] = OPENING.listings;
    if (first === undefined) throw new Error('No listing');
    w.placed(ALICE, 'limit', 'buy', { amount: '0.000999', price: '30000.01' });
    const rules = { ...rulesOf(first), stockPrec: 3, moneyPrec: 0, minTotal: d('50') };
    w.do({ kind: 'market-rules', market: 'BTC_USDT', rules });
    expect(refusalOf(w.place(ALICE, 'limit', 'buy', { amount: '0.0015', price: '30000' })).errors).toEqual({
      amount: ['Min amount step = 0.001'],
    });
    expect(refusalOf(w.place(ALICE, 'limit', 'buy', { amount: '0.001', price: '30000' })).errors).toHaveProperty(
      'total',
    );
    expect(trades(w.place(BOB, 'limit', 'sell', { amount: '0.002', price: '30000' }))).toEqual(['0.000999@30000.01 1']);
    const finer = { ...rules, stockPrec: 7 };
    expect(() => w.do({ kind: 'market-rules', market: 'BTC_USDT', rules: finer })).toThrow(RangeError);
  });
});

describe('money and time', () => {
  test('what is frozen cannot leave, nor what is not there, nor what cannot be counted', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '20', price: '40000' });
    const debit = (amount: string) => w.do({ kind: 'debit', account: ALICE, ticker: 'USDT', amount: d(amount) });
    expect(refusalOf(debit('200000.000001')).code).toBe(10);
    expect(refusalOf(debit('0')).code).toBe(1);
    expect(refusalOf(debit('0.00000000000000001')).code).toBe(1);
    expect(debit('200000').reply.ok).toBe(true);
    expect(w.balance(ALICE, 'USDT')).toBe('0/800000');
  });

  test('time never goes back', () => {
    const w = world();
    w.nowUs -= 2;
    expect(() => w.do({ kind: 'tick' })).toThrow(RangeError);
  });

  test('what no caller can mean changes nothing, not even a timer that is due', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '30000' });
    w.do({ kind: 'kill-switch', account: ALICE, market: 'BTC_USDT', timeoutSec: 5, types: null });
    const before = w.engine.snapshot();
    w.nowUs += 6_000_000;
    const order = form('limit', 'buy', { amount: '0.01', price: '30000' });
    const name = { ...BTC_USDT, orderId: 1 };
    const rates = { maker: d('0.0000001'), taker: d('0') };
    expect(() => w.do({ kind: 'bulk', account: ALICE, orders: Array(21).fill(order), stopOnFail: false })).toThrow(
      RangeError,
    );
    expect(() => w.do({ kind: 'cancel-bulk', account: ALICE, orders: Array(101).fill(name) })).toThrow(RangeError);
    expect(() => w.do({ kind: 'fees', account: ALICE, market: 'BTC_USDT', rates })).toThrow(RangeError);
    expect(w.engine.snapshot()).toEqual(before);
  });
});
