import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../accounts/row.ts';
import { integer, text } from '../accounts/row.ts';
import type { TradeEvent } from '../engine/events.ts';

/** Everything that traded on a market within one step of time, in the market's units. */
export type Bar = {
  readonly atSec: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly lots: bigint;
  /** Ticks times lots, added up: the money that changed hands. */
  readonly tickLots: bigint;
};

/** Second, minute, hour and day, counted from 1970 (UTC). Each divides the next. */
export const BAR_STEPS_SEC = [1, 60, 3_600, 86_400] as const;
export type BarStepSec = (typeof BAR_STEPS_SEC)[number];

/** How long bars of a step are kept, in seconds. */
export type BarsKept = Readonly<Record<BarStepSec, number>>;

const HOUR_SEC = 3_600;
const DAY_SEC = 86_400;

export const BARS_KEPT: BarsKept = {
  // The 24 hours of a ticker begin at any second; an hour more for a clock that is told wrong.
  1: 25 * HOUR_SEC,
  // A year of minutes to test a strategy on, and some weeks before it to warm up.
  60: 400 * DAY_SEC,
  // As long as days: 24 rows a day are not worth another rule.
  3600: Number.POSITIVE_INFINITY,
  // What remains of everything else; some 5,500 rows in a year of fifteen markets.
  86400: Number.POSITIVE_INFINITY,
};

/** Rows that one pruning may take, so that no commit waits for a day's worth of them. */
const PRUNED_AT_ONCE = 500;

/** Reading. A step in which nothing traded has no bar. */
export interface Bars {
  /** Those that begin in [fromSec, toSec), oldest first. */
  bars(market: string, stepSec: BarStepSec, fromSec: number, toSec: number): readonly Bar[];
  /** Ticks of the last trade of [fromSec, beforeSec), as exact as bars of that time are kept. */
  lastTicks(market: string, fromSec: number, beforeSec: number, nowSec: number): number | null;
  /** From here on every bar of the step is kept; begins with a bar of the next longer step. */
  keptFromSec(stepSec: BarStepSec, nowSec: number): number;
}

/** Both to be called within the transaction of the commands the trades come from. */
export interface BarStore extends Bars {
  add(trade: TradeEvent): void;
  /** Writes the bars that were added to. */
  flush(): void;
}

type OpenBar = { -readonly [K in keyof Bar]: Bar[K] } & { readonly market: string; readonly stepSec: BarStepSec };

const US_PER_SEC = 1_000_000;
const WHERE = 'FROM bar WHERE market = ? AND step_sec = ?';
const FIELDS = 'at_sec, open_ticks, high_ticks, low_ticks, close_ticks, lots, tick_lots';

