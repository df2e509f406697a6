import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Client, type Key, startClient } from '../practice.testing.ts';

let client: Client;
let key: Key;
beforeEach(async () => {
  client = await startClient({ life: false });
  key = await client.key({ groups: ['transfer', 'trade-read', 'wallet-read'] });
});
afterEach(() => client.stop());

const transfer = (amount: string, from: string, to: string) =>
  client.call(key, '/api/v4/main-account/transfer', { ticker: 'BTC', amount, from, to });

test('a transfer between main and trade is in both balances when it is answered', async () => {
  expect(await transfer('0.1', 'main', 'spot')).toMatchObject({ status: 201, body: [] });
  const trade = await client.call(key, '/api/v4/trade-account/balance', { ticker: 'BTC' });
  expect(trade.body).toEqual({ available: '0.35', freeze: '0' });
  const main = await client.call(key, '/api/v4/main-account/balance', { ticker: 'BTC' });
  expect(main.body).toEqual({ main_balance: '0.4' });
  expect(await transfer('0.36', 'spot', 'main')).toMatchObject({
    status: 422,
    body: {
      code: 3,
      errors: { amount: ["You don't have such amount for transfer (available 0.35, in amount: 0.36)"] },
    },
  });
  expect(await client.control('ledger/check')).toEqual({ faults: [] });
});

test('a transfer the exchange stopped under is answered by neither yes nor no', async () => {
  client.practice.exchange.close();
  const answer = await transfer('0.1', 'main', 'spot');
  expect(answer.status).toBe(502);
  expect(answer.type).not.toContain('json');
});

test('a transfer from a wallet named constructor was a fault of ours: it is a wallet that does not exist', async () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    expect((await transfer('0.1', name, 'spot')).status).toBe(400);
    expect((await transfer('0.1', 'main', name)).status).toBe(400);
    const byMethod = { ticker: 'BTC', amount: '0.1', method: name };
    expect((await client.call(key, '/api/v4/main-account/transfer', byMethod)).status).toBe(400);
  }
  expect(await client.control('ledger/check')).toEqual({ faults: [] });
});
