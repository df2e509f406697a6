import type { NewOrder } from '../engine/commands.ts';
import type { OrderView } from '../engine/events.ts';
import type { Side } from '../engine/order.ts';
import { exponential } from '../market/noise.ts';
import type { AccountId } from '../ports.ts';
import { FAR_MAKER, NEAR_MAKER } from './cast.ts';
import type { Dice } from './dice.ts';
import type { Grid } from './grid.ts';
import type { Temper } from './temper.ts';

/** Rungs of a side. Each wants one order; the level count of a living book swings around a little more than this. */
export const RUNGS = 72;
/** The last rungs are so many times (e^3) wider than the first: dense near the price, thin far away. */
const WIDENING = 3;
const FAR_FROM_RUNG = 36;

/** An ordinary order near the price, as a share of what an ordinary minute turns over. */
const SIZE_SHARE = 1 / 12;
/** The first rung is the narrowest and its orders small, unless ticks are so coarse that all rungs are alike. */
const TOUCH_SIZE = 0.3;
const GROWTH_PER_RUNG = 0.05;
const SIZE_SPREAD = 0.9;
const MINUTES_A_DAY = 1440;

/** Many people like a round price: how often a rung that holds one takes it, and how much larger its order is then. */
const ROUND_SHARE = 0.7;
const ROUND_SIZE = 2.5;
/** Round is a power of ten of about this share of the price: whole hundreds for a price of 90,000. */
const ROUND_PER_PRICE = 1000;

/** An empty rung behind the best price waits for some turns, so that a swept book comes back within seconds, not at once. */
const REFILL_SHARE = 0.6;
/** Of the orders too many on a rung, how many go in a turn. */
const THIN_SHARE = 0.35;
/** Orders that leave for no reason, and come back elsewhere on their rung: queues are never still. */
const RESTLESS_SHARE = 0.004;
/** Beyond the last rung an order stays until the price has left it behind for good. */
const REACH_SLACK = 1.15;

export type Placing = { readonly account: AccountId; readonly order: NewOrder };
export type Quotes = { readonly cancel: readonly OrderView[]; readonly place: readonly Placing[] };

export type QuoteInput = {
  readonly grid: Grid;
  readonly temper: Temper;
  readonly fairSteps: number;
  /** The makers' open orders on this market. */
  readonly own: readonly OrderView[];
  readonly dice: Dice;
  /** Whether every empty rung is filled now. */
  readonly isOpening: boolean;
};

/**
 * What the makers change on a market. A side is a ladder of rungs, each a range of distances from the fair price; orders
 * stay where they are while the price moves, and only those on the wrong side, too near, too many on their rung or out
 * of reach go. So a small move changes little.
 */
export function planQuotes(input: QuoteInput): Quotes {
  const edges = edgesOf(input.fairSteps, input.temper);
  const cancel: OrderView[] = [];
  const place: Placing[] = [];
  for (const side of ['buy', 'sell'] as const) {
    const counts = new Uint16Array(RUNGS);
    for (const order of input.own) {
      if (order.side !== side) continue;
      const rung = rungOf(input, edges, order);
      const count = rung === null ? 0 : (counts[rung] ?? 0);
      if (rung === null || leaves(input, count)) cancel.push(order);
      else counts[rung] = count + 1;
    }
    for (let rung = 0; rung < RUNGS; rung += 1) {
      if (counts[rung] !== 0) continue;
      if (rung !== 0 && !input.isOpening && input.dice.uniform() >= REFILL_SHARE) continue;
      const placing = placeOn(input, edges, side, rung);
      if (placing !== null) place.push(placing);
    }
  }
  return { cancel, place };
}

/** Distances from the fair price in steps, one more than there are rungs, each larger than the one before. */
export function edgesOf(fairSteps: number, { spreadBps, reach }: Temper): readonly number[] {
  const half = Math.max(1, Math.round((fairSteps * spreadBps) / 20_000));
  const touchEnd = 2 * half;
  const edges = [half, touchEnd];
  const scale = Math.max(0, fairSteps * reach - touchEnd) / (exponential(WIDENING) - 1);
  let last = touchEnd;
  for (let rung = 1; rung < RUNGS; rung += 1) {
    const wanted = touchEnd + scale * (exponential((WIDENING * rung) / (RUNGS - 1)) - 1);
    last = Math.max(last + 1, Math.round(wanted));
    edges.push(last);
  }
  return edges;
}

/** Null where the order may not stay. */
function rungOf({ grid, fairSteps }: QuoteInput, edges: readonly number[], order: OrderView): number | null {
  const steps = order.priceTicks / grid.tickStep;
  // The rules have become coarser since it was made.
  if (!Number.isInteger(steps)) return null;
  const distance = order.side === 'buy' ? fairSteps - steps : steps - fairSteps;
  // Half the distance kept from the price is slack, or every tick would move the best orders.
  if (distance < Math.max(1, (edges[0] ?? 1) / 2) || distance > (edges[RUNGS] ?? 0) * REACH_SLACK) return null;
  let low = 0;
  let high = RUNGS - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? 0) <= distance) low = middle;
    else high = middle - 1;
  }
  return low;
}

function leaves({ dice, isOpening }: QuoteInput, before: number): boolean {
  if (isOpening) return before > 1;
  return dice.uniform() < (before === 0 ? RESTLESS_SHARE : THIN_SHARE);
}

function placeOn(input: QuoteInput, edges: readonly number[], side: Side, rung: number): Placing | null {
  const { grid, temper, fairSteps, dice } = input;
  const from = edges[rung] ?? 0;
  const width = (edges[rung + 1] ?? 0) - from;
  const direction = side === 'buy' ? -1 : 1;
  const draw = dice.uniform();
  // Who is first in line stands as near as he dares.
  const offset = from + Math.floor(width * (rung === 0 ? draw * draw * draw : draw));
  const round = roundPrice(fairSteps, from, width, direction);
  const isRound = round !== null && dice.uniform() < ROUND_SHARE;
  const steps = isRound ? round : fairSteps + direction * offset;
  const heavy = dice.heavy(SIZE_SPREAD);
  if (steps < 1) return null;
  const usual = (temper.dayTurnover / MINUTES_A_DAY) * SIZE_SHARE;
  const isTouch = rung === 0 && width < (edges[2] ?? 0) - (edges[1] ?? 0);
  const growth = isTouch ? TOUCH_SIZE : 1 + GROWTH_PER_RUNG * rung;
  const money = usual * growth * heavy * (isRound ? ROUND_SIZE : 1);
  return {
    account: rung < FAR_FROM_RUNG ? NEAR_MAKER : FAR_MAKER,
    order: {
      type: 'limit',
      market: grid.market,
      side,
      price: grid.priceOf(steps),
      amount: grid.amountOf(grid.partsFor(money, steps)),
      clientOrderId: null,
      stp: 'no',
      // A maker never takes what somebody offers: where it would, the engine refuses.
      postOnly: true,
      ioc: false,
      bboRole: null,
    },
  };
}

/** A round price on the rung, in steps; null where there is none. */
function roundPrice(fairSteps: number, from: number, width: number, direction: 1 | -1): number | null {
  const unit = 10 ** String(Math.floor(fairSteps / ROUND_PER_PRICE)).length;
  const near = fairSteps + direction * from;
  const round = direction === 1 ? Math.ceil(near / unit) * unit : Math.floor(near / unit) * unit;
  return round > 0 && Math.abs(round - near) < width ? round : null;
}
