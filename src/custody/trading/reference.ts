/**
 * What a market is worth, read by custody itself: whoever asks for orders is not believed about prices. The reference
 * is the middle of the book and the average price of the last minute's trades, which must agree; a market where they do
 * not, or whose book has an empty side, has none.
 */

import { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Answer, PublicVenue, Ticker } from '../../venues/venue.ts';
import type { PublicCall, RawReply } from '../../venues/whitebit/call.ts';
import { asArray, asDecimal, asInteger, asObject, type Json } from '../../venues/whitebit/json.ts';
import { readReply } from '../../venues/whitebit/read-reply.ts';
import type { Clock } from '../seams.ts';
import { type Liquidity, liquidityOf, thinBecause } from './liquidity.ts';
import { type Levels, UNIT } from './policy.ts';

/** Older, it is none. */
const REFERENCE_AGE_MAX_MS = 10_000;
/** Older, the next order has it read again without waiting for it. */
const REFERENCE_FRESH_MS = 2_500;
/** A market without a reference may have one again after the next trade: older, it is read again and waited for. */
const NO_REFERENCE_MS = 500;
const TRADES_SPAN_SEC = 60;
/** Middle and average farther apart than this: no reference. */
const DISAGREEMENT_MAX = Decimal.parse('0.01');
const INSTRUMENTS_AGE_MAX_MS = 300_000;
const TICKERS_AGE_MAX_MS = 60_000;
/** A market must be liquid every day; one that was thin may be again within minutes. */
const LIQUIDITY_AGE_MAX_MS = 24 * 3_600_000;
const LIQUIDITY_FRESH_MS = 6 * 3_600_000;
const THIN_FRESH_MS = 600_000;
const PLACES = 18;
const TWO = Decimal.fromInteger(2n);

export type MarketView = { readonly reference: Decimal | null; readonly asks: Levels };

type Kept<T> = { value: T | null; atMs: number; reading: Promise<void> | null };

export class MarketData {
  readonly #venue: PublicVenue;
  readonly #call: PublicCall;
  readonly #clock: Clock;
  readonly #views = new Map<string, Kept<MarketView>>();
  readonly #liquidity = new Map<string, Kept<Liquidity>>();
  readonly #instruments = kept<ReadonlyMap<string, Instrument>>();
  readonly #tickers = kept<ReadonlyMap<string, Ticker>>();

  constructor(venue: PublicVenue, call: PublicCall, clock: Clock) {
    this.#venue = venue;
    this.#call = call;
    this.#clock = clock;
  }

