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

export function overview(of: {
  readonly connections: readonly {
    readonly stored: StoredConnection;
    readonly venueName: string;
    readonly trouble: string | null;
  }[];
  readonly currency: Currency;
  readonly pricedOf: (connection: StoredConnection) => Priced;
  readonly history: readonly ValuePoint[];
  readonly isWatched: boolean;
  readonly nowMs: number;
}): Reply<'overview.read'> {
  const { currency, nowMs } = of;
  const rows = of.connections.flatMap(({ stored }) => valued(stored, currency, of.pricedOf(stored)));
  const valuation = totals(rows, currency);
  const limits = of.connections.flatMap(({ stored }) =>
    [...pricesOld(of.pricedOf(stored), nowMs), ...walletsLeftOut(stored)].map((text) => `${stored.label}: ${text}`),
  );
  const isAllUnread = of.connections.length > 0 && of.connections.every(({ stored }) => stored.balances === null);
  return {
    currency,
    atMs: nowMs,
    total: worthOf(valuation.total, currency, isAllUnread ? 'The balances have not been read yet.' : null, limits),
    missing: of.connections.flatMap(({ stored, trouble }) => {
      const ageMs = stored.balancesAtMs === null ? null : Math.max(0, nowMs - stored.balancesAtMs);
      const oldMs = of.isWatched ? OLD_WATCHED_MS : OLD_MS;
      if (ageMs !== null && ageMs <= oldMs) return [];
      const reason = trouble ?? (ageMs === null ? 'Its balances have not been read yet.' : 'Its balances are old.');
      return [{ connection: stored.id, label: stored.label, reason, ageMs }];
    }),
    byAsset: valuation.byAsset.map((group) => ({
      asset: group.asset,
      quantity: group.quantity.toString(),
      worth: { value: group.value?.toString() ?? null, currency, reason: group.reason },
      price: group.price?.toString() ?? null,
      share: group.share?.toString() ?? null,
    })),
    byExchange: of.connections.map(({ stored, venueName }) => {
      const group = valuation.byConnection.find((entry) => entry.key === stored.id);
      const unread = stored.balances === null ? 'Its balances have not been read yet.' : null;
      return {
        connection: stored.id,
        label: stored.label,
        venueName,
        worth: worthOf(group ?? { value: Decimal.ZERO, unpriced: [] }, currency, unread),
        share: group?.share?.toString() ?? null,
      };
    }),
    history: of.history.map(({ atMs, value }) => ({ atMs, value })),
  };
}
