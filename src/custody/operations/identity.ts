/** Whether two keys open the same account. WhiteBIT has no account id, so it is told by what only one account has. */

import type { ConnectionId, UserId, VenueId } from '../../core/ids.ts';
import type { Checked } from '../checks.ts';
import type { KeyRecord } from '../records.ts';
import type { Context } from './context.ts';

export type AccountMarks = Pick<KeyRecord, 'accountMarks' | 'balancesMark'>;

/** The newest of both: an account's oldest marks leave the exchange's own window anyway. */
const MARKS_MAX = 200;

export function marksOf(context: Context, venue: VenueId, checked: Checked): AccountMarks {
  const { records } = context;
  const accountMarks = (checked.history?.marks ?? []).map((mark) => records.mark(venue, 'account', mark));
  const lines = (checked.holdings?.balances ?? []).map(
    ({ wallet, asset, free, locked }) => `${wallet}:${asset}:${free.toString()}:${locked.toString()}`,
  );
  const balancesMark = lines.length === 0 ? null : records.mark(venue, 'balances', lines.sort().join(','));
  return { accountMarks, balancesMark };
}

/** `unproven`: an account without history or funds, or one whose balances moved since. */
export function compareAccounts(old: AccountMarks, fresh: AccountMarks): 'same' | 'different' | 'unproven' {
  if (intersects(old.accountMarks, fresh.accountMarks)) return 'same';
  if (old.accountMarks.length > 0 && fresh.accountMarks.length > 0) return 'different';
  // One of the two has a history and the other none: history does not vanish, but it may have begun in between.
  if (old.accountMarks.length > 0) return 'unproven';
  return old.balancesMark !== null && old.balancesMark === fresh.balancesMark ? 'same' : 'unproven';
}

/** Newest first, none twice. */
export function mergeMarks(fresh: readonly string[], old: readonly string[]): readonly string[] {
  return [...new Set([...fresh, ...old])].slice(0, MARKS_MAX);
}

/**
 * Another connection of the same owner with this key or this account. Other owners are not looked at: the answer
 * would tell one user what another has.
 */
export function findTwin(
  context: Context,
  about: { readonly owner: UserId; readonly venue: VenueId; readonly except: ConnectionId | null },
  key: { readonly keyMark: string; readonly accountMarks: readonly string[] },
): KeyRecord | null {
  const others = context.records
    .all()
    .filter((one) => one.owner === about.owner && one.venue === about.venue && one.connection !== about.except);
  return others.find((one) => one.keyMark === key.keyMark || intersects(one.accountMarks, key.accountMarks)) ?? null;
}

function intersects(a: readonly string[], b: readonly string[]): boolean {
  const known = new Set(a);
  return b.some((mark) => known.has(mark));
}
