import type { Level } from './ladder.ts';
import { Ladder } from './ladder.ts';
import type { Bounds, MarketRules, MarketSpec, MarketStatus } from './market-spec.ts';
import { boundsOf } from './market-spec.ts';
import type { Order, Side } from './order.ts';

/** One market: its book, its waiting stop orders and its last price. */
export type Market = {
  readonly spec: MarketSpec;
  rules: MarketRules;
  /** The rules in units; changes with them. */
  bounds: Bounds;
  status: MarketStatus;
  readonly bids: Ladder;
  readonly asks: Ladder;
  /** Stop buys wait for the price to rise: the lowest activation price is next. */
  readonly stopBuys: Ladder;
  readonly stopSells: Ladder;
  /** Activated by a trade of this very command, not carried out yet; empty between commands. */
  readonly activated: Order[];
  /** Levels of the book that the running command changed; empty between commands. */
  readonly touchedLevels: Level[];
  /** Null until the first trade or a price it was opened with. */
  lastTicks: number | null;
  /** Counts the commands that changed a level; `update_id` of the depth stream. */
  updateId: number;
};

export function createMarket(spec: MarketSpec, rules: MarketRules, lastTicks: number | null): Market {
  return {
    spec,
    rules,
    bounds: boundsOf(spec, rules),
    status: 'open',
    bids: new Ladder('highest'),
    asks: new Ladder('lowest'),
    stopBuys: new Ladder('lowest'),
    stopSells: new Ladder('highest'),
    activated: [],
    touchedLevels: [],
    lastTicks,
    updateId: 0,
  };
}

/** Where an order of this side rests. */
export function ownLadder(market: Market, side: Side): Ladder {
  return side === 'buy' ? market.bids : market.asks;
}

/** What an order of this side trades against. */
export function oppositeLadder(market: Market, side: Side): Ladder {
  return side === 'buy' ? market.asks : market.bids;
}

export function stopLadder(market: Market, side: Side): Ladder {
  return side === 'buy' ? market.stopBuys : market.stopSells;
}

/** Documented: a buy activates at its activation price or above, a sell at it or below. */
export function isTriggered(side: Side, activationTicks: number, lastTicks: number): boolean {
  return side === 'buy' ? lastTicks >= activationTicks : lastTicks <= activationTicks;
}

/** Whether an order of this side with this price would trade against a level at `ticks`. */
export function reaches(side: Side, limitTicks: number, ticks: number): boolean {
  return side === 'buy' ? ticks <= limitTicks : ticks >= limitTicks;
}
