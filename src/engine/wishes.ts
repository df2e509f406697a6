/** Cancelling, moving, and a person's word about an order that nobody can find. */

import { Decimal } from '../core/decimal.ts';
import { fitOrder } from '../core/fit.ts';
import type { ClosedWhy, OrderDraft, OrderTerms } from '../core/order.ts';
import { reserveOf } from './balances.ts';
import type { Asker, MoveWish, OrderKey } from './events.ts';
import { hear, tend } from './life.ts';
import { create, meetsRequest, remember } from './place.ts';
import { isAllowed } from './risk.ts';
import { holdForMove } from './shown.ts';
import type { Order, PendingMove } from './state.ts';
import { EXTERNAL } from './state.ts';
import type { Step } from './step.ts';
import { ownerOf, printOfWish } from './wish-print.ts';

function find(step: Step, key: OrderKey): Order | null {
  const order = step.order(key);
  if (order !== undefined) {
    step.subject = key;
    return order;
  }
  step.refuse('unknown-order', 'This order is not among the open ones.', 'It may have ended: see the history.');
  return null;
}

/** A cancellation is never held back by limits, a halt or a doubt: an order in doubt is cancelled once it shows. */
export function applyCancel(step: Step, key: OrderKey): void {
  const order = find(step, key);
  if (order === null) return;
  if (order.status.kind === 'closed') {
    step.refuse('already-closed', `The order has ended: ${order.status.why}.`, 'There is nothing to cancel.');
    return;
  }
  wishGone(step, order);
}

/** All of ours, those in doubt included. What others placed is theirs. */
export function applyCancelAll(step: Step, market: string | null): void {
  for (const order of step.ranked(step.state.unsettled)) {
    if (order.owner === EXTERNAL || order.status.kind === 'closed') continue;
    if (market === null || order.market === market) wishGone(step, order);
  }
}

function wishGone(step: Step, order: Order): void {
  // Whoever cancels wants nothing in its place.
  const moveEnd = order.move === null ? order.moveEnd : 'cancelled before it was moved';
  if (order.cancelWanted && order.move === null) return;
  tend(step, step.put({ ...order, cancelWanted: true, move: null, moveEnd }));
}

/** The owner looked at the exchange. Where nothing else can ever prove it, this is what frees a blocked order. */
export function applyDeclareAbsent(step: Step, key: OrderKey, by: Asker): void {
  const order = find(step, key);
  if (order === null) return;
  if (order.status.kind !== 'unknown') {
    step.refuse('not-in-doubt', `The order is ${order.status.kind}.`, 'Only an order in doubt can be declared absent.');
    return;
  }
  const text = `declared absent by ${by.user ?? ownerOf(by)}`;
  tend(step, hear(step, order, 'declared-absent', { why: 'never-placed', text }));
}

/**
 * Cancel, wait for the end, place the rest. Two orders never live: the new one is made when the old one has ended and its
 * fills add up, so that what filled in between is not bought twice.
 */
export function applyMove(step: Step, wish: MoveWish): void {
  const { requestId, by, order: key, price, activation, quantity, confirmations, now } = wish;
  const print = printOfWish(wish);
  if (meetsRequest(step, requestId, print)) return;
  const order = find(step, key);
  if (order === null) return;
  const terms = movedTerms(step, order, price, activation);
  if (terms === null) return;
  const instrument = step.state.instruments.get(order.market);
  if (instrument === undefined) {
    step.refuse('unknown-market', `${order.market} is not a market of this exchange.`, 'Cancel the order instead.');
    return;
  }
  const known = Decimal.max(order.filledBase, order.toldBase);
  const rest = quantity ?? order.quantity.amount.sub(known);
  const draft: OrderDraft = { side: order.side, terms, quantity: { unit: 'base', amount: rest } };
  const fit = fitOrder(instrument, draft, now);
  if (!fit.ok) {
    const codes = fit.problems.map(({ code }) => code).join(', ');
    step.refuse('does-not-fit', `The moved order breaks the rules: ${codes}.`, 'Change it.', {
      problems: fit.problems,
    });
    return;
  }
  if (!isAllowed(step, { instrument, draft, now, confirmations, instead: order })) return;
  const reserve = reserveOf(step, instrument, draft, now);
  const move = { requestId, by, confirmations, now, terms, rest, filledBase: known, atMs: step.atMs, reserve };
  remember(step, requestId, key, print);
  if (reserve !== null) holdForMove(step, order, reserve.asset);
  tend(step, step.put({ ...order, move, moveEnd: null, cancelWanted: true }));
}

