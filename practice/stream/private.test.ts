import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALICE, BOB, d, NO_CHANGE } from '../engine/world.testing.ts';
import type { Client } from './test-client.ts';
import { World } from './world.testing.ts';

const SUCCESS = { result: { status: 'success' }, error: null };

let world: World;
let alice: Client;

beforeEach(async () => {
  world = await (await new World().listen()).fund();
  alice = await world.connectAs(ALICE);
});
afterEach(() => world.stop());

const sec = (): number => world.nowMs / 1000;
const cancel = (orderId: number, market = 'BTC_USDT') =>
  world.do({ kind: 'cancel', account: ALICE, order: { market, orderId } });
type Order = Readonly<Record<string, unknown>>;
/** "channel: what" of everything that has come. */
const told = async (client: Client): Promise<string[]> =>
  (await client.all()).map(({ method = '', params = [] }) => {
    const order = (method.startsWith('ordersPending') ? params[1] : params[0]) as Order;
    if (method === 'deals_update') return `deals: ${params[0]} of order ${params[3]}`;
    const event = method.startsWith('ordersPending') ? ` ${params[0]}` : '';
    return `${method.replace('_update', '')}:${event} ${order.id} ${order.status} ${order.left}`;
  });

describe('ordersPending', () => {
  test('new, partly filled, over', async () => {
    expect(await alice.ask('ordersPending_subscribe', 'BTC_USDT', 'ETH_BTC')).toMatchObject(SUCCESS);
    const id = await world.place(ALICE, 'limit', 'buy', { price: '39999', amount: '2', clientOrderId: 'mine-1' });
    const order = {
      id,
      market: 'BTC_USDT',
      type: 1,
      side: 2,
      post_only: false,
      ioc: false,
      ctime: sec(),
      mtime: sec(),
      price: '39999',
      amount: '2',
      left: '2',
      deal_stock: '0',
      deal_money: '0',
      deal_fee: '0',
      client_order_id: 'mine-1',
      stp: 'no',
      status: 'OPEN',
      position_side: 'BOTH',
      rpi: false,
      retail: false,
      reduce_only: false,
    };
    // No beat is needed.
    expect(await alice.next()).toEqual({ id: null, method: 'ordersPending_update', params: [1, order] });
    world.bench.clock.ms += 250;
    await world.place(BOB, 'limit', 'sell', { price: '39999', amount: '0.5' });
    const partly = { mtime: sec(), left: '1.5', deal_stock: '0.5', deal_money: '19999.5', deal_fee: '0.0005' };
    expect((await alice.next()).params).toEqual([2, { ...order, ...partly }]);
    await cancel(id);
    expect((await alice.next()).params).toEqual([3, { ...order, ...partly, mtime: sec(), status: 'CANCELED' }]);
  });

  test('an order that is done at once tells its end alone', async () => {
    await world.place(BOB, 'limit', 'sell', { price: '40000', amount: '1' });
    await alice.ask('ordersPending_subscribe', 'BTC_USDT');
    const id = await world.place(ALICE, 'limit', 'buy', { price: '40000', amount: '1' });
    expect(await told(alice)).toEqual([`ordersPending: 3 ${id} FILLED 0`]);
  });

  test('modify ends one id and begins another; a stop order is new twice', async () => {
    await alice.ask('ordersPending_subscribe', 'BTC_USDT');
    const id = await world.place(ALICE, 'limit', 'buy', { price: '39000', amount: '1' });
    await world.do({
      kind: 'modify',
      account: ALICE,
      order: { market: 'BTC_USDT', orderId: id },
      change: { ...NO_CHANGE, price: d('39001') },
    });
    const stop = await world.place(ALICE, 'stop limit', 'buy', {
      price: '39002',
      amount: '1',
      activationPrice: '40100',
    });
    await world.place(BOB, 'limit', 'sell', { price: '40100', amount: '0.1' });
    await world.place(BOB, 'limit', 'buy', { price: '40100', amount: '0.1' });
    expect(await told(alice)).toEqual([
      `ordersPending: 1 ${id} OPEN 1`,
      `ordersPending: 3 ${id} CANCELED 1`,
      `ordersPending: 1 ${id + 1} OPEN 1`,
      `ordersPending: 1 ${stop} OPEN 1`,
      `ordersPending: 1 ${stop} OPEN 1`,
    ]);
  });

  test('only the markets of the last list, only the own orders, until unsubscribed', async () => {
    await alice.ask('ordersPending_subscribe', 'BTC_USDT');
    expect(await alice.ask('ordersPending_subscribe', 'ETH_BTC', 'PEPE_USDT')).toMatchObject(SUCCESS);
    await world.place(ALICE, 'limit', 'buy', { price: '39999', amount: '1' });
    await world.place(BOB, 'limit', 'buy', { market: 'ETH_BTC', price: '0.04', amount: '1' });
    const id = await world.place(ALICE, 'limit', 'buy', { market: 'ETH_BTC', price: '0.04', amount: '1' });
    expect(await told(alice)).toEqual([`ordersPending: 1 ${id} OPEN 1`]);
    expect(await alice.ask('ordersPending_unsubscribe')).toMatchObject(SUCCESS);
    await cancel(id, 'ETH_BTC');
    expect(await alice.quiet()).toBe(true);
  });

  test('the query gives a page, newest first, and how many there are', async () => {
    const ids: number[] = [];
    for (const price of ['39001', '39002', '39003'])
      ids.push(await world.place(ALICE, 'limit', 'buy', { price, amount: '1' }));
    await world.place(BOB, 'limit', 'buy', { price: '39000', amount: '1' });
    const { result } = await alice.ask('ordersPending_request', 'BTC_USDT', 1, 2);
    expect(result).toMatchObject({ limit: 2, offset: 1, total: 3, records: [{ id: ids[1] }, { id: ids[0] }] });
    expect((await alice.ask('ordersPending_request', 'ETH_BTC', 0, 100)).result).toEqual({
      limit: 100,
      offset: 0,
      total: 0,
      records: [],
    });
  });

  test.each([
    ['ordersPending_request', ['NO_SUCH', 0, 10], 9],
    ['ordersPending_request', ['BTC_USDT', 0, 101], 1],
    ['ordersPending_request', ['BTC_USDT', -1, 10], 1],
    ['ordersPending_request', ['BTC_USDT'], 1],
    ['ordersPending_subscribe', [], 1],
    ['ordersPending_subscribe', [['BTC_USDT']], 1],
    ['ordersPending_subscribe', ['BTC_USDT', 'NO_SUCH'], 9],
    ['ordersExecuted_request', ['BTC_USDT', 0, 10], 1],
    ['ordersExecuted_request', [{ order_types: [1] }, 0, 10], 1],
    ['ordersExecuted_request', [{ market: 'BTC_USDT', order_types: ['1'] }, 0, 10], 1],
    ['ordersExecuted_subscribe', [['BTC_USDT']], 1],
    ['ordersExecuted_subscribe', [['BTC_USDT'], 3], 1],
    ['ordersExecuted_subscribe', ['BTC_USDT', 0], 1],
    ['deals_request', ['NO_SUCH', 0, 10], 9],
    ['deals_request', ['BTC_USDT', 0, 0], 1],
    ['deals_subscribe', ['BTC_USDT'], 1],
    ['deals_subscribe', [['NO_SUCH']], 9],
  ])('%s %j is refused with code %i', async (method, params, code) => {
    expect((await alice.ask(method, ...params)).error?.code).toBe(code);
  });
});

