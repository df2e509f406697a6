import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { record } from '../practice.testing.ts';
import { SHAPED_PATHS, UPDATE_METHODS } from './shapes.ts';
import { MARKET, startTrading, type Trader, type Trading } from './trading.testing.ts';

/** A walk through every order endpoint and every list; each reply and each frame on the way is checked. */

let trading: Trading;
let alice: Trader;
let bob: Trader;

const PRIVATE_CHANNELS = {
  ordersPending: [MARKET, 'PEPE_USDT'],
  ordersExecuted: [[MARKET, 'PEPE_USDT'], 0],
  deals: [[MARKET, 'PEPE_USDT']],
  balanceSpot: [],
} as const;

beforeAll(async () => {
  trading = await startTrading();
  ({ alice, bob } = trading);
  for (const { stream } of [alice, bob])
    for (const [channel, params] of Object.entries(PRIVATE_CHANNELS))
      expect(await stream.ask(`${channel}_subscribe`, ...params)).toMatchObject({ error: null });
});
afterAll(() => trading.stop());

beforeEach(async () => {
  for (const { ask, told } of [alice, bob]) {
    await ask('order/cancel/all');
    await told();
  }
});

const price = (percent: number): string => trading.price(percent);
const limit = (side: string, percent: number, amount: string, more: object = {}) => ({
  market: MARKET,
  side,
  amount,
  price: price(percent),
  ...more,
});
const events = (messages: Awaited<ReturnType<Trader['told']>>): unknown[] =>
  messages
    .filter(({ method }) => method === 'ordersPending_update')
    .map(({ params }) => [params?.[0], record(params?.[1]).status]);

