/**
 * What answers mean. An error says nothing; "found" is believed; "not found" is believed twice, and for an order that was
 * never seen only after it can no longer arrive and a cancellation by its name was answered.
 */

import type { FindResult, Outcome } from '../core/report.ts';
import type { OrderKey } from './events.ts';
import { applyTrade, claimOrphans } from './fills.ts';
import { ask, inquire, quietFrom, retry, wakeOf } from './inquiry.ts';
import { bind, hear, tend } from './life.ts';
import { NEWS_GRACE_MS } from './limits.ts';
import { noteRejection } from './refusals.ts';
import { applyReport, meetTheDead } from './reports.ts';
import type { Inquiry, Order } from './state.ts';
import type { Step } from './step.ts';

/** The order's outcome is in doubt: the first question goes out at once. */
export function doubt(step: Step, order: Order, why: string, signedAtMs: number | null): void {
  const heard = hear(step, order, 'ambiguous', { text: why });
  if (heard.status.kind !== 'unknown' || order.status.kind === 'unknown') return;
  inquire(step, heard, 'outcome', step.atMs, quietFrom(step, heard, signedAtMs));
}

/** Asks whatever is due. Called with every event: a look at the clock, nothing more. */
export function askDue(step: Step): void {
  const due: OrderKey[] = [];
  for (const key of step.state.asking) {
    const inquiry = step.order(key)?.inquiry ?? null;
    if (inquiry !== null && wakeOf(inquiry) <= step.atMs) due.push(key);
  }
  // Only so many questions are open at once. Who was asked about least comes first, in an order that does not depend on
  // whether the account grew by events or was read from its rows.
  const tries = ({ inquiry }: Order): number => inquiry?.tries ?? 0;
  for (const order of step.ranked(due).sort((a, b) => tries(a) - tries(b))) {
    if (order.status.kind === 'submitting') doubt(step, order, 'no answer came', null);
    const now = step.order(order.key);
    if (now !== undefined && now.inquiry !== null) ask(step, now, now.inquiry);
  }
}

export function applyPlaced(step: Step, order: Order, outcome: Outcome): void {
  const text = outcome.kind === 'rejected' ? outcome.text : outcome.kind === 'accepted' ? '' : outcome.why;
  switch (step.rules.placed(order, outcome)) {
    case 'accepted': {
      if (outcome.kind !== 'accepted') return;
      const { sentAs } = outcome;
      const told = sentAs === undefined ? order : step.put({ ...order, sentAs });
      const heard = bind(step, hear(step, told, 'accepted'), outcome.venueId);
      if (outcome.report !== null) applyReport(step, outcome.report, null);
      else if (heard.status.kind === 'closed') meetTheDead(step, heard, null);
      else tend(step, heard);
      claimOrphans(step);
      return;
    }
    case 'rejected':
      tend(step, hear(step, order, 'rejected', { why: 'rejected', text }));
      if (outcome.kind === 'rejected' && order.status.kind !== 'closed') noteRejection(step, order, outcome.code);
      claimOrphans(step);
      return;
    case 'not-sent':
      tend(step, hear(step, order, 'not-sent', { why: 'never-placed', text }));
      claimOrphans(step);
      return;
    case 'ambiguous':
      doubt(step, order, text, signedBy(step, order, outcome));
      return;
  }
}

/** An answer came, so what was signed was signed by now; unless the command had been given out before, too. */
function signedBy(step: Step, order: Order, outcome: Outcome): number | null {
  const told = outcome.kind === 'ambiguous' ? outcome.signedAtMs : null;
  return told ?? (order.issues > 1 ? null : step.atMs);
}

export function applyCancelled(step: Step, order: Order, outcome: Outcome): void {
  const { inquiry } = order;
  if (order.status.kind === 'unknown' && inquiry?.tombstone === 'sent') {
    tombstoneAnswered(step, order, inquiry, outcome);
    return;
  }
  if (order.status.kind === 'closed' && order.settled) return;
  if (outcome.kind === 'accepted') {
    const heard = hear(step, order, 'cancel-accepted');
    if (outcome.report !== null) applyReport(step, outcome.report, null);
    const now = step.order(order.key) ?? heard;
    // The word of the end is still to come; where it stays away, it is asked for.
    if (now.status.kind === 'cancelling') inquire(step, now, 'cancel', step.atMs + NEWS_GRACE_MS);
    return;
  }
  // "Cannot cancel" is a question, and the answer is usually a fill.
  const heard = hear(step, order, 'cancel-doubted');
  if (heard.status.kind !== 'cancelling') return;
  const first = heard.inquiry === null || heard.inquiry.tries === 0;
  inquire(step, heard, 'cancel', first ? step.atMs : Math.max(step.atMs, heard.inquiry?.nextAtMs ?? 0));
}

