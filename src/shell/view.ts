/** What the page is shown of a connection: rows and prices in, the contract's shapes out. Pure. */

import type { z } from 'zod';
import type { balanceRow, Connection, worth } from '../contract/exchanges.ts';
import { Decimal } from '../core/decimal.ts';
import type { Currency } from '../portfolio/price.ts';
import { type Holding, parts, type Total, totals, type ValuedHolding, valueHolding } from '../portfolio/value.ts';
import type { StoredConnection } from '../store/connections.ts';
import type { ValuePoint } from '../store/value-points.ts';
import type { Right, RightState, Wallet } from '../venues/venue.ts';
import { RIGHTS } from '../venues/venue.ts';
import type { Priced } from './prices.ts';
import { type CustodyCondition, type KeyState, statusOf } from './status.ts';
import { custodyTrouble, plainProblem, troubleOf } from './trouble.ts';
import type { ShownVenue } from './venues.ts';

export type Worth = z.infer<typeof worth>;
export type BalanceRow = z.infer<typeof balanceRow>;

/** The currency in which WhiteBIT's own page speaks of a trading balance. */
const MAIN_QUOTE: Currency = 'USDT';
const WALLETS: readonly Wallet[] = ['trade', 'main', 'collateral'];
/** A point every three hours is all that fits a sparkline. */
const WEEK_POINTS_MAX = 56;
const HOUR_MS = 3_600_000;

export type ViewContext = {
  readonly key: KeyState;
  readonly venue: ShownVenue;
  readonly priced: Priced;
  readonly currency: Currency;
  readonly custody: CustodyCondition;
  readonly custodyReason: string;
  readonly week: readonly ValuePoint[];
  readonly isChecking: boolean;
  readonly labelOf: (connection: string) => string | null;
  readonly nowMs: number;
};

export function holdingsOf(connection: StoredConnection): readonly Holding[] {
  return (connection.balances?.rows ?? []).map((row) => ({
    connection: connection.id,
    wallet: row.wallet,
    asset: row.asset,
    free: Decimal.parse(row.free),
    locked: Decimal.parse(row.locked),
  }));
}

export function valued(connection: StoredConnection, currency: Currency, priced: Priced): readonly ValuedHolding[] {
  return holdingsOf(connection).map((holding) => valueHolding(holding, currency, priced.book));
}

export function connectionView(connection: StoredConnection, context: ViewContext): Connection {
  const { venue, currency, priced, nowMs } = context;
  const view = statusOf({
    key: context.key,
    custody: context.custody,
    report: connection.report,
    purpose: connection.purpose,
    unserved: venue.unserved,
    lastGoodAtMs: connection.lastGoodAtMs,
    idleDaysUntilOff: venue.guide.idleDaysUntilOff,
    nowMs,
  });
  const rows = valued(connection, currency, priced);
  const unreadable = connection.balances?.unreadable ?? [];
  const trade = parts(valued(connection, MAIN_QUOTE, priced).filter((row) => row.wallet === 'trade'));
  const unread = connection.balances === null ? 'The balances have not been read yet.' : null;
  const old = pricesOld(priced, nowMs);
  const checkingNow = context.isChecking && context.key === 'kept' && view.status !== 'locked';
  return {
    id: connection.id,
    venue: connection.venue,
    venueName: venue.guide.name,
    label: connection.label,
    purpose: connection.purpose,
    practice: venue.isPractice,
    keyHint: connection.keyHint,
    status: checkingNow ? 'checking' : view.status,
    statusText: checkingNow ? 'Checking' : view.text,
    sinceMs: connection.sinceMs,
    trouble: troubleFor(view.problem, connection, context),
    rights: rightsOf(connection),
    rightsSource: connection.report?.rightsSource ?? 'unknown',
    // WhiteBIT has no endpoint that tells; a probe from another address is not ours to make.
    ipLock: 'unknown',
    endsInDays: view.endsInDays,
    addedAtMs: connection.addedAtMs,
    keyAddedAtMs: connection.keyAddedAtMs,
    checkedAtMs: connection.checkedAtMs,
    balancesAtMs: connection.balancesAtMs,
    clockOffsetMs: connection.report?.clockOffsetMs ?? null,
    tradingBalance: worthOf(trade.free, MAIN_QUOTE, unread, old),
    tradingInOrders: worthOf(trade.locked, MAIN_QUOTE, unread, old),
    total: worthOf(totals(rows, currency).total, currency, unread, [...old, ...walletsLeftOut(connection)]),
    inOrders: worthOf(parts(rows).locked, currency, unread),
    wallets: WALLETS.map((wallet) => {
      const held = rows.filter((row) => row.wallet === wallet);
      const closed = unreadable.includes(wallet) ? 'This key may not look into this wallet.' : null;
      return {
        wallet,
        readable: connection.balances !== null && !unreadable.includes(wallet),
        worth: worthOf(totals(held, currency).total, currency, unread ?? closed),
        free: worthOf(parts(held).free, currency, unread ?? closed),
      };
    }),
    oldPrices: old.join(' '),
    assets: new Set(rows.map((row) => row.asset)).size,
    week: thinned(context.week),
    historyReachDays: connection.report?.history?.reachDays ?? null,
  };
}

