import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, startClient } from '../practice.testing.ts';
import { checkedClient, nothingPassed } from './checked.testing.ts';
import { SHAPED_PATHS } from './shapes.ts';

/** Every public endpoint of a living exchange, asked rightly and wrongly. */

const passed = nothingPassed();
let plain: Client;
let client: Client;

beforeAll(async () => {
  plain = await startClient();
  client = checkedClient(plain, passed);
});
afterAll(() => plain.stop());

const V1_QUERY: Readonly<Record<string, string>> = {
  '/api/v1/public/ticker': '?market=BTC_USDT',
  '/api/v1/public/depth/result': '?market=BTC_USDT&limit=20',
  '/api/v1/public/history': '?market=BTC_USDT&lastId=0&limit=20',
  '/api/v1/public/kline': '?market=BTC_USDT&interval=1h&limit=50',
};

test.each(SHAPED_PATHS.filter((path) => path.includes('/public/')))('%s', async (path) => {
  const target = path.replace('{market}', 'BTC_USDT') + (V1_QUERY[path] ?? '');
  const right = await client.get(target);
  expect(right.status).toBe(200);
  // No funding is paid on spot, and nothing else is traded here.
  if (!path.includes('funding-history')) expect(right.text.length).toBeGreaterThan(2);
  if (path.startsWith('/api/v1') || path.startsWith('/api/v2')) expect(right.text).not.toContain('"success":false');
  if (path.includes('{market}')) await client.get(path.replace('{market}', 'NO_SUCH'));
  else if (V1_QUERY[path] !== undefined) {
    await client.get(path);
    await client.get(`${path}?market=NO_SUCH`);
  }
});

const INTERVALS = '1s 10s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M'.split(' ');
test.each(INTERVALS)('candles of %s', async (interval) => {
  const { body } = await client.get(`/api/v1/public/kline?market=ETH_USDT&interval=${interval}&limit=5`);
  expect(body).toMatchObject({ success: true });
});

test('what is asked wrongly is refused in the words of the exchange', async () => {
  const wrong = [
    '/api/v1/public/kline?market=ETH_USDT&interval=7m',
    '/api/v1/public/kline?market=ETH_USDT&limit=0',
    '/api/v1/public/kline?market=ETH_USDT&limit=2000',
    '/api/v1/public/kline?market=ETH_USDT&start=20&end=10',
    '/api/v1/public/history?market=BTC_USDT',
    '/api/v4/public/trades/BTC_USDT?type=gift',
    '/api/v4/public/orderbook/BTC_USDT?level=x',
    '/api/v4/public/orderbook/BTC_USDT?limit=x',
  ];
  for (const target of wrong) {
    const reply = await client.get(target);
    expect(reply.text, target).toMatch(/^\{"(success":false|[a-z]+":\[)/);
  }
});

test('sides of the public trades, and levels of a book', async () => {
  for (const type of ['buy', 'sell']) {
    const { body } = await client.get(`/api/v4/public/trades/BTC_USDT?type=${type}`);
    for (const row of Array.isArray(body) ? body : []) expect(row).toMatchObject({ type });
  }
  for (const level of [0, 1, 5, 10, 50]) await client.get(`/api/v4/public/orderbook/BTC_USDT?level=${level}&limit=100`);
  const { body } = await client.get('/api/v4/public/orderbook/BTC_USDT?limit=3');
  expect(body).toMatchObject({ asks: { length: 3 }, bids: { length: 3 } });
});

test('a path that is not there is not found, and not in JSON', async () => {
  expect(await client.get('/api/v4/public/nothing')).toMatchObject({ status: 404, text: '' });
});
