import { expect, test } from 'vitest';
import type { CandleRow } from '../../../src/contract/trading.ts';
import { Bars } from './bars.ts';

const row = (atSec: number, close = atSec): CandleRow => [atSec, close, close + 1, close - 1, close, 1];
const rows = (from: number, to: number): CandleRow[] =>
  Array.from({ length: to - from }, (_, index) => row(from + index));
const times = (bars: Bars): number[] => [...bars.time.subarray(0, bars.length)];

test('the newest candle is told again, then followed by the next', () => {
  const bars = new Bars();
  expect(bars.put(row(10))).toEqual({ what: 'appended', count: 1 });
  expect(bars.put(row(10, 50))).toEqual({ what: 'last' });
  expect(bars.put(row(11))).toEqual({ what: 'appended', count: 1 });
  expect(bars.put(row(9))).toEqual({ what: 'nothing' });
  expect(bars.row(0)).toEqual(row(10, 50));
  expect(times(bars)).toEqual([10, 11]);
});

test('older pages go before what is there, over the first room too', () => {
  const bars = new Bars();
  bars.merge(rows(5_000, 6_500));
  expect(bars.merge(rows(3_000, 5_000))).toEqual({ what: 'prepended', count: 2_000 });
  expect(bars.length).toBe(3_500);
  expect(bars.firstSec).toBe(3_000);
  expect(bars.row(2_000)).toEqual(row(5_000));
  expect(times(bars).every((atSec, index) => atSec === 3_000 + index)).toBe(true);
});

test('a page that overlaps replaces what it tells again and fills what was missing', () => {
  const bars = new Bars();
  bars.merge([row(1), row(2), row(5)]);
  expect(bars.merge([row(2, 99), row(3), row(4), row(5), row(6)])).toEqual({ what: 'anew' });
  expect(times(bars)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(bars.row(1)).toEqual(row(2, 99));
});

test('a moment is found among the candles', () => {
  const bars = new Bars();
  bars.merge([row(10), row(20), row(30)]);
  expect([5, 10, 11, 30, 31].map((atSec) => bars.firstFrom(atSec))).toEqual([0, 0, 1, 2, 3]);
});
