/** What is on the screen right now, so that the desk sends that and nothing else. Counted: two views may want the same. */

import type { WatchMessage } from '../../../src/contract/live.ts';
import type { CandleInterval } from '../../../src/core/candle.ts';

type Venue = WatchMessage['tickers'][number]['venue'];
type TickerWish = { readonly venue: Venue; readonly market: string };
type MarketWish = { readonly venue: Venue; readonly market: string; readonly interval: CandleInterval | null };

/** As the contract has it; the newest wishes stand. */
const TICKERS_MAX = 200;
const MARKETS_MAX = 4;
/** Scrolling a list wishes and unwishes a hundred rows; the desk hears the end of it. */
const SETTLES_IN_MS = 60;

class Wishes<T> {
  readonly #held = new Map<string, { readonly wish: T; readonly times: number }>();

  add(key: string, wish: T): void {
    const times = this.#held.get(key)?.times ?? 0;
    this.#held.delete(key);
    this.#held.set(key, { wish, times: times + 1 });
  }

  drop(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    if (held.times === 1) this.#held.delete(key);
    else this.#held.set(key, { ...held, times: held.times - 1 });
  }

  newest(count: number): readonly T[] {
    return [...this.#held.values()].slice(-count).map(({ wish }) => wish);
  }
}

export class Watch {
  readonly #tickers = new Wishes<TickerWish>();
  readonly #markets = new Wishes<MarketWish>();
  readonly #say: (message: WatchMessage) => void;
  readonly #later: (delayMs: number, run: () => void) => void;
  #due = false;

  constructor(say: (message: WatchMessage) => void, later: (delayMs: number, run: () => void) => void) {
    this.#say = say;
    this.#later = later;
  }

  /** Returns how to stop wishing. */
  ticker(wish: TickerWish): () => void {
    return this.#hold(this.#tickers, `${wish.venue} ${wish.market}`, wish);
  }

  market(wish: MarketWish): () => void {
    return this.#hold(this.#markets, `${wish.venue} ${wish.market} ${wish.interval ?? ''}`, wish);
  }

  #hold<T>(wishes: Wishes<T>, key: string, wish: T): () => void {
    wishes.add(key, wish);
    this.#changed();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      wishes.drop(key);
      this.#changed();
    };
  }

  #changed(): void {
    if (this.#due) return;
    this.#due = true;
    this.#later(SETTLES_IN_MS, () => {
      this.#due = false;
      this.#say({
        type: 'watch',
        tickers: this.#tickers.newest(TICKERS_MAX),
        markets: this.#markets.newest(MARKETS_MAX),
      });
    });
  }
}