describe('ordersExecuted', () => {
  test.each([
    [0, ['limit', 'market', 'stop limit']],
    [1, ['limit', 'stop limit']],
    [2, ['market']],
  ])('filter %i tells the end of %j orders', async (filter, expected) => {
    expect(await alice.ask('ordersExecuted_subscribe', [['BTC_USDT']], filter)).toMatchObject({ error: { code: 1 } });
    expect(await alice.ask('ordersExecuted_subscribe', ['BTC_USDT'], filter)).toMatchObject(SUCCESS);
    await world.place(BOB, 'limit', 'sell', { price: '40000', amount: '1' });
    await world.place(BOB, 'limit', 'sell', { price: '40001', amount: '1' });
    const ids = {
      limit: await world.place(ALICE, 'limit', 'buy', { price: '40000', amount: '1' }),
      market: await world.place(ALICE, 'market', 'buy', { amount: '100' }),
      'stop limit': await world.place(ALICE, 'stop limit', 'sell', {
        price: '38000',
        amount: '1',
        activationPrice: '39000',
      }),
    };
    await cancel(ids['stop limit']);
    const orders = (await alice.all()).map(({ params }) => params?.[0] as Order);
    const wanted = Object.entries(ids).filter(([type]) => expected.includes(type));
    expect(orders.map(({ id }) => id)).toEqual(wanted.map(([, id]) => id));
  });

  test('the update holds the finished order', async () => {
    await world.place(BOB, 'limit', 'sell', { price: '40000', amount: '1' });
    await alice.ask('ordersExecuted_subscribe', ['BTC_USDT'], 0);
    const id = await world.place(ALICE, 'limit', 'buy', { price: '40001', amount: '1' });
    expect(await alice.next()).toMatchObject({
      id: null,
      method: 'ordersExecuted_update',
      params: [{ id, status: 'FILLED', left: '0', deal_stock: '1', deal_money: '40000', deal_fee: '0.001' }],
    });
  });

  test('the query gives records of the types asked for, newest first, page by page', async () => {
    await world.place(BOB, 'limit', 'sell', { price: '40000', amount: '1' });
    const market = await world.place(ALICE, 'market', 'buy', { amount: '400' });
    const ids: number[] = [];
    for (const price of ['39001', '39002', '39003'])
      ids.push(await world.place(ALICE, 'limit', 'buy', { price, amount: '1' }));
    for (const id of ids) {
      world.bench.clock.ms += 10;
      await cancel(id);
    }
    const ask = async (filter: object, offset: number, limit: number): Promise<unknown> => {
      const { result } = await alice.ask('ordersExecuted_request', { market: 'BTC_USDT', ...filter }, offset, limit);
      return (result as { records: Order[] }).records.map(({ id }) => id);
    };
    const [first, second, third] = ids;
    expect(await ask({}, 0, 100)).toEqual([third, second, first, market]);
    expect(await ask({ order_types: [1, 2, 202, 3, 4] }, 1, 2)).toEqual([second, first]);
    expect(await ask({ order_types: [1] }, 1, 2)).toEqual([second, first]);
    expect(await ask({ order_types: [2] }, 0, 100)).toEqual([market]);
    expect(await ask({ order_types: [7] }, 0, 100)).toEqual([]);
    const { result } = await alice.ask('ordersExecuted_request', { market: 'BTC_USDT', order_types: [2] }, 0, 30);
    expect(result).toEqual({
      limit: 30,
      offset: 0,
      records: [
        {
          id: market,
          ctime: sec() - 0.03,
          ftime: sec() - 0.03,
          market: 'BTC_USDT',
          source: 'api',
          type: 2,
          side: 2,
          post_only: false,
          ioc: false,
          price: '0',
          amount: '400',
          deal_stock: '0.01',
          deal_money: '400',
          deal_fee: '0.00001',
          client_order_id: '',
          status: 'FILLED',
          fee_asset: 'BTC',
          rpi: false,
        },
      ],
    });
  });
});

