import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createWebsocketTokens } from '../api/tokens.ts';
import { ALICE } from '../engine/world.testing.ts';
import { World } from './world.testing.ts';

let world: World;

beforeEach(async () => {
  world = await new World().listen();
});
afterEach(() => world.stop());

const refused = (code: number, message: string): object => ({ result: null, error: { code, message } });

describe('requests', () => {
  test('ping and time', async () => {
    const client = await world.connect();
    expect(await client.ask('ping')).toEqual({ id: 1, result: 'pong', error: null });
    expect(await client.ask('time')).toEqual({ id: 2, result: world.nowMs / 1000, error: null });
  });

  test.each([
    ['no_such_method', [], 4, 'method not found'],
    ['lastprice_request', [], 1, 'invalid argument'],
    ['lastprice_request', [7], 1, 'invalid argument'],
    ['lastprice_request', ['NO_SUCH'], 9, 'market NO_SUCH does not exist'],
    ['lastprice_subscribe', [], 1, 'invalid argument'],
    ['lastprice_subscribe', ['BTC_USDT', 'NO_SUCH'], 9, 'market NO_SUCH does not exist'],
    ['market_request', ['BTC_USDT'], 1, 'invalid argument'],
    ['market_request', ['BTC_USDT', 0], 1, 'invalid argument'],
    ['candles_request', ['BTC_USDT', 10, 5, 60], 1, 'invalid argument'],
    ['candles_request', ['BTC_USDT', 0, 1_700_000_000, 60], 1, 'invalid argument'],
    ['candles_subscribe', ['BTC_USDT', 7], 1, 'invalid argument'],
    ['depth_subscribe', ['BTC_USDT', 7, '0'], 1, 'invalid argument'],
    ['depth_subscribe', ['BTC_USDT', 5, '3'], 1, 'invalid argument'],
    ['depth_subscribe', ['BTC_USDT', 5, '0', 1], 1, 'invalid argument'],
    ['depth_request', ['NO_SUCH', 5, '0'], 9, 'market NO_SUCH does not exist'],
    ['bookTicker_subscribe', ['BTC_USDT', 'ETH_BTC'], 1, 'invalid argument'],
    ['trades_request', ['BTC_USDT', 101, 0], 1, 'invalid argument'],
    ['balanceSpot_request', [], 6, 'require authentication'],
    ['balanceSpot_subscribe', ['BTC'], 6, 'require authentication'],
    ['balanceSpot_unsubscribe', [], 6, 'require authentication'],
    ['ordersPending_request', ['BTC_USDT', 0, 10], 6, 'require authentication'],
    ['ordersPending_subscribe', ['BTC_USDT'], 6, 'require authentication'],
    ['ordersPending_unsubscribe', [], 6, 'require authentication'],
    ['ordersExecuted_request', [{ market: 'BTC_USDT' }, 0, 10], 6, 'require authentication'],
    ['ordersExecuted_subscribe', [['BTC_USDT'], 0], 6, 'require authentication'],
    ['deals_request', ['BTC_USDT', 0, 10], 6, 'require authentication'],
    ['deals_subscribe', [[]], 6, 'require authentication'],
    ['authorize', ['alice-token'], 1, 'invalid argument'],
    ['authorize', ['bad-token', 'public'], 6, 'require authentication'],
  ])('%s %j is refused with code %i', async (method, params, code, message) => {
    const client = await world.connect();
    expect(await client.ask(method, ...params)).toMatchObject(refused(code, message));
  });

  test('JSON that is no request is refused with its id, if it has one', async () => {
    const client = await world.connect();
    client.send('{"id":5,"method":"ping"}');
    expect(await client.next()).toEqual({ id: 5, ...refused(1, 'invalid argument') });
    client.send('{"id":"5","method":"ping","params":[]}');
    expect(await client.next()).toEqual({ id: null, ...refused(1, 'invalid argument') });
    client.send('[]');
    expect(await client.next()).toMatchObject({ id: null, error: { code: 1 } });
  });

  test.each(['{"id":1,', '', Buffer.from([1, 2, 3])])('what is not JSON text ends the connection: %j', async (data) => {
    const client = await world.connect();
    client.send(data);
    expect(await client.closed).toBe(1007);
  });

  test('more than 200 requests a minute are refused until the minute is over', async () => {
    const client = await world.connect();
    for (let i = 0; i < 200; i += 1) expect((await client.ask('ping')).error).toBeNull();
    expect(await client.ask('ping')).toMatchObject(refused(7, 'too many requests'));
    world.bench.clock.ms += 59_999;
    expect((await client.ask('ping')).error?.code).toBe(7);
    world.bench.clock.ms += 1;
    expect((await client.ask('ping')).error).toBeNull();
  });

  test('the 1001st connection of a minute is turned away', async () => {
    const attempt = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${world.port}/ws`);
        socket.on('error', (error) => resolve(error.message));
        socket.on('open', () => {
          socket.terminate();
          resolve('open');
        });
      });
    for (let i = 0; i < 1000; i += 50)
      expect(await Promise.all(Array.from({ length: 50 }, attempt))).toEqual(Array(50).fill('open'));
    expect(await attempt()).toContain('429');
    world.bench.clock.ms += 60_000;
    expect(await attempt()).toBe('open');
  });

  test('60 seconds without a word of the client end the connection, pushes or not', async () => {
    const client = await world.connect();
    const talker = await world.connect();
    await client.ask('lastprice_subscribe', 'BTC_USDT');
    world.pass(59_999);
    expect(await talker.quiet()).toBe(true);
    world.pass(1);
    expect(await client.closed).toBe(1008);
    expect(await talker.quiet()).toBe(true);
  });

  test('a practice clock that runs fast does not cut clients off', async () => {
    await world.stop();
    const wire = { ms: 0, nowMs: () => wire.ms };
    world = await new World({ wireClock: wire }).listen();
    const client = await world.connect();
    world.pass(3_600_000);
    expect(await client.quiet()).toBe(true);
    wire.ms += 60_000;
    world.pass(1);
    expect(await client.closed).toBe(1008);
  });

  test('another path is no stream', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${world.port}/other`);
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(error.message).toContain('404');
  });

  test('a fault of the program is answered as one, and the connection lives on', async () => {
    const client = await world.connect();
    world.market.trades = () => {
      throw new Error('broken on purpose');
    };
    expect(await client.ask('trades_request', 'BTC_USDT', 1, 0)).toMatchObject(refused(2, 'internal error'));
    expect(await client.quiet()).toBe(true);
  });
});

