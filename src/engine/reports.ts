/** What is told about an order: of ours, of ours that we do not remember, or of somebody else. */

import { Decimal } from '../core/decimal.ts';
import type { ClientOrderId } from '../core/ids.ts';
import { parseClientOrderId } from '../core/ids.ts';
import { limitPrice, type OrderTerms } from '../core/order.ts';
import type { OrderReport } from '../core/report.ts';
import type { OrderKey } from './events.ts';
import { claimOrphans } from './fills.ts';
import { inquire } from './inquiry.ts';
import { bind, hear, quarantine, sendCancel, tend } from './life.ts';
import { CANCEL_ANSWER_MAX_MS, EXTERNAL_MAX, NEWS_GRACE_MS } from './limits.ts';
import { isSane } from './sense.ts';
import type { Order } from './state.ts';
import { EXTERNAL } from './state.ts';
import type { Step } from './step.ts';

/**
 * Takes over what a report says. `lookedAtMs`: when the question was asked that it answers; null for what the exchange
 * tells by itself, which may be old news.
 */
export function applyReport(step: Step, report: OrderReport, lookedAtMs: number | null): void {
  if (!isSane(report.quantity.amount, report.filledBase, report.filledQuote, report.price, report.activation)) {
    step.surprise('senseless-report', null, `order ${report.venueId} of ${report.market}`);
    return;
  }
  const order = orderOf(step, report);
  if (order === undefined) {
    const known = step.state.orders.has(report.clientId as OrderKey);
    if (isOurName(step, report) && !known) meetForgotten(step, report, lookedAtMs);
    else applyExternal(step, report, lookedAtMs);
    return;
  }
  if (order.owner === EXTERNAL) updateExternal(step, order, report, lookedAtMs);
  else applyOwn(step, order, report, lookedAtMs);
}

function isOurName(step: Step, { clientId }: OrderReport): boolean {
  return clientId !== null && step.rules.isOurs(step.state.machine.install, clientId);
}

function orderOf(step: Step, { clientId, market, side, venueId }: OrderReport): Order | undefined {
  const named = clientId === null ? undefined : step.state.orders.get(clientId as OrderKey);
  if (named !== undefined && (named.market !== market || named.side !== side)) {
    step.surprise('contradicting-report', named.key, `told as ${side} in ${market}`);
    return step.byVenueId(market, venueId);
  }
  if (named !== undefined && (named.venueId === null || named.venueId === venueId)) return named;
  const bound = step.byVenueId(market, venueId);
  if (bound === undefined && named !== undefined) return strangerOfOurName(step, named, venueId);
  return bound;
}

/** Our name under another id: changed by hand at the exchange, or sent twice. Shown as what it is, never guessed at. */
function strangerOfOurName(step: Step, named: Order, venueId: string): undefined {
  if (named.quarantine !== null) return;
  step.surprise('contradicting-report', named.key, `told under the id ${venueId} too, known as ${named.venueId ?? ''}`);
  quarantine(step, named, 'the exchange has another order of this name');
}

function applyOwn(step: Step, before: Order, report: OrderReport, lookedAtMs: number | null): void {
  const { quantity, status } = report;
  if (before.quantity.unit === 'base' && report.filledBase.gt(before.quantity.amount)) {
    step.surprise('overfill', before.key, `told ${report.filledBase.toString()} of ${quantity.amount.toString()}`);
    quarantine(step, before, 'the exchange reports more than the order asked for');
    return;
  }
  let order = learnSent(step, bind(step, before, report.venueId), report);
  const toldBase = Decimal.max(order.toldBase, report.filledBase);
  if (!toldBase.eq(order.toldBase) || order.acceptedAtMs === null)
    order = step.put({ ...order, toldBase, acceptedAtMs: order.acceptedAtMs ?? step.atMs });
  if (status.kind === 'closed') {
    order = hear(step, order, 'seen-closed', {
      why: status.why,
      ...(status.detail === null ? {} : { text: status.detail }),
    });
    tend(step, order);
  } else if (order.status.kind === 'closed') {
    meetTheDead(step, order, lookedAtMs);
  } else {
    order = hear(step, order, 'seen-open');
    if (cancelFailed(step, order, lookedAtMs)) order = hear(step, order, 'cancel-failed');
    tend(step, order);
  }
  if (before.venueId === null) claimOrphans(step);
}

/** An order without a price that has one at the exchange: the answer that would have said so was lost. */
function learnSent(step: Step, order: Order, report: OrderReport): Order {
  const { terms, sentAs } = order;
  if (sentAs !== undefined || (terms?.kind !== 'market' && terms?.kind !== 'stop-market')) return order;
  const sent = termsOf(report);
  if (sent === null || limitPrice(sent) === null) return order;
  return step.put({ ...order, sentAs: { terms: sent, quantity: report.quantity } });
}

/** Seen alive by a look that began after the cancellation was known to have gone wrong. */
function cancelFailed(step: Step, { status }: Order, lookedAtMs: number | null): boolean {
  if (status.kind !== 'cancelling' || lookedAtMs === null || lookedAtMs < status.sinceMs) return false;
  return status.cancel === 'unknown' || step.atMs >= status.sinceMs + CANCEL_ANSWER_MAX_MS;
}

/**
 * An order that ended for us is open at the exchange. Old news, mostly. Where it cannot be old, it lives without anybody
 * counting on it, and its slot may have been used again: it is ours, so it is cancelled, and a person is told.
 */
