/** When a connection is looked at next: pure arithmetic, so that hours can be tested in milliseconds. */

import type { ConnectionStatus, KeyState } from './status.ts';

/** At most every six hours: each full check asks the exchange about every right. */
export const CHECK_EVERY_MS = 6 * 3_600_000;
export const CHECK_JITTER = 0.1;
/** While the exchange does not answer: soon, then ever less often. */
const OUTAGE_FIRST_MS = 30_000;
const OUTAGE_MAX_MS = 10 * 60_000;
/** After trouble appeared, or a person asked for a check: they may be at the exchange right now, setting it right. */
const WATCHED_FOR_MS = 5 * 60_000;
const WATCHED_EVERY_MS = 30_000;
/** An auth error starts a check at once, but a failing check never starts the next by itself. */
export const CHECK_GAP_MIN_MS = 5_000;

/** A check that custody did not answer says nothing about the exchange: soon again. */
export const CHECK_LOST_MS = 30_000;

export const BALANCES_WATCHED_MS = 30_000;
export const BALANCES_UNWATCHED_MS = 5 * 60_000;

export type CheckPlan = {
  readonly key: KeyState;
  readonly status: ConnectionStatus;
  /** Null: never checked in this process. */
  readonly lastCheckMs: number | null;
  /** In a row, of checks that found the exchange not answering. */
  readonly outages: number;
  /** When trouble appeared or a person last asked; what follows is watched for some minutes. */
  readonly lookedAfterMs: number;
  /** The six hours of this connection, jitter included. */
  readonly regularMs: number;
};

/** Unix milliseconds; in the past means now. Null: not before custody opens, or has the key again. */
export function nextCheckMs(plan: CheckPlan): number | null {
  if (plan.key !== 'kept') return null;
  if (plan.lastCheckMs === null) return plan.status === 'locked' ? null : 0;
  switch (plan.status) {
    case 'locked':
      return null;
    case 'checking':
      return plan.lastCheckMs + CHECK_GAP_MIN_MS;
    case 'connected':
    case 'read-only':
      return plan.lastCheckMs + plan.regularMs;
    case 'expiring':
    case 'not-answering':
      return (
        plan.lastCheckMs + Math.min(OUTAGE_MAX_MS, OUTAGE_FIRST_MS * 2 ** Math.min(20, Math.max(0, plan.outages - 1)))
      );
    case 'attention':
    case 'refused':
      return plan.lastCheckMs < plan.lookedAfterMs + WATCHED_FOR_MS
        ? plan.lastCheckMs + WATCHED_EVERY_MS
        : plan.lastCheckMs + plan.regularMs;
  }
}

export function nextBalancesMs(lastAskedMs: number | null, isWatched: boolean): number {
  if (lastAskedMs === null) return 0;
  return lastAskedMs + (isWatched ? BALANCES_WATCHED_MS : BALANCES_UNWATCHED_MS);
}