  /** Null: not listed, or the list cannot be read. */
  async instrument(market: string): Promise<Instrument | null> {
    const list = await this.#get(this.#instruments, INSTRUMENTS_AGE_MAX_MS, INSTRUMENTS_AGE_MAX_MS / 2, () =>
      this.#venue.instruments().then((answer) => mapped(answer, bySymbol)),
    );
    return list?.get(market) ?? null;
  }

  /** The caller has made sure that the market is one that is listed: its name goes into a path. */
  async view(market: string): Promise<MarketView | null> {
    const known = this.#views.get(market) ?? kept<MarketView>();
    this.#views.set(market, known);
    const read = () => this.#read(market);
    const view = await this.#get(known, REFERENCE_AGE_MAX_MS, REFERENCE_FRESH_MS, read);
    if (view?.reference !== null || Math.abs(this.#clock.nowMs() - known.atMs) <= NO_REFERENCE_MS) return view;
    known.reading ??= this.#refresh(known, read);
    await known.reading;
    return this.#get(known, REFERENCE_AGE_MAX_MS, REFERENCE_FRESH_MS, read);
  }

  /** USDT for one of the asset, from the last trades; null where no market says it. */
  async unitPrice(asset: string): Promise<Decimal | null> {
    if (asset === UNIT) return Decimal.ONE;
    const list = await this.#tickersNow();
    const last = list?.get(`${asset}_${UNIT}`)?.last ?? null;
    if (last?.sign() === 1) return last;
    const inverse = list?.get(`${UNIT}_${asset}`)?.last ?? null;
    return inverse?.sign() === 1 ? Decimal.ONE.div(inverse, PLACES, 'down') : null;
  }

  /** Why it is too thin for orders of this many USDT; empty where it is not. As with `view`, the market is a listed one. */
  async thin(market: string, largest: Decimal): Promise<string> {
    const known = this.#liquidity.get(market) ?? kept<Liquidity>();
    this.#liquidity.set(market, known);
    const freshMs = thinBecause(known.value, largest) === '' ? LIQUIDITY_FRESH_MS : THIN_FRESH_MS;
    const read = () => this.#readLiquidity(market);
    return thinBecause(await this.#get(known, LIQUIDITY_AGE_MAX_MS, freshMs, read), largest);
  }

  async #readLiquidity(market: string): Promise<Liquidity | null> {
    const [unitPrice, tickers, deep] = await Promise.all([
      this.unitPrice(market.split('_')[1] ?? ''),
      this.#tickersNow(),
      this.#call(`/api/v4/public/orderbook/depth/${market}`),
    ]);
    // Some markets have only the first hundred levels: what stands there counts, and no more.
    const reply = readReply(deep, 'data', readBook);
    const read = reply.ok ? reply : readReply(await this.#bookOf(market), 'data', readBook);
    if (!read.ok) return null;
    const ticker = tickers?.get(market);
    const volume = unitPrice === null || ticker === undefined ? null : ticker.volumeQuote.mul(unitPrice);
    return liquidityOf(read.value, volume, unitPrice);
  }

  #bookOf(market: string): Promise<RawReply> {
    return this.#call(`/api/v4/public/orderbook/${market}?limit=100`);
  }

  #tickersNow(): Promise<ReadonlyMap<string, Ticker> | null> {
    return this.#get(this.#tickers, TICKERS_AGE_MAX_MS, TICKERS_AGE_MAX_MS / 2, () =>
      this.#venue.tickers().then((answer) => mapped(answer, (tickers) => tickers)),
    );
  }

  async #read(market: string): Promise<MarketView | null> {
    const [book, trades] = await Promise.all([this.#bookOf(market), this.#call(`/api/v4/public/trades/${market}`)]);
    const read = readReply(book, 'data', readBook);
    if (!read.ok) return null;
    const average = readReply(trades, 'data', (json) => averagePrice(json, read.value.atSec));
    if (!average.ok) return null;
    return { reference: referencePrice(read.value, average.value), asks: read.value.asks };
  }

  async #get<T>(place: Kept<T>, ageMaxMs: number, freshMs: number, read: () => Promise<T | null>): Promise<T | null> {
    const ageMs = () => Math.abs(this.#clock.nowMs() - place.atMs);
    if (place.value === null || ageMs() > freshMs) {
      place.reading ??= this.#refresh(place, read);
      if (place.value === null || ageMs() > ageMaxMs) await place.reading;
    }
    return ageMs() > ageMaxMs ? null : place.value;
  }

  /** What was read counts from before it was asked for. An old value stays while it is young enough. */
  async #refresh<T>(place: Kept<T>, read: () => Promise<T | null>): Promise<void> {
    const atMs = this.#clock.nowMs();
    try {
      const value = await read();
      if (value !== null) Object.assign(place, { value, atMs });
    } catch {
      // Nobody may be waiting for it; what cannot be read is not known.
    } finally {
      place.reading = null;
    }
  }
}

function kept<T>(): Kept<T> {
  return { value: null, atMs: Number.NEGATIVE_INFINITY, reading: null };
}

function mapped<T, U>(answer: Answer<T>, map: (value: T) => U): U | null {
  return answer.ok ? map(answer.value) : null;
}

function bySymbol(list: readonly Instrument[]): ReadonlyMap<string, Instrument> {
  return new Map(list.map((one) => [one.symbol, one]));
}

export type Book = { readonly atSec: number; readonly asks: Levels; readonly bids: Levels };

function readBook(json: Json): Book {
  const body = asObject(json, 'orderbook');
  const levels = (name: 'asks' | 'bids') =>
    asArray(body[name], name).map((row) => {
      const [price, quantity] = asArray(row, name);
      return { price: asDecimal(price, name), quantity: asDecimal(quantity, name) };
    });
  return { atSec: asInteger(body.timestamp, 'timestamp'), asks: levels('asks'), bids: levels('bids') };
}

/** Weighted by quantity over the minute before the book; null where nothing traded. In this endpoint quote_volume is the base quantity. */
function averagePrice(json: Json, atSec: number): Decimal | null {
  let quantity = Decimal.ZERO;
  let value = Decimal.ZERO;
  for (const item of asArray(json, 'trades')) {
    const row = asObject(item, 'trade');
    if (asInteger(row.trade_timestamp, 'trade_timestamp') < atSec - TRADES_SPAN_SEC) continue;
    const amount = asDecimal(row.quote_volume, 'quote_volume');
    quantity = quantity.add(amount);
    value = value.add(amount.mul(asDecimal(row.price, 'price')));
  }
  return quantity.sign() === 1 ? value.div(quantity, PLACES, 'half-even') : null;
}

function referencePrice({ asks, bids }: Book, average: Decimal | null): Decimal | null {
  const [ask] = asks;
  const [bid] = bids;
  if (ask === undefined || bid === undefined || bid.price.sign() !== 1 || bid.price.gte(ask.price)) return null;
  const middle = ask.price.add(bid.price).div(TWO, PLACES, 'half-even');
  if (ask.price.sub(bid.price).gt(middle.mul(DISAGREEMENT_MAX).mul(TWO))) return null;
  if (average === null) return middle;
  if (average.sub(middle).abs().gt(middle.mul(DISAGREEMENT_MAX))) return null;
  return average.add(middle).div(TWO, PLACES, 'half-even');
}
