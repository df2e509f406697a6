/** Every indicator there is, in the order of the menu. Page, bots and backtests find them here by kind. */

import { bollinger, ema, sma, vwap, wma } from './averages.ts';
import type { Indicator } from './indicator.ts';
import { macd, obv, rsi, stochastic } from './momentum.ts';
import { adx, atr, superTrend } from './trend.ts';

export const INDICATORS: readonly Indicator[] = [
  sma,
  ema,
  wma,
  bollinger,
  vwap,
  superTrend,
  rsi,
  macd,
  stochastic,
  atr,
  adx,
  obv,
];

const BY_KIND: ReadonlyMap<string, Indicator> = new Map(INDICATORS.map((indicator) => [indicator.kind, indicator]));

export function indicatorOf(kind: string): Indicator | null {
  return BY_KIND.get(kind) ?? null;
}