export function balanceRows(connection: StoredConnection, currency: Currency, priced: Priced): BalanceRow[] {
  return valued(connection, currency, priced).map((row) => ({
    connection: connection.id,
    wallet: row.wallet,
    asset: row.asset,
    free: row.free.toString(),
    locked: row.locked.toString(),
    worth: { value: row.value?.toString() ?? null, currency, reason: row.reason },
    price: row.price?.price.toString() ?? null,
    priceAtMs: row.price === null || priced.atMs === 0 ? null : priced.atMs,
  }));
}

/**
 * `unknown` is why nothing can be said at all; null when something can. `limits` are sentences on what the value is not:
 * a value with a reason is shown as one that is not whole.
 */
export function worthOf(
  total: Total,
  currency: Currency,
  unknown: string | null,
  limits: readonly string[] = [],
): Worth {
  if (unknown !== null) return { value: null, currency, reason: unknown };
  const lacks = total.unpriced.length === 0 ? [] : [`No price is known for ${listed(total.unpriced)}.`];
  return { value: total.value?.toString() ?? null, currency, reason: [...lacks, ...limits].join(' ') };
}

/** Prices are asked for every few seconds; this old, the exchange did not tell them for a while. */
const PRICES_OLD_MS = 60_000;

/** Nothing where prices are of now, or where there are none, which the values say themselves. */
export function pricesOld(priced: Priced, nowMs: number): readonly string[] {
  const ageMs = nowMs - priced.atMs;
  if (priced.atMs === 0 || ageMs <= PRICES_OLD_MS) return [];
  const minutes = Math.max(1, Math.round(ageMs / 60_000));
  return [`By prices of ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ago.`];
}

/** What a sum over all wallets leaves out because the key may not look. */
export function walletsLeftOut(connection: StoredConnection): readonly string[] {
  const unreadable = connection.balances?.unreadable ?? [];
  if (unreadable.length === 0) return [];
  return [`Without the ${unreadable.join(' and the ')} wallet, which this key may not look into.`];
}

/** More names than this make no sentence. */
const NAMES_MAX = 5;
function listed(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return more > 0 ? `${names.slice(0, NAMES_MAX).join(', ')} and ${more} more` : names.join(', ');
}

function troubleFor(
  problem: ReturnType<typeof statusOf>['problem'],
  connection: StoredConnection,
  context: ViewContext,
) {
  const words = { guide: context.venue.guide, origin: context.venue.origin, labelOf: context.labelOf };
  switch (problem) {
    case null:
      return null;
    case 'custody-halted':
    case 'custody-unreachable':
      return custodyTrouble(problem, context.custodyReason);
    case 'not-served':
    case 'made-in-rehearsal':
    case 'pointed-at-practice':
    case 'key-missing':
    case 'removing':
      return custodyTrouble(problem, '');
    case 'locked':
      return troubleOf(plainProblem('locked'), words);
    default:
      return connection.report?.problem == null ? null : troubleOf(connection.report.problem, words);
  }
}

function rightsOf(connection: StoredConnection): Record<Right, RightState> {
  const rights: Record<string, RightState> = {};
  for (const right of RIGHTS) rights[right] = connection.report?.rights[right] ?? 'unknown';
  return rights as Record<Right, RightState>;
}

function thinned(points: readonly ValuePoint[]): ValuePoint[] {
  if (points.length <= WEEK_POINTS_MAX) return [...points];
  const every = (3 * HOUR_MS) as number;
  const last = new Map<number, ValuePoint>();
  for (const point of points) last.set(Math.floor(point.atMs / every), point);
  return [...last.values()].slice(-WEEK_POINTS_MAX);
}