function tombstoneAnswered(step: Step, order: Order, inquiry: Inquiry, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'accepted': {
      // It was alive, and is being cancelled: what became of it is told by its report.
      const alive = hear(step, bind(step, order, outcome.venueId), 'accepted');
      const dying = hear(step, alive, 'cancel-wished');
      if (outcome.report !== null) applyReport(step, outcome.report, null);
      const now = step.order(order.key) ?? dying;
      if (now.status.kind !== 'closed') inquire(step, now, 'cancel', step.atMs);
      claimOrphans(step);
      return;
    }
    case 'rejected':
      step.put({
        ...order,
        inquiry: {
          ...inquiry,
          tombstone: 'answered',
          tombstoneAtMs: step.atMs,
          askedAtMs: null,
          nextAtMs: Math.max(step.atMs, inquiry.quietFromMs ?? 0),
        },
      });
      return;
    case 'not-sent':
    case 'ambiguous':
      retry(step, { ...order, inquiry: { ...inquiry, tombstone: 'none', tombstoneAtMs: null } });
      return;
  }
}

export function applyFound(step: Step, order: Order, result: FindResult, askedAtMs: number): void {
  const { inquiry } = order;
  switch (result.kind) {
    case 'failed':
      if (!isOvertaken(inquiry, askedAtMs)) retry(step, order);
      return;
    case 'absent':
      if (inquiry !== null) applyAbsent(step, order, inquiry, result, askedAtMs);
      return;
    case 'found':
      applyPresent(step, order, result, askedAtMs);
      return;
  }
}

function applyPresent(step: Step, order: Order, result: FindResult & { kind: 'found' }, askedAtMs: number): void {
  for (const trade of result.trades ?? []) applyTrade(step, trade, 'look-up');
  applyReport(step, result.report, askedAtMs);
  const now = step.order(order.key);
  if (now === undefined || now.inquiry === null) return;
  const { status } = now;
  const asFar = status.kind === 'open' ? now.filledBase.gte(now.toldBase) : status.kind === 'closed' && now.settled;
  const asItShould = asFar && now.feesPending === 0;
  // Otherwise it is asked again, more slowly each time.
  if (asItShould) step.put({ ...now, inquiry: null });
  else retry(step, now);
}

/**
 * Several looks may be under way at once. Where a newer one is, or one of them counted already and the next is not asked
 * for yet, what this one says is old, and must not slow the next one down.
 */
function isOvertaken(inquiry: Inquiry | null, askedAtMs: number): boolean {
  if (inquiry === null) return false;
  return inquiry.askedAtMs === null ? inquiry.absentAtMs !== null : askedAtMs < inquiry.askedAtMs;
}

function applyAbsent(
  step: Step,
  order: Order,
  inquiry: Inquiry,
  look: FindResult & { kind: 'absent' },
  askedAtMs: number,
): void {
  const { profile } = step.state.machine;
  const { status } = order;
  const fillsMissing = order.filledBase.lt(order.toldBase);
  if (status.kind === 'closed' || fillsMissing || !step.rules.counts(order, inquiry, look, profile.settleMs)) {
    if (!isOvertaken(inquiry, askedAtMs)) retry(step, order);
    return;
  }
  if (step.rules.provesAbsence(inquiry, look, profile)) {
    const why = status.kind === 'unknown' ? 'never-placed' : status.kind === 'cancelling' ? 'cancelled' : 'exchange';
    const text = why === 'never-placed' ? 'not at the exchange, and can no longer arrive' : 'no longer at the exchange';
    tend(step, hear(step, order, 'proven-absent', { why, text }));
    claimOrphans(step);
    return;
  }
  const absentAtMs = inquiry.absentAtMs ?? look.atMs;
  const nextAtMs = Math.max(absentAtMs + profile.settleMs, step.atMs);
  step.put({ ...order, inquiry: { ...inquiry, tries: inquiry.tries + 1, askedAtMs: null, absentAtMs, nextAtMs } });
}
