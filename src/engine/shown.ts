/**
 * Which of our orders a figure of the exchange shows already. Times alone leave that open for seconds; a free balance
 * that fell by exactly what they take, to the last digit, does not. Where it fell by anything else, nothing is concluded,
 * and what orders take counts on top until it must have shown.
 */

import { Decimal } from '../core/decimal.ts';
import { limitPrice } from '../core/order.ts';
import type { BalanceReport } from '../core/report.ts';
import type { OrderKey } from './events.ts';
import type { BalanceRow, Order } from './state.ts';
import type { Step } from './step.ts';

type Shown = Pick<BalanceRow, 'shows' | 'shownAtMs' | 'holds'>;

/** What the figure that follows `known` shows; called before it takes its place. */
export function shownIn(step: Step, report: BalanceReport, known: BalanceRow | undefined, free: Decimal): Shown {
  if (known === undefined) return {};
  const { reserving } = step.state;
  const before = (known.shows ?? []).filter((key) => reserving.has(key));
  if (free.eq(known.free)) return { ...kept(before, known.shownAtMs), ...held(known) };
  // A snapshot may have been read before the push that showed them; pushes come in their order.
  const isOlder = report.complete && report.asOfMs < (known.shownAtMs ?? Number.NEGATIVE_INFINITY);
  const shows = isOlder ? [] : before;
  const news = takers(step, known, shows, known.free.sub(free));
  if (news.length === 0) return kept(shows, known.shownAtMs);
  return kept([...shows, ...news], step.atMs);
}

const kept = (shows: readonly OrderKey[], shownAtMs: number | undefined): Shown =>
  shows.length === 0 || shownAtMs === undefined ? {} : { shows, shownAtMs };
const held = ({ holds }: BalanceRow): Shown => (holds === undefined ? {} : { holds });

/** The first of the waiting orders that together took `drop`, as many as possible; none where none did. */
function takers(step: Step, known: BalanceRow, shows: readonly OrderKey[], drop: Decimal): readonly OrderKey[] {
  const { state, rules } = step;
  const waiting = step
    .ranked(state.reserving)
    .filter((order) => order.reserve?.asset === known.asset && !shows.includes(order.key))
    .filter((order) => rules.isReserved(order, known, state.machine.profile));
  let taken = Decimal.ZERO;
  let count = 0;
  for (const [index, order] of waiting.entries()) {
    const old = order.replaces === null || !isHeld(known, order.replaces) ? undefined : step.order(order.replaces);
    taken = taken.add(takenBy(order)).sub(old === undefined ? Decimal.ZERO : frozenBy(old));
    if (taken.eq(drop)) count = index + 1;
  }
  return waiting.slice(0, count).map(({ key }) => key);
}

/** What is missing from the free balance because of it: what it froze, and what of that was spent. */
function takenBy(order: Order): Decimal {
  const { settled, side, filledBase, filledQuote, reserve } = order;
  if (settled) return side === 'sell' ? filledBase : filledQuote;
  if (reserve === null || side === 'sell' || filledBase.isZero()) return reserve?.amount ?? Decimal.ZERO;
  // What traded below its limit gave the difference back.
  const price = order.terms === null ? null : limitPrice(order.terms);
  return price === null ? reserve.amount : reserve.amount.sub(price.mul(filledBase)).add(filledQuote);
}

/** What an order that rests holds, or held when it ended; nil where that is not sure. */
function frozenBy({ side, terms, quantity, filledBase, toldBase }: Order): Decimal {
  if (quantity.unit !== 'base' || terms === null) return Decimal.ZERO;
  const left = quantity.amount.sub(Decimal.max(filledBase, toldBase));
  if (side === 'sell') return left;
  const price = limitPrice(terms);
  return price === null ? Decimal.ZERO : left.mul(price);
}

/**
 * An order is to be moved, and what it froze is missing from the figure: while that stands, the new one takes only what
 * it needs more. Any change of the figure ends it, for the old one's part may have come back with it.
 */
export function holdForMove(step: Step, order: Order, asset: string): void {
  const { state, rules } = step;
  const row = state.balances.get(asset);
  if (row === undefined || order.venueId === null) return;
  const isShown = !rules.isReserved(order, row, state.machine.profile) || row.shows?.includes(order.key) === true;
  if (isShown) step.putBalance({ ...row, holds: [...(row.holds ?? []), order.key] });
}

const isHeld = (row: BalanceRow | undefined, old: OrderKey): boolean => row?.holds?.includes(old) === true;

/** What a new order needs beyond what the one that it replaces gives back. */
export function beyond(row: BalanceRow | undefined, old: Order | undefined, amount: Decimal): Decimal {
  if (old === undefined || !isHeld(row, old.key)) return amount;
  return Decimal.max(Decimal.ZERO, amount.sub(frozenBy(old)));
}