export function meetTheDead(step: Step, order: Order, lookedAtMs: number | null): void {
  if (order.status.kind !== 'closed' || order.status.why === 'filled') {
    tend(step, order);
    return;
  }
  const { why, atMs } = order.status;
  const neverThere = why === 'never-placed' || why === 'rejected';
  const isNew = lookedAtMs !== null && lookedAtMs > atMs + step.state.machine.profile.settleMs;
  if (!neverThere && !isNew) {
    tend(step, order);
    return;
  }
  // The pace of an inquiry keeps this from becoming a loop.
  if (order.inquiry !== null && lookedAtMs === null) return;
  if (order.quarantine === null) step.surprise('alive-after-end', order.key, `open at the exchange, ended as ${why}`);
  const marked = quarantine(step, order, `open at the exchange although it had ended as ${why}`);
  const restless = step.put({ ...marked, settled: false });
  sendCancel(step, inquire(step, restless, 'cancel', step.atMs + CANCEL_ANSWER_MAX_MS));
}

/** Our name, but not in memory: ended long ago, or placed after the backup that this is. */
function meetForgotten(step: Step, report: OrderReport, lookedAtMs: number | null): void {
  const name = parseClientOrderId(report.clientId ?? '');
  if (name === null) return;
  const { epoch, seq } = step.state.machine;
  // An id is used once: whatever the exchange has seen is behind us.
  if (name.epoch === epoch && name.seq >= seq) step.machine({ seq: name.seq + 1 });
  if (report.status.kind === 'closed') return;
  if (lookedAtMs === null) {
    // Old news of an order that ended long ago looks like this, too. Only a look tells.
    step.sync({ dueAtMs: Math.min(step.state.machine.sync.dueAtMs, step.atMs + NEWS_GRACE_MS) });
    return;
  }
  step.surprise('not-remembered', report.clientId as OrderKey, `open as ${report.venueId} in ${report.market}`);
  const base = describe(step, report, report.clientId as OrderKey, name.owner);
  const order = step.put({ ...base, quarantine: 'open at the exchange under our name, but not in our books' });
  tend(step, order);
}

function applyExternal(step: Step, report: OrderReport, lookedAtMs: number | null): void {
  // An end of something never seen is no news, and neither is what a comparison has overtaken.
  if (report.status.kind === 'closed') return;
  if (lookedAtMs === null && (report.updatedAtMs ?? step.atMs) < step.state.machine.sync.horizonMs) return;
  if (step.state.orders.size >= EXTERNAL_MAX && countExternal(step) >= EXTERNAL_MAX) {
    step.surprise('too-many-external', null, `order ${report.venueId} of ${report.market} is not shown`);
    return;
  }
  step.put(describe(step, report, `ext:${report.market}:${report.venueId}` as OrderKey, EXTERNAL));
}

function countExternal(step: Step): number {
  let count = 0;
  for (const key of step.state.unsettled) {
    const order = step.order(key);
    if (order?.owner === EXTERNAL && order.status.kind !== 'closed') count += 1;
  }
  return count;
}

function updateExternal(step: Step, before: Order, report: OrderReport, lookedAtMs: number | null): void {
  const told = Decimal.max(before.toldBase, report.filledBase);
  let order = before;
  if (report.status.kind === 'open' && before.status.kind !== 'closed') {
    const { terms, quantity } = describe(step, report, before.key, EXTERNAL, before.rank);
    // Changed in place by whoever placed it: shown as it is now.
    order = step.put({ ...before, terms, quantity, toldBase: told });
    if (cancelFailed(step, order, lookedAtMs)) tend(step, hear(step, order, 'cancel-failed'));
  } else if (!told.eq(before.toldBase)) order = step.put({ ...before, toldBase: told });
  if (report.status.kind === 'closed') {
    const { why, detail } = report.status;
    tend(step, hear(step, order, 'seen-closed', { why, ...(detail === null ? {} : { text: detail }) }));
  }
}

function describe(step: Step, report: OrderReport, key: OrderKey, owner: string, rank = step.nextRank()): Order {
  return {
    key,
    clientId: report.clientId as ClientOrderId | null,
    venueId: report.venueId,
    rank,
    owner,
    user: null,
    slot: null,
    market: report.market,
    side: report.side,
    terms: termsOf(report),
    quantity: report.quantity,
    status: { kind: 'open' },
    settled: false,
    detail: null,
    filledBase: Decimal.ZERO,
    filledQuote: Decimal.ZERO,
    toldBase: report.filledBase,
    feesPending: 0,
    cancelWanted: false,
    quarantine: null,
    createdAtMs: report.createdAtMs ?? step.atMs,
    deadlineMs: 0,
    issues: 0,
    sentAtMs: null,
    acceptedAtMs: step.atMs,
    reserve: null,
    inquiry: null,
    replaces: null,
    replacedBy: null,
    move: null,
    moveEnd: null,
  };
}

function termsOf({ type, price, activation, postOnly, ioc }: OrderReport): OrderTerms | null {
  switch (type) {
    case 'limit':
      return price === null ? null : { kind: 'limit', price, postOnly, ioc };
    case 'market':
      return { kind: 'market' };
    case 'stop-limit':
      return price === null || activation === null ? null : { kind: 'stop-limit', price, activation };
    case 'stop-market':
      return activation === null ? null : { kind: 'stop-market', activation };
    case 'other':
      return null;
  }
}
