import { expect, test } from 'vitest';
import { createRequestLog } from './request-log.ts';

const request = (params: object, path = '/api/v4/order/new') => ({
  path,
  apiKey: 'key',
  body: Buffer.from(JSON.stringify(params)),
});

test('the same names count together, in whatever order they are sent and whether or not the body was read', () => {
  const log = createRequestLog(() => true);
  const one = { request: '/x', nonce: 1, market: 'BTC_USDT', side: 'buy' };
  const turned = { side: 'sell', nonce: 2, nonceWindow: true, market: 'ETH_USDT', request: '/x' };
  for (const params of [one, turned, one]) log.record(request(params), 200, 0, params);
  log.record(request(turned), 401, 0, null);
  expect(log.shapes()).toEqual({ '/api/v4/order/new?market,side': 4 });
  expect(log.counts()).toEqual({ '/api/v4/order/new': 4 });
});

test('a cleared log begins again, also with what it had seen before', () => {
  const log = createRequestLog((path) => path === '/api/v4/order/new');
  const params = { market: 'BTC_USDT' };
  log.record(request(params), 200, 0, params);
  log.clear();
  expect(log.shapes()).toEqual({});
  log.record(request(params), 200, 0, params);
  log.record(request(params, '/no/such'), 404, 0, params);
  expect(log.shapes()).toEqual({ '/api/v4/order/new?market': 1, '/no/such?market': 1 });
  expect(log.counts()).toEqual({ '/api/v4/order/new': 1, other: 1 });
});
