/** What is free: as the exchange told, less what our orders took since and it cannot show yet. */

import { Decimal } from '../core/decimal.ts';
import type { Instrument } from '../core/instrument.ts';
import type { OrderDraft } from '../core/order.ts';
import type { BalanceReport, Snapshot } from '../core/report.ts';
import type { MarketNow } from './events.ts';
import { PUSH_LATE_MS, SNAPSHOT_WITHOUT_STREAM_MS } from './limits.ts';
import type { Rules } from './rules.ts';
import { isSane } from './sense.ts';
import { beyond, shownIn } from './shown.ts';
import type { BalanceRow, Order, Reserve, State } from './state.ts';
import { EXTERNAL } from './state.ts';
import type { Step } from './step.ts';

/** A market buy in base may cost more than the best price says by the time it trades. */
const MARKET_MARGIN = Decimal.parse('1.02');

/** What an order takes out of the free balance; null for a market buy in base while nobody tells a price. */
export function reserveOf(
  step: Step,
  instrument: Instrument,
  draft: OrderDraft,
  now: MarketNow | null,
): Reserve | null {
  const { side, terms, quantity } = draft;
  if (side === 'sell') return { asset: instrument.base, amount: quantity.amount };
  const onTop = step.state.machine.profile.buyFeeFrom === 'quote' ? Decimal.ONE.add(instrument.takerFee) : Decimal.ONE;
  const cost = (price: Decimal) => ({ asset: instrument.quote, amount: quantity.amount.mul(price).mul(onTop) });
  if (quantity.unit === 'quote') return { asset: instrument.quote, amount: quantity.amount };
  switch (terms.kind) {
    case 'limit':
    case 'stop-limit':
      return cost(terms.price);
    case 'stop-market':
      return cost(terms.activation.mul(MARKET_MARGIN));
    case 'market': {
      const price = now?.ask ?? now?.last ?? null;
      return price === null ? null : cost(price.mul(MARKET_MARGIN));
    }
  }
}

/** Reserved by orders that the asset's figure cannot show yet. */
export function reservedOf(state: State, rules: Rules, asset: string): Decimal {
  const balance = state.balances.get(asset);
  let total = Decimal.ZERO;
  for (const key of state.reserving) {
    const order = state.orders.get(key);
    if (order === undefined) continue;
    if (order.move?.reserve?.asset === asset) total = total.add(beyond(balance, order, order.move.reserve.amount));
    else if (order.reserve?.asset === asset && balance?.shows?.includes(key) !== true)
      if (rules.isReserved(order, balance, state.machine.profile)) {
        const old = order.replaces === null ? undefined : state.orders.get(order.replaces);
        total = total.add(beyond(balance, old, reservedAmount(order, order.reserve)));
      }
  }
  return total;
}

/** All of it while it may trade, or fills are missing; afterwards what it spent. */
function reservedAmount({ settled, side, filledBase, filledQuote }: Order, { amount }: Reserve): Decimal {
  if (!settled) return amount;
  return Decimal.min(amount, side === 'sell' ? filledBase : filledQuote);
}

/** Reservations that the balances have caught up with are let go: the set stays as small as what is in flight. */
export function releaseReserves(step: Step): void {
  for (const key of step.state.reserving) {
    const order = step.order(key);
    if (order === undefined || order.reserve === null) continue;
    const ended = order.status.kind === 'closed' && order.settled;
    if (!ended && order.acceptedAtMs === null) continue;
    if (!step.rules.isReserved(order, step.state.balances.get(order.reserve.asset), step.state.machine.profile))
      step.put({ ...order, reserve: null });
  }
}

export function applyBalances(step: Step, report: BalanceReport): void {
  const told = new Set<string>();
  for (const { asset, free, locked } of report.balances) {
    if (!isSane(free.abs(), locked.abs())) {
      step.surprise('senseless-report', null, `balance of ${asset}`);
      continue;
    }
    told.add(asset);
    tell(step, report, asset, free, locked);
  }
  if (report.complete) {
    for (const asset of [...step.state.balances.keys()].sort())
      if (!told.has(asset)) tell(step, report, asset, Decimal.ZERO, Decimal.ZERO);
    if (!step.state.machine.sync.balancesOpened) step.sync({ balancesOpened: true });
  }
  releaseReserves(step);
}

/**
 * Figures that were read and no push told may be those of a moment: what comes and goes between two pushes is never told,
 * and a push that overtook the answer has told its news already. Read twice, a push's time apart, they stand. Figures
 * that are older than what is known to have moved them do not.
 */
