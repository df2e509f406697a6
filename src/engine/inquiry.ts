/**
 * Asking what became of an order: when, how often, and from when on an answer can prove anything. What the answers mean
 * stands in `answers.ts`. Timers only ask; none of them ends a doubt.
 */

import {
  CANCEL_ANSWER_MAX_MS,
  FIND_BACKOFF_FIRST_MS,
  FIND_BACKOFF_MAX_MS,
  FIND_LOST_AFTER_MS,
  FINDS_IN_FLIGHT_MAX,
  TOMBSTONE_AFTER_MS,
  VALIDITY_MARGIN_MS,
} from './limits.ts';
import type { Inquiry, Order } from './state.ts';
import { EXTERNAL } from './state.ts';
import type { Step } from './step.ts';

/** Trades are asked for from this long before we made the order: clocks differ. */
const LOOK_BACK_MS = 60_000;
/** Beyond this exponent the maximum is reached anyway. */
const DOUBLINGS_MAX = 16;

function backoffMs(tries: number): number {
  return Math.min(FIND_BACKOFF_MAX_MS, FIND_BACKOFF_FIRST_MS * 2 ** Math.min(tries, DOUBLINGS_MAX));
}

/** Opens a question, or turns the open one to another subject without losing the pace it has reached. */
export function inquire(
  step: Step,
  order: Order,
  why: Inquiry['why'],
  nextAtMs: number,
  quietFromMs: number | null = null,
): Order {
  const before = order.inquiry;
  return step.put({
    ...order,
    inquiry: {
      why,
      sinceMs: before?.why === why ? before.sinceMs : step.atMs,
      tries: before?.tries ?? 0,
      nextAtMs,
      askedAtMs: null,
      quietFromMs,
      tombstone: 'none',
      tombstoneAtMs: null,
      absentAtMs: null,
    },
  });
}

/** From when on the exchange can no longer accept a request that was signed at `signedAtMs`, or by the deadline. */
export function quietFrom(step: Step, order: Order, signedAtMs: number | null): number | null {
  const { validityMs } = step.state.machine.profile;
  if (validityMs === null) return null;
  return Math.min(order.deadlineMs, signedAtMs ?? order.deadlineMs) + validityMs + VALIDITY_MARGIN_MS;
}

/** When something is to be done about a question. */
export function wakeOf(inquiry: Inquiry): number {
  if (inquiry.tombstone === 'sent') return (inquiry.tombstoneAtMs ?? 0) + CANCEL_ANSWER_MAX_MS;
  const { askedAtMs, quietFromMs, tombstone } = inquiry;
  if (askedAtMs === null) return inquiry.nextAtMs;
  const lostAtMs = askedAtMs + FIND_LOST_AFTER_MS;
  // A slow answer must not hold the tombstone back.
  const waitsForQuiet = tombstone === 'none' && quietFromMs !== null && askedAtMs < quietFromMs;
  return waitsForQuiet ? Math.min(lostAtMs, quietFromMs) : lostAtMs;
}

/** Puts the question, and with it the tombstone where it is time for one. */
export function ask(step: Step, order: Order, inquiry: Inquiry): void {
  if (inFlight(step) >= FINDS_IN_FLIGHT_MAX) {
    step.put({ ...order, inquiry: { ...inquiry, askedAtMs: null, nextAtMs: step.atMs + FIND_BACKOFF_FIRST_MS } });
    return;
  }
  const { key, clientId, venueId, market, createdAtMs } = order;
  const bury = order.status.kind === 'unknown' && wantsTombstone(step, inquiry);
  if (bury) step.command({ kind: 'cancel', order: key, clientId, venueId, market });
  // The look goes along with a tombstone: where cancelling fails for good, what lives is still found.
  step.command({ kind: 'find', order: key, clientId, venueId, market, sinceMs: createdAtMs - LOOK_BACK_MS });
  step.put({
    ...order,
    ...(bury ? { buriedAtMs: step.atMs } : {}),
    inquiry: {
      ...inquiry,
      askedAtMs: step.atMs,
      tombstone: bury ? 'sent' : inquiry.tombstone,
      tombstoneAtMs: bury ? step.atMs : inquiry.tombstoneAtMs,
    },
  });
}

