/** Where candles come from: the newest page first, older ones while somebody looks there, and what a break left out. */

import type { CandleRow } from '../../../src/contract/trading.ts';
import { Bars, type BarsChange } from './bars.ts';

/** Fills a wide screen and warms up the usual indicators, in one answer. */
const FIRST_PAGE = 500;
/** The most that the desk tells at once. */
const PAGE = 1_440;
/** A year of minutes, 29 MB. Whoever wants to see more takes a longer interval. */
const BARS_MAX = 526_000;
/** A break of more pages than this is not filled in: one starts anew at the newest. */
const GAP_PAGES_MAX = 5;
/** Live candles that do not join what is known ask for the gap, but not more often than this. */
const GAP_ASKED_EVERY_MS = 3_000;
/** A first page that did not come is asked for again: soon at first, then as often as a desk that is down can bear. */
const AGAIN_FIRST_MS = 2_000;
const AGAIN_MAX_MS = 60_000;

type Page = { readonly candles: readonly CandleRow[]; readonly first: boolean };
type HistorySeams = {
  readonly fetchPage: (limit: number, toSec: number | null) => Promise<Page>;
  readonly nowMs: () => number;
  /** Returns what calls it off. */
  readonly later: (run: () => void, delayMs: number) => () => void;
  /** The bars changed in this way. */
  readonly changed: (change: BarsChange) => void;
  /** What is told below changed. */
  readonly told: () => void;
};

export type HistoryState =
  | { readonly what: 'loading' | 'ready' | 'empty' }
  | { readonly what: 'failed'; readonly error: unknown };

export class History {
  readonly bars = new Bars();
  state: HistoryState = { what: 'loading' };
  /** Nothing older exists. */
  atStart = false;
  /** Reading further back, or why that failed. */
  older: 'idle' | 'asking' | 'failed' | 'full' = 'idle';
  readonly #seams: HistorySeams;
  #ended = false;
  #gapAskedAtMs = Number.NEGATIVE_INFINITY;
  #healing = false;
  #loads = 0;
  #again: { readonly delayMs: number; readonly callOff: () => void } | null = null;

  constructor(seams: HistorySeams) {
    this.#seams = seams;
  }

  /** By hand, or first: says that it loads, and begins with the shortest wait. */
  load(): Promise<void> {
    this.#again?.callOff();
    this.#again = null;
    this.#tell({ what: 'loading' });
    return this.#loadOnce();
  }

  async #loadOnce(): Promise<void> {
    this.#loads += 1;
    const load = this.#loads;
    const isOver = (): boolean => this.#ended || load !== this.#loads;
    try {
      const page = await this.#seams.fetchPage(FIRST_PAGE, null);
      if (isOver()) return;
      this.#again = null;
      this.#change(this.bars.merge(page.candles));
      this.atStart = page.first;
      this.#tell({ what: this.bars.length === 0 ? 'empty' : 'ready' });
    } catch (error) {
      if (isOver()) return;
      const delayMs = Math.min(AGAIN_MAX_MS, this.#again === null ? AGAIN_FIRST_MS : 2 * this.#again.delayMs);
      this.#again = { delayMs, callOff: this.#seams.later(() => void this.#loadOnce(), delayMs) };
      this.#tell({ what: 'failed', error });
    }
  }

  /** One page further back, if there is one and none is on its way. A failed one is tried again when asked by hand. */
  async more(byHand = false): Promise<void> {
    const first = this.bars.firstSec;
    const free = this.older === 'idle' || (byHand && this.older === 'failed');
    if (this.state.what !== 'ready' || this.atStart || first === null || !free) return;
    if (this.bars.length + PAGE > BARS_MAX) {
      this.older = 'full';
      this.#seams.told();
      return;
    }
    this.older = 'asking';
    this.#seams.told();
    try {
      const page = await this.#seams.fetchPage(PAGE, first - 1);
      if (this.#ended) return;
      const rows = page.candles.filter((row) => row[0] < first);
      this.#change(this.bars.merge(rows));
      // A page without anything older would be asked for over and over.
      this.atStart = page.first || rows.length === 0;
      this.older = 'idle';
    } catch {
      if (this.#ended) return;
      this.older = 'failed';
    }
    this.#seams.told();
  }

  /** The last two candles as the live line tells them. */
  live(rows: readonly CandleRow[]): void {
    const [first] = rows;
    if (first === undefined || this.state.what === 'loading' || this.state.what === 'failed') return;
    const last = this.bars.lastSec;
    if (last !== null && first[0] > last && rows.length > 1) {
      // Neither of them is known: something may be missing before them.
      void this.heal();
    }
    for (const row of rows) this.#change(this.bars.put(row));
    if (this.state.what === 'empty') this.#tell({ what: 'ready' });
  }

  /** After a break: everything from the last candle that was known for certain. */
  async heal(): Promise<void> {
    const nowMs = this.#seams.nowMs();
    if (this.#healing || nowMs - this.#gapAskedAtMs < GAP_ASKED_EVERY_MS) return;
    if (this.state.what !== 'ready') return this.load();
    this.#healing = true;
    this.#gapAskedAtMs = nowMs;
    try {
      await this.#fill(this.bars.lastSec ?? 0);
    } catch {
      // The next break or the next candle that does not join asks again; what is drawn stays.
    } finally {
      this.#healing = false;
    }
  }

  end(): void {
    this.#ended = true;
    this.#again?.callOff();
  }

  async #fill(knownSec: number): Promise<void> {
    const pages: (readonly CandleRow[])[] = [];
    let toSec: number | null = null;
    for (let asked = 0; asked < GAP_PAGES_MAX; asked += 1) {
      const { candles, first } = await this.#seams.fetchPage(asked === 0 ? FIRST_PAGE : PAGE, toSec);
      if (this.#ended) return;
      pages.unshift(candles);
      const oldest = candles[0]?.[0] ?? 0;
      if (first || oldest <= knownSec) {
        this.#change(this.bars.merge(pages.flat()));
        return;
      }
      toSec = oldest - 1;
    }
    // Too long away: a hole in the middle would be worse than history that is read again.
    this.bars.clear();
    this.atStart = false;
    this.bars.merge(pages.flat());
    this.#change({ what: 'anew' });
  }

  #change(change: BarsChange): void {
    if (change.what !== 'nothing') this.#seams.changed(change);
  }

  #tell(state: HistoryState): void {
    this.state = state;
    this.#seams.told();
  }
}
