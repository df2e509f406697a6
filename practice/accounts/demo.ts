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
 * An account to look around with. Its money comes the ordinary way, by the faucet and by transfers. A start that was cut
 * short is finished by the next one; transfers must have been settled before, so that none is made twice.
 */
export async function seedDemo(accounts: PracticeAccounts, database: DatabaseSync): Promise<void> {
  const known = accounts.accountByEmail(DEMO_EMAIL);
  const id = known?.id ?? (await signUp(accounts));
  if (accounts.walletEvents(id).length === 0)
    inTransaction(database, () => {
      for (const [ticker, amount] of [...TRADE, ...MAIN]) accounts.faucet(id, ticker, Decimal.parse(amount));
    });
  const events = accounts.walletEvents(id);
  for (const [ticker, amount] of TRADE) {
    if (events.some((event) => event.kind === 'transfer' && event.ticker === ticker)) continue;
    const moved = await accounts.transfer(id, ticker, Decimal.parse(amount), 'main', 'trade');
    if (!moved.ok) throw new Error(`The demo account could not be filled: ${moved.message}`);
  }
}

async function signUp(accounts: PracticeAccounts): Promise<AccountId> {
  const made = await accounts.signUp(DEMO_EMAIL, DEMO_PASSWORD);
  if (!made.ok) throw new Error(`The demo account could not be made: ${made.message}`);
  return made.value.id;
}
