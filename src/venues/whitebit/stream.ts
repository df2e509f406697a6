/**
 * A stream that lasts: connections end, this does not. It comes back by itself, changes over to a fresh connection before
 * the exchange cuts the old one, and always says what it is doing and why.
 */

import type { OrderBook } from '../book.ts';
import type { OpenSocket, PublicTrade, StreamEvent, StreamState, StreamWord, Topic, VenueStream } from '../streams.ts';
import type { Answer } from '../venue.ts';
import { paceOf } from './pace.ts';
import { Session, type SessionEnd, type SessionHooks } from './session.ts';
import type { TradesUpdate } from './stream-frames.ts';

/**
 * Waits between attempts double from the first to the longest. Four seconds, give or take a tenth: whenever the network
 * comes back, so does the stream in under five, and it is 75 attempts in five minutes at most.
 */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 4_000;
const JITTER = 0.1;
/** A connection that lived this long was well: the next attempt is a first one. */
const HEALTHY_MS = 30_000;
/** The exchange may cut a connection after a day; half an hour of chance keeps many from changing over at once. */
const ROTATE_MS = 23 * 3_600_000;
const ROTATE_JITTER_MS = 1_800_000;
/** A fresh connection that does not come alive is tried again after this; the old one still serves. */
const ROTATE_AGAIN_MS = 60_000;
/** After the change the old connection is heard for this long: what only it was told still arrives. */
const DRAIN_MS = 3_000;

export type StreamOptions = {
  readonly open: OpenSocket;
  readonly url: string;
  readonly clock: { nowMs(): number; after(delayMs: number, run: () => void): () => void };
  /** In [0, 1). */
  readonly random: () => number;
  /** A fresh token for each connection; null for a stream that is told of no account. */
  readonly token: (() => Promise<Answer<string>>) | null;
  readonly topics: readonly Topic[];
  /** Asked before each connection: connections are counted by address too. Absent: no limit. */
  readonly mayConnect?: () => { readonly ok: true } | { readonly ok: false; readonly waitMs: number };
  readonly onEvent: (event: StreamEvent) => void;
  readonly onState: (state: StreamState) => void;
};

export function createWhitebitStream(options: StreamOptions): VenueStream {
  return new Stream(options);
}

