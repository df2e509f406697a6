import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALICE, BOB } from '../engine/world.testing.ts';
import type { Client, Message } from './test-client.ts';
import { World } from './world.testing.ts';

const SUCCESS = { result: { status: 'success' }, error: null };

let world: World;

beforeEach(async () => {
  world = await (await new World().listen()).fund();
});
afterEach(() => world.stop());

const sec = (): number => world.nowMs / 1000;

describe('depth', () => {
  const data = async (client: Client): Promise<unknown[]> => (await client.next()).params as unknown[];

  test('first the whole book, then changes that name the frame before', async () => {
    await world.place(ALICE, 'limit', 'buy', { price: '39999', amount: '0.5' });
    await world.place(ALICE, 'limit', 'sell', { price: '40001', amount: '0.25' });
    const client = await world.connect();
    expect(await client.ask('depth_subscribe', 'BTC_USDT', 5, '0')).toMatchObject(SUCCESS);
    const made = sec();
    world.pass(100);
    expect(await client.next()).toEqual({
      id: null,
      method: 'depth_update',
      params: [
        true,
        { timestamp: made, update_id: 2, asks: [['40001', '0.25']], bids: [['39999', '0.5']], event_time: sec() },
        'BTC_USDT',
      ],
    });
    world.pass(100);
    await world.place(BOB, 'limit', 'buy', { price: '40001', amount: '0.25' });
    await world.place(BOB, 'limit', 'buy', { price: '39998', amount: '1' });
    world.pass(100);
    expect(await data(client)).toEqual([
      false,
      {
        timestamp: sec() - 0.1,
        update_id: 4,
        past_update_id: 2,
        asks: [['40001', '0']],
        bids: [['39998', '1']],
        event_time: sec(),
      },
      'BTC_USDT',
    ]);
    world.pass(100);
    expect(await client.quiet()).toBe(true);
    expect((await client.ask('depth_request', 'BTC_USDT', 5, '0')).result).toEqual({
      timestamp: sec() - 0.2,
      asks: [],
      bids: [
        ['39999', '0.5'],
        ['39998', '1'],
      ],
    });
  });

  test('ten silent seconds bring the whole book again, and the chain goes on from it', async () => {
    await world.place(ALICE, 'limit', 'buy', { price: '39999', amount: '0.5' });
    const client = await world.connect();
    await client.ask('depth_subscribe', 'BTC_USDT', 1, '0');
    world.pass(100);
    await client.all();
    // Below the limit: the book changed, but nothing that is shown.
    await world.place(ALICE, 'limit', 'buy', { price: '39998', amount: '0.5' });
    world.pass(9900);
    expect(await client.quiet()).toBe(true);
    world.pass(100);
    expect(await data(client)).toMatchObject([true, { update_id: 2, asks: [], bids: [['39999', '0.5']] }, 'BTC_USDT']);
    await world.place(ALICE, 'limit', 'buy', { price: '39999.5', amount: '0.5' });
    world.pass(100);
    const bids = [
      ['39999', '0'],
      ['39999.5', '0.5'],
    ];
    expect(await data(client)).toMatchObject([false, { update_id: 3, past_update_id: 2, asks: [], bids }, 'BTC_USDT']);
  });

  test('a level that moves into the limit appears, one that is pushed out goes', async () => {
    for (const price of ['39999', '39998', '39997', '39996', '39995', '39994'])
      await world.place(ALICE, 'limit', 'buy', { price, amount: '1' });
    const client = await world.connect();
    await client.ask('depth_subscribe', 'BTC_USDT', 5, '0');
    world.pass(100);
    await client.all();
    const sold = await world.place(BOB, 'market', 'sell', { amount: '1' });
    expect(sold).toBeGreaterThan(0);
    world.pass(100);
    expect((await data(client))[1]).toMatchObject({
      bids: [
        ['39999', '0'],
        ['39994', '1'],
      ],
    });
    await world.place(ALICE, 'limit', 'buy', { price: '39998.5', amount: '2' });
    world.pass(100);
    expect((await data(client))[1]).toMatchObject({
      bids: [
        ['39994', '0'],
        ['39998.5', '2'],
      ],
    });
  });

  test('prices merged into steps, away from the middle', async () => {
    for (const price of ['39999.99', '39999.91', '39999.9', '39999.85'])
      await world.place(ALICE, 'limit', 'buy', { price, amount: '1' });
    for (const price of ['40000.01', '40000.1', '40000.11'])
      await world.place(ALICE, 'limit', 'sell', { price, amount: '1' });
    const client = await world.connect();
    expect((await client.ask('depth_request', 'BTC_USDT', 5, '0.1')).result).toMatchObject({
      asks: [
        ['40000.1', '2'],
        ['40000.2', '1'],
      ],
      bids: [
        ['39999.9', '3'],
        ['39999.8', '1'],
      ],
    });
    // A step finer than the market's merges nothing.
    expect((await client.ask('depth_request', 'BTC_USDT', 1, '0.00000001')).result).toMatchObject({
      bids: [['39999.99', '1']],
    });
  });

  test('steps are whole however many levels they take', async () => {
    // Ten levels fall into the first step, more than a first look takes in.
    for (let cents = 0; cents < 10; cents += 1)
      await world.place(ALICE, 'limit', 'buy', { price: `39999.1${cents}`, amount: '1' });
    await world.place(ALICE, 'limit', 'buy', { price: '39998', amount: '1' });
    const client = await world.connect();
    const { result } = await client.ask('depth_request', 'BTC_USDT', 1, '0.1');
    expect(result).toMatchObject({ bids: [['39999.1', '10']] });
  });

  test('a second market replaces the first unless it asks to stand beside it', async () => {
    const client = await world.connect();
    const names = async (): Promise<unknown[]> => (await client.all()).map(({ params }: Message) => params?.[2]);
    await client.ask('depth_subscribe', 'BTC_USDT', 1, '0');
    await client.ask('depth_subscribe', 'ETH_BTC', 1, '0', true);
    world.pass(0);
    expect(await names()).toEqual(['BTC_USDT', 'ETH_BTC']);
    await client.ask('depth_subscribe', 'PEPE_USDT', 1, '0', false);
    world.pass(0);
    expect(await names()).toEqual(['PEPE_USDT']);
    await client.ask('depth_subscribe', 'ETH_BTC', 1, '0', true);
    world.pass(0);
    await client.all();
    expect(await client.ask('depth_unsubscribe', 'PEPE_USDT')).toMatchObject(SUCCESS);
    world.pass(10_000);
    expect(await names()).toEqual(['ETH_BTC']);
    expect(await client.ask('depth_unsubscribe')).toMatchObject(SUCCESS);
    world.pass(10_000);
    expect(await client.quiet()).toBe(true);
  });

  test('who comes later gets the book of that moment, stamped with that moment', async () => {
    const whole = async (): Promise<unknown> => {
      const client = await world.connect();
      await client.ask('depth_subscribe', 'BTC_USDT', 1, '0');
      world.pass(0);
      return (await client.next()).params?.[1];
    };
    await world.place(ALICE, 'limit', 'buy', { price: '39998', amount: '1' });
    expect(await whole()).toMatchObject({ update_id: 1, event_time: sec() });
    // Within the same millisecond.
    await world.place(ALICE, 'limit', 'buy', { price: '39999', amount: '1' });
    expect(await whole()).toMatchObject({ update_id: 2, bids: [['39999', '1']], event_time: sec() });
    world.pass(5000);
    expect(await whole()).toMatchObject({ update_id: 2, timestamp: sec() - 5, event_time: sec() });
  });

  test('subscribers who came at different times each have a chain of their own', async () => {
    const first = await world.connect();
    await first.ask('depth_subscribe', 'BTC_USDT', 1, '0');
    await world.place(ALICE, 'limit', 'buy', { price: '39999', amount: '1' });
    world.pass(100);
    await world.place(ALICE, 'limit', 'buy', { price: '39998', amount: '1' });
    const second = await world.connect();
    await second.ask('depth_subscribe', 'BTC_USDT', 1, '0');
    world.pass(100);
    await world.place(ALICE, 'limit', 'buy', { price: '39999', amount: '1' });
    world.pass(100);
    const ids = (messages: readonly Message[]): unknown[] =>
      messages.map(({ params }) => {
        const [, { update_id, past_update_id }] = params as [boolean, Record<string, number>];
        return [past_update_id, update_id];
      });
    expect(ids(await first.all())).toEqual([
      [undefined, 1],
      [1, 3],
    ]);
    expect(ids(await second.all())).toEqual([
      [undefined, 2],
      [2, 3],
    ]);
  });
});

