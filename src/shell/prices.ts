/** The last public prices of each exchange: asked for when somebody looks, kept a few seconds, used with their age. */

import type { VenueId } from '../core/ids.ts';
import type { Instrument } from '../core/instrument.ts';
import { type MarketPrice, type PriceBook, priceBook } from '../portfolio/price.ts';
import type { PublicVenue } from '../venues/venue.ts';
import { type Clock, hasPassed } from './clock.ts';

/** One call gives every market; the exchange itself renews it about once a second. */
const FRESH_MS = 5_000;
/** Markets are listed and taken off rarely. */
const INSTRUMENTS_MS = 3_600_000;
/** Older than this a price says nothing about now; it is then no price. */
const USABLE_MS = 3_600_000;
/** A page is not kept waiting for an exchange that is slow. */
const WAIT_MAX_MS = 1_500;

export type Priced = { readonly book: PriceBook; readonly atMs: number };

type Held = {
  instruments: { readonly list: readonly Instrument[]; readonly atMs: number } | null;
  priced: Priced | null;
  triedMs: number;
  asking: Promise<void> | null;
};

export const NO_PRICES: Priced = { book: new Map(), atMs: 0 };

export class Prices {
  readonly #venues: ReadonlyMap<VenueId, { readonly publicVenue: PublicVenue }>;
  readonly #clock: Clock;
  readonly #held = new Map<VenueId, Held>();

  constructor(venues: ReadonlyMap<VenueId, { readonly publicVenue: PublicVenue }>, clock: Clock) {
    this.#venues = venues;
    this.#clock = clock;
  }

  /** What is known now, without asking. `atMs` 0: nothing. */
  last(venue: VenueId): Priced {
    const priced = this.#held.get(venue)?.priced ?? null;
    return priced === null || this.#clock.nowMs() - priced.atMs > USABLE_MS ? NO_PRICES : priced;
  }

  /** Asks the exchange if what is known is older than a few seconds; resolves in any case, and soon. */
  async refresh(venue: VenueId): Promise<void> {
    const held = this.#of(venue);
    const nowMs = this.#clock.nowMs();
    if (held.asking === null && hasPassed(nowMs, held.triedMs, FRESH_MS)) {
      held.triedMs = nowMs;
      held.asking = this.#ask(venue, held).finally(() => {
        held.asking = null;
      });
    }
    if (held.asking === null) return;
    const waited = Promise.withResolvers<void>();
    const cancel = this.#clock.after(WAIT_MAX_MS, waited.resolve);
    await Promise.race([held.asking, waited.promise]);
    cancel();
  }

  async #ask(venue: VenueId, held: Held): Promise<void> {
    const source = this.#venues.get(venue)?.publicVenue;
    if (source === undefined) return;
    const nowMs = this.#clock.nowMs();
    if (held.instruments === null || nowMs - held.instruments.atMs > INSTRUMENTS_MS) {
      const instruments = await source.instruments();
      if (instruments.ok) held.instruments = { list: instruments.value, atMs: nowMs };
    }
    const tickers = await source.tickers();
    // An exchange that does not answer leaves the last prices as they are, with their age.
    if (!tickers.ok || held.instruments === null) return;
    const markets: MarketPrice[] = [];
    for (const { symbol, kind, base, quote } of held.instruments.list) {
      const ticker = tickers.value.get(symbol);
      if (kind === 'spot' && ticker !== undefined) markets.push({ symbol, base, quote, last: ticker.last });
    }
    held.priced = { book: priceBook(markets), atMs: this.#clock.nowMs() };
  }

  #of(venue: VenueId): Held {
    const before = this.#held.get(venue);
    if (before !== undefined) return before;
    const held: Held = { instruments: null, priced: null, triedMs: 0, asking: null };
    this.#held.set(venue, held);
    return held;
  }
}
