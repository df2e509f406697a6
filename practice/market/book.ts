import { Decimal } from '../../src/core/decimal.ts';
import type { Book, BookLevel } from '../ports.ts';
import { mix, uniform } from './noise.ts';
import { FIRST_SEC, type MarketPath } from './path.ts';

/** Levels made for each side; the longest answer of the protocol. */
const LEVELS = 100;
/** Mean distance of neighbouring levels, as a share of the reference price. */
const GAP_SHARE = 0.00006;
/** How much a level grows per mean distance away from the price. */
const GROWTH = 0.045;
/** A level keeps its size between 2 and 16 seconds, so that a book changes here and there and not all at once. */
const REST_SEC_MIN = 2;
const REST_SEC_SPREAD = 15;

export function unitDecimal(units: number, prec: number): Decimal {
  return prec >= 0
    ? Decimal.fromInteger(BigInt(units), prec)
    : Decimal.fromInteger(BigInt(units) * 10n ** BigInt(-prec), 0);
}

/** Best bid and best ask in ticks around the price of a second: at least one tick to either side. */
export function bestTicks(path: MarketPath, seed: number, sec: number): { bid: number; ask: number } {
  const last = path.ticks(path.levelAt(sec));
  const half = Math.max(1, Math.round((last * path.model.spreadBps) / 20_000));
  const wobble = mix(seed, sec);
  return {
    bid: Math.max(1, last - half - ((wobble & 0xff) % half)),
    ask: last + half + (((wobble >>> 8) & 0xff) % half),
  };
}

/**
 * The book of a second. Levels sit on a grid of cells, one hashed tick in each, and stay where they are while the
 * price moves past; their sizes grow with the distance and change from time to time.
 */
export function buildBook(path: MarketPath, seed: number, sec: number): Book {
  const { listing } = path.model;
  const best = bestTicks(path, seed, sec);
  const gap = Math.max(1, Math.round(path.referenceTicks * GAP_SHARE));
  // Distance is measured from the price at the start of the minute, or all sizes would change every second.
  const middle = path.ticks(path.levelAt(sec - (sec % 60)));
  const leastLots = Math.max(1, lotsOf(listing.minAmount, listing.stockPrec));
  const side = (first: number, direction: 1 | -1): BookLevel[] => {
    const levels: BookLevel[] = [];
    let ticks = first;
    let cell = Math.floor(first / gap);
    while (levels.length < LEVELS && ticks > 0) {
      const depth = Math.abs(ticks - middle) / gap;
      const lots = levelLots(path.lotsPerMinute, seed, ticks * direction, sec, depth);
      levels.push([unitDecimal(ticks, listing.moneyPrec), unitDecimal(Math.max(leastLots, lots), listing.stockPrec)]);
      cell += direction;
      ticks = cell * gap + (mix(seed ^ 0x77, cell) % gap);
    }
    return levels;
  };
  return {
    // One step a second since the listing: it grows, and tells the same story whenever it is asked.
    updateId: Math.max(1, sec - FIRST_SEC + 1),
    asks: side(best.ask, 1),
    bids: side(best.bid, -1),
  };
}

function levelLots(usual: number, seed: number, place: number, sec: number, depth: number): number {
  const own = mix(seed ^ 0x99, place);
  const rest = REST_SEC_MIN + (own % REST_SEC_SPREAD);
  const draw = uniform(own, Math.floor((sec + (own >>> 8)) / rest));
  return Math.round((usual / 12) * (1 + GROWTH * depth) * (0.15 + 2.4 * draw * draw * draw));
}

function lotsOf(amount: Decimal, prec: number): number {
  return Number(amount.div(Decimal.power(-prec), 0, 'up').toString());
}
