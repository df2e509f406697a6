import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, type Key, record, startClient } from '../practice.testing.ts';
import { checkedClient, nothingPassed } from './checked.testing.ts';

/** Every endpoint of wallets, codes, fees and tokens, asked rightly and wrongly. */

const passed = nothingPassed();
let plain: Client;
let client: Client;
let key: Key;

beforeAll(async () => {
  plain = await startClient({ life: false });
  client = checkedClient(plain, passed);
  key = await client.key({
    groups: ['trade-read', 'wallet-read', 'orders', 'deposit', 'withdraw', 'transfer', 'codes', 'convert', 'refund'],
  });
});
afterAll(() => plain.stop());

const ask = async (path: string, params: Record<string, unknown> = {}): Promise<{ status: number; body: unknown }> => {
  const { status, body } = await client.call(key, `/api/v4/${path}`, params);
  return { status, body };
};

describe('balances', () => {
  test('of all and of one', async () => {
    expect(await ask('main-account/balance')).toMatchObject({ body: { USDT: { main_balance: '10000' } } });
    expect(await ask('main-account/balance', { ticker: 'USDT' })).toMatchObject({ body: { main_balance: '10000' } });
    expect(await ask('trade-account/balance')).toMatchObject({ body: { USDT: { available: '9812.1', freeze: '0' } } });
    expect(await ask('trade-account/balance', { ticker: 'BTC' })).toMatchObject({ body: { available: '0.25' } });
    await ask('trade-account/balance', { ticker: 'ETH' });
    await ask('collateral-account/balance');
    for (const path of ['main-account/balance', 'trade-account/balance']) {
      await ask(path, { ticker: 7 });
      await ask(path, { ticker: 'NOSUCH' });
    }
  });

  test('moved between wallets', async () => {
    expect(await ask('main-account/transfer', { ticker: 'USDT', amount: '10', from: 'main', to: 'spot' })).toEqual({
      status: 201,
      body: [],
    });
    expect(await ask('main-account/transfer', { ticker: 'USDT', amount: '10', method: 'withdraw' })).toMatchObject({
      status: 201,
    });
    expect(await ask('main-account/transfer')).toMatchObject({ status: 400, body: { code: 0 } });
    expect(
      await ask('main-account/transfer', { ticker: 'BTC', amount: '1000000', from: 'main', to: 'spot' }),
    ).toMatchObject({ status: 422, body: { code: 3 } });
    for (const wrong of [
      { ticker: 'NOSUCH', amount: '1', from: 'main', to: 'spot' },
      { ticker: 'USDT', amount: '1', from: 'moon', to: 'spot' },
      { ticker: 'USDT', amount: '1', method: 'teleport' },
    ])
      expect(await ask('main-account/transfer', wrong)).toMatchObject({ status: 400 });
  });
});

describe('money that comes and goes', () => {
  test('an address, an old and a fresh one', async () => {
    await ask('main-account/address', { ticker: 'BTC' });
    await ask('main-account/create-new-address', { ticker: 'BTC' });
    expect((await ask('main-account/address')).status).toBe(400);
    expect((await ask('main-account/address', { ticker: 'NOSUCH' })).status).toBe(400);
    expect((await ask('main-account/address', { ticker: 'USDT', network: 'NOSUCH' })).status).toBe(400);
    expect((await ask('main-account/address', { ticker: 'EUR' })).status).toBe(400);
  });

  test('a withdrawal needs two-factor authentication', async () => {
    const whole = { ticker: 'USDT', amount: '100', address: 'T-somewhere', uniqueId: 'w1', network: 'TRC20' };
    expect((await ask('main-account/withdraw', whole)).status).toBe(412);
  });

  test('what moved', async () => {
    for (const page of [
      {},
      { limit: 2, offset: 1 },
      { transactionMethod: 1 },
      { transactionMethod: 2 },
      { ticker: 'BTC' },
    ])
      expect((await ask('main-account/history', page)).status).toBe(201);
    expect((await ask('main-account/history', { limit: 500, offset: 9999 })).status).toBe(400);
  });

  test('fees', async () => {
    await ask('main-account/fee');
    await ask('market/fee');
    await ask('market/fee/single', { market: 'BTC_USDT' });
    await ask('market/fee/single', { market: 'NO_SUCH' });
  });
});

test('codes are made, listed and used', async () => {
  const made = record((await ask('main-account/codes', { ticker: 'USDT', amount: '5' })).body);
  await ask('main-account/codes/my');
  const { status } = await ask('main-account/codes/apply', { code: made.code });
  expect([201, 400, 422]).toContain(status);
  expect((await ask('main-account/codes/history')).status).toBe(201);
  expect((await ask('main-account/codes')).status).toBe(400);
  expect((await ask('main-account/codes/my', { limit: 0 })).status).toBe(400);
});

test('what is not traded here can be looked at', async () => {
  for (const path of [
    'collateral-account/balance-summary',
    'collateral-account/summary',
    'collateral-account/hedge-mode',
    'collateral-account/adl-quantile',
    'collateral-account/positions/open',
    'collateral-account/positions/history',
    'collateral-account/positions/closed-pnl',
    'collateral-account/funding-history',
    'oco-orders',
    'conditional-orders',
    'convert/history',
  ])
    expect(await ask(path)).toMatchObject({ status: 200 });
});

test('tokens', async () => {
  await ask('profile/websocket_token');
  await ask('jwt');
});

describe('who may not', () => {
  test('is told why', async () => {
    const path = '/api/v4/trade-account/balance';
    const narrow = await client.key({ groups: ['wallet-read'] });
    expect((await client.call(narrow, path)).status).toBe(401);
    const off = await client.key({ groups: ['trade-read'], active: false });
    await client.call(off, path);
    await client.call({ apiKey: key.apiKey, secret: 'f'.repeat(32) }, path);
    await client.call({ apiKey: 'f'.repeat(32), secret: 'f'.repeat(32) }, path);
    expect((await client.call(key, path, { nonce: 1 })).status).toBe(429);
    await client.call(key, path, { nonce: 1, nonceWindow: true });
    await client.call(key, path, { nonceWindow: 'maybe' });
    await client.call(key, path, { request: '/api/v4/orders' });
    await client.call(key, '/api/v4/mining/hashrate');
    expect((await client.call(key, '/api/v4/nothing')).status).toBe(404);
  });
});
