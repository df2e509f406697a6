/** The life of one order: its transitions, its end, and what is asked about it. */

import type { ClosedWhy, OrderNews, OrderStatus } from '../core/order.ts';
import { inquire } from './inquiry.ts';
import { CANCEL_ANSWER_MAX_MS, NEWS_GRACE_MS } from './limits.ts';
import type { Order } from './state.ts';
import { EXTERNAL } from './state.ts';
import type { Step } from './step.ts';

/** The end of an order that lived when its tombstone came, and that nobody had wished gone. */
const TAKEN_BACK = 'no clear answer came when it was placed, so this desk took it back before it could stand';

type How = { readonly why?: ClosedWhy; readonly text?: string };

/** Takes news through the table. Returns the order as it then is; a surprise is recorded and changes nothing. */
export function hear(step: Step, order: Order, news: OrderNews, how: How = {}): Order {
  const to = step.rules.transition(order.status.kind, news);
  if (to === 'stay') return order;
  if (to === 'surprise') {
    const text = `${news} while ${order.status.kind}${how.text === undefined ? '' : `: ${how.text}`}`;
    step.surprise('impossible-transition', order.key, text);
    return order;
  }
  const alive = to === 'open' || to === 'cancelling';
  return step.put({
    ...order,
    status: statusAfter(step, order, to, how),
    detail: to === 'closed' ? endOf(order, how) : order.detail,
    acceptedAtMs: order.acceptedAtMs ?? (alive ? step.atMs : null),
    inquiry: order.status.kind === 'unknown' || order.status.kind === 'submitting' ? null : order.inquiry,
  });
}

function endOf({ buriedAtMs, cancelWanted, detail }: Order, { why, text }: How): string | null {
  const takenBack = why === 'cancelled' && buriedAtMs !== undefined && !cancelWanted;
  return takenBack ? TAKEN_BACK : (text ?? detail);
}

function statusAfter(step: Step, { status }: Order, to: OrderStatus['kind'], { why, text }: How): OrderStatus {
  switch (to) {
    case 'submitting':
    case 'open':
      return { kind: to };
    case 'unknown':
      return { kind: 'unknown', sinceMs: step.atMs, why: text ?? '' };
    case 'cancelling':
      return status.kind === 'cancelling'
        ? { ...status, cancel: 'unknown' }
        : { kind: 'cancelling', sinceMs: step.atMs, cancel: 'sent' };
    case 'closed':
      return { kind: 'closed', why: why ?? 'exchange', atMs: step.atMs };
  }
}

/** After anything changed: settles what ended, cancels what was wished gone, asks where something is missing. */
export function tend(step: Step, order: Order): Order {
  if (order.status.kind === 'closed') return settle(step, order);
  if (order.status.kind !== 'open') return order;
  if (order.cancelWanted) return sendCancel(step, hear(step, order, 'cancel-wished'));
  if (order.inquiry !== null || order.owner === EXTERNAL) return order;
  if (order.toldBase.gt(order.filledBase) || order.feesPending > 0)
    return inquire(step, order, 'fills', step.atMs + NEWS_GRACE_MS);
  return endsAtOnce(order) ? inquire(step, order, 'due', step.atMs + NEWS_GRACE_MS) : order;
}

/** Market and immediate-or-cancel orders do not rest: one that seems to has ended, and the news is on its way. */
function endsAtOnce({ terms }: Order): boolean {
  return terms !== null && (terms.kind === 'market' || (terms.kind === 'limit' && terms.ioc));
}

export function sendCancel(step: Step, order: Order): Order {
  const { key, clientId, venueId, market, inquiry } = order;
  step.command({ kind: 'cancel', order: key, clientId, venueId, market });
  return inquiry === null ? inquire(step, order, 'cancel', step.atMs + CANCEL_ANSWER_MAX_MS) : order;
}

/** An ended order is told to its owner once its fills meet the exchange's figure; until then they are asked for. */
function settle(step: Step, order: Order): Order {
  if (order.settled) return order;
  if (order.owner === EXTERNAL || step.rules.addsUp(order)) {
    step.ended(order.key);
    // Of one that never traded nothing is held back, and no figure that shows it need ever come.
    const reserve = order.filledBase.isZero() && order.toldBase.isZero() ? null : order.reserve;
    const settled = step.put({ ...order, settled: true, cancelWanted: false, inquiry: null, reserve });
    // The owner need not wait for a fee; the books do.
    return order.feesPending > 0 ? inquire(step, settled, 'fills', step.atMs + NEWS_GRACE_MS) : settled;
  }
  return order.inquiry?.why === 'fills' ? order : inquire(step, order, 'fills', step.atMs + NEWS_GRACE_MS);
}

/** Nothing builds on this order until a person has looked. The first reason stands. */
export function quarantine(step: Step, order: Order, why: string): Order {
  return order.quarantine === null ? step.put({ ...order, quarantine: why }) : order;
}

/** The exchange's id became known. Whatever was taken for somebody else's order under that id was this one. */
export function bind(step: Step, order: Order, venueId: string | null): Order {
  if (venueId === null || order.venueId !== null) return order;
  const stranger = step.byVenueId(order.market, venueId);
  if (stranger !== undefined && stranger.key !== order.key) step.forget('orders', stranger.key);
  return step.put({ ...order, venueId });
}