describe('limit orders', () => {
  test('rest, are told of and listed, and are cancelled by either id', async () => {
    const first = await alice.order('order/new', limit('buy', 90, '0.01', { clientOrderId: 'a-1' }));
    expect(first).toMatchObject({ status: 'OPEN', left: '0.01', dealStock: '0', clientOrderId: 'a-1', type: 'limit' });
    const second = await alice.order('order/new', {
      market: MARKET,
      side: 'sell',
      amount: 0.01,
      price: Number(price(110)),
      postOnly: true,
    });
    expect(second).toMatchObject({ amount: '0.01', postOnly: true });
    for (const query of [
      {},
      { market: MARKET },
      { market: MARKET, orderId: first.orderId },
      { market: MARKET, clientOrderId: 'a-1' },
      { limit: 1, offset: 1 },
    ])
      expect(await alice.ask('orders', query)).toMatchObject({ status: 200 });
    expect(events(await alice.told())).toEqual([
      [1, 'OPEN'],
      [1, 'OPEN'],
    ]);
    expect(await alice.order('order/cancel', { market: MARKET, orderId: first.orderId })).toMatchObject({
      status: 'CANCELED',
    });
    await alice.order('order/new', limit('buy', 90, '0.01', { clientOrderId: 'a-1' }));
    expect(await alice.order('order/cancel', { market: MARKET, clientOrderId: 'a-1' })).toMatchObject({
      status: 'CANCELED',
    });
    expect(await alice.order('order/cancel', { market: MARKET, orderId: String(second.orderId) })).toMatchObject({
      left: '0.01',
    });
    expect(events(await alice.told())).toEqual([
      [3, 'CANCELED'],
      [1, 'OPEN'],
      [3, 'CANCELED'],
      [3, 'CANCELED'],
    ]);
  });

  test('fill in part and whole, and each side is told what it paid in the asset it received', async () => {
    const maker = await alice.order('order/new', limit('sell', 100, '0.03'));
    const taker = await bob.order('order/new', limit('buy', 100, '0.01'));
    expect(taker).toMatchObject({
      status: 'FILLED',
      left: '0',
      dealStock: '0.01',
      feeAsset: 'BTC',
      dealFee: '0.00001',
    });
    expect(await alice.ask('orders', { market: MARKET })).toMatchObject({
      body: [{ orderId: maker.orderId, left: '0.02', dealStock: '0.01', feeAsset: 'USDT' }],
    });
    await bob.order('order/new', limit('buy', 101, '0.05'));
    expect(events(await alice.told())).toEqual([
      [1, 'OPEN'],
      [2, 'OPEN'],
      [3, 'FILLED'],
    ]);
    expect(events(await bob.told())).toEqual([
      [3, 'FILLED'],
      [1, 'OPEN'],
    ]);
    expect(await bob.ask('orders')).toMatchObject({ body: [{ left: '0.03', amount: '0.05' }] });
  });

  test('that would take are refused as postOnly, and cut short as ioc', async () => {
    await alice.order('order/new', limit('sell', 100, '0.01'));
    expect(await bob.ask('order/new', limit('buy', 100, '0.01', { postOnly: true }))).toMatchObject({
      body: { code: 13 },
    });
    expect(await bob.order('order/new', limit('buy', 100, '0.02', { ioc: true }))).toMatchObject({
      left: '0.01',
      ioc: true,
    });
    const none = await bob.order('order/new', limit('buy', 99, '0.02', { ioc: true }));
    expect(none).toMatchObject({ left: '0.02' });
    expect(await bob.ask('orders')).toMatchObject({ body: [] });
    expect(events(await bob.told()).map((event) => (Array.isArray(event) ? event[0] : null))).toEqual([3, 3]);
  });

  test('may name a role in the book instead of a price', async () => {
    await alice.order('order/new', limit('sell', 101, '0.01'));
    await alice.order('order/new', limit('buy', 99, '0.01'));
    const queue = await bob.order('order/new', { market: MARKET, side: 'buy', amount: '0.01', bboRole: 1 });
    expect(queue).toMatchObject({ price: price(99), left: '0.01' });
    const taking = await bob.order('order/new', { market: MARKET, side: 'buy', amount: '0.01', bboRole: 2 });
    expect(taking).toMatchObject({ price: price(101), left: '0' });
  });

  test.each([
    ['cb', ['CANCELED_STP', 'CANCELED_STP']],
    ['cn', ['CANCELED_STP', null]],
    ['co', [null, 'CANCELED_STP']],
  ])('do not meet their own owner with stp %s', async (stp, [incoming, resting]) => {
    const first = await alice.order('order/new', limit('sell', 100, '0.01'));
    await alice.told();
    const second = await alice.order('order/new', limit('buy', 100, '0.01', { stp }));
    expect(second.stp).toBe(stp);
    if (incoming !== null) expect(second.status).toBe(incoming);
    const open = await alice.ask('orders', { market: MARKET, orderId: first.orderId });
    expect(Array.isArray(open.body) ? open.body.length : -1).toBe(resting === null ? 1 : 0);
  });
});

describe('market orders', () => {
  beforeEach(async () => {
    await alice.order('order/new', limit('sell', 100, '1'));
    await alice.order('order/new', limit('buy', 99, '1'));
  });

  test('buy for money and sell stock', async () => {
    const bought = await bob.order('order/market', { market: MARKET, side: 'buy', amount: '1000.01' });
    expect(bought).toMatchObject({ type: 'market', amount: '1000.01', feeAsset: 'BTC', status: 'FILLED' });
    const sold = await bob.order('order/market', {
      market: MARKET,
      side: 'sell',
      amount: '0.02',
      clientOrderId: 'm.1',
    });
    expect(sold).toMatchObject({ amount: '0.02', left: '0', feeAsset: 'USDT' });
    expect(events(await bob.told())).toEqual([
      [3, 'FILLED'],
      [3, 'FILLED'],
    ]);
  });

  test('of stock name stock on both sides', async () => {
    expect(await bob.order('order/stock_market', { market: MARKET, side: 'buy', amount: '0.02' })).toMatchObject({
      type: 'stock market',
      amount: '0.02',
      left: '0',
    });
    await bob.order('order/stock_market', { market: MARKET, side: 'sell', amount: '0.02' });
  });

  test('that find nothing end', async () => {
    await alice.ask('order/cancel/all', { market: MARKET, type: ['spot'] });
    const { status, body } = await bob.ask('order/market', { market: MARKET, side: 'sell', amount: '0.02' });
    expect(status === 200 ? record(body).dealStock : '0').toBe('0');
  });
});

