import { expect, test, vi } from 'vitest';
import { ExchangeStoppedError } from '../exchange/durable-exchange.ts';
import type { Account, ApiKey } from '../ports.ts';
import type { Handler } from './answer.ts';
import { json } from './answer.ts';
import { createPrivateApi } from './private-api.ts';
import { noRateLimits } from './rate-limits.ts';
import { createRequestLog } from './request-log.ts';

const REQUEST = { path: '/x', apiKey: '', payload: '', signature: '', body: Buffer.from('{}'), address: '' };

function api(handler: Handler, written: () => Promise<void> | null) {
  return createPrivateApi({
    endpoints: { find: () => ({ guard: '/x', handler, rateGroups: [] }), paths: [] },
    authenticate: () => ({ ok: true, account: {} as Account, key: {} as ApiKey, params: {} }),
    keyUse: { written },
    limiter: noRateLimits,
    log: createRequestLog(() => true),
    clock: { nowMs: () => 0 },
  });
}

test('nothing is carried out before its nonce is written', async () => {
  const handler = vi.fn<Handler>(() => json(200, []));
  const nonce = Promise.withResolvers<void>();
  const answer = api(handler, () => nonce.promise)(REQUEST);
  await new Promise(setImmediate);
  expect(handler).not.toHaveBeenCalled();
  nonce.resolve();
  expect(await answer).toMatchObject({ status: 200 });
  expect(handler).toHaveBeenCalledOnce();
});

test('nothing is carried out whose nonce cannot be written', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const handler = vi.fn<Handler>(() => json(200, []));
  expect(await api(handler, () => Promise.reject(new Error('disk full')))(REQUEST)).toMatchObject({ status: 500 });
  expect(handler).not.toHaveBeenCalled();
  expect(told).toHaveBeenCalledOnce();
  told.mockRestore();
});

test('an exchange that has stopped is not there, and that is no fault of each request', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const handler: Handler = () => {
    throw new ExchangeStoppedError();
  };
  expect(await api(handler, () => null)(REQUEST)).toMatchObject({ kind: 'text', status: 503 });
  expect(told).not.toHaveBeenCalled();
  told.mockRestore();
});
