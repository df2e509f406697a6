import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest, ticks, tickText, timeText } from './scale.ts';

test('marks lie inside the range, in order, and are few', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (low, span) => {
      const marks = ticks(low, low + span, 4);
      expect(marks.length).toBeGreaterThanOrEqual(1);
      expect(marks.length).toBeLessThanOrEqual(6);
      expect([...marks].sort((a, b) => a - b)).toEqual([...marks]);
      for (const mark of marks) {
        expect(mark).toBeGreaterThanOrEqual(low - span / 1e3);
        expect(mark).toBeLessThanOrEqual(low + span + span / 1e3);
      }
    }),
  );
  expect(ticks(5, 5, 4)).toEqual([5]);
});

test.each([
  [84_000, '84k'],
  [1_250_000, '1.25M'],
  [9_999, '9999'],
  [0.5, '0.5'],
])('%d is marked %s', (value, text) => {
  expect(tickText(value)).toBe(text);
});

test('the nearest point', () => {
  expect(nearest([10, 20, 30], 24)).toBe(1);
  expect(nearest([10, 20, 30], 99)).toBe(2);
  expect(nearest([], 1)).toBe(-1);
});

test('the time axis tells hours of 24 below two days, and days from there on', () => {
  const evening = new Date(2026, 2, 4, 17, 0).getTime();
  const DAY_MS = 86_400_000;
  expect(timeText(evening, 2 * DAY_MS - 1)).toBe('17:00');
  expect(timeText(evening, 2 * DAY_MS)).not.toContain(':');
});
