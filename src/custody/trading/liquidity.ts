/**
 * Whether a market is one that nobody moves cheaply: the reason is in the incidents of the past, where thieves bought
 * worthless coins from themselves. Pure.
 */

import { Decimal } from '../../core/decimal.ts';
import type { Book } from './reference.ts';

export type Liquidity = {
  /** Of 24 hours, in USDT; null where it cannot be told. */
  readonly volume: Decimal | null;
  /** Between the best offers, as a ratio; null where a side is empty. */
  readonly spread: Decimal | null;
  /** What stands within 1 % of the middle, in USDT, on the side that has less. */
  readonly depth: Decimal | null;
};

const VOLUME_MIN = Decimal.fromInteger(1_000_000n);
const SPREAD_MAX = Decimal.parse('0.005');
const DEPTH_WITHIN = Decimal.parse('0.01');
/** Times the largest order. */
const DEPTH_MIN = Decimal.fromInteger(20n);
const TWO = Decimal.fromInteger(2n);
const PLACES = 12;

/** In words; empty where it is not. `largest`: the largest order that may be placed, in USDT. */
export function thinBecause(liquidity: Liquidity | null, largest: Decimal): string {
  if (liquidity === null || liquidity.volume === null) return 'what is traded there cannot be told now';
  const { depth, spread, volume } = liquidity;
  if (volume.lt(VOLUME_MIN)) return 'under 1,000,000 USDT a day';
  if (spread === null || spread.gt(SPREAD_MAX)) return 'a spread over 0.5 %';
  if (depth === null || depth.lt(largest.mul(DEPTH_MIN))) return 'within 1 % stand less than 20 of the largest orders';
  return '';
}

export function liquidityOf({ asks, bids }: Book, volume: Decimal | null, unitPrice: Decimal | null): Liquidity {
  const [ask] = asks;
  const [bid] = bids;
  if (ask === undefined || bid === undefined || bid.price.sign() !== 1) return { volume, spread: null, depth: null };
  const middle = ask.price.add(bid.price).div(TWO, PLACES, 'half-even');
  const reach = middle.mul(DEPTH_WITHIN);
  const worth = (side: Book['asks']) =>
    Decimal.sum(
      side.filter(({ price }) => price.sub(middle).abs().lte(reach)).map(({ price, quantity }) => price.mul(quantity)),
    );
  const lesser = Decimal.min(worth(asks), worth(bids));
  const spread = ask.price.sub(bid.price).div(middle, PLACES, 'up');
  return { volume, spread, depth: unitPrice === null ? null : lesser.mul(unitPrice) };
}
