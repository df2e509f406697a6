import type { Opening } from '../engine/engine.ts';
import type { FairPrice } from '../life/fair.ts';
import type { Clock, Market } from '../ports.ts';

/** WhiteBIT's order ids have 13 digits today, those of trades 10: clients must cope with both. */
const FIRST_ORDER_ID = 1_000_000_000_001;
const FIRST_DEAL_ID = 5_000_000_001;

/** What a new exchange begins with: all that the market lists, at the fair prices of this moment. */
export function openingOf(market: Market, fair: FairPrice, clock: Clock): Opening {
  const listings = market.listings();
  const nowMs = clock.nowMs();
  return {
    assets: market.assets(),
    listings,
    lastPrices: new Map(listings.map(({ name }) => [name, fair.at(name, nowMs)])),
    firstOrderId: FIRST_ORDER_ID,
    firstDealId: FIRST_DEAL_ID,
  };
}
