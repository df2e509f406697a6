/**
 * The public prices of one exchange: one stream, open while somebody looks or decides by them, subscribed to what all
 * of them want together.
 */

import type { Logger } from 'pino';
import type { LiveMessage, PriceLine } from '../../contract/live.ts';
import type { MarketTrade, BookLevel as WireLevel } from '../../contract/trading.ts';
import { type CandleInterval, INTERVAL_SEC } from '../../core/candle.ts';
import type { MarketNow } from '../../engine/events.ts';
import type { StreamEvent, StreamState, Topic, VenueStream } from '../../venues/streams.ts';
import type { Answer } from '../../venues/venue.ts';
import { type Cancel, type Clock, hasPassed } from '../clock.ts';
import { type Random, unit } from '../random.ts';
import type { DeskVenue, OpenMarketStream } from '../venues.ts';
import { CandleHistory } from './feed-candles.ts';
import { Holds } from './feed-holds.ts';
import { MarketLists } from './feed-lists.ts';
import { LastCandles, MarketState } from './feed-market.ts';
import { MarketReads } from './feed-reads.ts';
import { keyOf, type Subject, Subjects } from './feed-subjects.ts';
import { type CandleSubject, topicsOf } from './feed-topics.ts';
import { bookLevels, drawn, lineWords, liveTicker, troubleWords, wireLevels, wireTrade } from './feed-words.ts';
import type { CandlePage, MarketViewer } from './ports.ts';

const LOOK_MS = 1_000;
/** A page that is loaded anew comes back within this; the stream need not end for it. */
const IDLE_MS = 30_000;
/** Candles told by the stream are read as well when it was silent for so long: a quiet market, or a lost update. */
const STREAMED_CANDLES_MS = 5_000;
/** Of the hundred requests a second that the exchange grants for candles, a part is left for charts that are opened. */
const POLLED_A_LOOK = 30;
const FRESH_MS = 2_000;

type Parts = {
  readonly venue: DeskVenue;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly openStream: OpenMarketStream;
};

const NOT_LISTED = {
  ok: false,
  fault: { code: 'invalid-request', status: null, raw: 'No such market is listed' },
} as const;

type Book = { readonly asOfMs: number; readonly bids: WireLevel[]; readonly asks: WireLevel[] };

