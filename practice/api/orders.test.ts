import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId } from '../ports.ts';
import { type Client, type Key, record, startClient } from '../practice.testing.ts';

/** Two people on a book that holds only what they place. The base clock stands; tests move the exchange's. */

const MARKET = 'BTC_USDT';
const NOW_MS = Date.UTC(2026, 10, 20, 12);
const SECOND_MS = 1_000;

type Person = { readonly id: AccountId; readonly key: Key };
type Answered = { readonly status: number; readonly body: unknown };

let client: Client;
let ann: Person;
let ben: Person;
let last: Decimal;

beforeAll(async () => {
  client = await startClient({ life: false, nowMs: NOW_MS });
  ann = await person('ann@example.org');
  ben = await person('ben@example.org');
  last = client.practice.market.statistics(MARKET, NOW_MS, 1).last;
});
afterAll(() => client.stop());
afterEach(async () => {
  for (const one of [ann, ben]) await ask(one, 'order/cancel/all');
  expect(client.practice.exchange.query.faults()).toEqual([]);
});

async function person(email: string): Promise<Person> {
  await client.control('accounts/create', { email, password: 'long enough' });
  const made = await client.control('keys/create', { email, groups: ['orders', 'trade-read', 'wallet-read'] });
  const id = client.practice.accounts.accountByEmail(email)?.id;
  if (id === undefined) throw new Error(`No account ${email}`);
  for (const [ticker, amount] of [
    ['USDT', '1000000'],
    ['BTC', '10'],
    ['ETH', '100'],
  ] as const)
    await client.practice.exchange.submit({ kind: 'credit', account: id, ticker, amount: Decimal.parse(amount) });
  return { id, key: { apiKey: String(made.apiKey), secret: String(made.secret) } };
}

async function ask(who: Person, path: string, params: Record<string, unknown> = {}): Promise<Answered> {
  const { status, body } = await client.call(who.key, `/api/v4/${path}`, params);
  return { status, body };
}

async function order(who: Person, params: Record<string, unknown>, path = 'order/new') {
  const { status, body } = await ask(who, path, { market: MARKET, ...params });
  expect(body).not.toHaveProperty('errors');
  expect(status).toBe(200);
  return record(body);
}

const at = (percent: number): string =>
  last
    .mul(Decimal.fromInteger(BigInt(percent), 2))
    .round(0, 'down')
    .toString();
const limit = (side: 'buy' | 'sell', percent: number, more: object = {}) => ({
  side,
  amount: '0.01',
  price: at(percent),
  ...more,
});
const openIds = async (who: Person, query: object = {}): Promise<unknown[]> =>
  list((await ask(who, 'orders', { ...query })).body).map((row) => record(row).orderId);

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`Not a list: ${JSON.stringify(value)}`);
  return value;
}

describe('self-trade prevention', () => {
  test.each([
    ['no', 'FILLED', 'FILLED'],
    ['cb', 'CANCELED_STP', 'CANCELED_STP'],
    ['cn', 'OPEN', 'CANCELED_STP'],
    ['cancel_old', 'CANCELED_STP', 'OPEN'],
  ])('%s leaves the old order %s and the new one %s', async (stp, oldStatus, newStatus) => {
    const old = await order(ann, limit('sell', 100));
    const taker = await order(ann, limit('buy', 100, { stp }));
    expect(taker.status).toBe(newStatus);
    expect(taker.stp).toBe(stp === 'cancel_old' ? 'co' : stp);
    const open = await openIds(ann);
    expect(open.includes(old.orderId)).toBe(oldStatus === 'OPEN');
    if (oldStatus === 'OPEN') return;
    const found = (await ask(ann, 'trade-account/order/history', { orderId: old.orderId })).body;
    expect(found).toMatchObject({ [MARKET]: [{ id: old.orderId, status: oldStatus }] });
  });

  test('a mode that is none is refused', async () => {
    expect(await ask(ann, 'order/new', { market: MARKET, ...limit('buy', 90), stp: 'all' })).toMatchObject({
      status: 422,
      body: { code: 30, errors: { stp: [expect.stringContaining('Stp')] } },
    });
  });
});

describe('a client order id', () => {
  test('is free on another market, and free again when its order has ended', async () => {
    const named = { clientOrderId: 'mine.1_A-z' };
    const first = await order(ann, limit('buy', 90, named));
    expect(await ask(ann, 'order/new', { market: MARKET, ...limit('buy', 91, named) })).toMatchObject({
      status: 422,
      body: { code: 36, errors: { clientOrderId: ['This client order id is already used by the current account.'] } },
    });
    await order(ann, { market: 'ETH_USDT', side: 'buy', amount: '0.1', price: '100', ...named });
    await order(ben, limit('buy', 90, named));
    await order(ann, { clientOrderId: 'mine.1_A-z' }, 'order/cancel');
    const second = await order(ann, limit('buy', 90, named));
    expect(second.orderId).not.toBe(first.orderId);
  });

  test('and an order id are not taken together', async () => {
    expect(await ask(ann, 'order/cancel', { market: MARKET, orderId: 1, clientOrderId: 'a' })).toMatchObject({
      status: 422,
      body: { code: 30 },
    });
  });
});