describe('stop orders', () => {
  const stopLimit = (side: string, activation: number, at: number) => ({
    ...limit(side, at, '0.01'),
    activation_price: price(activation),
  });

  test('wait, are listed, and go off with the last price', async () => {
    const waiting = await alice.order('order/stop_limit', { ...stopLimit('buy', 120, 121), clientOrderId: 's-1' });
    expect(waiting).toMatchObject({ type: 'stop limit', activated: 0, activation_price: price(120), status: 'OPEN' });
    const market = await alice.order('order/stop_market', {
      market: MARKET,
      side: 'sell',
      amount: '0.01',
      activation_price: price(80),
    });
    expect(market).toMatchObject({ type: 'stop market', activated: 0 });
    await alice.order('order/stop_market', {
      market: MARKET,
      side: 'buy',
      amount: '500',
      activation_price: price(125),
    });
    await alice.told();
    await bob.order('order/new', limit('sell', 120, '0.02'));
    await bob.order('order/new', limit('buy', 120, '0.01'));
    expect(events(await alice.told()).map((event) => (Array.isArray(event) ? event[0] : null))).toEqual([1, 3]);
    const { body } = await alice.ask('trade-account/order/history', { market: MARKET, orderId: waiting.orderId });
    expect(record(body)[MARKET]).toMatchObject([
      { id: waiting.orderId, status: 'FILLED', activationPrice: price(120) },
    ]);
    expect(await alice.ask('orders')).toMatchObject({ body: { length: 2 } });
    // Back to where it was for whoever comes next.
    await bob.order('order/new', limit('sell', 100, '0.01'));
    await alice.ask('order/cancel/all');
    await alice.order('order/new', limit('buy', 100, '0.01'));
  });

  test('cancelled while they wait show that they never went off', async () => {
    const made = await alice.order('order/stop_limit', stopLimit('sell', 70, 69));
    expect(made).toMatchObject({ activationCondition: 'lte' });
    await alice.order('order/cancel', { market: MARKET, orderId: made.orderId });
    await alice.ask('trade-account/order/history', { market: MARKET, orderId: made.orderId });
  });
});

describe('several at once', () => {
  test('are answered one by one', async () => {
    const orders = [
      limit('buy', 90, '0.01', { clientOrderId: 'b-1' }),
      limit('sell', 90, '101'),
      limit('buy', 91, '0.01', { clientOrderId: 'b-1' }),
      { market: MARKET },
    ];
    const { body } = await alice.ask('order/bulk', { orders });
    expect(body).toMatchObject([{ error: null }, { result: null }, { result: null }, { result: null }]);
    const stopped = await alice.ask('order/bulk', {
      orders: [limit('sell', 90, '101'), limit('buy', 91, '0.01')],
      stopOnFail: true,
    });
    expect(Array.isArray(stopped.body) ? stopped.body.filter((item) => record(item).result !== null) : null).toEqual(
      [],
    );
    expect(await alice.ask('order/bulk', { orders: 'none' })).toMatchObject({ status: 422, body: { code: 30 } });
    await alice.ask('order/bulk', { orders: [] });
    await alice.ask('order/bulk', { orders: Array.from({ length: 21 }, () => limit('buy', 90, '0.01')) });
    const cancelled = await alice.ask('order/cancel/bulk', {
      orders: [
        { market: MARKET, clientOrderId: 'b-1' },
        { market: MARKET, orderId: 1 },
        { market: MARKET },
        { market: 'NO_SUCH', orderId: 1 },
      ],
    });
    expect(cancelled.body).toMatchObject([
      { result: { clientOrderId: 'b-1', market: MARKET }, error: null },
      { result: null, error: { code: 404 } },
      { result: null, error: { code: 30 } },
      { result: null },
    ]);
    await alice.ask('order/cancel/bulk', { orders: 'none' });
  });

  test('are cancelled together', async () => {
    for (const body of [{}, { market: MARKET }, { type: ['spot'] }, { market: MARKET, type: ['margin', 'futures'] }])
      expect(await alice.ask('order/cancel/all', body)).toEqual({ status: 200, body: [] });
    expect(await alice.ask('order/cancel/all', { type: 'spot' })).toMatchObject({ status: 422, body: { code: 30 } });
    await alice.ask('order/cancel/all', { market: 'NO_SUCH' });
  });
});

