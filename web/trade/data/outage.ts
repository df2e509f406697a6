import type { PriceLine } from '../../../src/contract/live.ts';

/** First prices that take longer than this are missing, not coming. */
const COMING_WITHIN_MS = 2000;

/** A line that was lost tries and waits by turns until it is back: one outage to whoever looks. */
export function heardAfter(before: PriceLine | undefined, told: PriceLine): PriceLine {
  const isLost = before?.state === 'live' || before?.state === 'waiting';
  return told.state === 'connecting' && isLost ? { ...told, state: 'waiting', why: told.why || before.why } : told;
}

/** A line that lives, without a word of the book that is looked at, brings no prices that could be believed. */
export function lineOfBook(told: PriceLine | undefined, silentSinceMs: number | null): PriceLine | undefined {
  if (silentSinceMs === null || told?.state !== 'live') return told;
  const why = 'The exchange answers, but tells nothing of this market.';
  return { state: 'waiting', sinceMs: silentSinceMs, why, nextAttemptAtMs: null };
}

/** For how long there have been no prices; null while there are, or while the first are just coming. */
export function outageMs(line: PriceLine | undefined, nowMs: number): number | null {
  if (line === undefined || line.state === 'live' || line.state === 'idle') return null;
  const lastsMs = Math.max(0, nowMs - line.sinceMs);
  return line.state === 'connecting' && lastsMs < COMING_WITHIN_MS ? null : lastsMs;
}
