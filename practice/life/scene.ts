import type { EngineQueries, MarketView } from '../engine/queries.ts';
import { MAKERS } from './cast.ts';
import { CORRECTION_LEVELS, correction, unsticking } from './correction.ts';
import type { Dice } from './dice.ts';
import type { Errands } from './errands.ts';
import type { FairPrice } from './fair.ts';
import { Flow } from './flow.ts';
import type { Grid } from './grid.ts';
import { gridOf } from './grid.ts';
import { edgesOf, planQuotes } from './quotes.ts';
import type { Temper } from './temper.ts';

/** Quotes are looked after about once a second, not those of all markets at the same moment. */
const QUOTE_MIN_MS = 600;
const QUOTE_SPREAD_MS = 800;
/** Makers hurry when the price has moved by so many times the distance they keep from it. */
const HURRY_HALVES = 3;
/** After a jump of the clock the takers of so much time come, and not those of the gap. */
const AFTER_JUMP_MS = 1_000;

export type Turn = { readonly query: EngineQueries; readonly nowMs: number; readonly errands: Errands };
type Now = Turn & { readonly view: MarketView; readonly grid: Grid; readonly fairSteps: number };

/**
 * One market and who trades on it. What rests in the book is asked of the exchange every time, so nothing here can differ
 * from it, and a restart finds its orders by itself.
 */
export class Scene {
  readonly #temper: Temper;
  readonly #fair: FairPrice;
  readonly #dice: Dice;
  readonly #flow: Flow;
  #nextQuoteMs = 0;
  #quotedSteps = 0;
  #playedMs: number;

  constructor(temper: Temper, fair: FairPrice, dice: Dice, nowMs: number) {
    this.#temper = temper;
    this.#fair = fair;
    this.#dice = dice;
    this.#flow = new Flow(temper);
    this.#playedMs = nowMs;
  }

  /** Every rung that is empty. */
  open(turn: Turn): void {
    const now = this.#look(turn);
    if (now !== null) this.#quote(now, true);
    this.#playedMs = turn.nowMs;
  }

  play(turn: Turn): void {
    const elapsedMs = turn.nowMs - this.#playedMs;
    this.#playedMs = turn.nowMs;
    const now = this.#look(turn);
    if (now !== null && this.#isQuoteDue(now)) this.#quote(now, false);
    if (now?.view.status !== 'open') {
      this.#flow.forget();
      return;
    }
    const { grid, fairSteps, nowMs, errands } = now;
    const input = { grid, fairSteps, nowMs, elapsedSec: elapsedMs / 1000, dice: this.#dice };
    for (const order of this.#flow.orders(input)) errands.take(order);
  }

  jumped(nowMs: number): void {
    this.#flow.forget();
    this.#nextQuoteMs = 0;
    this.#playedMs = nowMs - AFTER_JUMP_MS;
  }

  /** Null where nothing may be quoted. The orders on a halted market stay as they are; delisting has cancelled them. */
  #look(turn: Turn): Now | null {
    const view = turn.query.market(this.#temper.market);
    if (view === null || view.status === 'halted' || view.status === 'delisted') return null;
    const grid = gridOf(view);
    return { ...turn, view, grid, fairSteps: grid.stepsOf(this.#fair.at(view.spec.name, turn.nowMs)) };
  }

  /** New price steps count as a move: the same price is another number of them. */
  #isQuoteDue({ nowMs, fairSteps }: Now): boolean {
    if (nowMs >= this.#nextQuoteMs) return true;
    const [half = 1] = edgesOf(fairSteps, this.#temper);
    return Math.abs(fairSteps - this.#quotedSteps) > HURRY_HALVES * half;
  }

  #quote({ query, nowMs, errands, view, grid, fairSteps }: Now, isOpening: boolean): void {
    const temper = this.#temper;
    const dice = this.#dice;
    this.#nextQuoteMs = nowMs + QUOTE_MIN_MS + dice.uniform() * QUOTE_SPREAD_MS;
    this.#quotedSteps = fairSteps;
    const own = MAKERS.flatMap((maker) => query.openOrders(maker, temper.market));
    const { cancel, place } = planQuotes({ grid, temper, fairSteps, own, dice, isOpening });
    for (const order of cancel) errands.cancel(order);
    for (const { account, order } of place) errands.place(account, order);
    if (view.status !== 'open') return;
    const depth = query.depth(temper.market, CORRECTION_LEVELS);
    const corrected = depth === null ? null : correction({ grid, temper, fairSteps, depth, own, dice });
    if (corrected !== null) errands.take(corrected);
    const unstuck = unsticking(grid, fairSteps, view);
    if (unstuck !== null) errands.take(unstuck);
  }
}
