/** Trades: known by their id whatever brings them, applied once, booked with what they cost. */

import { Decimal } from '../core/decimal.ts';
import type { Fee, FillSource } from '../core/fill.ts';
import { fillKey } from '../core/fill.ts';
import { feeMovements, movementsOf, reversalMovements } from '../core/ledger.ts';
import type { TradeReport } from '../core/report.ts';
import { expectFigures } from './balances.ts';
import { inquire } from './inquiry.ts';
import { bind, hear, quarantine, tend } from './life.ts';
import { FILLS_MAX, ORPHANS_MAX } from './limits.ts';
import { isSane } from './sense.ts';
import type { FillRow, Order } from './state.ts';
import { EXTERNAL } from './state.ts';
import type { Step } from './step.ts';

/** `listed`: a snapshot holds it, so its balances do. */
export function applyTrade(step: Step, trade: TradeReport, source: FillSource, listed = source === 'snapshot'): void {
  if (!isSane(trade.price, trade.quantity) || trade.quantity.isZero() || !isSaneFee(trade)) {
    step.surprise('senseless-report', null, `trade ${trade.tradeId ?? '?'} of ${trade.market}`);
    return;
  }
  const key = fillKey(trade);
  const known = step.state.fills.get(key);
  if (trade.reversed === true) {
    reverse(step, trade, known);
    return;
  }
  if (known !== undefined && step.rules.knowsFill(step.state.fills, key)) {
    complete(step, known, trade.fee, listed);
    return;
  }
  const order = orderOf(step, trade);
  // Fills of our orders stay in memory with them; of all others, what is old was compared and forgotten.
  const strange = order === undefined || order.owner === EXTERNAL;
  if (strange && step.rules.isBooked(step.state.machine, trade.atMs)) return;
  const instrument = step.state.instruments.get(trade.market);
  if (instrument === undefined || mayBeOurs(step, trade, order)) {
    holdBack(step, trade, listed);
    return;
  }
  const value = trade.value ?? trade.price.mul(trade.quantity);
  const { quantity, price, market, side, tradeId, venueOrderId, fee, role, atMs } = trade;
  const named = order?.key ?? (ownName(step, trade) ? trade.clientId : null);
  if (order === undefined && named !== null)
    step.surprise('not-remembered', null, `trade ${tradeId ?? '?'} of our order ${named}`);
  const over = order !== undefined && order.owner !== EXTERNAL && step.rules.overfills(order, { quantity, value });
  const fill: FillRow = {
    ...{ key, tradeId, order: named, venueOrderId, market, side, price, quantity, value, fee, role, atMs, source },
    rank: step.nextRank(),
    booked: !over,
    reversed: false,
    compared: listed,
  };
  step.putFill(fill);
  if (step.state.fills.size > FILLS_MAX) step.sync({ dueAtMs: Math.min(step.state.machine.sync.dueAtMs, step.atMs) });
  if (over && order !== undefined) {
    step.surprise('overfill', order.key, `${quantity.toString()} on top of ${order.filledBase.toString()}`);
    quarantine(step, order, 'more was traded than the order asked for');
    return;
  }
  const own = named !== null && order?.owner !== EXTERNAL;
  const movements = [...movementsOf(fill, instrument), ...feeMovements(fill)];
  step.book(movements, own ? 'own' : 'external', key);
  if (!listed)
    expectFigures(
      step,
      movements.map(({ asset }) => asset),
    );
  if (order !== undefined) grow(step, order, fill);
}

/** The order moves by what traded: a trade proves that it exists, and a complete one has ended. */
function grow(step: Step, before: Order, fill: FillRow): void {
  let order = bind(step, hear(step, before, 'traded'), fill.venueOrderId);
  const filledBase = order.filledBase.add(fill.quantity);
  const filledQuote = order.filledQuote.add(fill.value);
  const closed = order.status.kind === 'closed';
  const late = closed && order.settled;
  order = step.put({
    ...order,
    filledBase,
    filledQuote,
    acceptedAtMs: order.acceptedAtMs ?? step.atMs,
    feesPending: order.feesPending + (fill.fee.kind === 'pending' ? 1 : 0),
    // A figure that was told for the end stands until the exchange tells another.
    toldBase: closed ? order.toldBase : Decimal.max(order.toldBase, filledBase),
    settled: late && order.owner !== EXTERNAL ? false : order.settled,
  });
  if (order.owner === EXTERNAL) return;
  if (late) {
    step.surprise('fill-after-end', order.key, `${fill.quantity.toString()} after it had ended`);
    if (order.status.kind === 'closed' && (order.status.why === 'never-placed' || order.status.why === 'rejected'))
      order = quarantine(step, order, `it traded although it was taken for ${order.status.why}`);
    inquire(step, order, 'fills', step.atMs);
    return;
  }
  if (closed && filledBase.gt(order.toldBase)) {
    const text = `fills add up to ${filledBase.toString()}, the exchange reports ${order.toldBase.toString()}`;
    step.surprise('fills-exceed-report', order.key, text);
  }
  const { unit, amount } = order.quantity;
  if (unit === 'base' && filledBase.eq(amount)) order = hear(step, order, 'seen-closed', { why: 'filled' });
  tend(step, order);
}

