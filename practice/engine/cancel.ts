import type { CancelAll, OrderName, OrderReply } from './commands.ts';
import { viewOf } from './events.ts';
import { finish } from './life.ts';
import type { Market } from './market.ts';
import type { Order } from './order.ts';
import type { Refused } from './refusals.ts';
import { REFUSALS } from './refusals.ts';
import type { Seat } from './seat.ts';
import type { State } from './state.ts';
import { seatOf, seatsInOrder } from './state.ts';

/** The open order of that name, or why there is none. */
export function findOpen(state: State, account: Seat['account'], name: OrderName): Order | Refused {
  const seat = seatOf(state, account, name.market);
  if (seat === null || seat.market.status === 'delisted') return REFUSALS.marketUnknown;
  const order = 'orderId' in name ? seat.open.get(name.orderId) : seat.byClientId.get(name.clientOrderId);
  return order ?? REFUSALS.orderNotFound;
}

export function cancel(state: State, account: Seat['account'], name: OrderName): OrderReply {
  const order = findOpen(state, account, name);
  if ('ok' in order) return order;
  finish(state, order, 'CANCELED');
  return { ok: true, order: viewOf(order) };
}

export function cancelBulk(state: State, account: Seat['account'], names: readonly OrderName[]): OrderReply[] {
  return names.map((name) => {
    const reply = cancel(state, account, name);
    return reply === REFUSALS.orderNotFound ? REFUSALS.bulkOrderNotFound : reply;
  });
}

export function cancelAll(state: State, { account, market, types }: CancelAll): Refused | null {
  if (market !== null && !state.markets.has(market)) return REFUSALS.marketUnknown;
  if (types !== null && !types.includes('spot')) return null;
  for (const seat of seatsInOrder(state, account))
    if (market === null || seat.market.spec.name === market) cancelSeat(state, seat);
  return null;
}

/** Every open order of the seat, oldest first. */
export function cancelSeat(state: State, seat: Seat): void {
  for (const order of [...seat.open.values()]) finish(state, order, 'CANCELED');
}

/** Documented: delisting cancels all active orders of the market. */
export function cancelMarket(state: State, market: Market): void {
  for (const seat of seatsInOrder(state, null)) if (seat.market === market) cancelSeat(state, seat);
}