describe('orders that are changed', () => {
  test('come back with a new id: 3 for the old, 1 for the new', async () => {
    const old = await alice.order('order/new', limit('buy', 90, '0.01', { clientOrderId: 'c-1' }));
    await alice.told();
    const fresh = await alice.order('order/modify', { market: MARKET, orderId: old.orderId, price: price(91) });
    expect(fresh).toMatchObject({ price: price(91), clientOrderId: 'c-1', status: 'OPEN', amount: '0.01' });
    expect(fresh.orderId).not.toBe(old.orderId);
    expect(events(await alice.told())).toEqual([
      [3, 'CANCELED'],
      [1, 'OPEN'],
    ]);
    await alice.order('order/modify', { market: MARKET, clientOrderId: 'c-1', amount: '0.02' });
  });

  test('of every kind, and refused in the words of the exchange', async () => {
    const stop = await alice.order('order/stop_limit', { ...limit('buy', 121, '0.01'), activation_price: price(120) });
    const moved = await alice.order('order/modify', {
      market: MARKET,
      orderId: stop.orderId,
      activationPrice: price(122),
      price: price(123),
    });
    expect(moved).toMatchObject({ activation_price: price(122), price: price(123) });
    const money = await alice.order('order/stop_market', {
      market: MARKET,
      side: 'buy',
      amount: '500',
      activation_price: price(125),
    });
    expect(await alice.order('order/modify', { market: MARKET, orderId: money.orderId, total: '600' })).toMatchObject({
      amount: '600',
    });
    const plain = await alice.order('order/new', limit('buy', 90, '0.01'));
    const ask = (more: object) => alice.ask('order/modify', { market: MARKET, orderId: plain.orderId, ...more });
    expect((await ask({ activationPrice: price(95) })).body).toMatchObject({ code: 158 });
    expect((await ask({ total: '600' })).body).toMatchObject({ code: 162 });
    for (const more of [
      {},
      { amount: '0' },
      { amount: '1e9' },
      { price: 'x' },
      { amount: '0.02', total: '5' },
      { orderId: 1, price: price(91) },
    ])
      expect((await ask(more)).status).toBeGreaterThanOrEqual(400);
  });
});

test('a kill switch is set, shown, taken away, and fires', async () => {
  const timer = { market: MARKET, timeout: '60', types: ['spot'] };
  expect(await alice.ask('order/kill-switch', timer)).toMatchObject({ body: { market: MARKET, types: ['spot'] } });
  for (const query of [{}, { market: MARKET }, { market: 'ETH_USDT' }])
    await alice.ask('order/kill-switch/status', query);
  expect(await alice.ask('order/kill-switch', { market: MARKET, timeout: null })).toEqual({ status: 200, body: [] });
  expect(await alice.ask('order/kill-switch/status')).toEqual({ status: 200, body: [] });
  for (const wrong of [
    {},
    { market: MARKET },
    { market: MARKET, timeout: 60 },
    { market: MARKET, timeout: '4' },
    { market: MARKET, timeout: '601' },
    { market: 'NO_SUCH', timeout: '60' },
  ])
    expect((await alice.ask('order/kill-switch', wrong)).status).toBe(422);
  await alice.order('order/new', limit('buy', 90, '0.01'));
  await alice.ask('order/kill-switch', { market: MARKET, timeout: '5' });
  await alice.told();
  await trading.client.control('clock/advance', { ms: 6000 });
  let fired = await alice.stream.next();
  while (fired.method !== 'ordersPending_update') fired = await alice.stream.next();
  expect(fired.params).toMatchObject([3, { status: 'CANCELED' }]);
});

