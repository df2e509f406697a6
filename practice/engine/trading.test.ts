import { describe, expect, test } from 'vitest';
import { orderDeal, restOrder, streamDeal, streamOrder } from './render.ts';
import { ALICE, BOB, CAROL, d, OPENING, orderEvents, orderOf, refusalOf, trades, World } from './world.testing.ts';

const world = (): World => new World().fund();

describe('worked money flows of the documents', () => {
  test('a limit buy freezes price times amount and pays its fee in what it gets', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.01', price: '40000' });
    expect(w.balance(ALICE, 'USDT')).toBe('999600/400');
    const result = w.place(BOB, 'limit', 'sell', { amount: '0.01', price: '40000' });
    expect(w.balance(ALICE, 'USDT')).toBe('999600/0');
    expect(w.balance(ALICE, 'BTC')).toBe('100.00999/0');
    expect(w.balance(BOB, 'USDT')).toBe('1000399.6/0');
    expect(w.balance(BOB, 'BTC')).toBe('99.99/0');
    const deal = result.events.find((event) => event.kind === 'deal' && event.account === ALICE);
    if (deal?.kind !== 'deal') throw new Error('Alice has no deal');
    expect(orderDeal(deal)).toMatchObject({
      amount: '0.01',
      price: '40000',
      deal: '400',
      fee: '0.00001',
      feeAsset: 'BTC',
      role: 1,
      dealOrderId: 2,
    });
    expect(streamDeal(deal)).toEqual([
      1,
      1700000000.000014,
      'BTC_USDT',
      1,
      '40000',
      '0.01',
      '0.00001',
      '',
      2,
      1,
      'BTC',
    ]);
  });

  test('a limit sell freezes its amount and pays its fee in money', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.01', price: '41000' });
    expect(w.balance(ALICE, 'BTC')).toBe('99.99/0.01');
    w.placed(BOB, 'limit', 'buy', { amount: '0.01', price: '41000' });
    expect(w.balance(ALICE, 'BTC')).toBe('99.99/0');
    expect(w.balance(ALICE, 'USDT')).toBe('1000409.59/0');
  });

  test('a market buy spends quote; what buys no further lot stays in `left` and is released', () => {
    const w = new World({ ...OPENING, lastPrices: new Map([['BTC_USDT', d('16586')]]) }).fund();
    w.placed(BOB, 'limit', 'sell', { amount: '1', price: '16586.41' });
    const order = w.placed(ALICE, 'market', 'buy', { amount: '99.9' });
    expect(restOrder(order)).toMatchObject({
      type: 'market',
      status: 'FILLED',
      amount: '99.9',
      dealStock: '0.006023',
      dealMoney: '99.89994743',
      left: '0.00005257',
      dealFee: '0.000006023',
      feeAsset: 'BTC',
    });
    expect(restOrder(order)).not.toHaveProperty('price');
    expect(w.balance(ALICE, 'USDT')).toBe('999900.10005257/0');
  });

  test('cancelling a half filled buy releases exactly what was left', () => {
    const w = world();
    const order = w.placed(ALICE, 'limit', 'buy', { amount: '0.02', price: '40000' });
    w.placed(BOB, 'limit', 'sell', { amount: '0.01', price: '39000' });
    const cancelled = orderOf(w.cancel(ALICE, { market: 'BTC_USDT', orderId: order.id }));
    expect(restOrder(cancelled)).toMatchObject({ status: 'CANCELED', dealStock: '0.01', left: '0.01' });
    expect(w.balance(ALICE, 'USDT')).toBe('999600/0');
  });

  test('an IOC that fills nothing is told once, as finished', () => {
    const result = world().place(ALICE, 'limit', 'buy', { amount: '0.01', price: '40000', ioc: true });
    expect(orderEvents(result)).toEqual(['finish 1 CANCELED']);
    expect(streamOrder(orderOf(result))).toMatchObject({ type: 1, side: 2, ioc: true, left: '0.01', deal_stock: '0' });
  });

  test('what a trade is cheaper than the limit comes back at once', () => {
    const w = world();
    w.placed(BOB, 'limit', 'sell', { amount: '0.01', price: '39000' });
    w.placed(ALICE, 'limit', 'buy', { amount: '0.02', price: '40000' });
    expect(w.balance(ALICE, 'USDT')).toBe('999210/400');
  });
});