describe('a bulk', () => {
  const good = (clientOrderId: string) => ({ market: MARKET, ...limit('buy', 90), clientOrderId });
  const malformed = { market: MARKET, side: 'buy', price: '1' };
  const dear = () => ({ market: MARKET, ...limit('buy', 100), amount: '100' });
  const outcomes = (body: unknown): unknown[] =>
    list(body).map((item) => {
      const { result, error } = record(item);
      return error === null ? record(result).clientOrderId : record(error).code;
    });

  test('goes on behind faults, in the order it was given', async () => {
    const { body } = await ask(ann, 'order/bulk', { orders: [good('a'), malformed, dear(), good('b'), 7] });
    expect(outcomes(body)).toEqual(['a', 30, 10, 'b', 30]);
    expect(await openIds(ann)).toHaveLength(2);
  });

  test.each([
    ['form', ['a', 'malformed', 'b'], ['a', 30]],
    ['the engine', ['a', 'dear', 'malformed', 'b'], ['a', 10]],
    ['form at once', ['malformed', 'b'], [30]],
  ])('with stopOnFail ends with the first fault of %s', async (_whose, words, expected) => {
    const faulty: Readonly<Record<string, unknown>> = { malformed, dear: dear() };
    const orders = words.map((word) => faulty[word] ?? good(word));
    const { body } = await ask(ann, 'order/bulk', { orders, stopOnFail: true });
    expect(outcomes(body)).toEqual(expected);
    expect(await openIds(ann)).toHaveLength(expected.length - 1);
  });

  test('takes 1 to 20', async () => {
    for (const orders of [[], Array.from({ length: 21 }, () => good('x')), 'none'])
      expect(await ask(ann, 'order/bulk', { orders })).toMatchObject({ status: 422, body: { code: 30 } });
  });
});

describe('cancelling', () => {
  test('all: of a market, of a type, of everything', async () => {
    const btc = await order(ann, limit('buy', 90));
    const eth = await order(ann, { market: 'ETH_USDT', side: 'buy', amount: '0.1', price: '100' });
    const ofBen = await order(ben, limit('buy', 90));
    expect(await ask(ann, 'order/cancel/all', { type: ['margin', 'futures'] })).toEqual({ status: 200, body: [] });
    expect(await openIds(ann)).toEqual([eth.orderId, btc.orderId]);
    await ask(ann, 'order/cancel/all', { market: 'ETH_USDT', type: ['spot'] });
    expect(await openIds(ann)).toEqual([btc.orderId]);
    await ask(ann, 'order/cancel/all');
    expect(await openIds(ann)).toEqual([]);
    expect(await openIds(ben)).toEqual([ofBen.orderId]);
    expect(await ask(ann, 'order/cancel/all', { type: 'spot' })).toMatchObject({
      body: { code: 30, errors: { type: ['The type must be an array.'] } },
    });
  });

  test('several: each has its answer, foreign orders are not found', async () => {
    const own = await order(ann, limit('buy', 90));
    const foreign = await order(ben, limit('buy', 90));
    const { body } = await ask(ann, 'order/cancel/bulk', {
      orders: [
        { market: MARKET },
        { market: MARKET, orderId: foreign.orderId },
        { market: MARKET, orderId: own.orderId },
      ],
    });
    expect(body).toMatchObject([
      { result: null, error: { code: 30 } },
      { result: null, error: { code: 404 } },
      { result: { orderId: own.orderId, clientOrderId: '', market: MARKET }, error: null },
    ]);
  });
});

test('modify makes a new order with the name of the old, at the end of the queue', async () => {
  const old = await order(ann, limit('buy', 90, { clientOrderId: 'kept' }));
  const behind = await order(ben, limit('buy', 90));
  const made = await order(ann, { clientOrderId: 'kept', price: at(90), amount: '0.02' }, 'order/modify');
  expect(made).toMatchObject({ clientOrderId: 'kept', amount: '0.02', status: 'OPEN' });
  expect(made.orderId).not.toBe(old.orderId);
  const taker = await person('carla@example.org');
  await order(taker, { side: 'sell', amount: '0.01' }, 'order/market');
  expect(await openIds(ann)).toEqual([made.orderId]);
  expect(await openIds(ben)).not.toContain(behind.orderId);
});

