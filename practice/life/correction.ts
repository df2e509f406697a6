import type { NewOrder } from '../engine/commands.ts';
import type { OrderView } from '../engine/events.ts';
import type { Depth, MarketView } from '../engine/queries.ts';
import type { Dice } from './dice.ts';
import { takingOrder } from './flow.ts';
import type { Grid } from './grid.ts';
import type { Temper } from './temper.ts';

/** How often a turn sees somebody who watches other exchanges and takes what is better here. */
const ALERT_SHARE = 0.6;
/** He takes about what a minute turns over, so a large order on the wrong side of the price lasts some seconds. */
const MINUTES_A_DAY = 1440;
const SIZE_SPREAD = 0.8;
/** Levels looked at for orders that are better than the fair price. */
export const CORRECTION_LEVELS = 5;

/**
 * The engine refuses a price 50 % dearer than the last one. After a jump of the fair price beyond that nobody could quote
 * on that side any more, so well before it a small order without a price of its own moves the last price.
 */
const STUCK_ABOVE = 1.4;
const STUCK_BELOW = 0.6;

export type CorrectionInput = {
  readonly grid: Grid;
  readonly temper: Temper;
  readonly fairSteps: number;
  readonly depth: Depth;
  /** The makers' own, which are about to move by themselves. */
  readonly own: readonly OrderView[];
  readonly dice: Dice;
};

/** Takes somebody's order that bids the fair price or more, or asks the fair price or less. Null where there is none. */
export function correction(input: CorrectionInput): NewOrder | null {
  const { grid, temper, fairSteps, dice } = input;
  const bids = foreignLots(input, 'buy');
  const asks = foreignLots(input, 'sell');
  if (bids === 0n && asks === 0n) return null;
  if (dice.uniform() >= ALERT_SHARE) return null;
  const parts = grid.partsFor((temper.dayTurnover / MINUTES_A_DAY) * dice.heavy(SIZE_SPREAD), fairSteps);
  const side = bids > asks ? 'sell' : 'buy';
  return takingOrder(grid, side, parts, fairSteps);
}

function foreignLots({ grid, fairSteps, depth, own }: CorrectionInput, side: 'buy' | 'sell'): bigint {
  const fairTicks = fairSteps * grid.tickStep;
  let lots = 0n;
  for (const level of side === 'buy' ? depth.bids : depth.asks) {
    if (side === 'buy' ? level.ticks < fairTicks : level.ticks > fairTicks) break;
    lots += level.lots;
    for (const order of own) if (order.side === side && order.priceTicks === level.ticks) lots -= order.left;
  }
  return lots;
}

/** Null while the last price is near enough for the makers to quote both sides. */
export function unsticking(grid: Grid, fairSteps: number, { lastTicks }: MarketView): NewOrder | null {
  if (lastTicks === null) return null;
  const ratio = (fairSteps * grid.tickStep) / lastTicks;
  if (ratio > STUCK_BELOW && ratio < STUCK_ABOVE) return null;
  return {
    type: 'stock market',
    market: grid.market,
    side: ratio > 1 ? 'buy' : 'sell',
    amount: grid.amountOf(grid.partsFor(0, fairSteps)),
    clientOrderId: null,
    stp: 'no',
  };
}
