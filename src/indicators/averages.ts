/** Averages and what is drawn around them, over the candles. */

import { BollingerBands, EMA, SMA, WMA } from 'trading-signals';
import { completed, type Indicator, type IndicatorParameter } from './indicator.ts';
import { around, closeOf, folded, single } from './stream.ts';

/** Seeds of recursive averages weigh less than a percent of a percent after so many periods. */
export const SETTLES_IN_PERIODS = 5;

export function period(standard: number, key = 'period', title = 'Period'): IndicatorParameter {
  // 500 is what a page of candles can warm up; a longer average belongs on a longer interval.
  return { key, title, standard, min: 2, max: 500, step: 1 };
}

const LINE = [{ key: 'value', title: '', draw: 'line' }] as const;

export const sma: Indicator = {
  kind: 'sma',
  name: 'SMA',
  title: 'Simple moving average',
  parameters: [period(20)],
  outputs: LINE,
  pane: 'price',
  levels: [],
  warmUp: (settings) => completed(sma, settings).period ?? 0,
  settled: (settings) => sma.warmUp(settings),
  create: (settings) => around(() => new SMA(completed(sma, settings).period ?? 0), closeOf, single),
};

/** Begins at the first close, not at an average of the first period: the first values differ from other programs. */
export const ema: Indicator = {
  kind: 'ema',
  name: 'EMA',
  title: 'Exponential moving average',
  parameters: [period(20)],
  outputs: LINE,
  pane: 'price',
  levels: [],
  warmUp: (settings) => completed(ema, settings).period ?? 0,
  settled: (settings) => SETTLES_IN_PERIODS * ema.warmUp(settings),
  create: (settings) => {
    const make = () => new EMA(completed(ema, settings).period ?? 0);
    // Its `update` tells values before the period is over; `isStable` knows when they count.
    return around(make, closeOf, (result: number | null, average) => single(average.isStable ? result : null));
  },
};

export const wma: Indicator = {
  kind: 'wma',
  name: 'WMA',
  title: 'Weighted moving average',
  parameters: [period(20)],
  outputs: LINE,
  pane: 'price',
  levels: [],
  warmUp: (settings) => completed(wma, settings).period ?? 0,
  settled: (settings) => wma.warmUp(settings),
  create: (settings) => around(() => new WMA(completed(wma, settings).period ?? 0), closeOf, single),
};

export const bollinger: Indicator = {
  kind: 'bollinger',
  name: 'BB',
  title: 'Bollinger bands',
  parameters: [period(20), { key: 'width', title: 'Deviations', standard: 2, min: 0.1, max: 10, step: 0.1 }],
  outputs: [
    { key: 'upper', title: 'upper', draw: 'line' },
    { key: 'middle', title: 'middle', draw: 'line' },
    { key: 'lower', title: 'lower', draw: 'line' },
  ],
  pane: 'price',
  levels: [],
  warmUp: (settings) => completed(bollinger, settings).period ?? 0,
  settled: (settings) => bollinger.warmUp(settings),
  create: (settings) => {
    const { period: length = 0, width = 0 } = completed(bollinger, settings);
    return around(
      () => new BollingerBands(length, width),
      closeOf,
      (result) =>
        result === null ? [Number.NaN, Number.NaN, Number.NaN] : [result.upper, result.middle, result.lower],
    );
  },
};

const DAY_SEC = 86_400;

/** Crypto never closes, so a session is a day by UTC, as exchanges count their days. */
export const vwap: Indicator = {
  kind: 'vwap',
  name: 'VWAP',
  anewEverySec: DAY_SEC,
  title: 'Volume-weighted average price of the day (UTC)',
  parameters: [],
  outputs: LINE,
  pane: 'price',
  levels: [],
  warmUp: () => 1,
  // A day of the shortest candles is more than anybody loads; the first whole day in view is right.
  settled: () => 1,
  create: () =>
    folded({ day: Number.NaN, paid: 0, volume: 0 }, (before, candle) => {
      const day = Math.floor(candle.atSec / DAY_SEC);
      const same = day === before.day;
      const typical = (candle.high + candle.low + candle.close) / 3;
      const volume = (same ? before.volume : 0) + candle.volume;
      const paid = (same ? before.paid : 0) + typical * candle.volume;
      return { state: { day, paid, volume }, values: [volume === 0 ? typical : paid / volume] };
    }),
};
