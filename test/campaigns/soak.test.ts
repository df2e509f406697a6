import { expect, test } from 'vitest';
import { slopeOf } from './soak-slopes.ts';

const MINUTE_MS = 60_000;
const points = (valueAt: (minute: number) => number) =>
  Array.from({ length: 120 }, (_, minute) => ({ atMs: minute * MINUTE_MS, value: valueAt(minute) }));
/** As a collector leaves it: up and down by a twentieth. */
const saw = (minute: number) => (minute % 7) / 140;

test('what grows by a tenth an hour is seen under the noise of a collector', () => {
  const slope = slopeOf(points((minute) => 100 * (1 + (0.1 * minute) / 60 + saw(minute))));
  expect(slope.verdict).toBe('growing');
  expect(slope.perHour).toBeCloseTo(10, 0);
});

test('noise alone, a fall, and a rise that ended in the first half are flat', () => {
  expect(slopeOf(points((minute) => 100 * (1 + saw(minute)))).verdict).toBe('flat');
  expect(slopeOf(points((minute) => 100 - minute / 10)).verdict).toBe('flat');
  expect(slopeOf(points((minute) => 100 + Math.min(minute, 50) + saw(minute))).verdict).toBe('flat');
});