describe('deals', () => {
  test('eleven values of the own side of every trade', async () => {
    expect(await alice.ask('deals_subscribe', ['BTC_USDT', 'ETH_BTC'])).toMatchObject(SUCCESS);
    const resting = await world.place(BOB, 'limit', 'sell', { price: '40000', amount: '1' });
    const id = await world.place(ALICE, 'limit', 'buy', { price: '40000', amount: '0.5', clientOrderId: 'mine' });
    expect(await alice.next()).toEqual({
      id: null,
      method: 'deals_update',
      params: [1, sec(), 'BTC_USDT', id, '40000', '0.5', '0.0005', 'mine', 2, 2, 'BTC'],
    });
    const bob = await world.connectAs(BOB);
    const { result } = await bob.ask('deals_request', 'BTC_USDT', 0, 30);
    expect(result).toEqual({
      limit: 30,
      offset: 0,
      records: [
        {
          time: sec(),
          id: 1,
          side: 1,
          role: 1,
          price: '40000',
          amount: '0.5',
          deal: '20000',
          fee: '20',
          order_id: resting,
          deal_order_id: id,
          market: 'BTC_USDT',
          client_order_id: '',
          fee_asset: 'USDT',
        },
      ],
    });
  });

  test('an empty list means every market, another one replaces it', async () => {
    const deal = async (market: string, price: string): Promise<void> => {
      await world.place(BOB, 'limit', 'sell', { market, price, amount: '1' });
      await world.place(ALICE, 'limit', 'buy', { market, price, amount: '1' });
    };
    await alice.ask('deals_subscribe', []);
    await deal('BTC_USDT', '40000');
    await deal('ETH_BTC', '0.05');
    expect((await alice.all()).map(({ params }) => params?.[2])).toEqual(['BTC_USDT', 'ETH_BTC']);
    await alice.ask('deals_subscribe', ['ETH_BTC']);
    await deal('BTC_USDT', '40000');
    await deal('ETH_BTC', '0.05');
    expect((await alice.all()).map(({ params }) => params?.[2])).toEqual(['ETH_BTC']);
    expect(await alice.ask('deals_unsubscribe')).toMatchObject(SUCCESS);
    await deal('ETH_BTC', '0.05');
    expect(await alice.quiet()).toBe(true);
  });

  test('one commit is told in its own order over all channels', async () => {
    await alice.ask('ordersPending_subscribe', 'BTC_USDT');
    await alice.ask('ordersExecuted_subscribe', ['BTC_USDT'], 0);
    await alice.ask('deals_subscribe', []);
    const first = await world.place(ALICE, 'limit', 'sell', { price: '40000', amount: '1' });
    const second = await world.place(ALICE, 'limit', 'sell', { price: '40001', amount: '1' });
    await alice.all();
    await world.place(BOB, 'limit', 'buy', { price: '40001', amount: '1.5' });
    const lines = await told(alice);
    expect([...lines].sort()).toEqual([
      `deals: 1 of order ${first}`,
      `deals: 2 of order ${second}`,
      `ordersExecuted: ${first} FILLED 0`,
      `ordersPending: 2 ${second} OPEN 0.5`,
      `ordersPending: 3 ${first} FILLED 0`,
    ]);
    expect(lines.indexOf(`deals: 1 of order ${first}`)).toBeLessThan(lines.indexOf(`deals: 2 of order ${second}`));
  });
});

