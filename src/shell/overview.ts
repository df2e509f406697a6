/** Everything of one person together: what it is worth, where it lies, and what is missing in that sum. Pure. */

import type { Reply } from '../contract/contract.ts';
import { Decimal } from '../core/decimal.ts';
import type { Currency } from '../portfolio/price.ts';
import { totals } from '../portfolio/value.ts';
import type { StoredConnection } from '../store/connections.ts';
import type { ValuePoint } from '../store/value-points.ts';
import type { Priced } from './prices.ts';
import { pricesOld, valued, walletsLeftOut, worthOf } from './view.ts';

/** Balances are read every five minutes at least; older than three of those, something stands in the way. */
const OLD_MS = 15 * 60_000;
/** While somebody watches they are read every 30 s, so that older than this is worth saying. */
const OLD_WATCHED_MS = 3 * 60_000;

export type Shown = {
  readonly stored: StoredConnection;
  readonly venueName: string;
  readonly isPractice: boolean;
  readonly trouble: string | null;
};

type Asked = {
  readonly connections: readonly Shown[];
  readonly currency: Currency;
  readonly pricedOf: (connection: StoredConnection) => Priced;
  /** Of those that are counted. */
  readonly history: readonly ValuePoint[];
  readonly isWatched: boolean;
  readonly nowMs: number;
};

/** Practice money counts only where there is no other: added to real money it would make a sum nobody has. */
export function countedOf(connections: readonly Shown[]): readonly Shown[] {
  const real = connections.filter(({ isPractice }) => !isPractice);
  return real.length > 0 ? real : connections;
}

export function overview(of: Asked): Reply<'overview.read'> {
  const { currency, nowMs } = of;
  const counted = countedOf(of.connections);
  const rows = rowsOf(counted, of);
  const valuation = totals(rows, currency);
  const limits = counted.flatMap(({ stored }) => limitsOf(stored, of).map((text) => `${stored.label}: ${text}`));
  return {
    currency,
    atMs: oldestMs(counted, of) ?? nowMs,
    money: counted.some(({ isPractice }) => isPractice) ? 'practice' : 'real',
    total: worthOf(valuation.total, currency, allUnread(counted), limits),
    practice: practiceApart(counted, of),
    missing: counted.flatMap((one) => missingOf(one, of)),
    byAsset: valuation.byAsset.map((group) => ({
      asset: group.asset,
      quantity: group.quantity.toString(),
      free: group.free.toString(),
      locked: group.locked.toString(),
      uncounted: Decimal.sum(
        rows.flatMap((row) => (row.asset === group.asset && row.value === null ? [row.quantity] : [])),
      ).toString(),
      worth: { value: group.value?.toString() ?? null, currency, reason: group.reason },
      price: group.price?.toString() ?? null,
      share: group.share?.toString() ?? null,
    })),
    byExchange: counted.map(({ stored, venueName }) => {
      const group = valuation.byConnection.find((entry) => entry.key === stored.id);
      const unread = stored.balances === null ? 'Its balances have not been read yet.' : null;
      return {
        connection: stored.id,
        label: stored.label,
        venueName,
        worth: worthOf(group ?? NOTHING, currency, unread),
        share: group?.share?.toString() ?? null,
      };
    }),
    history: of.history.map(({ atMs, value }) => ({ atMs, value })),
  };
}

const NOTHING = { value: Decimal.ZERO, unpriced: [] };

function rowsOf(connections: readonly Shown[], { currency, pricedOf }: Asked) {
  return connections.flatMap(({ stored }) => valued(stored, currency, pricedOf(stored)));
}

function limitsOf(stored: StoredConnection, { pricedOf, nowMs }: Asked): readonly string[] {
  return [...pricesOld(pricedOf(stored), nowMs), ...walletsLeftOut(stored)];
}

function allUnread(connections: readonly Shown[]): string | null {
  const isAll = connections.length > 0 && connections.every(({ stored }) => stored.balances === null);
  return isAll ? 'The balances have not been read yet.' : null;
}

/** Null while nothing is counted. */
function oldestMs(counted: readonly Shown[], of: Asked): number | null {
  const times = counted.flatMap(({ stored }) => {
    if (stored.balancesAtMs === null) return [];
    const priced = of.pricedOf(stored);
    const rows = valued(stored, of.currency, priced);
    const withValue = rows.filter(({ value }) => value !== null);
    if (rows.length > 0 && withValue.length === 0) return [];
    // The currency itself is worth itself, without a market.
    const usesPrices = withValue.some(({ asset }) => asset !== of.currency);
    return usesPrices && priced.atMs > 0 ? [stored.balancesAtMs, priced.atMs] : [stored.balancesAtMs];
  });
  return times.length === 0 ? null : Math.min(...times);
}

function practiceApart(counted: readonly Shown[], of: Asked): Reply<'overview.read'>['practice'] {
  const apart = of.connections.filter((one) => !counted.includes(one));
  if (apart.length === 0) return null;
  const { total } = totals(rowsOf(apart, of), of.currency);
  return { connections: apart.length, worth: worthOf(total, of.currency, allUnread(apart)) };
}

/** Whatever the age: a connection that is not wholly counted as of now is named, with all that is known of why. */
function missingOf({ stored, trouble }: Shown, of: Asked): Reply<'overview.read'>['missing'] {
  const ageMs = stored.balancesAtMs === null ? null : Math.max(0, of.nowMs - stored.balancesAtMs);
  const unread = ageMs === null ? 'Its balances have not been read yet.' : null;
  const isOld = ageMs !== null && ageMs > (of.isWatched ? OLD_WATCHED_MS : OLD_MS);
  const state = trouble ?? unread ?? (isOld ? 'Its balances are old.' : null);
  const { total } = totals(valued(stored, of.currency, of.pricedOf(stored)), of.currency);
  const { reason: unpriced } = worthOf(total, of.currency, null);
  const reasons = [...(state === null ? [] : [state]), ...(unpriced === '' ? [] : [unpriced]), ...limitsOf(stored, of)];
  if (reasons.length === 0) return [];
  return [{ connection: stored.id, label: stored.label, reason: reasons.join(' '), ageMs, isCurrent: state === null }];
}
