import type { Clock, MovableClock } from './ports.ts';

/** The machine's time. The only place in the practice exchange that asks for it. */
export const machineClock: Clock = { nowMs: () => Date.now() };

/** Where the offset lives between runs, so that a restart does not move the practice exchange back in time. */
export type OffsetStore = { readonly read: () => number; readonly write: (offsetMs: number) => void };

/** No test needs more, and beyond it dates stop being representable. */
const OFFSET_MAX_MS = 100 * 365 * 24 * 60 * 60 * 1000;

/**
 * `base` plus an offset that only grows. `advanceMs` throws `RangeError` on a negative, fractional or absurd step:
 * nonces, sessions and trades have been stamped with the present already.
 */
export function createMovableClock(base: Clock, store: OffsetStore): MovableClock {
  let offsetMs = store.read();
  return {
    nowMs: () => base.nowMs() + offsetMs,
    offsetMs: () => offsetMs,
    advanceMs(deltaMs) {
      if (!Number.isSafeInteger(deltaMs) || deltaMs < 0 || offsetMs + deltaMs > OFFSET_MAX_MS)
        throw new RangeError('The clock moves forward only, by whole milliseconds and at most 100 years.');
      store.write(offsetMs + deltaMs);
      offsetMs += deltaMs;
    },
  };
}
