/** The definitions again, slowly and over whole arrays, from the formulas of the books: nothing shared with the streams. */

import type { IndicatorCandle } from './indicator.ts';

/** A walk that anybody can repeat: a linear congruential generator, no chance. */
export function walk(length: number, seed: number): IndicatorCandle[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
  let price = 100;
  return Array.from({ length }, (_, index) => {
    const open = price;
    price += (random() - 0.5) * 2;
    const high = Math.max(open, price) + random();
    const low = Math.min(open, price) - random();
    return { atSec: 1_700_000_000 + index * 3600, open, high, low, close: price, volume: 1 + random() * 10 };
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** `compute` over the `length` values that end at each index, NaN before there are as many. */
function windows(values: readonly number[], length: number, compute: (window: readonly number[]) => number): number[] {
  return values.map((_, index) => {
    const window = values.slice(Math.max(0, index + 1 - length), index + 1);
    return window.length < length || window.some(Number.isNaN) ? Number.NaN : compute(window);
  });
}

export const simple = (values: readonly number[], length: number): number[] =>
  windows(values, length, (window) => sum(window) / length);

export const weighted = (values: readonly number[], length: number): number[] =>
  windows(
    values,
    length,
    (window) => sum(window.map((value, index) => value * (index + 1))) / ((length * (length + 1)) / 2),
  );

/** All values, those before the period too. */
export function exponential(values: readonly number[], length: number): number[] {
  const share = 2 / (length + 1);
  const out: number[] = [];
  for (const value of values) out.push(share * value + (1 - share) * (out.at(-1) ?? value));
  return out;
}

/** Wilder's: an average of the first period, then a share of 1 / length. */
export function wilder(values: readonly number[], length: number): number[] {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const out: number[] = values.map(() => Number.NaN);
  for (let index = first + length - 1; index < values.length; index += 1) {
    out[index] =
      index === first + length - 1
        ? sum(values.slice(first, index + 1)) / length
        : ((out[index - 1] ?? 0) * (length - 1) + (values[index] ?? 0)) / length;
  }
  return out;
}

export function deviation(values: readonly number[], length: number): number[] {
  return windows(values, length, (window) => {
    const mean = sum(window) / length;
    return Math.sqrt(sum(window.map((value) => (value - mean) ** 2)) / length);
  });
}

export function trueRange(candles: readonly IndicatorCandle[]): number[] {
  return candles.map(({ high, low }, index) => {
    const close = candles[index - 1]?.close;
    return close === undefined ? high - low : Math.max(high, close) - Math.min(low, close);
  });
}

export function relativeStrength(closes: readonly number[], length: number): number[] {
  const changes = closes.map((close, index) => close - (closes[index - 1] ?? Number.NaN));
  const gains = wilder(
    changes.map((change) => (Number.isNaN(change) ? change : Math.max(change, 0))),
    length,
  );
  const losses = wilder(
    changes.map((change) => (Number.isNaN(change) ? change : Math.max(-change, 0))),
    length,
  );
  return gains.map((gain, index) => 100 - 100 / (1 + gain / (losses[index] ?? 0)));
}

export function fastStochastic(candles: readonly IndicatorCandle[], length: number): number[] {
  return candles.map(({ close }, index) => {
    if (index + 1 < length) return Number.NaN;
    const window = candles.slice(index + 1 - length, index + 1);
    const low = Math.min(...window.map((candle) => candle.low));
    const high = Math.max(...window.map((candle) => candle.high));
    return (100 * (close - low)) / (high - low);
  });
}

/** Directional indices in percent, and their average. The first candle moves nowhere. */
export function directional(candles: readonly IndicatorCandle[], length: number) {
  const moves = candles.map((candle, index) => {
    const before = candles[index - 1];
    if (before === undefined) return { up: 0, down: 0 };
    const up = candle.high - before.high;
    const down = before.low - candle.low;
    return { up: up > down && up > 0 ? up : 0, down: down > up && down > 0 ? down : 0 };
  });
  const range = wilder(trueRange(candles), length);
  const share = (values: number[]): number[] => values.map((value, index) => (100 * value) / (range[index] ?? 0));
  const plus = share(
    wilder(
      moves.map(({ up }) => up),
      length,
    ),
  );
  const minus = share(
    wilder(
      moves.map(({ down }) => down),
      length,
    ),
  );
  const index = plus.map((up, at) => {
    const down = minus[at] ?? 0;
    return (100 * Math.abs(up - down)) / (up + down);
  });
  return { plus, minus, average: wilder(index, length) };
}

/** Positive below the market, negative above it. */
export function superTrendOf(candles: readonly IndicatorCandle[], length: number, factor: number): number[] {
  const range = wilder(trueRange(candles), length);
  let upper = Number.POSITIVE_INFINITY;
  let lower = Number.NEGATIVE_INFINITY;
  let rising = false;
  return candles.map(({ high, low, close }, index) => {
    const width = factor * (range[index] ?? Number.NaN);
    if (Number.isNaN(width)) return Number.NaN;
    const last = candles[index - 1]?.close ?? close;
    const middle = (high + low) / 2;
    // Bands only come closer, until the close before broke them.
    upper = last > upper ? middle + width : Math.min(upper, middle + width);
    lower = last < lower ? middle - width : Math.max(lower, middle - width);
    rising = rising ? close >= lower : close > upper;
    return rising ? lower : -upper;
  });
}
