import { Decimal } from '../../src/core/decimal.ts';
import type { DayStatistics, Listing, Market } from '../ports.ts';

const DAY_SEC = 86_400;

export type Ticker = { readonly listing: Listing; readonly day: DayStatistics };

/** The 24 hours of every market, made once a second however often they are asked for (the real cache lasts 1 s too). */
export function createTickers(market: Market): (nowMs: number) => ReadonlyMap<string, Ticker> {
  let madeSec = Number.NaN;
  let tickers = new Map<string, Ticker>();
  return (nowMs) => {
    const sec = Math.floor(nowMs / 1000);
    if (sec !== madeSec) {
      const days = market
        .listings()
        .map((listing) => [listing.name, { listing, day: market.statistics(listing.name, nowMs, DAY_SEC) }] as const);
      tickers = new Map(days);
      madeSec = sec;
    }
    return tickers;
  };
}

const HUNDRED = Decimal.parse('100');
const CHANGE_PLACES = 2;

/** Percent of the day's opening price, two places, half away from zero. */
export function changePercent({ last, open }: DayStatistics): string {
  if (open.isZero()) return '0';
  return last.sub(open).mul(HUNDRED).div(open, CHANGE_PLACES, 'half-up').toString();
}