/** By our name, unless that order is known under another id: one that was changed at the exchange keeps our name. */
function orderOf(step: Step, { market, side, venueOrderId, clientId }: TradeReport): Order | undefined {
  const named = clientId === null ? undefined : step.state.orders.get(clientId as Order['key']);
  if (named?.market === market && named.side === side)
    if (named.venueId === null || venueOrderId === null || named.venueId === venueOrderId) return named;
  return venueOrderId === null ? undefined : step.byVenueId(market, venueOrderId);
}

function ownName(step: Step, { clientId }: TradeReport): boolean {
  return clientId !== null && step.rules.isOurs(step.state.machine.install, clientId);
}

/** A nameless trade while an order of ours is on its way: perhaps it filled before its id was known. */
function mayBeOurs(step: Step, trade: TradeReport, found: Order | undefined): boolean {
  const { clientId, market, side, venueOrderId } = trade;
  if (clientId !== null || venueOrderId === null) return false;
  if (found !== undefined && (found.owner !== EXTERNAL || found.clientId !== null)) return false;
  for (const key of step.state.unsettled) {
    const order = step.order(key);
    if (order === undefined || order.venueId !== null || order.market !== market || order.side !== side) continue;
    const onItsWay = order.status.kind === 'submitting' || order.status.kind === 'unknown';
    // What was there before our order was made cannot be it.
    if (onItsWay && (found === undefined || found.rank > order.rank)) return true;
  }
  return false;
}

function holdBack(step: Step, trade: TradeReport, listed: boolean): void {
  const { orphans } = step.state.machine;
  const key = fillKey(trade);
  const held = orphans.find((orphan) => fillKey(orphan.trade) === key);
  if (held !== undefined) {
    // The same trade again, perhaps with more to say.
    const better = held.trade.fee.kind === 'pending' && trade.fee.kind === 'known' ? trade : held.trade;
    const merged = { trade: better, listed: listed || held.listed };
    step.machine({ orphans: orphans.map((orphan) => (orphan === held ? merged : orphan)) });
    return;
  }
  const [oldest, ...rest] = orphans;
  const full = orphans.length >= ORPHANS_MAX && oldest !== undefined;
  if (full) step.surprise('orphan-dropped', null, `trade ${oldest.trade.tradeId ?? '?'} of ${oldest.trade.market}`);
  step.machine({ orphans: [...(full ? rest : orphans), { trade, listed }] });
}

/** Looks again at the trades that were held back: an order's id became known, or its market. */
export function claimOrphans(step: Step): void {
  const { orphans } = step.state.machine;
  if (orphans.length === 0) return;
  step.machine({ orphans: [] });
  for (const { trade, listed } of orphans) applyTrade(step, trade, 'stream', listed);
}

/** What more is told about a trade that is known: its fee, or that a snapshot holds it. */
function complete(step: Step, known: FillRow, told: Fee, listed: boolean): void {
  const learned = known.fee.kind === 'pending' && told.kind === 'known';
  if (!learned && (!listed || known.compared)) return;
  const fill: FillRow = { ...known, fee: learned ? told : known.fee, compared: known.compared || listed };
  step.putFill(fill);
  if (!learned || !fill.booked) return;
  step.book(feeMovements(fill), flowOf(step, fill), fill.key);
  const order = fill.order === null ? undefined : step.order(fill.order as Order['key']);
  if (order !== undefined) step.put({ ...order, feesPending: Math.max(0, order.feesPending - 1) });
}

function reverse(step: Step, trade: TradeReport, known: FillRow | undefined): void {
  if (known?.reversed === true) return;
  step.surprise(
    'reversal',
    (known?.order ?? null) as Order['key'] | null,
    `trade ${trade.tradeId ?? '?'} was taken back`,
  );
  step.machine({ halt: { by: 'machine', why: 'the exchange took a trade back', sinceMs: step.atMs } });
  const instrument = step.state.instruments.get(trade.market);
  if (known === undefined || instrument === undefined) {
    // Taken back before it was heard of: remembered, so that it is not booked when it comes.
    const value = trade.value ?? trade.price.mul(trade.quantity);
    const { quantity, price, market, side, tradeId, venueOrderId, fee, role, atMs } = trade;
    const rest = { market, side, price, quantity, value, fee, role, atMs, source: 'stream' as const };
    const key = fillKey(trade);
    step.putFill({
      key,
      tradeId,
      order: null,
      venueOrderId,
      ...rest,
      rank: step.nextRank(),
      booked: false,
      reversed: true,
      compared: true,
    });
    return;
  }
  if (known.booked) step.book(reversalMovements(known, instrument), flowOf(step, known), known.key);
  step.putFill({ ...known, reversed: true });
  const order = known.order === null ? undefined : step.order(known.order as Order['key']);
  if (order !== undefined) quarantine(step, order, 'the exchange took a trade of it back');
}

function flowOf(step: Step, fill: FillRow): 'own' | 'external' {
  if (fill.order === null) return 'external';
  return step.order(fill.order as Order['key'])?.owner === EXTERNAL ? 'external' : 'own';
}

function isSaneFee({ fee, value }: TradeReport): boolean {
  return (value === null || isSane(value)) && (fee.kind === 'pending' || isSane(fee.amount.abs()));
}