test('a kill switch fires when its time has come, on its market and for its owner alone', async () => {
  await order(ann, limit('buy', 90));
  const eth = await order(ann, { market: 'ETH_USDT', side: 'buy', amount: '0.1', price: '100' });
  const ofBen = await order(ben, limit('buy', 90));
  const startTime = Math.floor(client.practice.clock.nowMs() / SECOND_MS);
  expect((await ask(ann, 'order/kill-switch', { market: MARKET, timeout: '10', types: ['spot'] })).body).toEqual({
    market: MARKET,
    startTime,
    cancellationTime: startTime + 10,
    types: ['spot'],
  });
  await client.control('clock/advance', { ms: 9 * SECOND_MS });
  await client.practice.exchange.tick();
  expect(await openIds(ann)).toHaveLength(2);
  await client.control('clock/advance', { ms: SECOND_MS });
  await client.practice.exchange.tick();
  expect(await openIds(ann)).toEqual([eth.orderId]);
  expect(await openIds(ben)).toEqual([ofBen.orderId]);
  expect((await ask(ann, 'order/kill-switch/status')).body).toEqual([]);
});

describe('history', () => {
  let dora: Person;
  const ids = (body: unknown): unknown[] => list(record(body)[MARKET]).map((row) => record(row).id);

  beforeAll(async () => {
    dora = await person('dora@example.org');
    // Filled, cancelled with nothing, cancelled with a part; a second apart.
    await order(ben, limit('sell', 100));
    await order(dora, limit('buy', 100, { clientOrderId: 'filled' }));
    await client.control('clock/advance', { ms: SECOND_MS });
    await order(dora, limit('buy', 80, { clientOrderId: 'nothing' }));
    await order(dora, { clientOrderId: 'nothing' }, 'order/cancel');
    await client.control('clock/advance', { ms: SECOND_MS });
    await order(ben, limit('sell', 100));
    await order(dora, limit('buy', 100, { amount: '0.03', clientOrderId: 'part', ioc: true }));
  });

  const named = async (query: object): Promise<unknown> => {
    const { body } = await ask(dora, 'trade-account/order/history', { ...query });
    return Array.isArray(body) ? body : list(record(body)[MARKET]).map((row) => record(row).clientOrderId);
  };

  test('of orders: newest first, by status, in pages, keyed by market', async () => {
    expect(await named({})).toEqual(['part', 'nothing', 'filled']);
    expect(await named({ market: MARKET, status: 'FILLED' })).toEqual(['filled']);
    expect(await named({ status: 'CANCELED' })).toEqual(['part', 'nothing']);
    expect(await named({ status: 'PARTIALLY_FILLED' })).toEqual(['part']);
    expect(await named({ limit: 1, offset: 1 })).toEqual(['nothing']);
    expect(await named({ offset: 3 })).toEqual([]);
    expect(await named({ market: 'ETH_USDT' })).toEqual([]);
    // An id of one's own looks everywhere, whatever the dates.
    expect(await named({ clientOrderId: 'filled', startDate: 1, endDate: 2 })).toEqual(['filled']);
    expect(await named({ orderId: 12 })).toEqual([]);
    expect(await named({ clientOrderId: 'filled', offset: 1 })).toEqual([]);
  });

  test('of orders: between two seconds, not too far apart', async () => {
    const firstSec = NOW_MS / SECOND_MS + 10;
    const nowSec = Math.floor(client.practice.clock.nowMs() / SECOND_MS);
    expect(await named({ startDate: nowSec, endDate: nowSec })).toEqual(['part']);
    expect(await named({ startDate: firstSec - 1_000, endDate: nowSec - 1 })).toEqual(['nothing', 'filled']);
    for (const dates of [
      { startDate: nowSec, endDate: nowSec - 1 },
      { startDate: nowSec - 32 * 86_400, endDate: nowSec },
    ])
      expect(await ask(dora, 'trade-account/order/history', dates)).toMatchObject({ status: 422, body: { code: 30 } });
  });

  test('of deals: a list of one market, else keyed by market', async () => {
    const ofMarket = list((await ask(dora, 'trade-account/executed-history', { market: MARKET })).body);
    expect(ofMarket).toMatchObject([
      { clientOrderId: 'part', amount: '0.01', side: 'buy', role: 2, feeAsset: 'BTC', fee: '0.00001' },
      { clientOrderId: 'filled', amount: '0.01', side: 'buy', role: 2 },
    ]);
    expect((await ask(dora, 'trade-account/executed-history')).body).toEqual({ [MARKET]: ofMarket });
    expect((await ask(dora, 'trade-account/executed-history', { limit: 1, offset: 1 })).body).toEqual({
      [MARKET]: ofMarket.slice(1),
    });
    expect((await ask(dora, 'trade-account/executed-history', { clientOrderId: 'part' })).body).toEqual({
      [MARKET]: ofMarket.slice(0, 1),
    });
    for (const path of ['trade-account/executed-history', 'trade-account/order/history'])
      expect(await ask(dora, path, { clientOrderId: 'never' })).toMatchObject({
        status: 422,
        body: { code: 30, errors: { orderHistory: ['OrderHistory was not found.'] } },
      });
  });

  test('of one order: its deals, and nothing for somebody else', async () => {
    const [orderId] = ids((await ask(dora, 'trade-account/order/history', { clientOrderId: 'part' })).body);
    expect((await ask(dora, 'trade-account/order', { orderId: String(orderId), limit: 5 })).body).toMatchObject({
      records: [{ amount: '0.01', clientOrderId: 'part' }],
      offset: 0,
      limit: 5,
    });
    expect((await ask(ann, 'trade-account/order', { orderId })).body).toEqual({ records: [], offset: 0, limit: 50 });
  });
});

