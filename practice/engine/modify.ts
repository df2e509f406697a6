import { Decimal } from '../../src/core/decimal.ts';
import { findOpen } from './cancel.ts';
import type { NewOrder, OrderChange, OrderName, OrderReply } from './commands.ts';
import { draftOf } from './draft.ts';
import { enter } from './enter.ts';
import { viewOf } from './events.ts';
import { finish } from './life.ts';
import type { Order } from './order.ts';
import type { Refused } from './refusals.ts';
import { forModify, REFUSALS } from './refusals.ts';
import { decimalOf } from './scale.ts';
import type { Seat } from './seat.ts';
import type { State } from './state.ts';

/**
 * Cancels the order and makes it anew: a new id, the same client order id, the last place in the queue. Where the new
 * one would be refused the old one stays as it is. Inferred: an amount that is not given is what was left.
 */
export function modify(state: State, account: Seat['account'], name: OrderName, change: OrderChange): OrderReply {
  const order = findOpen(state, account, name);
  if ('ok' in order) return forModify(order);
  const fault = changeFault(order, change);
  if (fault !== null) return forModify(fault);
  const draft = draftOf(order.seat, changed(order, change), order);
  if ('ok' in draft) return forModify(draft);
  finish(state, order, 'CANCELED');
  return { ok: true, order: viewOf(enter(state, order.seat, draft)) };
}

function changeFault(order: Order, { amount, total, price, activationPrice, stp }: OrderChange): Refused | null {
  if (amount !== null && total !== null) return REFUSALS.amountAndTotal;
  if ([amount, total, price, activationPrice, stp].every((value) => value === null)) return REFUSALS.nothingToModify;
  if (total !== null && !order.amountInQuote) return REFUSALS.totalOfOther;
  if (amount !== null && order.amountInQuote) return REFUSALS.amountOfSpending;
  if (price !== null && order.type === 'stop market') return REFUSALS.priceOfStopMarket;
  // An activated stop limit is a limit order in the book; its trigger is behind it (inferred).
  if (activationPrice !== null && (order.type === 'limit' || order.activated)) return REFUSALS.activationOfLimit;
  return null;
}

function changed(order: Order, change: OrderChange): NewOrder {
  const { spec } = order.seat.market;
  const common = {
    market: spec.name,
    side: order.side,
    amount:
      change.amount ?? change.total ?? decimalOf(order.left, order.amountInQuote ? spec.quote.scale : spec.lotScale),
    clientOrderId: order.clientOrderId === '' ? null : order.clientOrderId,
    stp: change.stp ?? order.stp,
  };
  const price = change.price ?? priceAt(order.priceTicks, spec.tickScale);
  const activationPrice = change.activationPrice ?? priceAt(order.activationTicks, spec.tickScale);
  switch (order.type) {
    case 'limit':
      return { ...common, type: 'limit', price, postOnly: order.postOnly, ioc: order.ioc, bboRole: null };
    case 'stop limit':
      return { ...common, type: 'stop limit', price, activationPrice, bboRole: null };
    case 'stop market':
      return { ...common, type: 'stop market', activationPrice };
    case 'market':
    case 'stock market':
      throw new Error(`Order ${order.id} is a market order and cannot be open`);
  }
}

function priceAt(ticks: number, tickScale: number): Decimal {
  return Decimal.fromInteger(BigInt(ticks), tickScale);
}
