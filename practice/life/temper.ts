import type { MarketModel } from '../market/catalogue.ts';

/** How a market is traded. Plain numbers: they measure chance, and no money is ever made of them unrounded. */
export type Temper = {
  readonly market: string;
  /** Between the makers' best bid and best ask, in hundredths of a per cent of the price; never under two ticks. */
  readonly spreadBps: number;
  /** How far from the price the makers' last level stands, as a share of the price. */
  readonly reach: number;
  /** Trades of an ordinary minute. */
  readonly tradesPerMinute: number;
  /** Of an ordinary day, in quote currency. */
  readonly dayTurnover: number;
};

/** The few largest markets are quoted by machines that fight for single ticks. */
const CROWDED_TURNOVER = 200e6;
const CROWDED_FACTOR = 100;
/** Wide markets are deep in per cent, narrow ones in money. */
const REACH_MIN = 0.006;
const REACH_PER_SPREAD = 40;
const BPS = 10_000;

/** Lively enough that the seconds in which somebody trades are about those of the model. */
export function temperOf({ listing, dayTurnover, spreadBps, busySeconds, silentMinutes }: MarketModel): Temper {
  return {
    market: listing.name,
    spreadBps: dayTurnover >= CROWDED_TURNOVER ? spreadBps / CROWDED_FACTOR : spreadBps,
    reach: Math.max(REACH_MIN, (spreadBps * REACH_PER_SPREAD) / BPS),
    tradesPerMinute: 60 * busySeconds * (1 - silentMinutes),
    dayTurnover,
  };
}
