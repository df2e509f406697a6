import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, startClient } from '../practice.testing.ts';
import { CheckedStreamClient, nothingPassed } from './checked.testing.ts';
import { ANSWERED_METHODS, UPDATE_METHODS } from './shapes.ts';

/** Every public channel of a living exchange: asked, subscribed, listened to, and asked wrongly. */

const MARKET = 'BTC_USDT';
const passed = nothingPassed();
let client: Client;
let stream: CheckedStreamClient;

beforeAll(async () => {
  // Faster than the machine, so that there is something to hear at once.
  client = await startClient({ speed: 20 });
  stream = await new CheckedStreamClient(client.practice.port, passed).open();
});
afterAll(async () => {
  stream.stop();
  await client.stop();
});

/** Waits until this many updates of the channel have come; the life of the exchange brings them. */
async function hear(listener: CheckedStreamClient, method: string, wanted: number): Promise<number> {
  let heard = 0;
  while (heard < wanted) if ((await listener.next()).method === method) heard += 1;
  return heard;
}

test('ping and time', async () => {
  expect(await stream.ask('ping')).toMatchObject({ result: 'pong' });
  await stream.ask('time');
});

describe('what is asked', () => {
  const nowSec = Math.floor(Date.now() / 1000);
  test.each<[string, unknown[]]>([
    ['candles_request', [MARKET, nowSec - 3600, nowSec, 60]],
    ['lastprice_request', [MARKET]],
    ['market_request', [MARKET, 86_400]],
    ['market_request', [MARKET, 3600]],
    ['marketToday_query', [MARKET]],
    ['trades_request', [MARKET, 100, 0]],
    ['depth_request', [MARKET, 100, '0']],
    ['depth_request', [MARKET, 5, '0.1']],
  ])('%s %j', async (method, params) => {
    expect(await stream.ask(method, ...params)).toMatchObject({ error: null });
  });

  test.each<[string, unknown[]]>([
    ['candles_request', [MARKET]],
    ['candles_request', ['NO_SUCH', nowSec - 60, nowSec, 60]],
    ['candles_subscribe', [MARKET, 61]],
    ['lastprice_request', [7]],
    ['lastprice_request', ['NO_SUCH']],
    ['market_request', ['NO_SUCH', 86_400]],
    ['marketToday_query', ['NO_SUCH']],
    ['trades_request', ['NO_SUCH', 1, 0]],
    ['trades_request', [MARKET, 101, 0]],
    ['depth_request', ['NO_SUCH', 1, '0']],
    ['depth_request', [MARKET, 7, '0']],
    ['depth_subscribe', ['BTC_PERPx', 5, '0', true]],
    ['bookTicker_subscribe', ['NO_SUCH']],
    ['deals_subscribe', [[MARKET]]],
    ['ordersPending_request', [MARKET, 0, 10]],
    ['balanceSpot_subscribe', []],
    ['authorize', ['no-such-token', 'public']],
    ['marketToday_request', [MARKET]],
    ['nothing_at_all', []],
  ])('%s %j is refused', async (method, params) => {
    expect(await stream.ask(method, ...params)).toMatchObject({ result: null });
  });
});

// Each on a connection of its own, all at once: they wait for the same seconds.
describe.concurrent('what is subscribed', () => {
  test.each<[string, unknown[], number]>([
    ['depth', [MARKET, 100, '0', true], 4],
    ['depth', [MARKET, 5, '0', false], 3],
    ['depth', [MARKET, 10, '0.1', false], 3],
    ['trades', [MARKET, 'ETH_USDT'], 3],
    ['trades', [], 5],
    ['candles', [MARKET, 60], 2],
    ['lastprice', [MARKET, 'ETH_USDT'], 2],
    ['market', [MARKET], 2],
    ['marketToday', [MARKET], 2],
    ['bookTicker', [MARKET], 3],
    ['bookTicker', [], 20],
  ])('%s %j', async (channel, params, wanted) => {
    const listener = await new CheckedStreamClient(client.practice.port, passed).open();
    try {
      expect(await listener.ask(`${channel}_subscribe`, ...params)).toMatchObject({ error: null });
      expect(await hear(listener, `${channel}_update`, wanted)).toBe(wanted);
      expect(await listener.ask(`${channel}_unsubscribe`)).toMatchObject({ error: null });
      await listener.all();
    } finally {
      listener.stop();
    }
  });
});

test('every public method has been answered well, and every public channel has told something', () => {
  const own = /^(authorize|balance|orders|deals|positions|borrows)/;
  const open = ANSWERED_METHODS.filter((method) => !own.test(method));
  expect(open.length).toBeGreaterThan(20);
  expect(open.filter((method) => !passed.answers.has(`${method} ok`))).toEqual([]);
  const updates = UPDATE_METHODS.filter((method) => !own.test(method));
  expect(updates.filter((method) => !passed.updates.has(method))).toEqual([]);
});
