import * as z from 'zod';
import { Decimal } from '../../src/core/decimal.ts';
import { done } from '../accounts/outcome.ts';
import type { Wallet, WalletBalance } from '../ports.ts';
import type { Command, ControlParts } from './command.ts';
import { command, decimal, email, named } from './command.ts';

/** Money out of nothing, balances as a test wants them, and the books of both files. */

const WALLETS = ['main', 'trade', 'collateral'] as const satisfies readonly Wallet[];
/** Some 20 MB of JSON. */
const ENTRIES_MAX = 100_000;

function shownBalance({ available, freeze }: WalletBalance): { available: string; freeze: string } {
  return { available: available.toString(), freeze: freeze.toString() };
}

export function moneyCommands({ accounts, exchange }: ControlParts): Record<string, Command> {
  const { ledger, wallets } = accounts;
  return {
    'wallets/faucet': command(z.strictObject({ email, ticker: z.string(), amount: decimal }), (input) =>
      named<unknown>(accounts, input.email, ({ id }) => {
        const given = accounts.faucet(id, input.ticker, input.amount);
        return given.ok ? done({ transactionId: given.value.transactionId }) : given;
      }),
    ),
    'wallets/set': command(
      z.strictObject({
        email,
        wallet: z.enum(WALLETS),
        ticker: z.string(),
        available: decimal,
        freeze: decimal.optional(),
      }),
      (input) =>
        named(accounts, input.email, ({ id }) =>
          wallets.setBalance(id, input.wallet, input.ticker, input.available, input.freeze ?? Decimal.ZERO),
        ),
    ),
    'wallets/balances': command(z.strictObject({ email }), (input) =>
      named<unknown>(accounts, input.email, ({ id }) =>
        done(
          Object.fromEntries(
            WALLETS.map((wallet) => [
              wallet,
              Object.fromEntries(
                [...accounts.balances(id, wallet)].map(([ticker, balance]) => [ticker, shownBalance(balance)]),
              ),
            ]),
          ),
        ),
      ),
    ),
    'ledger/holdings': command(z.strictObject({}), () =>
      done({ holdings: ledger.holdings().map((holding) => ({ ...holding, ...shownBalance(holding) })) }),
    ),
    'ledger/entries': command(
      z.strictObject({ afterPosting: z.int().default(0), limit: z.int().min(1).max(ENTRIES_MAX).default(1000) }),
      (input) => done({ entries: ledger.entries(input.afterPosting, input.limit) }),
    ),
    'ledger/check': command(z.strictObject({}), () =>
      done({ faults: [...accounts.moneyFaults(), ...exchange.query.faults()] }),
    ),
  };
}