describe('a market that changes', () => {
  const name = 'LTC_USDT';
  const rest = { market: name, side: 'buy', amount: '1', price: '20' };

  test('its rules of this moment count', async () => {
    const { exchange } = client.practice;
    const before = exchange.query.market(name)?.rules;
    if (before === undefined) throw new Error(`No market ${name}`);
    const rules = { ...before, minAmount: Decimal.parse('5') };
    await exchange.submit({ kind: 'market-rules', market: name, rules });
    expect(await ask(ann, 'order/new', rest)).toMatchObject({
      status: 422,
      body: { code: 32, errors: { amount: ['Given amount is less than min amount 5'] } },
    });
    await exchange.submit({ kind: 'market-rules', market: name, rules: before });
    await order(ann, rest);
  });

  test('halted it takes nothing and cancels; delisted it is gone, and the list of such orders tells whose it was', async () => {
    const { exchange } = client.practice;
    const cancelled = await order(ann, rest);
    const swept = await order(ann, rest);
    await exchange.submit({ kind: 'market-status', market: name, status: 'halted' });
    expect(await ask(ann, 'order/new', rest)).toMatchObject({ status: 422, body: { code: 51 } });
    await order(ann, { market: name, orderId: cancelled.orderId }, 'order/cancel');
    await exchange.submit({ kind: 'market-status', market: name, status: 'delisted' });
    for (const path of ['order/new', 'order/cancel', 'orders'])
      expect(await ask(ann, path, { ...rest, orderId: swept.orderId })).toMatchObject({
        status: 422,
        body: { code: 31, errors: { market: ['Market is not available.'] } },
      });
    const query = 'trade-account/order/history/query';
    const found = list((await ask(ann, query)).body);
    expect(found).toEqual([
      expect.objectContaining({
        id: swept.orderId,
        market: name,
        status: 'canceled',
        delistingKind: 'canceled',
        fee: '0.0000000000',
      }),
    ]);
    expect((await ask(ann, query, { market: name, status: 'delisting' })).body).toEqual(found);
    expect((await ask(ann, query, { status: 'filled' })).body).toEqual([]);
    expect((await ask(ben, query)).body).toEqual([]);
    expect(await ask(ann, query, { limit: 500, offset: 9_900 })).toMatchObject({ status: 422 });
    expect((await ask(ann, 'trade-account/order/history', { market: name })).body).toMatchObject({
      [name]: [{ id: swept.orderId }, { id: cancelled.orderId }, {}],
    });
  });
});

test('fees are those an order made now would pay', async () => {
  const { exchange } = client.practice;
  const rates = { maker: Decimal.parse('0.0002'), taker: Decimal.parse('0.00075') };
  await exchange.submit({ kind: 'fees', account: ann.id, market: 'ETH_USDT', rates });
  const own = { taker: '0.075', maker: '0.02' };
  expect((await ask(ann, 'market/fee/single', { market: 'ETH_USDT' })).body).toEqual({ error: null, ...own });
  expect((await ask(ann, 'market/fee')).body).toMatchObject({
    custom_fee: { ETH_USDT: own, BTC_USDT: { taker: '0.1', maker: '0.1' } },
  });
  expect((await ask(ben, 'market/fee/single', { market: 'ETH_USDT' })).body).toEqual({
    error: null,
    taker: '0.1',
    maker: '0.1',
  });
  expect(exchange.query.rates(ann.id, 'NO_SUCH')).toBeNull();
});

test.each([
  [{ rpi: true, ioc: true }, 40],
  [{ rpi: true, retail: true }, 41],
  [{ retail: true }, 42],
  [{ rpi: true }, 43],
  [{ ioc: 'true' }, 30],
  [{ bboRole: 3 }, 30],
])('flags nobody here may use: %j', async (flags, code) => {
  expect(await ask(ann, 'order/new', { market: MARKET, ...limit('buy', 90), ...flags })).toMatchObject({
    status: 422,
    body: { code },
  });
});