describe('tokens', () => {
  test('a token opens one connection, once', async () => {
    const client = await world.connect();
    expect((await client.ask('authorize', 'alice-token', 'public')).result).toEqual({ status: 'success' });
    const second = await world.connect();
    expect(await second.ask('authorize', 'alice-token', 'public')).toMatchObject(refused(6, 'require authentication'));
  });

  test('a token is good for a minute', async () => {
    const clock = { ms: world.nowMs, nowMs: () => clock.ms };
    let draws = 0;
    const tokens = createWebsocketTokens(clock, (length) => {
      draws += 1;
      return Buffer.alloc(length, draws);
    });
    world.tokens.get = (token) => tokens.take(token) ?? undefined;
    const [early, late] = [tokens.issue(ALICE), tokens.issue(ALICE)];
    const client = await world.connect();
    clock.ms += 59_999;
    expect((await client.ask('authorize', early, 'public')).error).toBeNull();
    clock.ms += 1;
    expect(await client.ask('authorize', late, 'public')).toMatchObject(refused(6, 'require authentication'));
  });

  test('channels that come with margin say that they are not there yet', async () => {
    const client = await world.connectAs(ALICE);
    expect(await client.ask('balanceMargin_subscribe')).toMatchObject(refused(3, 'service unavailable'));
    expect(await client.ask('positionsMargin_request')).toMatchObject(refused(3, 'service unavailable'));
  });
});
