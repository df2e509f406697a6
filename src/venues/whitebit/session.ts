/**
 * One WebSocket connection, from opening to its end. It never comes back: whoever holds it makes another. Alive is what
 * is heard, not what is acknowledged: a socket that says nothing is dead after ten seconds, a book that says nothing is
 * asked for again though everything else goes on.
 */

import { OrderBook } from '../book.ts';
import type { OpenSocket, Socket, StreamEvent, Topic } from '../streams.ts';
import type { Answer } from '../venue.ts';
import { DepthFrame, DepthScanner, readDepth } from './depth-frame.ts';
import { parseJson, ShapeError } from './json.ts';
import {
  type CandlesUpdate,
  isSuccess,
  PRIVATE_METHODS,
  type Reply,
  readFrame,
  readUpdate,
  type TradesUpdate,
} from './stream-frames.ts';
import { noTokenWords } from './stream-line.ts';
import { BOOK_LEVELS, bookKey } from './stream-plan.ts';
import { Subscriptions } from './subscriptions.ts';

/** How often a session looks at its deadlines. The limits below leave room for it. */
const LOOK_MS = 1_000;
/** A connection that makes no step towards being open, authorised and subscribed for this long is given up. */
const START_MS = 10_000;
/** A token is a request of its own, which may have to wait for its turn. */
const TOKEN_MS = 30_000;
/** Nothing heard for this long: we ask. Nothing for `DEAD_MS`, which is ten seconds with the look: it is dead. */
const QUIET_MS = 4_000;
const DEAD_MS = 9_000;
/** The exchange closes a connection on which the client says nothing for 60 s; pushes to it do not count. */
const PING_MIN_MS = 15_000;
const PING_MAX_MS = 20_000;
/** A book without change is sent whole after ten seconds, as a sign of life. A second more for the way. */
const BOOK_SILENT_MS = 11_000;
/**
 * A book that goes bad again and again is asked for more and more slowly: after two seconds where messages are lost,
 * after thirty where the exchange's own pictures are at fault. Each time takes two of the connection's requests.
 */
const RESYNC_FIRST_MS = 500;
const RESYNC_GAP_MAX_MS = 2_000;
const RESYNC_MAX_MS = 30_000;
/** Good for so long: the next trouble counts as the first. */
const RESYNC_FORGET_MS = 60_000;
/** Frames that are none, after which nothing of this connection is believed. */
const MALFORMED_MAX = 3;
/** Documented: 200 requests a minute. What is left over is for pings and for authorising. */
const REQUESTS_MAX = 195;
const SUBSCRIBING_MAX = 180;
const MINUTE_MS = 60_000;

export type SessionEnd = { readonly why: string; readonly retryAfterMs: number | null };
type Told = Extract<StreamEvent, { kind: 'order' | 'deal' | 'balances' | 'ticker' | 'candles' | 'gap' }>;
export type SessionHooks = {
  /** Once: everything wanted was taken. */
  live(): void;
  /** Once. Nothing follows. */
  ended(end: SessionEnd): void;
  book(market: string, book: OrderBook): void;
  told(event: Told | TradesUpdate): void;
};
export type SessionOptions = {
  readonly open: OpenSocket;
  readonly url: string;
  readonly clock: { nowMs(): number; after(delayMs: number, run: () => void): () => void };
  /** Measures all waits; `clock` only dates what is told. A date that is set back must not keep a dead connection alive. */
  readonly paceMs: () => number;
  readonly random: () => number;
  /** Null: a public connection. */
  readonly token: (() => Promise<Answer<string>>) | null;
  readonly topics: readonly Topic[];
  readonly hooks: SessionHooks;
};

type Watched = {
  readonly book: OrderBook;
  heardAtMs: number;
  troubles: number;
  troubledAtMs: number;
  /** When a new picture is to be asked for; infinity: it is good, or asked for already. */
  renewAtMs: number;
};
type Doing = 'opening' | 'running' | 'ended';
type Authorised = 'no' | 'asking' | 'yes';

