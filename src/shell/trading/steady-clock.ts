/**
 * The clock of one account: begins with the machine's clock and then grows at the pace of time, whatever is done to the
 * date. It never goes back, not even over a restart, and does not follow a date that was set forward: an order would
 * seem to be past its validity while the exchange can still take it.
 */

import type { Clock } from '../clock.ts';

export type SteadyClock = {
  nowMs(): number;
  /** A moment of ours as custody's clock names it: both read the date of this machine. */
  toWall(steadyMs: number): number;
  /** The moment of a question, with which the dates in its answer are read. */
  asked(): Asked;
  /**
   * The other way round, and never outside of what can be: between the asking and now. With the date set in between
   * nobody knows where in between; `ifSet` says which end does no harm.
   */
  fromWall(wallMs: number, asked?: Asked, ifSet?: 'earliest' | 'latest'): number;
};

export type Asked = { readonly atMs: number; readonly offsetMs: number };

/** Two clocks read one after the other differ by their grain; what is later must not turn earlier by it. */
const GRAIN_MS = 5;
/** A date that is only being kept right moves less while an answer is waited for; nothing depends on so little. */
const SET_MS = 250;

/** `savedMs`: the latest moment that this account has heard of. */
export function createSteadyClock(
  clock: Pick<Clock, 'nowMs'>,
  monotonicMs: () => number,
  savedMs: number,
): SteadyClock {
  const startMs = Math.max(clock.nowMs(), savedMs);
  const startMonotonicMs = monotonicMs();
  const nowMs = (): number => startMs + Math.max(0, Math.floor(monotonicMs() - startMonotonicMs));
  let knownOffsetMs = clock.nowMs() - startMs;
  const offsetMs = (): number => {
    const readMs = clock.nowMs() - nowMs();
    if (Math.abs(readMs - knownOffsetMs) > GRAIN_MS) knownOffsetMs = readMs;
    return knownOffsetMs;
  };
  return {
    nowMs,
    toWall: (steadyMs) => steadyMs + offsetMs(),
    asked: () => ({ atMs: nowMs(), offsetMs: offsetMs() }),
    fromWall(wallMs, asked = { atMs: 0, offsetMs: offsetMs() }, ifSet = 'earliest') {
      if (Math.abs(offsetMs() - asked.offsetMs) > SET_MS) return ifSet === 'earliest' ? asked.atMs : nowMs();
      return Math.min(nowMs(), Math.max(asked.atMs, wallMs - offsetMs()));
    },
  };
}
