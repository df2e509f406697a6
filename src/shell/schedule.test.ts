import { describe, expect, test } from 'vitest';
import { CHECK_EVERY_MS, type CheckPlan, nextBalancesMs, nextCheckMs } from './schedule.ts';

const MINUTE = 60_000;
const plan: CheckPlan = {
  key: 'kept',
  status: 'connected',
  lastCheckMs: 0,
  outages: 0,
  lookedAfterMs: -CHECK_EVERY_MS,
  regularMs: CHECK_EVERY_MS,
};

describe('the next check', () => {
  test('at start at once, unless the keys are locked', () => {
    expect(nextCheckMs({ ...plan, lastCheckMs: null })).toBe(0);
    expect(nextCheckMs({ ...plan, lastCheckMs: null, status: 'locked' })).toBeNull();
  });

  test.each(['missing', 'going'] as const)('never while the key is %s', (key) => {
    expect(nextCheckMs({ ...plan, key, lastCheckMs: null })).toBeNull();
    expect(nextCheckMs({ ...plan, key, status: 'attention', lookedAfterMs: 0 })).toBeNull();
  });

  test('every six hours while all is well', () => {
    expect(nextCheckMs(plan)).toBe(CHECK_EVERY_MS);
    expect(nextCheckMs({ ...plan, status: 'read-only' })).toBe(CHECK_EVERY_MS);
  });

  test.each([
    [1, 30_000],
    [2, 60_000],
    [3, 120_000],
    [6, 10 * MINUTE],
    [400, 10 * MINUTE],
  ])('after %i outages in a row', (outages, waitMs) => {
    expect(nextCheckMs({ ...plan, status: 'not-answering', outages })).toBe(waitMs);
  });

  test('trouble is looked at every half minute for five minutes, then every six hours', () => {
    const fresh: CheckPlan = { ...plan, status: 'attention', lookedAfterMs: 0 };
    expect(nextCheckMs({ ...fresh, lastCheckMs: MINUTE })).toBe(MINUTE + 30_000);
    expect(nextCheckMs({ ...fresh, lastCheckMs: 5 * MINUTE })).toBe(5 * MINUTE + CHECK_EVERY_MS);
    expect(nextCheckMs({ ...fresh, status: 'refused', lastCheckMs: MINUTE })).toBe(MINUTE + 30_000);
  });
});

test('balances: every half minute while somebody watches, else every five', () => {
  expect(nextBalancesMs(null, false)).toBe(0);
  expect(nextBalancesMs(1_000, true)).toBe(31_000);
  expect(nextBalancesMs(1_000, false)).toBe(301_000);
});