describe('price and time', () => {
  test('best price first, oldest first within a price, at the resting price', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40002' });
    w.placed(BOB, 'limit', 'sell', { amount: '0.1', price: '40001' });
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40001' });
    const result = w.place(CAROL, 'limit', 'buy', { amount: '0.25', price: '40005' });
    expect(trades(result)).toEqual(['0.1@40001 2', '0.1@40001 3', '0.05@40002 1']);
    expect(orderEvents(result)).toEqual(['finish 2 FILLED', 'finish 3 FILLED', 'update 1 OPEN', 'finish 4 FILLED']);
    expect(w.book().asks).toEqual(['0.05@40002']);
  });

  test('what is left of a crossing limit order rests and is told as new, once', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000' });
    const result = w.place(BOB, 'limit', 'buy', { amount: '0.3', price: '40000' });
    expect(orderEvents(result)).toEqual(['finish 1 FILLED', 'new 2 OPEN']);
    expect(w.book()).toEqual({ asks: [], bids: ['0.2@40000'] });
  });

  test('levels are told once, as they are at the end, with a number that goes up by one', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000' });
    const result = w.place(BOB, 'limit', 'buy', { amount: '0.3', price: '40000' });
    const levels = result.events.filter((event) => event.kind === 'level');
    expect(levels.map(({ side, lots, updateId }) => [side, lots, updateId])).toEqual([
      ['ask', 0n, 2],
      ['bid', 200_000n, 2],
    ]);
  });

  test('a negative precision trades in whole thousands', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { market: 'PEPE_USDT', amount: '5000000', price: '0.000004' });
    const order = w.placed(BOB, 'market', 'buy', { market: 'PEPE_USDT', amount: '10.003' });
    expect(restOrder(order)).toMatchObject({ dealStock: '2500000', dealMoney: '10', left: '0.003', status: 'FILLED' });
    const refused = refusalOf(
      w.place(BOB, 'limit', 'buy', { market: 'PEPE_USDT', amount: '1500500', price: '0.000004' }),
    );
    expect(refused).toMatchObject({ code: 32, errors: { amount: ['Should be a multiple of 1000.'] } });
  });

  test('an account trades at its own rates from the order it makes next', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.01', price: '40000' });
    w.do({ kind: 'fees', account: ALICE, market: 'BTC_USDT', rates: { maker: d('0'), taker: d('0') } });
    w.do({ kind: 'fees', account: BOB, market: 'BTC_USDT', rates: { maker: d('0'), taker: d('0.000123') } });
    w.placed(BOB, 'limit', 'buy', { amount: '0.01', price: '40000' });
    expect(w.balance(BOB, 'BTC')).toBe('100.00999877/0');
    expect(w.balance(ALICE, 'USDT')).toBe('1000399.6/0');
  });
});

describe('market orders', () => {
  test('a sell takes base, a stock market buy takes base and freezes what the book asks', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'buy', { amount: '0.1', price: '40000' });
    expect(restOrder(w.placed(BOB, 'market', 'sell', { amount: '0.04' }))).toMatchObject({
      status: 'FILLED',
      dealMoney: '1600',
      dealFee: '1.6',
      left: '0',
    });
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40100' });
    expect(restOrder(w.placed(BOB, 'stock market', 'buy', { amount: '0.05' }))).toMatchObject({
      status: 'FILLED',
      type: 'stock market',
      amount: '0.05',
      left: '0',
      dealMoney: '2005',
    });
    expect(w.balance(BOB, 'USDT').endsWith('/0')).toBe(true);
  });

  test('a stock market buy that the book would charge too much is refused as a whole', () => {
    const w = world();
    for (const price of ['40000', '40001']) w.placed(ALICE, 'limit', 'sell', { amount: '20', price });
    const result = w.place(BOB, 'stock market', 'buy', { amount: '30' });
    expect(refusalOf(result)).toMatchObject({ status: 422, code: 32, errors: { amount: ['Not enough balance.'] } });
    expect(result.events).toEqual([]);
  });

  test('nothing on the other side: cancelled with nothing done', () => {
    const result = world().place(ALICE, 'market', 'buy', { amount: '100' });
    expect(orderEvents(result)).toEqual(['finish 1 CANCELED']);
  });

  test('a sweep stops at the band around the best price', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000' });
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '44000' });
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '44000.01' });
    const order = w.placed(BOB, 'stock market', 'buy', { amount: '0.3' });
    expect(restOrder(order)).toMatchObject({ status: 'CANCELED_TAKER_BAND', dealStock: '0.2', left: '0.1' });
    expect(w.book().asks).toEqual(['0.1@44000.01']);
    expect(w.balance(BOB, 'USDT')).toBe('991600/0');
  });

  test('money that still buys a lot of the last price but none of the next is left over, the order filled', () => {
    const w = world();
    w.placed(BOB, 'limit', 'sell', { amount: '0.000249', price: '40000' });
    w.placed(BOB, 'limit', 'sell', { amount: '0.1', price: '43000' });
    expect(restOrder(w.placed(ALICE, 'market', 'buy', { amount: '10' }))).toMatchObject({
      status: 'FILLED',
      dealStock: '0.000249',
      left: '0.04',
    });
    expect(w.balance(ALICE, 'USDT')).toBe('999990.04/0');
  });

  test('a sum that buys no lot at the best price is too small', () => {
    const w = new World({
      ...OPENING,
      listings: OPENING.listings.map((one) => ({ ...one, minTotal: d('0') })),
    }).fund();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000' });
    expect(refusalOf(w.place(BOB, 'market', 'buy', { amount: '0.03' }))).toMatchObject({ status: 400, code: 11 });
    expect(w.placed(BOB, 'market', 'buy', { amount: '0.04' }).dealStock).toBe(1n);
  });
});

