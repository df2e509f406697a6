import { expect, test } from 'vitest';
import type { CandleRow } from '../../../src/contract/trading.ts';
import { INDICATORS } from '../../../src/indicators/registry.ts';
import { Bars } from './bars.ts';
import { IndicatorRun } from './indicator-run.ts';

const row = (atSec: number): CandleRow => {
  const close = 100 + 10 * Math.sin(atSec / 7);
  return [atSec, close - 1, close + 2, close - 3, close, 1 + (atSec % 5)];
};
const rows = (from: number, to: number): CandleRow[] =>
  Array.from({ length: to - from }, (_, index) => row(from + index));

function values(run: IndicatorRun, length: number): number[][] {
  return run.columns.map((column) => [...column.subarray(0, length)]);
}

test.each(INDICATORS.map((indicator) => [indicator.kind, indicator] as const))(
  '%s over candles that came in pieces is as over candles that came at once',
  (_, indicator) => {
    const bars = new Bars();
    const run = new IndicatorRun('a', indicator, {}, []);
    run.take(bars, bars.merge(rows(200, 300)));
    run.recompute(bars);
    run.take(bars, bars.put([299, 1, 2, 0.5, 1, 9]));
    run.take(bars, bars.put(row(299)));
    run.take(bars, bars.put(row(300)));
    run.take(bars, bars.merge(rows(0, 200)));
    expect(run.stale).toBe(true);
    run.take(bars, bars.put(row(301)));
    run.recompute(bars);
    run.take(bars, bars.put(row(302)));

    const whole = new Bars();
    const expected = new IndicatorRun('b', indicator, {}, []);
    whole.merge(rows(0, 303));
    expected.recompute(whole);
    const actual = values(run, bars.length);
    for (const [output, column] of values(expected, 303).entries()) {
      for (const [index, value] of column.entries()) {
        if (Number.isNaN(value)) expect(actual[output]?.[index]).toBeNaN();
        else expect(actual[output]?.[index]).toBeCloseTo(value, 8);
      }
    }
  },
);

test('older candles move the values that are known along with their candles', () => {
  const sma = INDICATORS[0];
  if (sma === undefined) throw new Error('No indicators');
  const bars = new Bars();
  const run = new IndicatorRun('a', sma, { period: 2 }, []);
  run.take(bars, bars.merge(rows(100, 110)));
  run.recompute(bars);
  const before = run.value(0, 9);
  run.take(bars, bars.merge(rows(50, 100)));
  expect(run.value(0, 59)).toBe(before);
  expect(run.value(0, 10)).toBeNaN();
});