export class PriceFeed {
  readonly lists: MarketLists;
  readonly #history: CandleHistory;
  readonly #parts: Parts;
  readonly #reads: MarketReads;
  readonly #subjects: Subjects;
  readonly #holds = new Holds();
  readonly #markets = new Map<string, MarketState>();
  readonly #candles = new Map<string, LastCandles>();
  #stream: VenueStream | null = null;
  #state: StreamState | null = null;
  #topics = '[]';
  /** The candles that the stream carries. */
  #carried: CandleSubject | null = null;
  #polledFrom = 0;
  #idleSinceMs: number | null = null;
  /** The connection was heard at this time or later. */
  #heardAtMs = 0;
  #frames = { count: 0, atMs: 0 };
  #refused = '';
  #cancelLook: Cancel = () => undefined;
  readonly #startedAtMs: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.nowMs();
    this.lists = new MarketLists(parts.venue.publicVenue, parts.clock);
    this.#history = new CandleHistory(parts.venue.publicVenue, parts.clock);
    this.#reads = new MarketReads(parts.venue.publicVenue, parts.clock);
    this.#subjects = new Subjects(parts.clock, (subject) => this.#message(subject));
  }

  watch(viewer: MarketViewer, wanted: ReadonlyMap<string, Subject>): void {
    const isNew = !this.#subjects.has(viewer) && wanted.size > 0;
    const begun = this.#subjects.watch(viewer, wanted);
    this.#sync();
    if (isNew) viewer.say(this.#prices());
    for (const subject of begun) void this.#begin(subject);
  }

  hold(market: string): void {
    this.#holds.keep(market, this.#parts.clock.nowMs());
    this.#sync();
  }

  now(market: string): MarketNow | null {
    const book = this.#believed(market);
    const state = this.#markets.get(market);
    if (book === null || state === undefined) return null;
    const asOfMs = Math.max(state.bookAtMs, this.#heardAtMs);
    return {
      bid: book.best('bid')?.price ?? null,
      ask: book.best('ask')?.price ?? null,
      last: state.last,
      asOfMs,
    };
  }

  /** `person`: who decides by it. A name that is not listed holds nothing and is not asked for. */
  async fresh(market: string, person: string): Promise<MarketNow | null> {
    const late = Promise.withResolvers<null>();
    const cancel = this.#parts.clock.after(FRESH_MS, () => late.resolve(null));
    const asked = await Promise.race([this.#decided(market, person), late.promise]);
    cancel();
    const streamed = this.now(market);
    if (streamed === null) return asked;
    return { ...streamed, last: streamed.last ?? asked?.last ?? null };
  }

  async #decided(market: string, person: string): Promise<MarketNow | null> {
    if (!(await this.lists.has(market))) return null;
    this.#holds.decide(person, market, this.#parts.clock.nowMs());
    this.#sync();
    const known = this.now(market);
    return known !== null && known.last !== null ? known : this.#reads.now(market);
  }

  async book(market: string): Promise<Answer<Book>> {
    const book = this.#believed(market);
    const state = this.#markets.get(market);
    if (book !== null && state !== undefined) {
      const { bids, asks } = bookLevels(book);
      return { ok: true, value: { asOfMs: state.bookAtMs, bids: [...bids], asks: [...asks] } };
    }
    if (!(await this.lists.has(market))) return NOT_LISTED;
    const answer = await this.#reads.book(market);
    if (!answer.ok) return answer;
    const { asOfMs, bids, asks } = answer.value;
    return { ok: true, value: { asOfMs, bids: wireLevels(bids), asks: wireLevels(asks) } };
  }

  async trades(market: string): Promise<Answer<readonly MarketTrade[]>> {
    const trades = this.#markets.get(market)?.trades;
    if (this.#state?.word === 'live' && trades?.isStreamed === true) return { ok: true, value: trades.wire() };
    if (!(await this.lists.has(market))) return NOT_LISTED;
    const answer = await this.#reads.trades(market);
    return answer.ok ? { ok: true, value: answer.value.map(wireTrade) } : answer;
  }

  async candles(...[market, ...asked]: Parameters<CandleHistory['page']>): Promise<Answer<CandlePage>> {
    return (await this.lists.has(market)) ? this.#history.page(market, ...asked) : NOT_LISTED;
  }

  line(): PriceLine {
    const state = this.#state;
    const idle = { state: 'idle', sinceMs: this.#startedAtMs, why: 'Nobody looks.', nextAttemptAtMs: null } as const;
    if (state === null) return idle;
    const { word, sinceMs, why, nextAttemptAtMs } = state;
    if (word === 'closed') return { ...idle, sinceMs };
    return { state: word, sinceMs, why: lineWords(why), nextAttemptAtMs };
  }

  close(): void {
    this.#end();
    this.#subjects.close();
  }

  #market(name: string): MarketState {
    const known = this.#markets.get(name);
    if (known !== undefined) return known;
    const made = new MarketState(this.#parts.clock.nowMs());
    this.#markets.set(name, made);
    return made;
  }

  #pair(key: string): LastCandles {
    const known = this.#candles.get(key);
    if (known !== undefined) return known;
    const made = new LastCandles();
    this.#candles.set(key, made);
    return made;
  }

  #believed(market: string) {
    if (this.#state?.word !== 'live') return null;
    const book = this.#stream?.book(market) ?? null;
    return book?.trouble === null ? book : null;
  }

  /** Subscribes to what is wanted now, and opens or ends the stream as that asks for. */
  #sync(): void {
    this.#forget();
    const nowMs = this.#parts.clock.nowMs();
    const held = { ordered: this.#holds.ordered(), decided: this.#holds.decided() };
    const wanted = { ...held, subjects: this.#subjects.all(), known: this.lists.known, carried: this.#carried };
    const { topics, carried } = topicsOf(wanted);
    this.#carried = carried;
    if (topics.length > 0) this.#idleSinceMs = null;
    else if (this.#stream !== null) this.#idleSinceMs ??= nowMs;
    if (this.#stream === null) {
      if (topics.length > 0) this.#open(topics);
      return;
    }
    const text = JSON.stringify(topics);
    if (text === this.#topics) return;
    this.#topics = text;
    this.#stream.want(topics);
  }

  #forget(): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#holds.forget(nowMs);
    const kept = new Set([...this.#holds.ordered(), ...this.#holds.decided()]);
    for (const { market } of this.#subjects.all()) kept.add(market);
    for (const name of this.#markets.keys()) if (!kept.has(name)) this.#markets.delete(name);
    const keys = new Set([...this.#subjects.all()].map(keyOf));
    for (const key of this.#candles.keys()) if (!keys.has(key)) this.#candles.delete(key);
  }

  #open(topics: readonly Topic[]): void {
    const { venue, clock, random, openStream } = this.#parts;
    this.#topics = JSON.stringify(topics);
    this.#frames = { count: 0, atMs: clock.nowMs() };
    const stream = openStream(venue, {
      clock,
      random: () => unit(random),
      topics,
      onEvent: (event) => this.#told(event),
      onState: (state) => this.#changed(state),
    });
    this.#stream = stream;
    this.#state = stream.state();
    this.#look();
    // Names that the exchange does not list are not asked for: each would cost a request again and again.
    if (this.lists.known === null) void this.lists.instruments().then(() => this.#sync());
  }

  #end(): void {
    this.#cancelLook();
    this.#stream?.close();
    this.#stream = null;
    this.#state = null;
    this.#idleSinceMs = null;
    this.#markets.clear();
    this.#candles.clear();
    this.#carried = null;
  }

  #look(): void {
    this.#cancelLook = this.#parts.clock.after(LOOK_MS, () => {
      const nowMs = this.#parts.clock.nowMs();
      if (this.#idleSinceMs !== null && hasPassed(nowMs, this.#idleSinceMs, IDLE_MS)) {
        this.#end();
        return;
      }
      this.#listen(nowMs);
      this.#poll(nowMs);
      this.#sync();
      this.#look();
    });
  }

  /** Every frame proves the connection; with it, each book that may be believed is as it was told. */
  #listen(nowMs: number): void {
    const frames = this.#stream?.counts().frames ?? 0;
    if (frames !== this.#frames.count) this.#heardAtMs = this.#frames.atMs;
    this.#frames = { count: frames, atMs: nowMs };
    const refused = JSON.stringify(this.#stream?.state().refused ?? []);
    if (refused === this.#refused) return;
    this.#refused = refused;
    for (const subject of this.#subjects.all()) if (subject.kind === 'book') this.#subjects.changed(subject);
  }

  #poll(nowMs: number): void {
    const isLive = this.#state?.word === 'live';
    const due: CandleSubject[] = [];
    for (const subject of this.#subjects.all()) {
      if (subject.kind !== 'candles') continue;
      const isCarried = isLive && this.#carried !== null && keyOf(this.#carried) === keyOf(subject);
      const { heardAtMs } = this.#pair(keyOf(subject));
      if (!isCarried || hasPassed(nowMs, heardAtMs, STREAMED_CANDLES_MS)) due.push(subject);
    }
    const from = due.length > POLLED_A_LOOK ? this.#polledFrom % due.length : 0;
    this.#polledFrom += POLLED_A_LOOK;
    for (const subject of [...due.slice(from), ...due.slice(0, from)].slice(0, POLLED_A_LOOK))
      void this.#readCandles(subject.market, subject.interval);
  }

  async #readCandles(market: string, interval: CandleInterval): Promise<void> {
    const answer = await this.#history.newest(market, interval);
    const subject = { kind: 'candles', market, interval } as const;
    if (!answer.ok || !this.#subjects.isWatched(subject)) return;
    const pair = this.#pair(keyOf(subject));
    pair.heardAtMs = this.#parts.clock.nowMs();
    if (pair.take(answer.value)) this.#subjects.changed(subject);
  }

  /** What the stream does not tell at first: trades from before, the candle that just ended, a ticker of a quiet market. */
  async #begin(subject: Subject): Promise<void> {
    const { market } = subject;
    switch (subject.kind) {
      case 'book':
        this.#subjects.changed(subject);
        return;
      case 'candles':
        await this.#readCandles(market, subject.interval);
        return;
      case 'ticker':
        await this.lists.tickers();
        this.#subjects.changed(subject);
        return;
      case 'trades': {
        const answer = await this.#reads.trades(market);
        if (!answer.ok || !this.#subjects.isWatched(subject)) return;
        this.#market(market).trades.merge(answer.value);
        this.#subjects.changed(subject);
      }
    }
  }

  #told(event: StreamEvent): void {
    const nowMs = this.#parts.clock.nowMs();
    switch (event.kind) {
      case 'book': {
        this.#market(event.market).toldBook(event.book, nowMs);
        this.#subjects.changed({ kind: 'book', market: event.market });
        return;
      }
      case 'trades':
        this.#market(event.market).trades.add(event.trades, event.gap);
        this.#subjects.changed({ kind: 'trades', market: event.market });
        return;
      case 'ticker':
        this.#market(event.market).ticker = event.ticker;
        this.#subjects.changed({ kind: 'ticker', market: event.market });
        return;
      case 'candles': {
        const subject = this.#carried;
        if (subject === null || subject.market !== event.market) return;
        if (INTERVAL_SEC[subject.interval] !== event.intervalSec) return;
        const pair = this.#pair(keyOf(subject));
        pair.heardAtMs = nowMs;
        if (pair.take(event.candles.map(drawn))) this.#subjects.changed(subject);
        return;
      }
      case 'order':
      case 'deal':
      case 'balances':
      case 'gap':
        // Of an account: this stream has none.
        return;
    }
  }

  #changed(state: StreamState): void {
    const wasLive = this.#state?.word === 'live';
    const isNews = this.#state?.word !== state.word || this.#state.nextAttemptAtMs !== state.nextAttemptAtMs;
    this.#state = state;
    if (!isNews) return;
    const message = this.#prices();
    for (const viewer of this.#subjects.viewers()) viewer.say(message);
    if (wasLive === (state.word === 'live')) return;
    this.#parts.log.info(
      { venue: this.#parts.venue.id, word: state.word, why: state.why },
      'The line to public prices',
    );
    for (const subject of this.#subjects.all()) {
      if (subject.kind === 'book') this.#subjects.changed(subject);
      if (subject.kind === 'candles' && !wasLive) void this.#readCandles(subject.market, subject.interval);
    }
  }

  #prices(): LiveMessage {
    return { type: 'prices', venue: this.#parts.venue.id, prices: this.line() };
  }

  #message(subject: Subject): LiveMessage | null {
    const venue = this.#parts.venue.id;
    const { market } = subject;
    switch (subject.kind) {
      case 'book': {
        const state = this.#market(market);
        const { book, silentSinceMs } = state;
        const atMs = state.bookAtMs === 0 ? this.#parts.clock.nowMs() : state.bookAtMs;
        const told = { atMs, ...bookLevels(book), trouble: this.#bookTrouble(market, state), silentSinceMs };
        return { type: 'book', venue, market, book: told };
      }
      case 'trades':
        return { type: 'market-trades', venue, market, ...this.#market(market).trades.message() };
      case 'ticker': {
        const told = this.#market(market).ticker;
        const listed = this.lists.ticker(market);
        if (told !== null) return { type: 'ticker', venue, market, ticker: liveTicker(told) };
        if (listed === null) return null;
        const { last, changePercent, volumeQuote } = listed;
        const ticker = {
          last: last.toString(),
          changePercent: changePercent.toString(),
          volumeQuote: volumeQuote.toString(),
        };
        return { type: 'ticker', venue, market, ticker };
      }
      case 'candles': {
        const { interval } = subject;
        return { type: 'candles', venue, market, interval, candles: this.#pair(keyOf(subject)).rows() };
      }
    }
  }

  #bookTrouble(market: string, { book }: MarketState): string {
    if (this.lists.known?.has(market) === false) return `The exchange lists no market ${market}.`;
    const refused = this.#stream?.state().refused.find(({ topic }) => topic === market || topic === `depth ${market}`);
    if (refused !== undefined) return `The exchange refuses to tell this book (${refused.why}).`;
    if (book === null) return troubleWords('no-picture');
    if (book.trouble === null && this.#state?.word !== 'live') return troubleWords('disconnected');
    return troubleWords(book.trouble);
  }
}
