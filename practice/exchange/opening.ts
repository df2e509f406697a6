import type { Opening } from '../engine/engine.ts';
import type { Clock, Market } from '../ports.ts';

/** WhiteBIT's order ids have 13 digits today, those of trades 10: clients must cope with both. */
const FIRST_ORDER_ID = 1_000_000_000_001;
const FIRST_DEAL_ID = 5_000_000_001;
const SECOND = 1;

/** What a new exchange begins with: all that the market model lists, at its prices of this moment. */
export function openingOf(market: Market, clock: Clock): Opening {
  const listings = market.listings();
  const nowMs = clock.nowMs();
  return {
    assets: market.assets(),
    listings,
    lastPrices: new Map(listings.map(({ name }) => [name, market.statistics(name, nowMs, SECOND).last])),
    firstOrderId: FIRST_ORDER_ID,
    firstDealId: FIRST_DEAL_ID,
  };
}