const isUnsure = ({ sureFromMs, asOfMs }: BalanceRow): boolean => sureFromMs === undefined || sureFromMs > asOfMs;

/**
 * When another look is the only way to what is free: for figures that are not sure, and for what counts on top because the
 * last push did not say that it shows it. While things go on the next push settles both; when they end nothing is pushed.
 */
export function figuresWake(state: State, rules: Rules): number {
  const { sync, profile } = state.machine;
  if (sync.lastAtMs === null) return Number.POSITIVE_INFINITY;
  let wakeMs = Number.POSITIVE_INFINITY;
  for (const row of state.balances.values())
    if (isUnsure(row)) wakeMs = Math.min(wakeMs, row.sureFromMs ?? sync.lastAtMs);
  for (const key of state.reserving) {
    const order = state.orders.get(key);
    if (order === undefined || order.reserve === null || order.acceptedAtMs === null) continue;
    const row = state.balances.get(order.reserve.asset);
    if (row?.shows?.includes(key) === true || !rules.isReserved(order, row, profile)) continue;
    wakeMs = Math.min(wakeMs, order.acceptedAtMs + profile.settleMs + PUSH_LATE_MS);
  }
  return Math.max(wakeMs, sync.lastAtMs + SNAPSHOT_WITHOUT_STREAM_MS);
}

/** An older figure never overwrites a newer one: streams run ahead of answers by up to a minute. */
function tell(step: Step, report: BalanceReport, asset: string, free: Decimal, locked: Decimal): void {
  const known = step.state.balances.get(asset);
  const isSame = known?.free.eq(free) === true && known.locked.eq(locked);
  const { settleMs } = step.state.machine.profile;
  if (known !== undefined && !step.rules.isNewer(report, known)) {
    // A push says of itself how old it may be: this one may still be the younger, and the last that comes.
    if (!isSame && !report.complete) step.putBalance({ ...known, sureFromMs: known.asOfMs + settleMs });
    return;
  }
  const readSureMs = (isSame ? known?.sureFromMs : undefined) ?? report.asOfMs + settleMs;
  const sureFromMs = report.complete ? readSureMs : report.asOfMs;
  const booked = known?.booked ?? Decimal.ZERO;
  const row = { asset, free, locked, asOfMs: report.asOfMs, sureFromMs, booked };
  step.putBalance({ ...row, ...shownIn(step, report, known, free) });
}

/** Something moved these: a push tells soon how they stand, and where none comes they are read. */
export function expectFigures(step: Step, assets: Iterable<string>): void {
  for (const asset of assets) {
    const row = step.state.balances.get(asset);
    if (row !== undefined) step.putBalance({ ...row, sureFromMs: step.atMs + PUSH_LATE_MS });
  }
}

/**
 * What the exchange holds beyond what was booked came or went by other hands: deposits, withdrawals, transfers. Only
 * where nothing of ours is on its way in that asset, so that a late trade is never taken for a deposit.
 */
export function bookDifferences(step: Step, snapshot: Snapshot): void {
  const unsure = unsureAssets(step);
  if (unsure === null) return;
  const totals = new Map<string, Decimal>();
  for (const { asset, free, locked } of snapshot.balances.balances)
    if (isSane(free.abs(), locked.abs())) totals.set(asset, free.add(locked));
  if (snapshot.balances.complete)
    for (const asset of step.state.balances.keys()) if (!totals.has(asset)) totals.set(asset, Decimal.ZERO);
  for (const [asset, total] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const change = total.sub(step.balance(asset).booked);
    if (!change.isZero() && !unsure.has(asset)) step.book([{ kind: 'external', asset, change }], 'external', null);
  }
}

/** Null: a fee that is not known yet, or a trade nobody claims, could be in any asset. */
function unsureAssets(step: Step): ReadonlySet<string> | null {
  const { state } = step;
  if (state.machine.orphans.length > 0) return null;
  const unsure = new Set<string>();
  const add = (market: string): void => {
    const instrument = state.instruments.get(market);
    if (instrument !== undefined) unsure.add(instrument.base).add(instrument.quote);
  };
  for (const fill of state.fills.values()) {
    if (!fill.booked) continue;
    if (fill.fee.kind === 'pending') return null;
    // Not listed yet: it traded after these balances were read. What no snapshot ever lists is not waited for.
    if (fill.compared || fill.atMs < state.machine.sync.horizonMs) continue;
    add(fill.market);
    unsure.add(fill.fee.asset);
  }
  for (const key of state.unsettled) {
    const order = state.orders.get(key);
    if (order !== undefined && order.owner !== EXTERNAL && order.toldBase.gt(order.filledBase)) add(order.market);
  }
  return unsure;
}
