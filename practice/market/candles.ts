import type { Candle } from '../ports.ts';
import { DAY_SEC } from './factor.ts';
import { FIRST_SEC, LAST_SEC, type MarketPath } from './path.ts';
import { unitText } from './text.ts';

export const WEEK_SEC = 7 * DAY_SEC;
/** The interval WhiteBIT calls a month is 2 592 000 seconds; its candles are calendar months. */
export const MONTH_SEC = 30 * DAY_SEC;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_SEC = 4 * DAY_SEC;

/** The start of the candle that contains a second. Weeks start on Monday, months on the first, all in UTC. */
export function candleStart(sec: number, intervalSec: number): number {
  if (intervalSec === MONTH_SEC) {
    const date = new Date(sec * 1000);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
  }
  const origin = intervalSec === WEEK_SEC ? FIRST_MONDAY_SEC : 0;
  return Math.floor((sec - origin) / intervalSec) * intervalSec + origin;
}

export function nextCandleStart(startSec: number, intervalSec: number): number {
  if (intervalSec !== MONTH_SEC) return startSec + intervalSec;
  const date = new Date(startSec * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 1000;
}

/**
 * Candles of [fromSec, toSec): the first is the one that contains `fromSec`, whole; the last is cut off at `toSec`,
 * which makes it the running candle when `toSec` is now. Nothing from before the listing.
 */
export function buildCandles(path: MarketPath, intervalSec: number, fromSec: number, toSec: number): Candle[] {
  const { listing, turnoverPrec } = path.model;
  const candles: Candle[] = [];
  const end = Math.min(toSec, LAST_SEC);
  let start = candleStart(Math.max(fromSec, FIRST_SEC), intervalSec);
  while (start < end) {
    const next = nextCandleStart(start, intervalSec);
    const span = path.span(start, Math.min(next, end));
    candles.push({
      timeSec: start,
      open: unitText(path.ticks(span.open), listing.moneyPrec),
      high: unitText(path.ticks(span.high), listing.moneyPrec),
      low: unitText(path.ticks(span.low), listing.moneyPrec),
      close: unitText(path.ticks(span.close), listing.moneyPrec),
      volumeStock: unitText(span.lots, listing.stockPrec),
      volumeMoney: unitText(span.turnover, turnoverPrec),
    });
    start = next;
  }
  return candles;
}
