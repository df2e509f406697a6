import type { NewOrder } from '../engine/commands.ts';
import type { Side } from '../engine/order.ts';
import { exponential } from '../market/noise.ts';
import type { Dice } from './dice.ts';
import type { Grid } from './grid.ts';
import { livelinessAt } from './hours.ts';
import type { Temper } from './temper.ts';

/** Of a hundred trades, so many are answers to another; the rest come by themselves. Below 1, or bursts never end. */
const ANSWERS = 0.55;
/** How long a trade goes on calling for others. */
const MEMORY_SEC = 8;
/** A crowd may grow to so many times the usual before nobody is left who could join. */
const EXCITEMENT_MAX = 20;
/** A move of the price calls people, too: one usual rate for so many hundredths of a per cent, up to a bound. */
const MOVE_BPS = 6;
const MOVE_CALLS_MAX = 2;
/** An order that finds less than it wants at the best price walks on: so many trades does one make on average. */
const TRADES_AN_ORDER = 1.45;
/** Orders of a market in one turn; more are forgotten. */
const ORDERS_MAX = 8;

const SIZE_SPREAD = 1.2;
const SWEEP_SHARE = 0.015;
const SWEEP_SIZE = 8;
/** People type round amounts, one digit and zeros. */
const ROUND_SHARE = 0.5;
/** Nobody takes worse than so much of the makers' reach away from the fair price. */
const SLIP_OF_REACH = 0.15;

/** Who has seen the price rise over about a minute rather buys: at most so far from even. */
const TREND_SEC = 60;
const TREND_BPS = 15;
const TREND_LEAN = 0.35;
const MINUTES_A_DAY = 1440;
const BPS = 10_000;

export type FlowInput = {
  readonly grid: Grid;
  readonly fairSteps: number;
  readonly nowMs: number;
  /** Since this market was last asked for its takers. */
  readonly elapsedSec: number;
  readonly dice: Dice;
};

/** The takers of one market: they come by themselves, follow each other into bursts, and lean with the price. */
export class Flow {
  readonly #temper: Temper;
  /** Trades a second that are called for by those that were. */
  #excitement = 0;
  #trendSteps: number | null = null;
  #lastSteps: number | null = null;

  constructor(temper: Temper) {
    this.#temper = temper;
  }

  orders(input: FlowInput): NewOrder[] {
    const { dice, elapsedSec } = input;
    const usual = this.#temper.tradesPerMinute / TRADES_AN_ORDER / 60;
    this.#follow(input, usual);
    const rate = usual * (1 - ANSWERS) * livelinessAt(input.nowMs) + this.#excitement;
    const happened = dice.count(rate * elapsedSec, ORDERS_MAX);
    const kept = this.#excitement * exponential(-Math.min(elapsedSec / MEMORY_SEC, 100));
    this.#excitement = Math.min(usual * EXCITEMENT_MAX, kept + (happened * ANSWERS) / MEMORY_SEC);
    return Array.from({ length: happened }, () => this.#order(input));
  }

  /** After a gap nobody remembers what was before. */
  forget(): void {
    this.#excitement = 0;
    this.#trendSteps = null;
    this.#lastSteps = null;
  }

  #follow({ fairSteps, elapsedSec }: FlowInput, usual: number): void {
    const moveBps = (Math.abs(fairSteps - (this.#lastSteps ?? fairSteps)) / fairSteps) * BPS;
    this.#lastSteps = fairSteps;
    this.#excitement += (usual * (1 - ANSWERS) * Math.min(moveBps / MOVE_BPS, MOVE_CALLS_MAX)) / MEMORY_SEC;
    const before = this.#trendSteps ?? fairSteps;
    this.#trendSteps = before + (fairSteps - before) * Math.min(1, elapsedSec / TREND_SEC);
  }

  #order({ grid, fairSteps, dice }: FlowInput): NewOrder {
    const riseBps = ((fairSteps - (this.#trendSteps ?? fairSteps)) / fairSteps) * BPS;
    const lean = TREND_LEAN * Math.max(-1, Math.min(1, riseBps / TREND_BPS));
    const side: Side = dice.uniform() < 0.5 + lean ? 'buy' : 'sell';
    const { dayTurnover, tradesPerMinute, reach } = this.#temper;
    const usual = (dayTurnover / MINUTES_A_DAY / tradesPerMinute) * TRADES_AN_ORDER;
    const money = usual * dice.heavy(SIZE_SPREAD) * (dice.uniform() < SWEEP_SHARE ? SWEEP_SIZE : 1);
    const exact = grid.partsFor(money, fairSteps);
    const parts = dice.uniform() < ROUND_SHARE ? rounded(exact, grid.partsFor(0, fairSteps)) : exact;
    const slip = Math.ceil(fairSteps * reach * SLIP_OF_REACH);
    const limit = side === 'buy' ? fairSteps + slip : Math.max(1, fairSteps - slip);
    return takingOrder(grid, side, parts, limit);
  }
}

/** Takes what it can at the limit or better; the rest is gone. */
export function takingOrder(grid: Grid, side: Side, parts: bigint, limitSteps: number): NewOrder {
  return {
    type: 'limit',
    market: grid.market,
    side,
    price: grid.priceOf(limitSteps),
    amount: grid.amountOf(parts),
    clientOrderId: null,
    stp: 'no',
    postOnly: false,
    ioc: true,
    bboRole: null,
  };
}

/** To the nearest number of one digit and zeros, upwards where it is a small one: the least amount must stay possible. */
function rounded(parts: bigint, least: bigint): bigint {
  const unit = 10n ** BigInt(parts.toString().length - 1);
  const nearest = ((parts + unit / 2n) / unit) * unit;
  return nearest < least ? nearest + unit : nearest;
}
