import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId } from '../ports.ts';
import type { PracticeAccounts } from './accounts.ts';
import { inTransaction } from './database.ts';

export const DEMO_EMAIL = 'demo@practice.example';
export const DEMO_PASSWORD = 'practice-demo';

const MAIN = [
  ['USDT', '10000'],
  ['BTC', '0.5'],
  ['ETH', '5'],
] as const;
const TRADE = [
  ['USDT', '9812.10'],
  ['BTC', '0.25'],
] as const;

/**
 * An account to look around with. Its money comes the ordinary way, by the faucet, and all at once: a start that was cut
 * short between making the account and filling it is finished by the next one.
 */
export async function seedDemo(accounts: PracticeAccounts, database: DatabaseSync): Promise<void> {
  const known = accounts.accountByEmail(DEMO_EMAIL);
  const id = known?.id ?? (await signUp(accounts));
  if (accounts.walletEvents(id).length > 0) return;
  inTransaction(database, () => {
    for (const [ticker, amount] of [...TRADE, ...MAIN]) accounts.faucet(id, ticker, Decimal.parse(amount));
    for (const [ticker, amount] of TRADE) accounts.transfer(id, ticker, Decimal.parse(amount), 'main', 'trade');
  });
}

async function signUp(accounts: PracticeAccounts): Promise<AccountId> {
  const made = await accounts.signUp(DEMO_EMAIL, DEMO_PASSWORD);
  if (!made.ok) throw new Error(`The demo account could not be made: ${made.message}`);
  return made.value.id;
}