class Stream implements VenueStream {
  readonly #options: StreamOptions;
  readonly #paceMs: () => number;
  #topics: readonly Topic[];
  #current: Session | null = null;
  /** Comes alive beside the current one, to take its place. */
  #next: Session | null = null;
  /** Was replaced, and is heard for a moment longer. */
  #draining: Session | null = null;
  #word: StreamWord = 'connecting';
  #sinceMs: number;
  #why: string | null = null;
  #nextAttemptAtMs: number | null = null;
  #attempts = 0;
  #failures = 0;
  #liveSinceMs: number | null = null;
  #cancelRetry: () => void = () => undefined;
  #cancelRotate: () => void = () => undefined;
  #cancelDrain: () => void = () => undefined;
  readonly #lastTradeId = new Map<string, number>();
  readonly #past = { frames: 0, malformed: 0, resyncs: 0 };
  #connections = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#paceMs = paceOf(options.clock);
    this.#topics = options.topics;
    this.#sinceMs = options.clock.nowMs();
    this.#nextAttemptAtMs = this.#sinceMs;
    // Not within the constructor: the caller has no stream yet to compare events with.
    this.#cancelRetry = options.clock.after(0, () => this.#connect());
  }

  want(topics: readonly Topic[]): void {
    this.#topics = topics;
    const markets = new Set(topics.flatMap((topic) => (topic.kind === 'trades' ? [topic.market] : [])));
    for (const market of this.#lastTradeId.keys()) if (!markets.has(market)) this.#lastTradeId.delete(market);
    for (const session of [this.#current, this.#next]) session?.want(topics);
  }

  state(): StreamState {
    return {
      word: this.#word,
      sinceMs: this.#sinceMs,
      why: this.#why,
      nextAttemptAtMs: this.#nextAttemptAtMs,
      attempts: this.#attempts,
      refused: this.#current?.refused ?? [],
    };
  }

  book(market: string): OrderBook | null {
    return this.#current?.book(market) ?? null;
  }

  counts() {
    const sessions = [this.#current, this.#next, this.#draining].filter((session) => session !== null);
    const total = (part: 'frames' | 'malformed' | 'resyncs'): number =>
      sessions.reduce((sum, session) => sum + session[part], this.#past[part]);
    return {
      frames: total('frames'),
      malformed: total('malformed'),
      resyncs: total('resyncs'),
      connections: this.#connections,
    };
  }

  close(): void {
    if (this.#word === 'closed') return;
    this.#cancelRetry();
    this.#cancelRotate();
    this.#cancelDrain();
    for (const session of [this.#current, this.#next, this.#draining]) if (session !== null) this.#drop(session);
    this.#current = null;
    this.#next = null;
    this.#draining = null;
    this.#nextAttemptAtMs = null;
    this.#tell('closed', null);
  }

  #tell(word: StreamWord, why: string | null): void {
    // Attempts that come to nothing do not make an outage younger.
    if ((word === 'live') !== (this.#word === 'live')) this.#sinceMs = this.#options.clock.nowMs();
    this.#word = word;
    this.#why = why;
    this.#options.onState(this.state());
  }

  #connect(): void {
    const allowed = this.#options.mayConnect?.() ?? { ok: true };
    if (!allowed.ok) {
      this.#retry('too many connections from this address', allowed.waitMs);
      return;
    }
    this.#attempts += 1;
    this.#nextAttemptAtMs = null;
    this.#tell('connecting', this.#why);
    this.#current = this.#open();
  }

  #open(): Session {
    this.#connections += 1;
    const { open, url, clock, random, token } = this.#options;
    const hooks: SessionHooks = {
      live: () => this.#live(session),
      ended: (end) => this.#ended(session, end),
      book: (market, book) => {
        if (session === this.#current) this.#options.onEvent({ kind: 'book', market, book });
      },
      told: (event) => {
        if (event.kind === 'trades-update') this.#trades(event);
        // The account is heard from every connection, and known again by its ids. The rest has no ids: only from one.
        else if (event.kind === 'order' || event.kind === 'deal' || event.kind === 'gap') this.#options.onEvent(event);
        else if (session === this.#current) this.#options.onEvent(event);
      },
    };
    const session: Session = new Session({
      ...{ open, url, clock, random, token, hooks },
      ...{ paceMs: this.#paceMs, topics: this.#topics },
    });
    return session;
  }

  #live(session: Session): void {
    const { clock } = this.#options;
    if (session === this.#next) this.#changeOver(session);
    else if (session !== this.#current) return;
    this.#liveSinceMs = this.#paceMs();
    this.#attempts = 0;
    this.#cancelRotate();
    this.#cancelRotate = clock.after(ROTATE_MS + this.#options.random() * ROTATE_JITTER_MS, () => this.#rotate());
    this.#tell('live', null);
  }

  #rotate(): void {
    if (this.#next !== null || this.#current === null) return;
    const allowed = this.#options.mayConnect?.() ?? { ok: true };
    if (allowed.ok) this.#next = this.#open();
    else this.#cancelRotate = this.#options.clock.after(ROTATE_AGAIN_MS, () => this.#rotate());
  }

  #changeOver(session: Session): void {
    if (this.#draining !== null) this.#drop(this.#draining);
    this.#cancelDrain();
    const old = this.#current;
    this.#current = session;
    this.#next = null;
    this.#draining = old;
    this.#cancelDrain = this.#options.clock.after(DRAIN_MS, () => {
      if (this.#draining !== null) this.#drop(this.#draining);
      this.#draining = null;
    });
    this.#tellBooks(session);
    // Balances come at most once a second and from one connection alone; what changed meanwhile is read.
    if (this.#options.token !== null) this.#options.onEvent({ kind: 'gap', why: 'changed over to a fresh connection' });
  }

  #tellBooks(session: Session): void {
    for (const market of session.bookMarkets) {
      const book = session.book(market);
      if (book !== null) this.#options.onEvent({ kind: 'book', market, book });
    }
  }

  #drop(session: Session): void {
    session.close();
    for (const part of ['frames', 'malformed', 'resyncs'] as const) this.#past[part] += session[part];
  }

  #ended(session: Session, { why, retryAfterMs }: SessionEnd): void {
    this.#drop(session);
    if (session === this.#draining) this.#draining = null;
    else if (session === this.#next) {
      this.#next = null;
      this.#cancelRotate = this.#options.clock.after(ROTATE_AGAIN_MS, () => this.#rotate());
    } else if (session === this.#current) {
      this.#cancelRotate();
      const lived = this.#liveSinceMs === null ? 0 : this.#paceMs() - this.#liveSinceMs;
      if (lived >= HEALTHY_MS) this.#failures = 0;
      this.#liveSinceMs = null;
      // One that was about to take its place is further than a new one would be.
      this.#current = this.#next;
      this.#next = null;
      this.#tellBooks(session);
      if (this.#current === null) this.#retry(why, retryAfterMs ?? 0);
      else this.#tell('connecting', why);
    }
  }

  #retry(why: string, leastMs: number): void {
    const { clock, random } = this.#options;
    const planMs = Math.min(BACKOFF_FIRST_MS * 2 ** Math.min(this.#failures, 10), BACKOFF_MAX_MS);
    this.#failures += 1;
    const spreadMs = planMs * (1 - JITTER + 2 * JITTER * random());
    // What somebody else asked for is not spread: it would be longer than it must be, and a place in a line is lost.
    // Whole milliseconds: the moment of the next attempt is told, and moments are integers there.
    const waitMs = Math.ceil(Math.max(leastMs, spreadMs));
    this.#nextAttemptAtMs = clock.nowMs() + waitMs;
    this.#cancelRetry();
    this.#cancelRetry = clock.after(waitMs, () => this.#connect());
    this.#tell('waiting', why);
  }

  /** The first update after subscribing repeats the latest hundred, newest first; ids grow. */
  #trades({ market, trades }: TradesUpdate): void {
    const last = this.#lastTradeId.get(market);
    const fresh = trades
      .filter((trade) => last === undefined || trade.id > last)
      .toSorted((a: PublicTrade, b: PublicTrade) => a.id - b.id);
    const newest = fresh.at(-1);
    if (newest === undefined) return;
    this.#lastTradeId.set(market, newest.id);
    // A picture that does not reach back to what was heard last leaves a hole. Single updates are never that long.
    const gap = last !== undefined && fresh.length === trades.length && trades.length >= PICTURE_TRADES;
    this.#options.onEvent({ kind: 'trades', market, trades: fresh, gap });
  }
}

/** Trades of the first update after subscribing, about; fewer come in one update later on. */
const PICTURE_TRADES = 100;
