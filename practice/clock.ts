import type { Clock, MovableClock } from './ports.ts';

/** The machine's time. The only place in the practice exchange that asks for it. */
export const machineClock: Clock = { nowMs: () => Date.now() };

/** Where the offset lives between runs, so that a restart does not move the practice exchange back in time. */
export type OffsetStore = { readonly read: () => number; readonly write: (offsetMs: number) => void };

/** No test needs more, and beyond it dates stop being representable. */
const OFFSET_MAX_MS = 100 * 365 * 24 * 60 * 60 * 1000;

/** A clock that runs faster has this much of the machine's time kept in advance: a killed process may lose less than it. */
const KEPT_AHEAD_MS = 1_000;

/**
 * A machine whose clock is set back does not take time back: it goes on from there at the machine's pace, until the
 * machine's clock has caught up. Kill switches would wait for an hour otherwise, and what was just done would not be found.
 */
function steady(base: Clock): Clock {
  let seenMs = base.nowMs();
  let toldMs = seenMs;
  return {
    nowMs() {
      const baseMs = base.nowMs();
      const passedMs = Math.max(0, baseMs - seenMs);
      seenMs = baseMs;
      toldMs = baseMs >= toldMs ? baseMs : toldMs + passedMs;
      return toldMs;
    },
  };
}

/**
 * `machine` plus an offset that only grows: by `advanceMs`, and by itself where `speed` is above 1 (a whole number, how many
 * milliseconds pass in one of the machine's). What was gained stays over a restart, which at such a speed skips up to a
 * second of the machine's time. `advanceMs` throws `RangeError` on a negative, fractional or absurd step: nonces, sessions
 * and trades have been stamped with the present already.
 */
export function createMovableClock(machine: Clock, store: OffsetStore, speed = 1): MovableClock {
  const base = steady(machine);
  const startMs = base.nowMs();
  let movedMs = store.read();
  let keptMs = movedMs;
  let lastMs = Number.NEGATIVE_INFINITY;

  function keep(offsetMs: number): void {
    store.write(offsetMs);
    keptMs = offsetMs;
  }
  function offsetAt(baseMs: number): number {
    const gainedMs = Math.max(0, Math.floor(baseMs - startMs)) * (speed - 1);
    return Math.min(movedMs + gainedMs, OFFSET_MAX_MS);
  }
  return {
    nowMs() {
      const baseMs = base.nowMs();
      if (speed === 1) return baseMs + movedMs;
      const offsetMs = offsetAt(baseMs);
      if (offsetMs > keptMs) keep(Math.min(offsetMs + KEPT_AHEAD_MS * (speed - 1), OFFSET_MAX_MS));
      lastMs = Math.max(lastMs, baseMs + offsetMs);
      return lastMs;
    },
    unhurried: () => ({ nowMs: () => base.nowMs() + movedMs }),
    offsetMs: () => offsetAt(base.nowMs()),
    advanceMs(deltaMs) {
      const offsetMs = offsetAt(base.nowMs()) + deltaMs;
      if (!Number.isSafeInteger(deltaMs) || deltaMs < 0 || offsetMs > OFFSET_MAX_MS)
        throw new RangeError('The clock moves forward only, by whole milliseconds and at most 100 years.');
      keep(Math.max(keptMs, offsetMs));
      movedMs += deltaMs;
    },
  };
}
