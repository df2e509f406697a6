import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, DEMO, record, startClient } from '../practice.testing.ts';
import { startPractice } from '../server.ts';

const NOW_MS = 1_767_225_600_000;
const TIME = '/api/v4/public/time';
const BALANCE = '/api/v4/trade-account/balance';
const WITHDRAW = '/api/v4/main-account/withdraw';

let client: Client;
beforeEach(async () => {
  client = await startClient({ nowMs: NOW_MS });
});
afterEach(() => client.stop());

describe('who may drive it', () => {
  const send = (headers: Record<string, string>, method = 'POST'): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = client.practice;
      const call = request({ port, host: '127.0.0.1', path: '/practice/api/clock/read', method, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      call.on('error', reject);
      call.end(method === 'POST' ? '{}' : undefined);
    });
  const right = { 'content-type': 'application/json', 'x-practice-control': '1' };

  test.each([
    ['the right headers', right, 200],
    ['a foreign host', { ...right, host: 'evil.example:4400' }, 403],
    ['a name that ends like ours', { ...right, host: 'localhost.evil.example' }, 403],
    ['no control header', { 'content-type': 'application/json' }, 403],
    ['a form', { ...right, 'content-type': 'text/plain' }, 415],
  ])('%s', async (_name, headers, status) => {
    expect(await send(headers)).toBe(status);
  });

  test('only by POST, so that no link or image can', async () => {
    expect(await send(right, 'GET')).toBe(405);
    expect(await send(right, 'OPTIONS')).toBe(405);
  });
});

test('bad input is named, not guessed', async () => {
  await expect(client.control('keys/create', { email: DEMO, groups: ['everything'] })).rejects.toThrow(/input-invalid/);
  await expect(client.control('keys/create', { email: DEMO, surprise: 1 })).rejects.toThrow(/input-invalid/);
  await expect(client.control('keys/create', { email: 'nobody@x.y' })).rejects.toThrow(/account-unknown/);
  await expect(client.control('keys/create', { email: DEMO, ips: ['nowhere'] })).rejects.toThrow(/ip-invalid/);
  expect(await client.control('keys/list', { email: DEMO })).toEqual({ keys: [] });
  await expect(client.control('clock/advance', { ms: -1 })).rejects.toThrow(/input-invalid/);
  await expect(client.control('no/such')).rejects.toThrow(/There are: accounts\/create/);
});

describe('keys by script', () => {
  const shownKeys = async () => (await client.control('keys/list', { email: DEMO })).keys;

  test('a key that went off for a foreign address could not be switched on again without a second factor', async () => {
    const { apiKey } = await client.key({ groups: ['trade-read'], ips: ['127.0.0.1'] });
    const update = (changes: object) => client.control('keys/update', { email: DEMO, apiKey, ...changes });
    expect(await update({ active: false })).toMatchObject({ key: { active: false, offReason: 'switched-off' } });
    expect(await update({ ips: [], active: true })).toMatchObject({ key: { active: true, offReason: null, ips: [] } });
  });

  test('a refused update had renamed the key and given it rights by then', async () => {
    const { apiKey } = await client.key({ groups: ['trade-read'] });
    const before = await shownKeys();
    const refused = { email: DEMO, apiKey, name: 'Other', groups: ['withdraw'], active: false, ips: ['nowhere'] };
    await expect(client.control('keys/update', refused)).rejects.toThrow(/ip-invalid/);
    expect(await shownKeys()).toEqual(before);
    await expect(client.control('keys/update', { ...refused, ips: [], name: ' ' })).rejects.toThrow(/name-invalid/);
    expect(await shownKeys()).toEqual(before);
  });
});

test('the request log proves what arrived and what never did', async () => {
  const key = await client.key({ groups: ['trade-read'] });
  await client.call(key, BALANCE);
  await client.call(key, '/api/v4/none');
  expect(await client.control('requests/counts')).toEqual({ counts: { [BALANCE]: 1, other: 1 } });
  await client.call(key, WITHDRAW);
  const { requests } = await client.control('requests/list', { afterNumber: 2 });
  expect(requests).toEqual([{ number: 3, atMs: NOW_MS, path: WITHDRAW, apiKey: key.apiKey, status: 401 }]);
  expect(JSON.stringify(await client.control('requests/list'))).not.toContain(key.secret);
  await client.control('requests/clear');
  expect(await client.control('requests/counts')).toEqual({ counts: {} });
});

test('the request log tells which parameters came along, also of requests that were refused', async () => {
  const key = await client.key({ groups: ['trade-read'] });
  await client.call(key, BALANCE);
  await client.call(key, WITHDRAW, { ticker: 'USDT', amount: '1' });
  await client.call(key, '/api/v4/none', { a: 1 });
  expect(await client.control('requests/shapes')).toEqual({
    shapes: { '/api/v4/none?a': 1, [`${WITHDRAW}?amount,ticker`]: 1, [`${BALANCE}?`]: 1 },
  });
});

