import { expect, test } from 'vitest';
import type { BookLevel } from '../../../src/contract/trading.ts';
import { frameOf, reached, slope, summed, xOf, yOf } from './depth-shape.ts';

const bids: BookLevel[] = [
  ['99', '0.1'],
  ['98', '0.2'],
  ['90', '1'],
];
const asks: BookLevel[] = [
  ['101', '0.3'],
  ['102', '0.7'],
];

test('sums are exact in both assets', () => {
  expect(summed(bids).map(({ base, quote }) => [base, quote])).toEqual([
    ['0.1', '9.9'],
    ['0.3', '29.5'],
    ['1.3', '119.5'],
  ]);
});

test('both sides reach as far, the middle is in the middle', () => {
  const frame = frameOf(summed(bids), summed(asks), 200, 100);
  if (frame === null) throw new Error('no frame');
  expect([frame.low, frame.high]).toEqual([98, 102]);
  expect(xOf(frame, 100)).toBe(100);
  expect(yOf(frame, 0)).toBe(100);
  expect(slope(summed(asks), frame)).toMatch(/^M150\.0 100\.0H150\.0V.*H200$/);
  expect(slope(summed(bids), frame)).toMatch(/^M50\.0 100\.0H50\.0V.*H0$/);
});

test('a place tells what stands between it and the middle', () => {
  const both = { bids: summed(bids), asks: summed(asks) };
  expect(reached(both.asks, 'ask', 101.5)?.price).toBe('101');
  expect(reached(both.asks, 'ask', 102)?.price).toBe('102');
  expect(reached(both.asks, 'ask', 100.5)).toBeNull();
  expect(reached(both.bids, 'bid', 98.5)?.price).toBe('99');
  expect(reached(both.bids, 'bid', 1)?.price).toBe('90');
});

test('a book without one side has no middle', () => {
  expect(frameOf([], summed(asks), 10, 10)).toBeNull();
});
