import { describe, expect, test } from 'vitest';
import { completed, type Indicator, type IndicatorCandle, type IndicatorSettings } from './indicator.ts';
import { INDICATORS, indicatorOf } from './registry.ts';
import * as textbook from './textbook.testing.ts';

const CANDLES = textbook.walk(400, 7);
const CLOSES = CANDLES.map(({ close }) => close);

function found(kind: string): Indicator {
  const indicator = indicatorOf(kind);
  if (indicator === null) throw new Error(`There is no ${kind}`);
  return indicator;
}

function columns(indicator: Indicator, settings: IndicatorSettings, candles: readonly IndicatorCandle[]): number[][] {
  const stream = indicator.create(settings);
  const rows = candles.map((candle) => stream.next(candle));
  return indicator.outputs.map((_, output) => rows.map((row) => row[output] ?? Number.NaN));
}

/** Equal from `from` on; NaN before it. */
function expectSame(actual: readonly number[] | undefined, expected: readonly number[], from: number): void {
  if (actual === undefined) throw new Error('No such output');
  for (const [index, value] of actual.entries()) {
    if (index < from) expect(value, `candle ${index}`).toBeNaN();
    else expect(Math.abs(value - (expected[index] ?? Number.NaN)), `candle ${index}`).toBeLessThan(1e-8);
  }
}

describe('against the textbook', () => {
  test('averages', () => {
    expectSame(columns(found('sma'), { period: 9 }, CANDLES)[0], textbook.simple(CLOSES, 9), 8);
    expectSame(columns(found('ema'), { period: 9 }, CANDLES)[0], textbook.exponential(CLOSES, 9), 8);
    expectSame(columns(found('wma'), { period: 9 }, CANDLES)[0], textbook.weighted(CLOSES, 9), 8);
  });

  test('Bollinger bands use the deviation of the whole window, not of a sample', () => {
    const [upper, middle, lower] = columns(found('bollinger'), { period: 20, width: 2.5 }, CANDLES);
    const mean = textbook.simple(CLOSES, 20);
    const deviation = textbook.deviation(CLOSES, 20);
    expectSame(middle, mean, 19);
    const band = (sign: number): number[] => mean.map((value, index) => value + sign * 2.5 * (deviation[index] ?? 0));
    expectSame(upper, band(1), 19);
    expectSame(lower, band(-1), 19);
  });

  test('VWAP begins anew with every day by UTC', () => {
    const day = (atSec: number): number => Math.floor(atSec / 86_400);
    const expected = CANDLES.map((candle, index) => {
      const same = CANDLES.slice(0, index + 1).filter(({ atSec }) => day(atSec) === day(candle.atSec));
      const paid = same.reduce((sum, { high, low, close, volume }) => sum + ((high + low + close) / 3) * volume, 0);
      return paid / same.reduce((sum, { volume }) => sum + volume, 0);
    });
    expectSame(columns(found('vwap'), {}, CANDLES)[0], expected, 0);
  });

  test('RSI and MACD', () => {
    expectSame(columns(found('rsi'), { period: 14 }, CANDLES)[0], textbook.relativeStrength(CLOSES, 14), 14);
    const [histogram, line, signal] = columns(found('macd'), {}, CANDLES);
    const fast = textbook.exponential(CLOSES, 12);
    const difference = textbook.exponential(CLOSES, 26).map((slow, index) => (fast[index] ?? 0) - slow);
    const smoothed = textbook.exponential(difference.slice(25), 9);
    const expected = difference.map((_, index) => smoothed[index - 25] ?? Number.NaN);
    expectSame(line, difference, 25);
    expectSame(signal, expected, 25);
    expectSame(
      histogram,
      difference.map((value, index) => value - (expected[index] ?? 0)),
      25,
    );
  });

  test('the stochastic oscillator', () => {
    const [k, d] = columns(found('stochastic'), { period: 14, slowing: 3, smoothing: 5 }, CANDLES);
    const slow = textbook.simple(textbook.fastStochastic(CANDLES, 14), 3);
    expectSame(k, slow, 19);
    expectSame(d, textbook.simple(slow, 5), 19);
  });

  test('ATR, ADX and SuperTrend', () => {
    expectSame(columns(found('atr'), { period: 14 }, CANDLES)[0], textbook.wilder(textbook.trueRange(CANDLES), 14), 13);
    const expected = textbook.directional(CANDLES, 14);
    const [average, plus, minus] = columns(found('adx'), { period: 14 }, CANDLES);
    expectSame(average, expected.average, 26);
    expectSame(plus, expected.plus, 26);
    expectSame(minus, expected.minus, 26);
    const [below = [], above = []] = columns(found('supertrend'), { period: 10, factor: 1.5 }, CANDLES);
    const signed = below.map((value, index) => (Number.isNaN(value) ? -(above[index] ?? Number.NaN) : value));
    expectSame(signed, textbook.superTrendOf(CANDLES, 10, 1.5), 9);
    expect(below.some(Number.isFinite) && above.some(Number.isFinite)).toBe(true);
  });

  test('OBV adds the volume of rises and takes that of falls', () => {
    let balance = 0;
    const expected = CANDLES.map(({ close, volume }, index) => {
      const before = CLOSES[index - 1] ?? close;
      balance += close > before ? volume : close < before ? -volume : 0;
      return balance;
    });
    expectSame(columns(found('obv'), {}, CANDLES)[0], expected, 0);
  });
});

