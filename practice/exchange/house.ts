import type { AccountId } from '../ports.ts';

/** The exchange's own counterparties: ordinary accounts to the engine, nobody's to the history. */
export const HOUSE_PREFIX = '@life-';

/** People's ids never begin like this: they hold no `@`. */
export function isHouse(account: AccountId): boolean {
  return account.startsWith(HOUSE_PREFIX);
}
