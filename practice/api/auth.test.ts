import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, DEMO, type Key, startClient } from '../practice.testing.ts';
import { ENDPOINT_GROUPS } from './permission-groups.ts';
import { sign } from './signed-call.testing.ts';

const NOW_MS = 1_767_225_600_000;
const BALANCE = '/api/v4/trade-account/balance';
const TRANSFER = '/api/v4/main-account/transfer';

let client: Client;
let key: Key;
beforeEach(async () => {
  client = await startClient({ nowMs: NOW_MS });
  key = await client.key({ groups: ['trade-read'] });
});
afterEach(() => client.stop());

type Change = { payload?: string; signature?: string; apiKey?: string; sentBody?: string; path?: string };

async function raw(body: string, change: Change = {}) {
  const { payload, signature } = sign(key.secret, body);
  return client.post(change.path ?? BALANCE, change.sentBody ?? body, {
    'x-txc-apikey': change.apiKey ?? key.apiKey,
    'x-txc-payload': change.payload ?? payload,
    'x-txc-signature': change.signature ?? signature,
  });
}

const body = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({ request: BALANCE, nonce: NOW_MS, ...more });

test('the worked example of the protocol is signed as written there', () => {
  const text = '{"request":"/api/v4/trade-account/balance","nonce":1594297865000,"nonceWindow":false}';
  expect(sign('secret', text)).toEqual({
    payload:
      'eyJyZXF1ZXN0IjoiL2FwaS92NC90cmFkZS1hY2NvdW50L2JhbGFuY2UiLCJub25jZSI6MTU5NDI5Nzg2NTAwMCwibm9uY2VXaW5kb3ciOmZhbHNlfQ==',
    signature:
      '1fb1692cb9d5929a7bf63059c398d2bb33aca5cc662c122a448ecdac53df9136e6d2c67844da5f3be539b72740862b08effc33c4783569c378ef0ddd19f73c9f',
  });
});

const UNAUTHORIZED = { code: 10, message: 'Unauthorized request.' };
const INVALID_PAYLOAD = { code: 9, message: 'Invalid payload.' };
const KEY_OFF = { code: 2, message: 'This action is unauthorized. Enable your key in API settings' };
const TOO_MANY = { code: 0, errors: {}, message: 'Too many requests.' };
const ENDPOINT_OFF = { code: 4, message: 'This API Key is not authorized to perform this action.' };