describe('fixed values, worked out by hand', () => {
  const candle = (close: number, index: number): IndicatorCandle => ({
    atSec: 86_400 * 20_000 + index * 60,
    open: close,
    high: close + 1,
    low: close - 1,
    close,
    volume: 2,
  });
  const last = (kind: string, settings: IndicatorSettings, closes: readonly number[]): readonly number[] =>
    columns(found(kind), settings, closes.map(candle)).map((column) => column.at(-1) ?? Number.NaN);

  test.each<[string, IndicatorSettings, number[], number[]]>([
    ['sma', { period: 4 }, [1, 2, 3, 6], [3]],
    ['ema', { period: 3 }, [2, 4, 8], [5.5]],
    ['wma', { period: 3 }, [1, 2, 6], [23 / 6]],
    ['bollinger', { period: 2, width: 2 }, [1, 3], [4, 2, 0]],
    ['vwap', {}, [10, 20, 30], [20]],
    ['rsi', { period: 2 }, [10, 12, 11], [200 / 3]],
    ['rsi', { period: 2 }, [10, 12, 14], [100]],
    ['atr', { period: 2 }, [10, 10, 14], [3.5]],
    ['stochastic', { period: 2, slowing: 1, smoothing: 1 }, [10, 12], [75, 75]],
    ['obv', {}, [10, 12, 11, 11, 15], [2]],
  ])('%s %o of %o', (kind, settings, closes, expected) => {
    const actual = last(kind, settings, closes);
    expect(actual).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 10);
  });
});

describe.each(INDICATORS.map((indicator) => [indicator.kind, indicator] as const))('%s', (_, indicator) => {
  test('tells the same of a candle that grew as of one that came whole', () => {
    const grown = indicator.create({});
    const whole = indicator.create({});
    for (const candle of CANDLES) {
      const stub = { ...candle, close: candle.open, high: candle.open, low: candle.open, volume: 0 };
      grown.next(stub);
      grown.replaceLast({ ...candle, close: candle.high + 3, high: candle.high + 5, low: candle.low - 9 });
      const actual = grown.replaceLast(candle);
      const expected = whole.next(candle);
      for (const [index, value] of expected.entries()) {
        if (Number.isNaN(value)) expect(actual[index]).toBeNaN();
        else expect(actual[index]).toBeCloseTo(value, 8);
      }
    }
  });

  test('has its first values when its warm-up is over, with the smallest parameters too', () => {
    const smallest = Object.fromEntries(indicator.parameters.map(({ key, min }) => [key, min]));
    for (const settings of [{}, smallest]) {
      const rows = columns(indicator, settings, CANDLES);
      const first = CANDLES.findIndex((__, index) => rows.some((row) => Number.isFinite(row[index])));
      expect(first).toBe(indicator.warmUp(settings) - 1);
    }
  });

  test('cannot replace what was never told', () => {
    expect(() => indicator.create({}).replaceLast(CANDLES[0] as IndicatorCandle)).toThrow(RangeError);
  });

  test('names its parameters and outputs once', () => {
    const keys = [...indicator.parameters, ...indicator.outputs].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(indicator.create({}).next(CANDLES[0] as IndicatorCandle)).toHaveLength(indicator.outputs.length);
  });
});

// What only adds up has no level of its own, and the day of a VWAP begins when it begins.
const LEVELLED = INDICATORS.filter(({ kind }) => kind !== 'obv' && kind !== 'vwap');
test.each(LEVELLED.map((indicator) => [indicator.kind, indicator] as const))(
  '%s has forgotten where it began once it is settled',
  (_, indicator) => {
    const late = columns(indicator, {}, CANDLES.slice(CANDLES.length - indicator.settled({})));
    for (const [index, column] of columns(indicator, {}, CANDLES).entries()) {
      const expected = column.at(-1) ?? Number.NaN;
      const actual = late[index]?.at(-1) ?? Number.NaN;
      if (Number.isNaN(expected)) expect(actual).toBeNaN();
      else expect(Math.abs(actual - expected)).toBeLessThan(0.02 * Math.max(1, Math.abs(expected)));
    }
  },
);

test('the first candle replaced by a higher one is no move upwards', () => {
  const stream = found('adx').create({ period: 2 });
  const first = CANDLES[0] as IndicatorCandle;
  stream.next(first);
  stream.replaceLast({ ...first, high: first.high + 50 });
  const flat = { ...first, high: first.high + 50 };
  expect([1, 2].map(() => stream.next(flat)).at(-1)).toEqual([0, 0, 0]);
});

test('settings are brought inside their bounds and onto their step', () => {
  const bollinger = found('bollinger');
  expect(completed(bollinger, {})).toEqual({ period: 20, width: 2 });
  expect(completed(bollinger, { period: 1.6, width: 99 })).toEqual({ period: 2, width: 10 });
  expect(completed(bollinger, { period: Number.NaN, width: 2.34 })).toEqual({ period: 20, width: 2.3 });
});

test('every kind is in the registry once', () => {
  expect(new Set(INDICATORS.map(({ kind }) => kind)).size).toBe(INDICATORS.length);
  expect(indicatorOf('nonsense')).toBeNull();
});