test('the clock moves forward, and a skew moves only what clients are told', async () => {
  await client.control('clock/advance', { ms: 90_000 });
  expect((await client.get(TIME)).body).toEqual({ time: NOW_MS / 1000 + 90 });
  expect(await client.control('clock/skew', { ms: -7000 })).toMatchObject({ nowMs: NOW_MS + 90_000, skewMs: -7000 });
  expect((await client.get(TIME)).body).toEqual({ time: NOW_MS / 1000 + 83 });
  const key = await client.key({ groups: ['trade-read'] });
  const windowed = (nonce: number) => client.call(key, BALANCE, { nonce, nonceWindow: true });
  expect((await windowed(NOW_MS + 90_000)).status).toBe(400);
  expect((await windowed(NOW_MS + 83_000)).status).toBe(200);
});

describe('faults', () => {
  test.each([
    ['maintenance', 503],
    ['rateLimit', 429],
  ])('%s is answered by the gateway, not in JSON', async (kind, status) => {
    await client.control('faults/set', { kind });
    const answer = await client.get(TIME);
    expect(answer.status).toBe(status);
    expect(answer.type).not.toContain('json');
    await client.control('faults/clear');
    expect((await client.get(TIME)).status).toBe(200);
  });

  test('unreachable, for one path and one time', async () => {
    await client.control('faults/set', { kind: 'unreachable', path: TIME, count: 1 });
    expect((await client.get('/api/v4/public/ping')).status).toBe(200);
    await expect(client.get(TIME)).rejects.toThrow();
    expect((await client.get(TIME)).status).toBe(200);
    expect(await client.control('faults/list')).toEqual({ faults: [], skewMs: 0 });
  });

  test('a cut line takes no new WebSocket either', async () => {
    const opens = (): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${client.practice.url.replace('http', 'ws')}/ws`);
        socket.addEventListener('open', () => {
          socket.close();
          resolve(true);
        });
        socket.addEventListener('error', () => resolve(false));
      });
    await client.control('faults/set', { kind: 'unreachable' });
    expect(await opens()).toBe(false);
    await client.control('faults/clear');
    expect(await opens()).toBe(true);
  });

  test('malformed claims to be JSON and is none', async () => {
    await client.control('faults/set', { kind: 'malformed' });
    const answer = await client.get(TIME);
    expect(answer.type).toContain('json');
    expect(() => JSON.parse(answer.text)).toThrow(SyntaxError);
  });

  test('slow waits, then answers', async () => {
    await client.control('faults/set', { kind: 'slow', delayMs: 60 });
    const startedMs = performance.now();
    expect((await client.get(TIME)).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(55);
  });

  test('a fault never locks the control interface out', async () => {
    await client.control('faults/set', { kind: 'unreachable' });
    expect(record(await client.control('faults/clear')).faults).toEqual([]);
  });
});

test('accounts with a second factor in one call, and the code of this moment', async () => {
  const made = await client.control('accounts/create', {
    email: 'a@b.example',
    password: 'long enough',
    twoFactor: true,
  });
  expect(made.twoFactorSecret).toMatch(/^[A-Z2-7]{32}$/);
  expect(await client.control('two-factor/code', { email: 'a@b.example' })).toMatchObject({ used: true });
  await client.control('clock/advance', { ms: 30_000 });
  const { code, used } = await client.control('two-factor/code', { email: 'a@b.example' });
  expect(used).toBe(false);
  await client.control('two-factor/disable', { email: 'a@b.example', code });
  await expect(client.control('two-factor/code', { email: 'a@b.example' })).rejects.toThrow(/two-factor-off/);
});

describe('starting', () => {
  test('on an address that others can reach is refused', async () => {
    await expect(startPractice({ port: 0, host: '0.0.0.0', dataDir: null })).rejects.toThrow(/--host 127\.0\.0\.1/);
  });

  test('on a port in use says so', async () => {
    const { port } = client.practice;
    await expect(startPractice({ port, dataDir: null })).rejects.toThrow(`Port ${port} is in use`);
  });

  test('makes the demo account with its money once', async () => {
    expect(await client.control('wallets/balances', { email: DEMO })).toEqual({
      main: {
        BTC: { available: '0.5', freeze: '0' },
        ETH: { available: '5', freeze: '0' },
        USDT: { available: '10000', freeze: '0' },
      },
      trade: { BTC: { available: '0.25', freeze: '0' }, USDT: { available: '9812.1', freeze: '0' } },
      collateral: {},
    });
  });
});