describe('flags', () => {
  test('post-only rests, and is refused where it would take', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000' });
    expect(refusalOf(w.place(BOB, 'limit', 'buy', { amount: '0.1', price: '40000', postOnly: true }))).toEqual({
      ok: false,
      status: 400,
      code: 13,
      message: 'Inner validation failed',
      errors: { postOnly: ["This order couldn't be executed as a maker order and was canceled."] },
    });
    expect(w.placed(BOB, 'limit', 'buy', { amount: '0.1', price: '39999.99', postOnly: true }).status).toBe('OPEN');
  });

  test('what an IOC leaves is cancelled at once', () => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000' });
    const result = w.place(BOB, 'limit', 'buy', { amount: '0.3', price: '40000', ioc: true });
    expect(orderEvents(result)).toEqual(['finish 1 FILLED', 'finish 2 CANCELED']);
    expect(restOrder(orderOf(result))).toMatchObject({ dealStock: '0.1', left: '0.2', status: 'CANCELED' });
    expect(w.balance(BOB, 'USDT')).toBe('996000/0');
  });

  test('bboRole 1 joins the queue, 2 meets the other side', () => {
    const w = world();
    expect(refusalOf(w.place(ALICE, 'limit', 'buy', { amount: '0.1', bboRole: 1 })).code).toBe(150);
    w.placed(ALICE, 'limit', 'buy', { amount: '0.1', price: '39990' });
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40010' });
    expect(w.placed(BOB, 'limit', 'buy', { amount: '0.1', bboRole: 1 })).toMatchObject({ priceTicks: 3_999_000 });
    expect(w.placed(BOB, 'limit', 'buy', { amount: '0.1', bboRole: 2, ioc: true })).toMatchObject({ status: 'FILLED' });
    const both = w.place(BOB, 'limit', 'sell', { amount: '0.1', bboRole: 1, ioc: true });
    expect(refusalOf(both).errors).toHaveProperty('bboRole');
  });
});

describe('self-trade prevention', () => {
  const setUp = (): World => {
    const w = world();
    w.placed(ALICE, 'limit', 'sell', { amount: '0.1', price: '40000' });
    w.placed(BOB, 'limit', 'sell', { amount: '0.1', price: '40000' });
    return w;
  };

  test('no: trades with itself and pays both fees', () => {
    const w = setUp();
    expect(trades(w.place(ALICE, 'limit', 'buy', { amount: '0.1', price: '40000' }))).toEqual(['0.1@40000 1']);
    expect(w.balance(ALICE, 'USDT')).toBe('999996/0');
    expect(w.balance(ALICE, 'BTC')).toBe('99.9999/0');
  });

  test.each([
    ['cb', ['finish 1 CANCELED_STP', 'finish 3 CANCELED_STP'], ['0.1@40000']],
    ['cn', ['finish 3 CANCELED_STP'], ['0.2@40000']],
    ['co', ['finish 1 CANCELED_STP', 'finish 2 FILLED', 'new 3 OPEN'], []],
  ] as const)('%s', (stp, events, asks) => {
    const w = setUp();
    expect(orderEvents(w.place(ALICE, 'limit', 'buy', { amount: '0.2', price: '40000', stp }))).toEqual(events);
    expect(w.book().asks).toEqual(asks);
  });

  test('a stock market buy does not freeze money for its own orders', () => {
    const w = setUp();
    w.do({ kind: 'debit', account: ALICE, ticker: 'USDT', amount: d('996000') });
    const order = w.placed(ALICE, 'stock market', 'buy', { amount: '0.1', stp: 'co' });
    expect(order.status).toBe('FILLED');
    expect(w.balance(ALICE, 'USDT')).toBe('0/0');
  });
});
