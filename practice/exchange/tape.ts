import type { DatabaseSync } from 'node:sqlite';
import type { EngineEvent } from '../engine/events.ts';
import type { Bars, BarsKept } from './bars.ts';
import { BARS_KEPT, createBars } from './bars.ts';
import type { Lived } from './lived.ts';
import { createLived, GAP_MS } from './lived.ts';
import type { PublicTrades } from './public-trades.ts';
import { createPublicTrades, TRADES_KEPT } from './public-trades.ts';

/** The public past: trades, what they add up to by time, and when there was anybody to trade here at all. */
export interface Tape extends Bars, PublicTrades {
  readonly lived: Lived;
}

/** Also the writing side, which only the exchange itself holds. */
export interface TapeStore extends Tape {
  /** To be called in the transaction of the command the events come from. */
  record(events: readonly EngineEvent[]): void;
  /** At the end of the same transaction. `lastUs`: of its last command. */
  endCommit(lastUs: number): void;
  /** The exchange runs and this is its time. */
  signOfLife(nowUs: number): void;
  /** Whether a commit is due only to save that. */
  isSaveDue(): boolean;
  /** Saves the last sign of life. */
  save(): void;
}

export type TapeBounds = {
  readonly bars: BarsKept;
  /** A market. */
  readonly trades: number;
  /** Practice time without a sign of life that counts as not having lived. Has to grow with the speed of the clock. */
  readonly gapMs: number;
};

/** `lastCommandUs`: of the last command in the file; 0 without one. */
export function createTape(
  database: DatabaseSync,
  lastCommandUs: number,
  { bars: barsKept = BARS_KEPT, trades: tradesKept = TRADES_KEPT, gapMs = GAP_MS }: Partial<TapeBounds> = {},
): TapeStore {
  const bars = createBars(database, barsKept);
  const publicTrades = createPublicTrades(database, tradesKept);
  const lived = createLived(database, lastCommandUs, gapMs);
  return {
    lived,
    bars: bars.bars,
    lastTicks: bars.lastTicks,
    keptFromSec: bars.keptFromSec,
    trades: publicTrades.trades,
    record(events) {
      for (const event of events)
        if (event.kind === 'trade') {
          bars.add(event);
          publicTrades.add(event);
        }
    },
    endCommit(lastUs) {
      bars.flush();
      lived.signOfLife(lastUs);
      if (lived.isSaveDue()) lived.save();
    },
    signOfLife: lived.signOfLife,
    isSaveDue: lived.isSaveDue,
    save: lived.save,
  };
}
