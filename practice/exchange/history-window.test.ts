import { describe, expect, test } from 'vitest';
import { historyWindow, SPAN_MAX_SEC } from './history-window.ts';

const NOW_MS = Date.UTC(2026, 7, 31, 12, 30, 15, 500);
const sec = (...parts: Parameters<typeof Date.UTC>): number => Date.UTC(...parts) / 1_000;
const NOW_SEC = sec(2026, 7, 31, 12, 30, 15);

/** In whole seconds, both included. */
function asked(startSec: number | null, endSec: number | null, nowMs = NOW_MS): readonly number[] | string {
  const window = historyWindow({ startSec, endSec }, nowMs);
  return typeof window === 'string' ? window : [window.fromUs / 1_000_000, (window.toUs + 1) / 1_000_000 - 1];
}

describe('what history reaches', () => {
  test('the last 31 days where nothing is said', () => {
    expect(asked(null, null)).toEqual([NOW_SEC - SPAN_MAX_SEC, NOW_SEC]);
  });

  test('31 days at a time, not a second more', () => {
    const start = sec(2026, 6, 1);
    expect(asked(start, start + SPAN_MAX_SEC)).toEqual([start, start + SPAN_MAX_SEC]);
    expect(asked(start, start + SPAN_MAX_SEC + 1)).toBe('too-long');
    expect(asked(start, start - 1)).toBe('start-after-end');
    expect(asked(start, start)).toEqual([start, start]);
  });

  test('a missing end or start is 31 days off, and the future is now', () => {
    const start = sec(2026, 5, 1);
    expect(asked(start, null)).toEqual([start, start + SPAN_MAX_SEC]);
    expect(asked(null, start)).toEqual([start - SPAN_MAX_SEC, start]);
    expect(asked(NOW_SEC - 10, null)).toEqual([NOW_SEC - 10, NOW_SEC]);
    expect(asked(NOW_SEC - 10, NOW_SEC + 10)).toEqual([NOW_SEC - 10, NOW_SEC]);
  });

  test('back to midnight six months ago, which February shortens', () => {
    const start = sec(2026, 1, 20);
    expect(asked(start, start + SPAN_MAX_SEC)).toEqual([sec(2026, 1, 28), start + SPAN_MAX_SEC]);
    // In March 2026 six months back lie in the year before.
    const earlier = sec(2025, 8, 1);
    expect(asked(earlier, earlier + SPAN_MAX_SEC, Date.UTC(2026, 2, 15, 9))).toEqual([
      sec(2025, 8, 15),
      earlier + SPAN_MAX_SEC,
    ]);
  });

  test('before that there is nothing: the window is empty, not turned around', () => {
    const window = historyWindow({ startSec: sec(2025, 0, 1), endSec: sec(2025, 0, 2) }, NOW_MS);
    expect(typeof window !== 'string' && window.fromUs > window.toUs).toBe(true);
  });
});
