/** Book and trades of a market over HTTP: one question at a time, however many ask. */

import type { MarketNow } from '../../engine/events.ts';
import type { PublicTrade } from '../../venues/streams.ts';
import type { Answer, BookReading, PublicVenue } from '../../venues/venue.ts';
import type { Clock } from '../clock.ts';

export type TimedBook = BookReading & { readonly asOfMs: number };

export class MarketReads {
  readonly #venue: Pick<PublicVenue, 'book' | 'trades'>;
  readonly #clock: Clock;
  readonly #books = new Map<string, Promise<Answer<TimedBook>>>();
  readonly #trades = new Map<string, Promise<Answer<readonly PublicTrade[]>>>();

  constructor(venue: Pick<PublicVenue, 'book' | 'trades'>, clock: Clock) {
    this.#venue = venue;
    this.#clock = clock;
  }

  book(market: string): Promise<Answer<TimedBook>> {
    return shared(this.#books, market, async () => {
      // The book is at least as young as the question.
      const asOfMs = this.#clock.nowMs();
      const answer = await this.#venue.book(market);
      return answer.ok ? { ok: true, value: { ...answer.value, asOfMs } } : answer;
    });
  }

  trades(market: string): Promise<Answer<readonly PublicTrade[]>> {
    return shared(this.#trades, market, () => this.#venue.trades(market));
  }

  /** Null where the book was not told: an order is not judged by trades alone. */
  async now(market: string): Promise<MarketNow | null> {
    const [book, trades] = await Promise.all([this.book(market), this.trades(market)]);
    if (!book.ok) return null;
    const { bids, asks, asOfMs } = book.value;
    const last = trades.ok ? (trades.value[0]?.price ?? null) : null;
    return { bid: bids[0]?.price ?? null, ask: asks[0]?.price ?? null, last, asOfMs };
  }
}

function shared<T>(asking: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const under = asking.get(key);
  if (under !== undefined) return under;
  const asked = ask().finally(() => asking.delete(key));
  asking.set(key, asked);
  return asked;
}
