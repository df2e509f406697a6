/** What is known of one market right now, as far as it is looked at. */

import type { CandleRow, MarketTrade } from '../../contract/trading.ts';
import type { DrawnCandle } from '../../core/candle.ts';
import type { Decimal } from '../../core/decimal.ts';
import type { OrderBook } from '../../venues/book.ts';
import type { DayTicker, PublicTrade } from '../../venues/streams.ts';
import { wireTrade } from './feed-words.ts';

const TRADES_SHOWN = 100;

export class MarketState {
  /** The last one told of; whether it may be believed is part of it. */
  book: OrderBook | null = null;
  bookAtMs = 0;
  #bookId = Number.NaN;
  ticker: DayTicker | null = null;
  readonly trades = new NewestTrades();
  readonly #wantedAtMs: number;

  constructor(nowMs: number) {
    this.#wantedAtMs = nowMs;
  }

  /** A connection that ended before its first picture knows nothing: what the one before it knew stays, not believed. */
  toldBook(book: OrderBook, nowMs: number): void {
    if (this.book !== null && Number.isNaN(book.lastId)) {
      this.book.invalidate('disconnected');
      return;
    }
    // Told again only because it went bad, it is as old as it was.
    if (!Number.isNaN(book.lastId) && book.lastId !== this.#bookId) this.bookAtMs = nowMs;
    this.#bookId = book.lastId;
    this.book = book;
  }

  /** The stream gave it up for silent, whatever else it hears; null while it is told. */
  get silentSinceMs(): number | null {
    if (this.book?.trouble !== 'disconnected') return null;
    return this.bookAtMs === 0 ? this.#wantedAtMs : this.bookAtMs;
  }

  get last(): Decimal | null {
    return this.trades.newest?.price ?? this.ticker?.last ?? null;
  }
}

/** The newest hundred trades, each once, newest first. */
export class NewestTrades {
  #trades: readonly PublicTrade[] = [];
  #gap = false;
  /** Of the newest that was in the last message. */
  #toldId = Number.NaN;
  /** The stream told of it: what it holds is the whole of the newest. */
  isStreamed = false;

  get newest(): PublicTrade | null {
    return this.#trades[0] ?? null;
  }

  get count(): number {
    return this.#trades.length;
  }

  /** Oldest first, newer than all that are held. */
  add(trades: readonly PublicTrade[], gap: boolean): void {
    this.isStreamed = true;
    const newest = this.newest?.id ?? Number.NEGATIVE_INFINITY;
    // What was read over HTTP meanwhile comes again.
    const fresh = trades.filter(({ id }) => id > newest);
    this.#trades = [...fresh.toReversed(), ...this.#trades].slice(0, TRADES_SHOWN);
    if (gap) this.#gap = true;
  }

  /** Read over HTTP. Rows of the stream win: they have the milliseconds. */
  merge(trades: readonly PublicTrade[]): void {
    const byId = new Map([...trades, ...this.#trades].map((trade) => [trade.id, trade]));
    this.#trades = [...byId.values()].toSorted((a, b) => b.id - a.id).slice(0, TRADES_SHOWN);
  }

  wire(): MarketTrade[] {
    return this.#trades.map(wireTrade);
  }

  /** For the next message: some before the oldest of these were never told if none of them was told before. */
  message(): { readonly trades: MarketTrade[]; readonly gap: boolean } {
    const overran =
      !Number.isNaN(this.#toldId) && this.count === TRADES_SHOWN && (this.#trades.at(-1)?.id ?? 0) > this.#toldId;
    const gap = this.#gap || overran;
    this.#gap = false;
    this.#toldId = this.newest?.id ?? Number.NaN;
    return { trades: this.wire(), gap };
  }
}

/** The candle that just ended and the one that grows. */
export class LastCandles {
  #candles: readonly DrawnCandle[] = [];
  heardAtMs = Number.NEGATIVE_INFINITY;

  /** Of two states of one candle the one with more trades in it is the later: the stream and HTTP overtake each other. */
  take(candles: readonly DrawnCandle[]): boolean {
    const before = JSON.stringify(this.#candles);
    const byTime = new Map(this.#candles.map((candle) => [candle[0], candle]));
    for (const candle of candles) {
      const known = byTime.get(candle[0]);
      if (known === undefined || candle[5] >= known[5]) byTime.set(candle[0], candle);
    }
    this.#candles = [...byTime.values()].toSorted((a, b) => a[0] - b[0]).slice(-2);
    return JSON.stringify(this.#candles) !== before;
  }

  rows(): readonly CandleRow[] {
    return this.#candles;
  }
}