/** Memory: four bars a market, however much is traded. */
export function createBars(database: DatabaseSync, kept: BarsKept = BARS_KEPT): BarStore {
  const upsert = database.prepare(
    `INSERT OR REPLACE INTO bar (market, step_sec, ${FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare(`SELECT ${FIELDS} ${WHERE} AND at_sec >= ? AND at_sec < ? ORDER BY at_sec`);
  const selectLast = database.prepare(
    `SELECT close_ticks ${WHERE} AND at_sec >= ? AND at_sec <= ? ORDER BY at_sec DESC LIMIT 1`,
  );
  const prune = database.prepare(
    `DELETE ${WHERE} AND at_sec < :before
     AND at_sec < (SELECT min(at_sec) ${WHERE}) + step_sec * ${PRUNED_AT_ONCE}`
      .replaceAll('market = ?', 'market = :market')
      .replaceAll('step_sec = ?', 'step_sec = :stepSec'),
  );
  const open = new Map<string, Map<BarStepSec, OpenBar>>();
  const dirty = new Set<OpenBar>();

  function write(bar: OpenBar): void {
    const { market, stepSec, atSec, openTicks, highTicks, lowTicks, closeTicks } = bar;
    const sums = [String(bar.lots), String(bar.tickLots)] as const;
    upsert.run(market, stepSec, atSec, openTicks, highTicks, lowTicks, closeTicks, ...sums);
  }

  /** The one that a trade of this second adds to; null where it would be the first. */
  function barOf(market: string, stepSec: BarStepSec, atSec: number): OpenBar | null {
    const known = open.get(market)?.get(stepSec);
    if (known?.atSec === atSec) return known;
    if (known !== undefined && dirty.delete(known)) write(known);
    pruneFiner(market, stepSec, atSec);
    const row = select.get(market, stepSec, atSec, atSec + 1);
    return row === undefined ? null : { ...barOfRow(row), market, stepSec };
  }

  /** A new bar takes leave of bars of the step below, of which at most 60 have come since the one before. */
  function pruneFiner(market: string, stepSec: BarStepSec, atSec: number): void {
    const finer = BAR_STEPS_SEC[BAR_STEPS_SEC.indexOf(stepSec) - 1];
    if (finer === undefined || kept[finer] === Number.POSITIVE_INFINITY) return;
    prune.run({ market, stepSec: finer, before: keptFrom(finer, atSec) });
  }

  function keptFrom(stepSec: BarStepSec, nowSec: number): number {
    if (kept[stepSec] === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
    const longer = BAR_STEPS_SEC[BAR_STEPS_SEC.indexOf(stepSec) + 1] ?? stepSec;
    return Math.ceil((nowSec - kept[stepSec]) / longer) * longer;
  }

  return {
    add({ spec: { name: market }, atUs, ticks, lots }) {
      const sec = Math.floor(atUs / US_PER_SEC);
      const tickLots = BigInt(ticks) * lots;
      for (const stepSec of BAR_STEPS_SEC) {
        const atSec = sec - (sec % stepSec);
        const known = barOf(market, stepSec, atSec);
        const bar = known ?? firstOf(market, stepSec, atSec, ticks);
        bar.highTicks = Math.max(bar.highTicks, ticks);
        bar.lowTicks = Math.min(bar.lowTicks, ticks);
        bar.closeTicks = ticks;
        bar.lots += lots;
        bar.tickLots += tickLots;
        dirty.add(bar);
        const ofMarket = open.get(market) ?? new Map<BarStepSec, OpenBar>();
        open.set(market, ofMarket.set(stepSec, bar));
      }
    },
    flush() {
      for (const bar of dirty) write(bar);
      dirty.clear();
    },
    bars: (market, stepSec, fromSec, toSec) => select.all(market, stepSec, fromSec, toSec).map(barOfRow),
    lastTicks(market, fromSec, beforeSec, nowSec) {
      for (const stepSec of BAR_STEPS_SEC) {
        const row = selectLast.get(market, stepSec, fromSec - (fromSec % stepSec), beforeSec - stepSec);
        if (row !== undefined) return integer(row, 'close_ticks');
        // Longer bars are asked only for times whose shorter ones have gone: they may hold trades from before `fromSec`.
        if (fromSec >= keptFrom(stepSec, nowSec)) return null;
      }
      return null;
    },
    keptFromSec: keptFrom,
  };
}

function firstOf(market: string, stepSec: BarStepSec, atSec: number, ticks: number): OpenBar {
  const prices = { openTicks: ticks, highTicks: ticks, lowTicks: ticks, closeTicks: ticks };
  return { market, stepSec, atSec, ...prices, lots: 0n, tickLots: 0n };
}

function barOfRow(row: Row): Bar {
  return {
    atSec: integer(row, 'at_sec'),
    openTicks: integer(row, 'open_ticks'),
    highTicks: integer(row, 'high_ticks'),
    lowTicks: integer(row, 'low_ticks'),
    closeTicks: integer(row, 'close_ticks'),
    lots: BigInt(text(row, 'lots')),
    tickLots: BigInt(text(row, 'tick_lots')),
  };
}
