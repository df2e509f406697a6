import type { Ladder, Level } from './ladder.ts';
import { finish } from './life.ts';
import { TAKER_BAND_PERCENT } from './limits.ts';
import type { Market } from './market.ts';
import { isTriggered, oppositeLadder, reaches } from './market.ts';
import type { FinalStatus, Order, OrderTerms } from './order.ts';
import type { Seat } from './seat.ts';
import { settle } from './settle.ts';
import type { State } from './state.ts';
import { tellOrder } from './state.ts';

/**
 * Trades the order against the other side of the book, best price first, oldest first within a price, at the resting
 * order's price. The answer is how it ended, or null where something is left that may rest.
 */
export function match(state: State, taker: Order): FinalStatus | null {
  const { market } = taker.seat;
  const book = oppositeLadder(market, taker.side);
  const limitTicks = taker.priceTicks !== 0 ? taker.priceTicks : takerBand(book, taker.side);
  for (let level = book.top(); level !== undefined; level = book.top()) {
    const wanted = lotsWanted(taker, level, market);
    const maker = level.first;
    // The rest of a spending order that buys no lot here stays in `left`; one that never bought any is given back whole.
    if (wanted === 0n || maker === null) return taker.dealStock === 0n ? 'CANCELED' : 'FILLED';
    if (!reaches(taker.side, limitTicks, level.ticks)) {
      if (taker.priceTicks === 0) return 'CANCELED_TAKER_BAND';
      break;
    }
    if (maker.seat === taker.seat && taker.stp !== 'no') {
      if (taker.stp !== 'cn') finish(state, maker, 'CANCELED_STP');
      if (taker.stp !== 'co') return 'CANCELED_STP';
      continue;
    }
    trade(state, taker, maker, level, wanted < maker.left ? wanted : maker.left);
    if (isDone(taker, level, market)) return 'FILLED';
  }
  return taker.priceTicks === 0 || taker.ioc ? 'CANCELED' : null;
}

/**
 * What a market buy in base costs in the book as it stands, in quote units. Own orders count as the order's self-trade
 * prevention would have it, so that the freeze covers the sweep to the last digit.
 */
export function sweepCost(seat: Seat, order: Pick<OrderTerms, 'side' | 'stp' | 'amount'>): bigint {
  const book = oppositeLadder(seat.market, order.side);
  const limitTicks = takerBand(book, order.side);
  let left = order.amount;
  let cost = 0n;
  for (const maker of book.orders()) {
    const level = maker.level;
    if (left === 0n || level === null || !reaches(order.side, limitTicks, level.ticks)) break;
    if (maker.seat === seat && order.stp !== 'no') {
      if (order.stp === 'co') continue;
      break;
    }
    const lots = left < maker.left ? left : maker.left;
    cost += lots * level.moneyPerLot;
    left -= lots;
  }
  return cost;
}

/** Inferred: the band of a market order starts at the best price it finds. 0 where there is none. */
function takerBand(book: Ladder, side: Order['side']): number {
  const level = book.top();
  if (level === undefined) return 0;
  return bandEdge(level.ticks, side === 'buy' ? TAKER_BAND_PERCENT : -TAKER_BAND_PERCENT);
}

/** The last tick inside a band of `percent` on that side of `ticks`. */
export function bandEdge(ticks: number, percent: number): number {
  const scaled = ticks * (100 + percent);
  const rest = scaled % 100;
  const whole = (scaled - rest) / 100;
  return percent < 0 && rest !== 0 ? whole + 1 : whole;
}

/** In lots. A buy by quote asks for as many whole steps as its money buys at this price. */
function lotsWanted(taker: Order, level: Level, market: Market): bigint {
  if (!taker.amountInQuote) return taker.left;
  const lots = taker.left / level.moneyPerLot;
  return market.bounds.lotStep === 1n ? lots : lots - (lots % market.bounds.lotStep);
}

/** A buy by quote is done when its rest buys no further step; asks only get dearer from here. */
function isDone(taker: Order, level: Level, market: Market): boolean {
  return taker.amountInQuote ? taker.left < level.moneyPerLot * market.bounds.lotStep : taker.left === 0n;
}

function trade(state: State, taker: Order, maker: Order, level: Level, lots: bigint): void {
  const { market } = taker.seat;
  settle(state, taker, maker, level, lots);
  if (maker.left === 0n) finish(state, maker, 'FILLED');
  else tellOrder(state, 'update', maker);
  if (market.lastTicks === level.ticks) return;
  market.lastTicks = level.ticks;
  collectActivated(market.stopBuys, market, level.ticks);
  collectActivated(market.stopSells, market, level.ticks);
}

/** Every trade looks for stop orders it activates; they are carried out after the order that traded. */
function collectActivated(stops: Ladder, market: Market, lastTicks: number): void {
  for (let level = stops.top(); level !== undefined; level = stops.top()) {
    const order = level.first;
    if (order === null || !isTriggered(order.side, level.ticks, lastTicks)) return;
    stops.remove(order);
    market.activated.push(order);
  }
}
