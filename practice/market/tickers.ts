import { Decimal } from '../../src/core/decimal.ts';
import type { DayStatistics, Listing, Market } from '../ports.ts';

const DAY_SEC = 86_400;

export type Ticker = { readonly listing: Listing; readonly day: DayStatistics };

/**
 * The last 24 hours of every market. Fresh for every caller: the documented refresh of one second is the longest a ticker
 * may be old, and counting it anew costs little.
 */
export function tickersOf(market: Market, nowMs: number): ReadonlyMap<string, Ticker> {
  return new Map(market.listings().map((listing) => [listing.name, tickerOf(market, listing, nowMs)]));
}

export function tickerOf(market: Market, listing: Listing, nowMs: number): Ticker {
  return { listing, day: market.statistics(listing.name, nowMs, DAY_SEC) };
}

/** Documented of version 4, and taken for the older ones: only markets that take orders are listed, halted ones vanish. */
export function enabledListings(market: Market): readonly Listing[] {
  return market.listings().filter(({ name }) => market.status(name) !== 'halted');
}

const HUNDRED = Decimal.parse('100');
const CHANGE_PLACES = 2;

/** Percent of the day's opening price, two places, half away from zero. */
export function changePercent({ last, open }: DayStatistics): string {
  if (open.isZero()) return '0';
  return last.sub(open).mul(HUNDRED).div(open, CHANGE_PLACES, 'half-up').toString();
}
