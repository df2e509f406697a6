import { expect, test } from 'vitest';
import { createSteadyClock } from './steady-clock.ts';

function setUp(savedMs = 0) {
  const at = { wallMs: 1_000_000, monotonicMs: 50.5 };
  const clock = createSteadyClock({ nowMs: () => at.wallMs }, () => at.monotonicMs, savedMs);
  const pass = (ms: number): void => {
    at.wallMs += ms;
    at.monotonicMs += ms;
  };
  return { at, clock, pass };
}

test('goes on at the pace of time, whatever the date is set to', () => {
  const { at, clock, pass } = setUp();
  pass(10);
  at.wallMs += 3_600_000;
  pass(10);
  at.wallMs -= 7_200_000;
  pass(10);
  expect(clock.nowMs()).toBe(1_000_030);
});

test('does not go back over a restart with an earlier date', () => {
  expect(setUp(2_000_000).clock.nowMs()).toBe(2_000_000);
});

test('a moment crosses to the date and back as the same moment, also when the date is wrong', () => {
  const { at, clock, pass } = setUp();
  pass(1_000);
  at.wallMs -= 60_000;
  expect(clock.toWall(clock.nowMs() + 5_000)).toBe(at.wallMs + 5_000);
  expect(clock.fromWall(at.wallMs - 200)).toBe(clock.nowMs() - 200);
});

test.each([-3_600_000, 3_600_000])(
  'a snapshot was under way as the date was set by %i ms: it seemed to be of now, and old orders open again (seed 22769)',
  (byMs) => {
    const { at, clock, pass } = setUp();
    const asked = clock.asked();
    pass(100);
    const seenMs = at.wallMs;
    at.wallMs += byMs;
    expect(clock.fromWall(seenMs, asked, 'earliest')).toBe(asked.atMs);
    expect(clock.fromWall(seenMs, asked, 'latest')).toBe(clock.nowMs());
    // Seen after it was set.
    expect(clock.fromWall(seenMs + byMs, asked, 'earliest')).toBe(asked.atMs);
  },
);

test('with the date left alone a moment is what it was, and never outside of what can be', () => {
  const { at, clock, pass } = setUp();
  pass(500);
  const asked = clock.asked();
  const seenMs = at.wallMs + 40;
  pass(100);
  at.wallMs += 3;
  for (const ifSet of ['earliest', 'latest'] as const) {
    expect(clock.fromWall(seenMs, asked, ifSet)).toBe(asked.atMs + 40);
    expect(clock.fromWall(seenMs - 200, asked, ifSet)).toBe(asked.atMs);
    expect(clock.fromWall(seenMs + 200, asked, ifSet)).toBe(clock.nowMs());
  }
});

test('two clocks that are read one after the other do not turn later into earlier', () => {
  const { at, clock } = setUp();
  let lastMs = 0;
  for (let step = 0; step < 1_000; step += 1) {
    at.monotonicMs += 0.7;
    // The other clock's millisecond turns a little before or after ours.
    at.wallMs = Math.max(at.wallMs, Math.floor(1_000_000 + (at.monotonicMs - 50.5) + (step % 3) * 0.4));
    const nowMs = clock.fromWall(at.wallMs - 1_000);
    expect(nowMs).toBeGreaterThanOrEqual(lastMs);
    lastMs = nowMs;
  }
});
