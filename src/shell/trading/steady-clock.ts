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

/** `savedMs`: the latest moment that this account has heard of. */
export function createSteadyClock(
  clock: Pick<Clock, 'nowMs'>,
  monotonicMs: () => number,
  savedMs: number,
): SteadyClock {
  const startMs = Math.max(clock.nowMs(), savedMs);
  const startMonotonicMs = monotonicMs();
  const nowMs = (): number => startMs + Math.max(0, Math.floor(monotonicMs() - startMonotonicMs));
  return {
    nowMs,
    toWall: (steadyMs) => steadyMs + clock.nowMs() - nowMs(),
    fromWall(wallMs, notBeforeMs = 0) {
      const now = nowMs();
      // The date may have been set between custody's look at it and ours.
      return Math.min(now, Math.max(notBeforeMs, wallMs - clock.nowMs() + now));
    },
  };
}