describe('every refusal of authentication', () => {
  const signedBody = body();
  test.each<[string, number, unknown, string, Change]>([
    ['no payload', 400, { code: 0, message: 'Payload not provided.' }, signedBody, { payload: '' }],
    ['another body', 400, INVALID_PAYLOAD, signedBody, { sentBody: body({ nonce: 1 }) }],
    ['one blank more in the body', 400, INVALID_PAYLOAD, signedBody, { sentBody: `${signedBody} ` }],
    [
      'base64 without padding',
      400,
      INVALID_PAYLOAD,
      `${signedBody}  `,
      { payload: Buffer.from(`${signedBody}  `).toString('base64url') },
    ],
    ['a body that is no JSON', 400, INVALID_PAYLOAD, 'request=1', {}],
    ['a body that is a list', 400, INVALID_PAYLOAD, '[]', {}],
    ['an unknown key', 401, UNAUTHORIZED, signedBody, { apiKey: '0'.repeat(32) }],
    ['no key', 401, UNAUTHORIZED, signedBody, { apiKey: '' }],
    ['a wrong signature', 401, UNAUTHORIZED, signedBody, { signature: '0'.repeat(128) }],
    ['no signature', 401, UNAUTHORIZED, signedBody, { signature: '' }],
    ['no request', 400, { code: 0, message: 'Request not provided.' }, '{"nonce":1}', {}],
    ['the request of another path', 400, INVALID_PAYLOAD, body({ request: TRANSFER }), {}],
    ['no nonce', 400, { code: 0, message: 'Nonce not provided.' }, JSON.stringify({ request: BALANCE }), {}],
    ['a nonce that is no number', 400, { code: 0, message: 'Nonce not provided.' }, body({ nonce: 'x' }), {}],
    [
      'a window that is no boolean',
      400,
      { code: 0, message: 'Invalid nonceWindow.' },
      body({ nonceWindow: 'true' }),
      {},
    ],
  ])('%s', async (_name, status, expected, signed, change) => {
    const answer = await raw(signed, change);
    expect([answer.status, answer.body]).toEqual([status, expected]);
  });

  test('an upper-case signature is wrong', async () => {
    const text = body();
    const answer = await raw(text, { signature: sign(key.secret, text).signature.toUpperCase() });
    expect([answer.status, answer.body]).toEqual([401, UNAUTHORIZED]);
  });

  test('a nonce that is not greater, or used again', async () => {
    expect((await raw(body({ nonce: 10 }))).status).toBe(200);
    for (const nonce of [10, 9, '10']) {
      const answer = await raw(body({ nonce }));
      expect([answer.status, answer.body]).toEqual([429, TOO_MANY]);
    }
    expect((await raw(body({ nonce: '11' }))).status).toBe(200);
  });

  test('with a window: near the time, in any order, once', async () => {
    const windowed = (nonce: number) => raw(body({ nonce, nonceWindow: true }));
    expect((await windowed(NOW_MS + 5000)).status).toBe(200);
    expect((await windowed(NOW_MS - 5000)).status).toBe(200);
    expect(await windowed(NOW_MS + 5000)).toMatchObject({ status: 429, body: TOO_MANY });
    const outside = {
      status: 400,
      body: { code: 0, message: 'Your nonce is more than 5 seconds lesser than the current nonce.' },
    };
    expect(await windowed(NOW_MS - 5001)).toMatchObject(outside);
    expect(await windowed(NOW_MS + 5001)).toMatchObject(outside);
  });

  test('a key that is off', async () => {
    await client.control('keys/update', { email: DEMO, apiKey: key.apiKey, active: false });
    expect(await client.call(key, BALANCE)).toMatchObject({ status: 401, body: KEY_OFF });
  });

  test('a foreign address switches the key off, and says no more than that it is off', async () => {
    await client.control('keys/update', { email: DEMO, apiKey: key.apiKey, ips: ['127.0.0.1'] });
    expect((await client.call(key, BALANCE)).status).toBe(200);
    await client.control('keys/pretend-address', { apiKey: key.apiKey, address: '203.0.113.9', count: 1 });
    expect(await client.call(key, BALANCE)).toMatchObject({ status: 401, body: KEY_OFF });
    expect(await client.call(key, BALANCE)).toMatchObject({ status: 401, body: KEY_OFF });
    const { keys } = await client.control('keys/list', { email: DEMO });
    expect(keys).toMatchObject([{ active: false, offReason: 'foreign-ip' }]);
  });

  test('a forwarded address is not believed', async () => {
    await client.control('keys/update', { email: DEMO, apiKey: key.apiKey, ips: ['203.0.113.9'] });
    const text = body();
    const { payload, signature } = sign(key.secret, text);
    const answer = await client.post(BALANCE, text, {
      'x-txc-apikey': key.apiKey,
      'x-txc-payload': payload,
      'x-txc-signature': signature,
      'x-forwarded-for': '203.0.113.9',
    });
    expect(answer.body).toEqual(KEY_OFF);
  });

  test('an unknown path: 404 and no JSON, whoever asks', async () => {
    for (const path of ['/api/v4/none', '/api/v4/mining/', '/api/v5/orders']) {
      const answer = await client.call(key, path);
      expect([answer.status, answer.text]).toEqual([404, '']);
    }
    expect((await client.get(BALANCE)).status).toBe(404);
  });

  test('the eleventh token in a minute: 429 of the gateway, no JSON', async () => {
    const path = '/api/v4/profile/websocket_token';
    for (let number = 0; number < 10; number += 1) expect((await client.call(key, path)).status).toBe(200);
    const answer = await client.call(key, path);
    expect(answer.status).toBe(429);
    expect(answer.type).not.toContain('json');
    await client.control('clock/advance', { ms: 60_000 });
    expect((await client.call(key, path)).status).toBe(200);
  });

  test('the JWT endpoint has words of its own', async () => {
    const path = '/api/v4/jwt';
    const failed = { code: 0, message: 'Invalid API key, signature, or nonce' };
    expect(await raw(JSON.stringify({ request: path, nonce: 1 }), { path, signature: '' })).toMatchObject({
      status: 401,
      body: failed,
    });
    expect(await raw(JSON.stringify({ nonce: 1 }), { path })).toMatchObject({
      status: 400,
      body: { code: 0, errors: { request: ['The request field is required.'] } },
    });
    expect(await client.call(key, path)).toMatchObject({
      status: 200,
      body: { data: { expires_at: expect.any(Number) } },
    });
  });
});

