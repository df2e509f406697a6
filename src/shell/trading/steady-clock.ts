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
  /** The other way round, and never outside of what can be: between the asking and now. */
  fromWall(wallMs: number, notBeforeMs?: number): number;
};

/** Two clocks read one after the other differ by their grain; what is later must not turn earlier by it. */
const GRAIN_MS = 5;

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
    fromWall(wallMs, notBeforeMs = 0) {
      // The date may have been set between custody's look at it and ours.
      return Math.min(nowMs(), Math.max(notBeforeMs, wallMs - offsetMs()));
    },
  };
}