describe('bookTicker', () => {
  test('the best of both sides, then at once when it changes and only then', async () => {
    await world.place(ALICE, 'limit', 'buy', { price: '39999', amount: '0.5' });
    const client = await world.connect();
    await client.ask('bookTicker_subscribe', 'BTC_USDT');
    const made = sec();
    world.pass(100);
    expect(await client.next()).toEqual({
      id: null,
      method: 'bookTicker_update',
      params: [[made, sec(), 'BTC_USDT', 1, '39999', '0.5', '0', '0']],
    });
    await world.place(ALICE, 'limit', 'sell', { price: '40001', amount: '0.25' });
    expect((await client.next()).params).toEqual([[sec(), sec(), 'BTC_USDT', 2, '39999', '0.5', '40001', '0.25']]);
    await world.place(ALICE, 'limit', 'buy', { price: '39998', amount: '0.5' });
    world.pass(100);
    expect(await client.quiet()).toBe(true);
    expect(await client.ask('bookTicker_unsubscribe', 'BTC_USDT')).toMatchObject(SUCCESS);
    await world.place(ALICE, 'limit', 'buy', { price: '40000', amount: '0.5' });
    expect(await client.quiet()).toBe(true);
  });

  test('without a name every market is meant', async () => {
    const client = await world.connect();
    await client.ask('bookTicker_subscribe');
    world.pass(0);
    expect((await client.all()).map(({ params }) => (params as unknown[][])[0]?.[2])).toEqual([
      'BTC_USDT',
      'ETH_BTC',
      'PEPE_USDT',
    ]);
  });
});