describe('balanceSpot', () => {
  const usdt = { available: '1000000', freeze: '0' };

  test('the query tells what was asked for, or everything', async () => {
    await world.place(ALICE, 'limit', 'buy', { price: '30000', amount: '1' });
    expect((await alice.ask('balanceSpot_request', 'USDT', 'BTC')).result).toEqual({
      USDT: { available: '970000', freeze: '30000' },
      BTC: { available: '1000000', freeze: '0' },
    });
    const all = (await alice.ask('balanceSpot_request')).result;
    expect(Object.keys(all ?? {})).toEqual(['BTC', 'ETH', 'USDT', 'PEPE']);
    expect((await alice.ask('balanceSpot_request', 'NO_SUCH')).error?.code).toBe(1);
  });

  test('pushes what changed, at most once a second, and only of the own trade wallet', async () => {
    expect(await alice.ask('balanceSpot_subscribe')).toMatchObject(SUCCESS);
    world.pass(100);
    expect(await alice.quiet()).toBe(true);
    const id = await world.place(ALICE, 'limit', 'buy', { price: '30000', amount: '1' });
    world.pass(100);
    expect(await alice.next()).toEqual({
      id: null,
      method: 'balanceSpot_update',
      params: [{ USDT: { available: '970000', freeze: '30000' } }],
    });
    await world.place(ALICE, 'limit', 'sell', { price: '50000', amount: '1' });
    world.pass(900);
    expect(await alice.quiet()).toBe(true);
    await cancel(id);
    world.pass(100);
    expect((await alice.next()).params).toEqual([{ BTC: { available: '999999', freeze: '1' }, USDT: usdt }]);
    await world.place(BOB, 'limit', 'buy', { price: '30000', amount: '1' });
    world.pass(2000);
    expect(await alice.quiet()).toBe(true);
    expect(await alice.ask('balanceSpot_unsubscribe')).toMatchObject(SUCCESS);
    await world.place(ALICE, 'limit', 'buy', { price: '30000', amount: '1' });
    world.pass(2000);
    expect(await alice.quiet()).toBe(true);
    expect(world.accounts.listeners.size).toBe(0);
  });

  test('a transfer is heard of, too', async () => {
    await alice.ask('balanceSpot_subscribe', 'USDT');
    const before = world.accounts.balances(ALICE);
    world.accounts.balances = () => new Map([...before, ['USDT', { available: d('7'), freeze: d('0') }]]);
    for (const listener of world.accounts.listeners) listener(ALICE, 'trade', ['USDT']);
    world.pass(100);
    expect((await alice.next()).params).toEqual([{ USDT: { available: '7', freeze: '0' } }]);
  });

  test('a client that leaves takes its listener along', async () => {
    await alice.ask('balanceSpot_subscribe');
    expect(world.accounts.listeners.size).toBe(1);
    alice.stop();
    await expect.poll(() => world.accounts.listeners.size).toBe(0);
  });
});

test('a connection that becomes another account hears nothing of the first any more', async () => {
  await alice.ask('ordersPending_subscribe', 'BTC_USDT');
  await alice.ask('ordersExecuted_subscribe', ['BTC_USDT'], 0);
  await alice.ask('deals_subscribe', []);
  await alice.ask('balanceSpot_subscribe');
  expect(await alice.ask('authorize', 'bob-token', 'public')).toMatchObject(SUCCESS);
  await world.place(BOB, 'limit', 'sell', { price: '40000', amount: '1' });
  await world.place(ALICE, 'limit', 'buy', { price: '40000', amount: '1' });
  world.pass(1000);
  expect(await alice.quiet()).toBe(true);
});
