import type { Draft } from './draft.ts';
import { ownLadder, stopLadder } from './market.ts';
import { freeze, payingBalance, release } from './money.ts';
import type { FinalStatus, Order } from './order.ts';
import { isWaiting } from './order.ts';
import type { Seat } from './seat.ts';
import type { State } from './state.ts';
import { tellOrder, touchLevel } from './state.ts';

/** How an order comes to be, rests, waits and ends. */

/** Makes the order and freezes its money. It stands nowhere yet. */
export function create(state: State, seat: Seat, draft: Draft): Order {
  const id = state.nextOrderId;
  state.nextOrderId += 1;
  const order: Order = {
    id,
    seat,
    clientOrderId: draft.clientOrderId,
    side: draft.side,
    type: draft.type,
    stp: draft.stp,
    postOnly: draft.postOnly,
    ioc: draft.ioc,
    amount: draft.amount,
    amountInQuote: draft.amountInQuote,
    priceTicks: draft.priceTicks,
    activationTicks: draft.activationTicks,
    makerRate: draft.makerRate,
    takerRate: draft.takerRate,
    ctimeUs: state.nowUs,
    moneyPerLot: draft.moneyPerLot,
    left: draft.amount,
    dealStock: 0n,
    dealMoney: 0n,
    dealFee: 0n,
    frozen: draft.freeze,
    activated: draft.activated,
    activatedAtUs: draft.activated ? state.nowUs : 0,
    mtimeUs: state.nowUs,
    status: 'OPEN',
    level: null,
    previous: null,
    next: null,
  };
  freeze(state, payingBalance(order), draft.freeze);
  return order;
}

/** Puts a limit order, or an activated stop limit, into the book behind all others of its price. */
export function rest(state: State, order: Order): void {
  const { market } = order.seat;
  touchLevel(state, market, ownLadder(market, order.side).add(order, order.priceTicks, order.moneyPerLot));
}

/** Lets a stop order wait for its price. Levels of waiting orders are nobody else's business, so none is told. */
export function wait(order: Order): void {
  stopLadder(order.seat.market, order.side).add(order, order.activationTicks, 0n);
}

/** Makes the order one that can be found and cancelled. */
export function list(order: Order): void {
  order.seat.open.set(order.id, order);
  if (order.clientOrderId !== '') order.seat.byClientId.set(order.clientOrderId, order);
}

/** Takes the order from wherever it stands, gives back what it still holds and tells its end. */
export function finish(state: State, order: Order, status: FinalStatus): void {
  const { level, seat } = order;
  if (level !== null) {
    level.ladder.remove(order);
    if (!isWaiting(order)) touchLevel(state, seat.market, level);
  }
  if (seat.open.delete(order.id) && order.clientOrderId !== '') seat.byClientId.delete(order.clientOrderId);
  release(state, payingBalance(order), order.frozen);
  order.frozen = 0n;
  order.status = status;
  order.mtimeUs = state.nowUs;
  tellOrder(state, 'finish', order);
}
