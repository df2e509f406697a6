import * as z from 'zod';
import { Decimal } from '../../src/core/decimal.ts';
import type { PracticeAccounts } from '../accounts/accounts.ts';
import { refuse } from '../accounts/outcome.ts';
import type { RequestLog } from '../api/request-log.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Armory } from '../faults/armory.ts';
import type { Account, MovableClock, Outcome } from '../ports.ts';
import type { OpenSocket } from '../stream/delivery.ts';
import type { Faults, PretendedAddresses } from './faults.ts';

/** What every command of the control interface is made of. */

export type ControlParts = {
  readonly accounts: PracticeAccounts;
  readonly exchange: DurableExchange;
  readonly clock: MovableClock;
  readonly faults: Faults;
  readonly pretended: PretendedAddresses;
  readonly log: RequestLog;
  readonly armory: Armory;
  readonly sockets: () => readonly OpenSocket[];
};

export type Command = (input: unknown) => Promise<Outcome<unknown>>;

export const email = z.string();

export const decimal = z.string().transform((text, context) => {
  const value = Decimal.tryParse(text);
  if (value !== null) return value;
  context.addIssue({ code: 'custom', message: 'a decimal number as text, such as "12.5"' });
  return z.NEVER;
});

export function command<T extends z.ZodType>(
  schema: T,
  work: (input: z.output<T>) => Outcome<unknown> | Promise<Outcome<unknown>>,
): Command {
  return async (input) => {
    const parsed = schema.safeParse(input);
    return parsed.success ? work(parsed.data) : refuse('input-invalid', z.prettifyError(parsed.error));
  };
}

/** Carries `work` out for the account of that email, or refuses where there is none. */
export function named<T>(
  accounts: PracticeAccounts,
  address: string,
  work: (account: Account) => Outcome<T> | Promise<Outcome<T>>,
): Outcome<T> | Promise<Outcome<T>> {
  const account = accounts.accountByEmail(address);
  return account === null ? refuse('account-unknown', `There is no account ${address.slice(0, 80)}.`) : work(account);
}
