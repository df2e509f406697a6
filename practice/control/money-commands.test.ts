import { afterEach, beforeEach, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { type Client, DEMO, startClient } from '../practice.testing.ts';

let client: Client;
beforeEach(async () => {
  client = await startClient({ nowMs: 1_767_225_600_000, life: false });
});
afterEach(() => client.stop());

const set = (wallet: string, ticker: string, available: string, freeze?: string) =>
  client.control('wallets/set', {
    email: DEMO,
    wallet,
    ticker,
    available,
    ...(freeze === undefined ? {} : { freeze }),
  });

test('balances as a test wants them, and books that agree', async () => {
  await set('trade', 'BTC', '3', '0.5');
  await set('collateral', 'BTC', '2');
  await client.control('wallets/faucet', { email: DEMO, ticker: 'BTC', amount: '0.25' });
  expect(await client.control('wallets/balances', { email: DEMO })).toMatchObject({
    main: { BTC: { available: '0.75' } },
    trade: { BTC: { available: '3', freeze: '0.5' } },
    collateral: { BTC: { available: '2' } },
  });
  expect(await client.control('ledger/check')).toEqual({ faults: [] });
  const { holdings } = await client.control('ledger/holdings');
  const btc = (holder: string, available: string) => ({
    holder,
    wallet: 'outside',
    ticker: 'BTC',
    available,
    freeze: '0',
  });
  expect(holdings).toContainEqual(btc('@world', '-6.25'));
  expect(holdings).toContainEqual(btc('@exchange', '3'));
  await set('trade', 'BTC', '0');
  expect(await client.control('wallets/balances', { email: DEMO })).toMatchObject({
    trade: { USDT: { available: '9812.1', freeze: '0' } },
  });
  expect(await client.control('ledger/check')).toEqual({ faults: [] });
});

test('a balance nobody can have is refused', async () => {
  await expect(set('trade', 'BTC', '-1')).rejects.toThrow(/amount-negative/);
  await expect(set('trade', 'BTC', '0.000000000000000000001')).rejects.toThrow(/amount-too-fine.*decimal places/);
  await expect(set('trade', 'NONE', '1')).rejects.toThrow(/asset-unknown/);
});

test('money that went past the ledger is found by the check', async () => {
  const { accounts, exchange } = client.practice;
  const [demo] = accounts.all();
  if (demo === undefined) throw new Error('No demo account');
  await exchange.submit({ kind: 'debit', account: demo.id, ticker: 'BTC', amount: Decimal.parse('0.01') });
  expect(await client.control('ledger/check')).toEqual({ faults: [expect.stringMatching(/^BTC: .*off by 0\.01$/)] });
});
