import type { DurableExchange } from '../exchange/durable-exchange.ts';
import { mix, seedOf } from '../market/noise.ts';
import type { Clock } from '../ports.ts';
import { createDice } from './dice.ts';
import { Errands } from './errands.ts';
import type { FairPrice } from './fair.ts';
import type { Fund } from './purse.ts';
import { fillUp, needs } from './purse.ts';
import { Scene } from './scene.ts';
import type { Temper } from './temper.ts';

/** The people who trade when nobody else does. */
export interface Life {
  /** Gives the house accounts money and fills every book. To be called before anybody is served. Rejects where it cannot. */
  open(): Promise<void>;
  /**
   * Does what is due up to the clock's time; to be called about four times a second. Never rejects, and does nothing while
   * the call before is still under way: a slow machine gets a quieter market and no queue.
   */
  step(): Promise<void>;
  /** Nothing is begun any more; resolves when what is under way has ended. */
  close(): Promise<void>;
}

export type LifeParts = {
  readonly exchange: Pick<DurableExchange, 'submit' | 'query'>;
  readonly fair: FairPrice;
  readonly tempers: readonly Temper[];
  readonly clock: Clock;
  readonly seed: string;
  readonly fund: Fund;
  /** Told of what went wrong in a step; the next one tries again. */
  readonly onFault: (error: unknown) => void;
};

/** A clock that goes further between two steps has jumped: what would have happened in between is not made up. */
const JUMP_MS = 60_000;
/** Orders of one step, about; markets beyond it wait for the next. Keeps a step within some twenty milliseconds. */
const ORDERS_A_STEP = 300;
/** Looking into the purses is cheap, but nothing hurries. */
const PURSE_MS = 60_000;

export function createLife(parts: LifeParts): Life {
  const { exchange, fair, clock, tempers } = parts;
  const startMs = clock.nowMs();
  // Another start, another stream of chance: or every restart would repeat the same minute.
  const dice = createDice(mix(seedOf(parts.seed, 'life'), Math.floor(startMs / 1000)));
  const scenes = tempers.map((temper) => new Scene(temper, fair, dice, startMs));
  let lastStepMs = startMs;
  let purseMs = 0;
  let firstScene = 0;
  let isClosed = false;
  let underWay: Promise<void> | null = null;

  async function lookAfterPurses(nowMs: number): Promise<void> {
    purseMs = nowMs + PURSE_MS;
    const { query } = exchange;
    await fillUp(needs(tempers, query, fair, nowMs), query, parts.fund);
  }

  /** One turn of every market as far as the budget goes; who waited in vain is first the next time. */
  function playAll(nowMs: number): Errands {
    const errands = new Errands();
    const turn = { query: exchange.query, nowMs, errands };
    const first = firstScene;
    for (let index = 0; index < scenes.length; index += 1) {
      firstScene = (first + index) % scenes.length;
      if (errands.orderCount >= ORDERS_A_STEP) return errands;
      scenes[firstScene]?.play(turn);
    }
    firstScene = first;
    return errands;
  }

  async function send(errands: Errands): Promise<void> {
    const outcomes = await Promise.all(errands.commands().map((command) => exchange.submit(command)));
    for (const outcome of outcomes) {
      // A refusal is an answer: a market may have been halted, or somebody's order stood in the way.
      if (outcome.kind === 'done') continue;
      if (outcome.kind === 'impossible') throw new Error(`Life asked for the impossible: ${outcome.message}`);
      // What a full queue did not take is wanted again, if it still is, by the next step. An exchange that stopped stays so.
      if (outcome.reason !== 'queue-full') isClosed = true;
    }
  }

  async function step(): Promise<void> {
    const nowMs = clock.nowMs();
    if (nowMs - lastStepMs > JUMP_MS) for (const scene of scenes) scene.jumped(nowMs);
    lastStepMs = nowMs;
    if (nowMs >= purseMs) await lookAfterPurses(nowMs);
    await send(playAll(nowMs));
  }

  return {
    async open() {
      const nowMs = clock.nowMs();
      await lookAfterPurses(nowMs);
      const errands = new Errands();
      for (const scene of scenes) scene.open({ query: exchange.query, nowMs, errands });
      await send(errands);
      lastStepMs = nowMs;
    },
    step() {
      if (isClosed || underWay !== null) return Promise.resolve();
      underWay = step()
        .catch((error: unknown) => parts.onFault(error))
        .finally(() => {
          underWay = null;
        });
      return underWay;
    },
    async close() {
      isClosed = true;
      await underWay;
    },
  };
}
