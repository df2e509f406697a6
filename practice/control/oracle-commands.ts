import * as z from 'zod';
import { done, refuse } from '../accounts/outcome.ts';
import { isHouse } from '../exchange/house.ts';
import { createOracle } from '../oracle/oracle.ts';
import type { AccountId, Outcome } from '../ports.ts';
import type { Command, ControlParts } from './command.ts';
import { command, email } from './command.ts';

/** The oracle over the control interface: what is really so, for tests that hold their own notes against it. */

const ROWS_MAX = 10_000;
const ROWS = 1_000;

const limit = z.int().min(1).max(ROWS_MAX).default(ROWS);
const afterId = z.int().min(0).default(0);
const STATES = ['open', 'finished', 'all'] as const;

export function oracleCommands({ accounts, exchange }: ControlParts): Record<string, Command> {
  const oracle = createOracle({ accounts, exchange });

  /** The account of an email, or a house account by its id; null names nobody and means everybody. */
  function whom<T>(name: string | undefined, work: (account: AccountId | null) => T): Outcome<T> {
    if (name === undefined) return done(work(null));
    const house = exchange.query.accounts().find((id) => id === name && isHouse(id));
    const account = house ?? accounts.accountByEmail(name)?.id;
    return account === undefined
      ? refuse('account-unknown', `There is no account ${name.slice(0, 80)}.`)
      : done(work(account));
  }

  return {
    'oracle/accounts': command(z.strictObject({ email: email.optional() }), (input) =>
      whom(input.email, (account) => ({ accounts: oracle.accounts(account) })),
    ),
    'oracle/orders': command(
      z.strictObject({
        email: email.optional(),
        market: z.string().optional(),
        state: z.enum(STATES).default('all'),
        afterId,
        limit,
      }),
      (input) =>
        whom(input.email, (account) => ({
          orders: oracle.orders({ ...input, account, market: input.market ?? null }),
        })),
    ),
    'oracle/events': command(
      z.strictObject({ afterSequence: z.int().min(0).default(0), account: email.optional(), limit }),
      (input) => whom(input.account, (account) => exchange.orderEvents.read({ ...input, account })),
    ),
    'oracle/deals': command(
      z.strictObject({ email: email.optional(), market: z.string().optional(), afterId, limit }),
      (input) =>
        whom(input.email, (account) => ({ deals: oracle.deals({ ...input, account, market: input.market ?? null }) })),
    ),
    'oracle/books': command(z.strictObject({ market: z.string() }), (input) => {
      const book = oracle.book(input.market);
      return book === null
        ? refuse('market-unknown', `There is no market ${input.market.slice(0, 40)}.`)
        : done({ book });
    }),
    'oracle/check': command(z.strictObject({}), () => done(oracle.check())),
    'oracle/hash': command(z.strictObject({}), () => done({ hash: exchange.stateHash() })),
  };
}