describe('order of checks', () => {
  test('each refusal comes before the ones after it', async () => {
    const foreign = { 'x-txc-apikey': 'none' };
    expect(await client.post(BALANCE, 'x', foreign)).toMatchObject({ body: { message: 'Payload not provided.' } });
    expect(await raw(body(), { sentBody: '{}', signature: '' })).toMatchObject({ body: INVALID_PAYLOAD });
    await client.control('keys/update', { email: DEMO, apiKey: key.apiKey, active: false });
    expect(await raw('{}', { signature: '' })).toMatchObject({ body: UNAUTHORIZED });
    expect(await raw('{}')).toMatchObject({ body: KEY_OFF });
  });

  test('request before nonce, nonce before permission, permission before parameters', async () => {
    const off = (text: string) => raw(text, { path: TRANSFER });
    expect(await off('{}')).toMatchObject({ body: { message: 'Request not provided.' } });
    expect(await off(JSON.stringify({ request: TRANSFER }))).toMatchObject({
      body: { message: 'Nonce not provided.' },
    });
    expect(await off(JSON.stringify({ request: TRANSFER, nonce: 5 }))).toMatchObject({
      status: 401,
      body: ENDPOINT_OFF,
    });
  });

  test('a request refused after the nonce check has used its nonce up, one refused before it has not', async () => {
    expect((await raw(JSON.stringify({ request: TRANSFER, nonce: 5 }), { path: TRANSFER })).body).toEqual(ENDPOINT_OFF);
    expect((await raw(body({ nonce: 5 }))).status).toBe(429);
    expect((await raw(body({ nonce: 6 }), { signature: '' })).status).toBe(401);
    expect((await raw(body({ nonce: 6 }))).status).toBe(200);
  });
});

describe('permissions', () => {
  test('a key with one group may call exactly that group', async () => {
    for (const { group, endpoints } of ENDPOINT_GROUPS) {
      const narrow = await client.key({ groups: [group] });
      for (const other of ENDPOINT_GROUPS) {
        const path = (other.endpoints[0] ?? '').replace('*', 'anything');
        const { body: answered } = await client.call(narrow, path);
        const refused = JSON.stringify(answered) === JSON.stringify(ENDPOINT_OFF);
        expect(`${path} with ${group}: ${refused}`).toBe(`${path} with ${group}: ${other.group !== group}`);
      }
      expect(endpoints.length).toBeGreaterThan(0);
      await client.control('keys/delete', { email: DEMO, apiKey: narrow.apiKey });
    }
  });

  test('one endpoint of a group can be on alone', async () => {
    const narrow = await client.key({ endpoints: [BALANCE] });
    expect((await client.call(narrow, BALANCE)).status).toBe(200);
    expect((await client.call(narrow, '/api/v4/orders')).body).toEqual(ENDPOINT_OFF);
  });

  test('business endpoints send everybody to support', async () => {
    const allowed = await client.key({ groups: ['sub-accounts', 'mining'] });
    const refusal = {
      code: 0,
      message: "You don't have permission to use this endpoint. Please contact support for more details",
    };
    for (const path of ['/api/v4/sub-account/list', '/api/v4/mining/x', '/api/v4/main-account/smart/plans'])
      expect(await client.call(allowed, path)).toMatchObject({ status: 403, body: refusal });
  });
});

test('nonces outlive the program', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'practice-'));
  const first = await startClient({ nowMs: NOW_MS, dataDir });
  const lasting = await first.key({ groups: ['trade-read'] });
  expect((await first.call(lasting, BALANCE, { nonce: 77 })).status).toBe(200);
  await first.stop();
  const second = await startClient({ nowMs: NOW_MS, dataDir });
  expect(await second.call(lasting, BALANCE, { nonce: 77 })).toMatchObject({ status: 429, body: TOO_MANY });
  expect((await second.call(lasting, BALANCE, { nonce: 78 })).status).toBe(200);
  await second.stop();
  rmSync(dataDir, { recursive: true });
});