function movedTerms(step: Step, order: Order, price: Decimal | null, activation: Decimal | null): OrderTerms | null {
  const { owner, status, terms, quantity, slot } = order;
  if (owner === EXTERNAL) step.refuse('not-ours', 'Somebody else placed this order.', 'Cancel it and place your own.');
  else if (status.kind === 'closed')
    step.refuse('already-closed', `The order has ended: ${status.why}.`, 'Place another.');
  else if (status.kind !== 'open') step.refuse('in-doubt', `The order is ${status.kind}.`, 'Wait until it is known.');
  else if (slot !== null || terms === null || quantity.unit !== 'base')
    step.refuse('cannot-be-moved', 'This order cannot be moved.', 'Cancel it and place another.');
  else {
    switch (terms.kind) {
      case 'limit':
        return { ...terms, price: price ?? terms.price };
      case 'stop-limit':
        return { ...terms, price: price ?? terms.price, activation: activation ?? terms.activation };
      case 'stop-market':
        return { ...terms, activation: activation ?? terms.activation };
      case 'market':
        step.refuse('cannot-be-moved', 'A market order has no price to move.', 'Cancel it and place another.');
    }
  }
  return null;
}

/** Called with every order that has just ended for good. */
export function continueMove(step: Step, key: OrderKey): void {
  const order = step.order(key);
  if (order === undefined || order.move === null || order.status.kind !== 'closed') return;
  const { move } = order;
  const rest = move.rest.sub(order.filledBase.sub(move.filledBase));
  const why = rest.sign() > 0 ? whyNot(step, order, order.status.why) : 'filled before it could be moved';
  const end = why ?? placeRest(step, order, move, rest);
  if (end !== null) step.put({ ...order, move: null, moveEnd: end });
}

function whyNot(step: Step, order: Order, ended: ClosedWhy): string | null {
  if (step.rules.mayPlaceRest(order, step.atMs)) return null;
  return ended === 'cancelled' ? 'it took too long to cancel' : `it ended as ${ended}`;
}

/** Null where the rest was placed, otherwise why not. */
function placeRest(step: Step, order: Order, move: PendingMove, rest: Decimal): string | null {
  const { requestId, by, confirmations, now, terms } = move;
  const instrument = step.state.instruments.get(order.market);
  if (instrument === undefined) return 'the market is gone';
  const draft: OrderDraft = { side: order.side, terms, quantity: { unit: 'base', amount: rest } };
  const fit = fitOrder(instrument, draft, null);
  if (!fit.ok) return `the rest of ${rest.toString()} does not fit: ${fit.problems[0]?.code ?? ''}`;
  // The price was judged when the move was asked for; what counts now is whether anything may be placed at all.
  const judged = [...confirmations, 'price-unknown', 'far-from-market', 'activation-passed'] as const;
  const before = step.refused;
  const allowed = isAllowed(step, { instrument, draft, now, confirmations: judged, instead: order });
  const refusal = step.refused;
  step.refused = before;
  if (!allowed) return refusal?.cause ?? 'refused';
  const next = create(step, { requestId, instrument, draft, by, slot: null, now, replaces: order.key });
  step.put({ ...order, move: null, replacedBy: next.key });
  return null;
}