export class Session {
  readonly #options: SessionOptions;
  readonly #subscriptions: Subscriptions;
  readonly #scanner = new DepthScanner();
  readonly #slowFrame = new DepthFrame();
  readonly #books = new Map<string, Watched>();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #sentAtMs: number[] = [];
  #socket: Socket | null = null;
  #doing: Doing = 'opening';
  #authorised: Authorised = 'no';
  #authorisingId: number | null = null;
  #nextId = 1;
  /** When it last came nearer to being live. */
  #steppedAtMs: number;
  #heardAtMs: number;
  #asked = false;
  #pingAtMs: number;
  #isLive = false;
  #cancelLook: () => void = () => undefined;
  frames = 0;
  malformed = 0;
  resyncs = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#steppedAtMs = options.paceMs();
    this.#heardAtMs = this.#steppedAtMs;
    this.#pingAtMs = this.#steppedAtMs + PING_MAX_MS;
    this.#subscriptions = new Subscriptions((method, params) => this.#request(method, params, SUBSCRIBING_MAX));
    this.#want(options.topics);
    this.#look();
    this.#socket = options.open(options.url, {
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      closed: (why) => this.#end(why, null),
    });
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  get refused(): readonly { readonly topic: string; readonly why: string }[] {
    return this.#subscriptions.refused;
  }

  book(market: string): OrderBook | null {
    return this.#books.get(market)?.book ?? null;
  }

  /** Markets whose books are kept. */
  get bookMarkets(): Iterable<string> {
    return this.#books.keys();
  }

  want(topics: readonly Topic[]): void {
    this.#want(topics);
    this.#step();
  }

  /** Without a word to the hooks. */
  close(): void {
    if (this.#doing === 'ended') return;
    this.#doing = 'ended';
    this.#isLive = false;
    this.#cancelLook();
    this.#socket?.destroy();
  }

  #want(topics: readonly Topic[]): void {
    const nowMs = this.#options.paceMs();
    const markets = new Set(topics.flatMap((topic) => (topic.kind === 'book' ? [topic.market] : [])));
    for (const market of this.#books.keys()) if (!markets.has(market)) this.#books.delete(market);
    for (const market of markets)
      if (!this.#books.has(market))
        this.#books.set(market, {
          book: new OrderBook(BOOK_LEVELS),
          heardAtMs: nowMs,
          troubles: 0,
          troubledAtMs: Number.NEGATIVE_INFINITY,
          renewAtMs: Number.POSITIVE_INFINITY,
        });
    this.#subscriptions.want(topics);
  }

  #end(why: string, retryAfterMs: number | null): void {
    if (this.#doing === 'ended') return;
    this.close();
    for (const { book } of this.#books.values()) book.invalidate('disconnected');
    this.#options.hooks.ended({ why, retryAfterMs });
  }

  #opened(): void {
    if (this.#doing !== 'opening') return;
    this.#doing = 'running';
    this.#heardAtMs = this.#options.paceMs();
    this.#steppedAtMs = this.#heardAtMs;
    this.#step();
  }

  /** Whatever can be done now. */
  #step(): void {
    if (this.#doing !== 'running') return;
    if (this.#authorised === 'no' && this.#subscriptions.wantsPrivate) void this.#authorise();
    this.#subscriptions.pump(this.#options.paceMs());
    if (this.#isLive || !this.#subscriptions.isComplete) return;
    this.#isLive = true;
    this.#options.hooks.live();
  }

  async #authorise(): Promise<void> {
    this.#authorised = 'asking';
    const { token } = this.#options;
    if (token === null) {
      this.#end('this connection is public and has no token for an account', null);
      return;
    }
    const answer = await token();
    if (this.#doing !== 'running') return;
    if (!answer.ok) {
      this.#end(noTokenWords(answer.fault), answer.fault.retryAfterMs ?? null);
      return;
    }
    this.#steppedAtMs = this.#options.paceMs();
    this.#authorisingId = this.#request('authorize', [answer.value, 'public'], REQUESTS_MAX);
    if (this.#authorisingId === null) this.#end('too many requests on this connection', null);
  }

  /** The id of the request, or null where the connection has sent as many as it may. */
  #request(method: string, params: readonly unknown[], most: number): number | null {
    if (this.#doing !== 'running' || this.#socket === null) return null;
    const nowMs = this.#options.paceMs();
    while (this.#sentAtMs.length > 0 && nowMs - (this.#sentAtMs[0] ?? nowMs) >= MINUTE_MS) this.#sentAtMs.shift();
    if (this.#sentAtMs.length >= most) {
      // Waiting for one's turn is no lack of progress.
      this.#steppedAtMs = nowMs;
      return null;
    }
    this.#sentAtMs.push(nowMs);
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pingAtMs = nowMs + PING_MIN_MS + this.#options.random() * (PING_MAX_MS - PING_MIN_MS - LOOK_MS);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return id;
  }

  #look(): void {
    this.#cancelLook = this.#options.clock.after(LOOK_MS, () => {
      this.#check();
      if (this.#doing !== 'ended') this.#look();
    });
  }

  #check(): void {
    const nowMs = this.#options.paceMs();
    const why = this.#isDead(nowMs);
    if (why !== null) {
      this.#end(why, null);
      return;
    }
    if (this.#doing !== 'running') return;
    if ((nowMs - this.#heardAtMs > QUIET_MS && !this.#asked) || nowMs >= this.#pingAtMs) {
      this.#asked = true;
      this.#request('ping', [], REQUESTS_MAX);
    }
    for (const [market, watched] of this.#books) this.#watchBook(market, watched, nowMs);
    this.#step();
  }

  #isDead(nowMs: number): string | null {
    const isWaiting = this.#authorised === 'asking' && this.#authorisingId === null;
    if (!this.#isLive && nowMs - this.#steppedAtMs > (isWaiting ? TOKEN_MS : START_MS))
      return isWaiting ? 'no token came' : 'it did not come alive in time';
    if (this.#doing !== 'running') return null;
    if (nowMs - this.#heardAtMs > DEAD_MS) return 'nothing was heard for ten seconds';
    return this.#subscriptions.isStuck(nowMs) ? 'a request was not answered' : null;
  }

  #watchBook(market: string, watched: Watched, nowMs: number): void {
    if (!this.#subscriptions.isHeld(bookKey(market))) watched.heardAtMs = nowMs;
    else if (nowMs - watched.heardAtMs > BOOK_SILENT_MS) {
      watched.heardAtMs = nowMs;
      watched.book.invalidate('disconnected');
      this.#troubled(market, watched, nowMs);
      this.#options.hooks.book(market, watched.book);
    }
    if (nowMs >= watched.renewAtMs) this.#renewBook(market, watched);
  }

  #received(bytes: Uint8Array): void {
    if (this.#doing !== 'running') return;
    this.frames += 1;
    this.#heardAtMs = this.#options.paceMs();
    this.#asked = false;
    if (this.#scanner.scan(bytes)) {
      this.#depth(this.#scanner.frame);
      return;
    }
    const frame = this.#read(bytes);
    if (frame === null) return;
    if (frame.kind === 'reply') this.#replied(frame.reply);
    else if (frame.kind === 'depth') this.#depth(this.#slowFrame);
    else if (frame.kind === 'candles-update') this.#candles(frame);
    else this.#options.hooks.told(frame);
  }

  /** An update does not say of which interval it is. */
  #candles({ market, candles }: CandlesUpdate): void {
    const [held, intervalSec] = this.#subscriptions.heldParams('candles') ?? [];
    if (held !== market || typeof intervalSec !== 'number') return;
    this.#options.hooks.told({ kind: 'candles', market, intervalSec, candles });
  }

  /** Null where it tells nothing, or nothing that can be understood. */
  #read(
    bytes: Uint8Array,
  ): Told | TradesUpdate | CandlesUpdate | { kind: 'depth' } | { kind: 'reply'; reply: Reply } | null {
    let method = '';
    try {
      const frame = readFrame(parseJson(this.#decoder.decode(bytes)));
      if (frame.kind === 'reply') return frame;
      method = frame.method;
      if (method !== 'depth_update') return readUpdate(method, frame.params, this.#options.clock.nowMs());
      readDepth(frame.params, this.#slowFrame);
      return { kind: 'depth' };
    } catch (error) {
      // The decoder throws a TypeError for bytes that are no text.
      if (!(error instanceof ShapeError || error instanceof TypeError)) throw error;
      this.#misunderstood(method, error.message);
      return null;
    }
  }

  #misunderstood(method: string, why: string): void {
    this.malformed += 1;
    if (PRIVATE_METHODS.has(method)) this.#options.hooks.told({ kind: 'gap', why: `${method}: ${why}`.slice(0, 200) });
    // Which book it was meant for is not known: none can be believed.
    if (method === 'depth_update' || method === '') {
      for (const [market, watched] of this.#books) {
        if (watched.book.trouble !== null) continue;
        watched.book.invalidate('not-understood');
        this.#troubled(market, watched, this.#heardAtMs);
        this.#options.hooks.book(market, watched.book);
      }
    }
    if (this.malformed >= MALFORMED_MAX) this.#end(`${MALFORMED_MAX} frames were not understood: ${why}`, null);
  }

  #replied(reply: Reply): void {
    if (reply.id === this.#authorisingId) {
      this.#authorisingId = null;
      if (isSuccess(reply)) {
        this.#authorised = 'yes';
        this.#subscriptions.mayAskPrivate = true;
      } else {
        const { code, message } = reply.error ?? { code: '', message: 'no success' };
        this.#end(`the token was refused: ${code} ${message}`, null);
      }
    } else {
      const outcome = this.#subscriptions.reply(reply, this.#heardAtMs);
      if (outcome.kind === 'end') this.#end(outcome.why, null);
      // Answers to pings too: nothing to do but to have heard them.
      if (outcome.kind === 'stray') return;
    }
    this.#steppedAtMs = this.#heardAtMs;
    this.#step();
  }

  #depth(frame: DepthFrame): void {
    const watched = this.#books.get(frame.market);
    // Left meanwhile: what was under way still comes.
    if (watched === undefined) return;
    const before = watched.book.trouble;
    const step = watched.book.apply(frame);
    // Changes to a picture that never came say nothing of the book: it stays silent, and is asked for again.
    if (step !== 'ignored' || before === null) watched.heardAtMs = this.#heardAtMs;
    if (step === 'ignored') return;
    if (step === 'changed') watched.renewAtMs = Number.POSITIVE_INFINITY;
    else this.#troubled(frame.market, watched, this.#heardAtMs);
    if (step === 'changed' || before !== watched.book.trouble) this.#options.hooks.book(frame.market, watched.book);
  }

  /** The first time at once; then later and later, until it was good for a minute. */
  #troubled(market: string, watched: Watched, nowMs: number): void {
    // A side without orders is no error of the wire: changes still fit, and whole pictures come anyway.
    if (watched.renewAtMs !== Number.POSITIVE_INFINITY || watched.book.trouble === 'empty') return;
    if (nowMs - watched.troubledAtMs > RESYNC_FORGET_MS) watched.troubles = 0;
    const mostMs = watched.book.trouble === 'gap' ? RESYNC_GAP_MAX_MS : RESYNC_MAX_MS;
    const waitMs = watched.troubles === 0 ? 0 : Math.min(RESYNC_FIRST_MS * 2 ** (watched.troubles - 1), mostMs);
    watched.troubles += 1;
    watched.troubledAtMs = nowMs;
    watched.renewAtMs = nowMs + waitMs;
    if (waitMs > 0) return;
    this.#renewBook(market, watched);
    this.#step();
  }

  #renewBook(market: string, watched: Watched): void {
    watched.renewAtMs = Number.POSITIVE_INFINITY;
    this.resyncs += 1;
    this.#subscriptions.renew(bookKey(market));
  }
}
