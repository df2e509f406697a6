import { expect, test } from 'vitest';
import { anewAt } from './paint-indicators.ts';

const HOUR = 3_600;
const DAY = 86_400;
const every = (stepSec: number, count: number) => ({
  bars: { time: Float64Array.from({ length: count }, (_, index) => index * stepSec) },
  intervalSec: stepSec,
});

test('the line of a VWAP is not drawn from the last candle of a day to the first of the next', () => {
  const anew = anewAt({ anewEverySec: DAY }, every(HOUR, 48));
  expect(anew(22, 23)).toBe(false);
  expect(anew(23, 24)).toBe(true);
  expect(anew(24, 25)).toBe(false);
});

test('where every candle would begin anew, and of what never does, the line goes on', () => {
  expect(anewAt({ anewEverySec: DAY }, every(DAY, 3))(0, 1)).toBe(false);
  expect(anewAt({}, every(HOUR, 48))(23, 24)).toBe(false);
});