function inFlight(step: Step): number {
  let count = 0;
  for (const key of step.state.asking) {
    const askedAtMs = step.order(key)?.inquiry?.askedAtMs ?? null;
    if (askedAtMs !== null && askedAtMs + FIND_LOST_AFTER_MS > step.atMs) count += 1;
  }
  return count;
}

function wantsTombstone(step: Step, { quietFromMs, tombstone, sinceMs, tries, askedAtMs }: Inquiry): boolean {
  // The first question is only a question: most orders in doubt are simply there.
  if (tombstone === 'answered' || (tries === 0 && askedAtMs === null)) return false;
  return quietFromMs === null ? step.atMs >= sinceMs + TOMBSTONE_AFTER_MS : step.atMs >= quietFromMs;
}

/** The question goes on, at the pace of the tries so far. */
export function retry(step: Step, order: Order): void {
  const { inquiry } = order;
  if (inquiry === null) return;
  const { quietFromMs } = inquiry;
  let nextAtMs = step.atMs + backoffMs(inquiry.tries);
  // No later than the moment from which a look can count.
  if (quietFromMs !== null && quietFromMs > step.atMs) nextAtMs = Math.min(nextAtMs, quietFromMs);
  step.put({ ...order, inquiry: { ...inquiry, tries: inquiry.tries + 1, askedAtMs: null, nextAtMs } });
}

/**
 * A snapshot came that was asked for at `askedAtMs`: the exchange answers. Whatever was asked before that and is not
 * answered by now has vanished, and is asked anew; what has slowed down while nobody answered need not be slow now.
 */
export function hurry(step: Step, askedAtMs: number): void {
  for (const key of [...step.state.asking]) {
    const order = step.order(key);
    const before = order?.inquiry ?? null;
    // A first question has its time.
    if (order === undefined || before === null || (before.tries === 0 && before.askedAtMs === null)) continue;
    const inquiry = hurried(step, before, askedAtMs);
    if (inquiry !== before) step.put({ ...order, inquiry });
  }
}

function hurried(step: Step, inquiry: Inquiry, askedAtMs: number): Inquiry {
  const vanished = (atMs: number | null): boolean => atMs !== null && atMs < askedAtMs;
  const isBuried = inquiry.tombstone === 'sent' && !vanished(inquiry.tombstoneAtMs);
  const isAsked = inquiry.askedAtMs !== null && !vanished(inquiry.askedAtMs);
  const tries = Math.min(inquiry.tries, 1);
  if (isBuried || isAsked) return tries === inquiry.tries ? inquiry : { ...inquiry, tries };
  // Two looks that count lie apart.
  const apartMs = inquiry.absentAtMs === null ? 0 : inquiry.absentAtMs + step.state.machine.profile.settleMs;
  const nextAtMs = Math.min(inquiry.nextAtMs, Math.max(step.atMs, apartMs));
  const again = inquiry.tombstone === 'sent' ? ({ tombstone: 'none', tombstoneAtMs: null } as const) : {};
  return { ...inquiry, ...again, tries, askedAtMs: null, nextAtMs };
}

/** After a restart nobody answers what the process before had asked. */
export function askAgain(step: Step, order: Order): void {
  const { inquiry } = order;
  if (inquiry === null) return;
  const tombstone = inquiry.tombstone === 'sent' ? 'none' : inquiry.tombstone;
  step.put({ ...order, inquiry: { ...inquiry, tombstone, askedAtMs: null, nextAtMs: step.atMs } });
}

/** Whether a person alone can free it: it may still arrive, whenever that is. */
export function isBlocked(order: Order): boolean {
  return order.status.kind === 'unknown' && order.inquiry?.quietFromMs === null && order.owner !== EXTERNAL;
}
