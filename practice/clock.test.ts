import { describe, expect, test } from 'vitest';
import type { OffsetStore } from './clock.ts';
import { createMovableClock } from './clock.ts';

const START_MS = 1_700_000_000_000;

function setUp(speed: number) {
  const base = { ms: START_MS, nowMs: () => base.ms };
  const kept = { ms: 0, writes: 0 };
  const store: OffsetStore = {
    read: () => kept.ms,
    write(offsetMs) {
      kept.ms = offsetMs;
      kept.writes += 1;
    },
  };
  return { base, kept, store, clock: createMovableClock(base, store, speed) };
}

describe('a clock that runs faster', () => {
  test('passes so many milliseconds in one of the machine, and can still be moved', () => {
    const { base, clock } = setUp(60);
    expect(clock.nowMs()).toBe(START_MS);
    base.ms += 1_000;
    expect(clock.nowMs()).toBe(START_MS + 60_000);
    clock.advanceMs(500);
    expect(clock.nowMs()).toBe(START_MS + 60_500);
    expect(clock.offsetMs()).toBe(59_500);
    base.ms += 10;
    expect(clock.nowMs()).toBe(START_MS + 61_100);
  });

  test('has an unhurried brother, who is moved by hand and no faster than the machine', () => {
    const { base, clock } = setUp(200);
    const unhurried = clock.unhurried();
    base.ms += 1_000;
    expect(unhurried.nowMs()).toBe(START_MS + 1_000);
    clock.advanceMs(60_000);
    expect(unhurried.nowMs()).toBe(START_MS + 61_000);
  });

  test('a restart at any moment never goes back, at the same speed or at none', () => {
    for (const speed of [2, 60, 1_000])
      for (const next of [1, speed]) {
        const { base, store, clock } = setUp(speed);
        for (let turn = 0; turn < 50; turn += 1) {
          base.ms += 37;
          const before = clock.nowMs();
          const after = createMovableClock(base, store, next).nowMs();
          expect(after).toBeGreaterThanOrEqual(before);
          // At most the second that is kept in advance.
          expect(after - before).toBeLessThanOrEqual(1_000 * speed);
        }
      }
  });

  test('a machine whose clock is set back makes it wait, not go back', () => {
    const { base, clock } = setUp(10);
    base.ms += 5_000;
    const before = clock.nowMs();
    base.ms -= 3_000;
    expect(clock.nowMs()).toBe(before);
    base.ms += 4_000;
    expect(clock.nowMs()).toBeGreaterThan(before);
  });

  test('writes about once in a second of the machine, and never at the ordinary speed', () => {
    const fast = setUp(100);
    for (let ms = 0; ms < 10_000; ms += 5) {
      fast.base.ms += 5;
      fast.clock.nowMs();
    }
    expect(fast.kept.writes).toBeGreaterThanOrEqual(9);
    expect(fast.kept.writes).toBeLessThanOrEqual(11);
    const plain = setUp(1);
    plain.base.ms += 10_000;
    expect(plain.clock.nowMs()).toBe(START_MS + 10_000);
    expect(plain.kept.writes).toBe(0);
  });

  test('stops gaining after a hundred years', () => {
    const { base, clock } = setUp(1_000);
    base.ms += 40 * 86_400_000;
    const years = clock.offsetMs() / (365 * 86_400_000);
    expect(years).toBe(100);
    expect(() => clock.advanceMs(1)).toThrow(RangeError);
  });
});

test('a machine whose clock is set back by an hour takes no time back, and time goes on', () => {
  const { base, clock } = setUp(1);
  base.ms += 5_000;
  expect(clock.nowMs()).toBe(START_MS + 5_000);
  base.ms -= 3_600_000;
  expect(clock.nowMs()).toBe(START_MS + 5_000);
  base.ms += 700;
  expect(clock.nowMs()).toBe(START_MS + 5_700);
  base.ms += 3_600_000 - 700;
  expect(clock.nowMs()).toBe(START_MS + 5_000 + 3_600_000 - 0);
});
