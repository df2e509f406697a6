/** How fast and how far: each in a pane of its own. */

import { EMA, MACD, RSI, StochasticOscillator } from 'trading-signals';
import { period, SETTLES_IN_PERIODS } from './averages.ts';
import { completed, type Indicator } from './indicator.ts';
import { around, closeOf, folded, single, whole } from './stream.ts';

/** Wilder's smoothing. Where nothing fell in the whole period it is 100, standing still included. */
export const rsi: Indicator = {
  kind: 'rsi',
  name: 'RSI',
  title: 'Relative strength index',
  parameters: [period(14)],
  outputs: [{ key: 'value', title: '', draw: 'line' }],
  pane: 'own',
  levels: [30, 70],
  // The first change needs a candle before it.
  warmUp: (settings) => (completed(rsi, settings).period ?? 0) + 1,
  settled: (settings) => SETTLES_IN_PERIODS * rsi.warmUp(settings),
  create: (settings) => around(() => new RSI(completed(rsi, settings).period ?? 0), closeOf, single),
};

/** Averages begin at the first close and the signal at the first MACD, so the first values differ from other programs. */
export const macd: Indicator = {
  kind: 'macd',
  name: 'MACD',
  title: 'Moving average convergence divergence',
  parameters: [period(12, 'fast', 'Fast'), period(26, 'slow', 'Slow'), period(9, 'smoothing', 'Signal')],
  outputs: [
    { key: 'histogram', title: 'histogram', draw: 'histogram' },
    { key: 'macd', title: 'MACD', draw: 'line' },
    { key: 'signal', title: 'signal', draw: 'line' },
  ],
  pane: 'own',
  levels: [0],
  warmUp: (settings) => completed(macd, settings).slow ?? 0,
  settled: (settings) => {
    const { slow = 0, smoothing = 0 } = completed(macd, settings);
    return SETTLES_IN_PERIODS * (slow + smoothing);
  },
  create: (settings) => {
    const { fast = 0, slow = 0, smoothing = 0 } = completed(macd, settings);
    return around(
      () => new MACD(new EMA(fast), new EMA(slow), new EMA(smoothing)),
      closeOf,
      (result) =>
        result === null ? [Number.NaN, Number.NaN, Number.NaN] : [result.histogram, result.macd, result.signal],
    );
  },
};

export const stochastic: Indicator = {
  kind: 'stochastic',
  name: 'Stoch',
  title: 'Stochastic oscillator',
  parameters: [
    period(14, 'period', '%K period'),
    { ...period(3, 'slowing', '%K smoothing'), min: 1 },
    { ...period(3, 'smoothing', '%D smoothing'), min: 1 },
  ],
  outputs: [
    { key: 'k', title: '%K', draw: 'line' },
    { key: 'd', title: '%D', draw: 'line' },
  ],
  pane: 'own',
  levels: [20, 80],
  warmUp: (settings) => {
    const { period: length = 0, slowing = 0, smoothing = 0 } = completed(stochastic, settings);
    return length + slowing + smoothing - 2;
  },
  settled: (settings) => stochastic.warmUp(settings),
  create: (settings) => {
    const { period: length = 0, slowing = 0, smoothing = 0 } = completed(stochastic, settings);
    const make = () => new StochasticOscillator({ kPeriod: length, kSlowingPeriod: slowing, dPeriod: smoothing });
    return around(make, whole, (result) =>
      result === null ? [Number.NaN, Number.NaN] : [result.stochK, result.stochD],
    );
  },
};

/** Begins at 0 with the first candle that is known: only its slope tells anything. */
export const obv: Indicator = {
  kind: 'obv',
  name: 'OBV',
  title: 'On-balance volume',
  parameters: [],
  outputs: [{ key: 'value', title: '', draw: 'line' }],
  pane: 'own',
  levels: [],
  warmUp: () => 1,
  settled: () => 1,
  create: () =>
    folded({ close: Number.NaN, balance: 0 }, (before, { close, volume }) => {
      const direction = close > before.close ? 1 : close < before.close ? -1 : 0;
      const balance = before.balance + direction * volume;
      return { state: { close, balance }, values: [balance] };
    }),
};