describe('what happened', () => {
  test('is listed with pages, filters and windows', async () => {
    await alice.order('order/new', limit('sell', 100, '0.05', { clientOrderId: 'h-1' }));
    const taker = await bob.order('order/new', limit('buy', 100, '0.02', { clientOrderId: 'h-2' }));
    await alice.ask('order/cancel/all');
    const nowSec = Math.floor(trading.client.practice.clock.nowMs() / 1000);
    const queries = [
      {},
      { market: MARKET },
      { market: MARKET, limit: 1, offset: 1 },
      { market: MARKET, clientOrderId: 'h-2' },
      { startDate: nowSec - 3600, endDate: nowSec },
      { market: 'ETH_USDT' },
      { startDate: nowSec - 9_000_000, endDate: nowSec },
      { limit: 0 },
      { limit: 501 },
      { offset: -1 },
      { market: 'NO_SUCH' },
      { market: MARKET, clientOrderId: 'never' },
    ];
    for (const query of queries) {
      await bob.ask('trade-account/executed-history', query);
      await bob.ask('trade-account/order/history', query);
    }
    for (const status of ['ALL', 'FILLED', 'CANCELED', 'PARTIALLY_FILLED', 'LOST'])
      await alice.ask('trade-account/order/history', { status });
    expect(await bob.ask('trade-account/order/history', { market: MARKET, orderId: 1 })).toEqual({
      status: 200,
      body: [],
    });
    for (const query of [{ orderId: taker.orderId }, { orderId: 1 }, { orderId: taker.orderId, limit: 1 }, {}])
      await bob.ask('trade-account/order', query);
    expect(await bob.ask('trade-account/order', { orderId: taker.orderId })).toMatchObject({
      body: { records: [{ fee: '0.00002', feeAsset: 'BTC', role: 2 }] },
    });
    expect(await bob.ask('trade-account/order/history/query')).toEqual({ status: 200, body: [] });
  });

  test('is asked for on the stream', async () => {
    for (const page of [[MARKET, 0, 100], [MARKET, 1, 1], ['NO_SUCH', 0, 100], [MARKET]]) {
      await alice.stream.ask('ordersPending_request', ...page);
      await alice.stream.ask('deals_request', ...page);
    }
    for (const page of [
      [{ market: MARKET, order_types: [1, 2] }, 0, 100],
      [{ market: MARKET, order_types: [3] }, 0, 1],
      [MARKET],
    ])
      await alice.stream.ask('ordersExecuted_request', ...page);
    for (const tickers of [[], ['BTC', 'USDT'], ['NOSUCH']]) await alice.stream.ask('balanceSpot_request', ...tickers);
  });
});

test('channels of margin trading say that they are not there', async () => {
  for (const channel of [
    'balanceMargin',
    'positionsMargin',
    'positionsAccountMargin',
    'borrowsMargin',
    'borrowsAccountMargin',
  ])
    expect(await alice.stream.ask(`${channel}_subscribe`)).toMatchObject({ error: { code: 3 } });
});

test('what is subscribed is left again', async () => {
  for (const channel of Object.keys(PRIVATE_CHANNELS)) await alice.stream.ask(`${channel}_unsubscribe`);
  await alice.told();
  await alice.order('order/new', limit('buy', 90, '0.01'));
  expect(await alice.told()).toEqual([]);
});

test('every order endpoint and list has been asked, and every private channel has told something', async () => {
  const wanted = SHAPED_PATHS.filter((path) => /\/(order|orders|trade-account)(\/|$)/.test(path)).filter(
    (path) => path !== '/api/v4/trade-account/balance' && !path.includes('public'),
  );
  expect(wanted.length).toBe(17);
  expect(wanted.filter((path) => !trading.passed.replies.has(`${path} 200`))).toEqual([]);
  for (const channel of Object.keys(PRIVATE_CHANNELS))
    for (const verb of ['subscribe', 'request', 'unsubscribe'])
      expect(trading.passed.answers, `${channel}_${verb}`).toContain(`${channel}_${verb} ok`);
  const updates = Object.keys(PRIVATE_CHANNELS).map((channel) => `${channel}_update`);
  expect(updates.filter((method) => !UPDATE_METHODS.includes(method))).toEqual([]);
  expect(updates.filter((method) => !trading.passed.updates.has(method))).toEqual([]);
});
