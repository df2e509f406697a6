/** How wide the market swings, and whether it goes anywhere. */

import { ADX, ATR, SuperTrend } from 'trading-signals';
import { period, SETTLES_IN_PERIODS } from './averages.ts';
import { completed, type Indicator } from './indicator.ts';
import { around, single, whole } from './stream.ts';

/** Wilder's smoothing of the true range; the first true range is that candle's height. */
export const atr: Indicator = {
  kind: 'atr',
  name: 'ATR',
  title: 'Average true range',
  parameters: [period(14)],
  outputs: [{ key: 'value', title: '', draw: 'line' }],
  pane: 'own',
  levels: [],
  warmUp: (settings) => completed(atr, settings).period ?? 0,
  settled: (settings) => SETTLES_IN_PERIODS * atr.warmUp(settings),
  create: (settings) => around(() => new ATR(completed(atr, settings).period ?? 0), whole, single),
};

/** The library tells the directional indices as ratios; people read them in percent, as they read the ADX. */
const inPercent = (ratio: unknown): number => (typeof ratio === 'number' ? ratio * 100 : Number.NaN);

export const adx: Indicator = {
  kind: 'adx',
  name: 'ADX',
  title: 'Average directional index',
  parameters: [period(14)],
  outputs: [
    { key: 'adx', title: 'ADX', draw: 'line' },
    { key: 'plus', title: '+DI', draw: 'rising' },
    { key: 'minus', title: '−DI', draw: 'falling' },
  ],
  pane: 'own',
  levels: [25],
  warmUp: (settings) => 2 * (completed(adx, settings).period ?? 0) - 1,
  settled: (settings) => SETTLES_IN_PERIODS * adx.warmUp(settings),
  create: (settings) => {
    const make = () => new ADX(completed(adx, settings).period ?? 0);
    return around(make, whole, (result: number | null, index) =>
      result === null ? [Number.NaN, Number.NaN, Number.NaN] : [result, inPercent(index.pdi), inPercent(index.mdi)],
    );
  },
};

export const superTrend: Indicator = {
  kind: 'supertrend',
  name: 'SuperTrend',
  title: 'SuperTrend',
  parameters: [period(10), { key: 'factor', title: 'Ranges away', standard: 3, min: 0.1, max: 20, step: 0.1 }],
  outputs: [
    { key: 'below', title: 'rising', draw: 'rising' },
    { key: 'above', title: 'falling', draw: 'falling' },
  ],
  pane: 'price',
  levels: [],
  warmUp: (settings) => completed(superTrend, settings).period ?? 0,
  settled: (settings) => SETTLES_IN_PERIODS * superTrend.warmUp(settings),
  create: (settings) => {
    const { period: length = 0, factor = 0 } = completed(superTrend, settings);
    return around(
      () => new SuperTrend({ interval: length, multiplier: factor }),
      whole,
      (result) => {
        if (result === null) return [Number.NaN, Number.NaN];
        return result.trend === 'BULLISH' ? [result.supertrend, Number.NaN] : [Number.NaN, result.supertrend];
      },
    );
  },
};
