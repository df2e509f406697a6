import type { WebSocket } from 'ws';
import { ExchangeStoppedError } from '../exchange/durable-exchange.ts';
import type { AccountId } from '../ports.ts';
import type { Deliver, OpenSocket } from './delivery.ts';
import {
  type Feed,
  fail,
  type Method,
  type Moment,
  PRIVATE_CHANNELS,
  parseRequest,
  type Reply,
  type Session,
} from './protocol.ts';
import type { Update } from './update.ts';

/** Requests of one connection a minute; more are answered with code 7. */
const REQUESTS_MAX = 200;
const REQUESTS_WINDOW_MS = 60_000;
/** The server closes a connection whose client has said nothing for so long; its own pushes do not count. */
const IDLE_MS = 60_000;
/** A client that does not read is let go before it fills the memory. */
const UNREAD_BYTES_MAX = 8 * 1024 * 1024;
const GOING_AWAY = 1001;
const UNREADABLE = 1007;
const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;

export type ConnectionParts = {
  readonly number: number;
  readonly socket: WebSocket;
  readonly methods: ReadonlyMap<string, Method>;
  readonly deliver: Deliver;
};

/** One client: its budget, its account once authorized, and its subscriptions. */
export class Connection implements Session {
  readonly #parts: ConnectionParts;
  readonly #socket: WebSocket;
  readonly #feeds = new Map<string, Map<string, Feed>>();
  #account: AccountId | null = null;
  #nowMs: number;
  #heardMs: number;
  #windowStartMs: number;
  #requests = 0;
  #isFrozen = false;

  constructor(parts: ConnectionParts, { nowMs, wireMs }: Moment) {
    this.#parts = parts;
    this.#socket = parts.socket;
    this.#nowMs = nowMs;
    this.#heardMs = wireMs;
    this.#windowStartMs = wireMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get account(): AccountId | null {
    return this.#account;
  }

  authorize(account: AccountId): void {
    // Feeds of another account must not live on under the new one.
    if (this.#account !== null && this.#account !== account)
      for (const channel of PRIVATE_CHANNELS) this.replaceFeeds(channel, new Map());
    this.#account = account;
  }

  push(update: Update): void {
    this.#send(update.channel, update.message, () => update.bytes());
  }

  replaceFeeds(channel: string, feeds: ReadonlyMap<string, Feed>): void {
    for (const feed of this.#feeds.get(channel)?.values() ?? []) feed.stop?.();
    this.#feeds.set(channel, new Map(feeds));
  }

  addFeed(channel: string, key: string, feed: Feed): void {
    this.dropFeed(channel, key);
    const feeds = this.#feeds.get(channel) ?? new Map<string, Feed>();
    this.#feeds.set(channel, feeds.set(key, feed));
  }

  dropFeed(channel: string, key: string): void {
    const feeds = this.#feeds.get(channel);
    feeds?.get(key)?.stop?.();
    feeds?.delete(key);
  }

  /** A message of the client. What is not JSON text ends the connection. */
  receive(data: string | null, { nowMs, wireMs }: Moment): void {
    if (this.#isFrozen) return;
    this.#nowMs = nowMs;
    this.#heardMs = wireMs;
    const parsed = data === null ? ({ kind: 'not-json' } as const) : parseRequest(data);
    switch (parsed.kind) {
      case 'not-json':
        this.#socket.close(UNREADABLE);
        return;
      case 'wrong':
        this.#answer(parsed.id, this.#overBudget(wireMs) ? fail(7) : fail(1));
        return;
      case 'request': {
        const { id, method, params } = parsed.request;
        this.#answer(id, this.#overBudget(wireMs) ? fail(7) : this.#run(method, params));
      }
    }
  }

  /** Pushes what is new, and ends a connection that has been silent. */
  beat(moment: Moment): void {
    if (this.#isFrozen) return;
    this.#nowMs = moment.nowMs;
    if (moment.wireMs - this.#heardMs >= IDLE_MS) {
      this.#socket.close(POLICY_VIOLATION);
      return;
    }
    try {
      for (const feeds of this.#feeds.values())
        for (const feed of feeds.values()) for (const update of feed.poll?.(moment) ?? []) this.push(update);
    } catch (error) {
      // Nobody can say what the market is then; requests are told so.
      if (error instanceof ExchangeStoppedError) return;
      console.error('Fault in a stream:', error);
      this.#socket.close(INTERNAL_ERROR);
    }
  }

  /** Ends the subscriptions; the socket is gone or about to go. */
  end(): void {
    for (const channel of this.#feeds.keys()) this.replaceFeeds(channel, new Map());
  }

  shut(): void {
    this.end();
    if (!this.#isFrozen) this.#socket.close(GOING_AWAY);
    this.#socket.terminate();
  }

  opened(): OpenSocket {
    return {
      connection: this.#parts.number,
      account: this.#account,
      channels: [...this.#feeds].filter(([, feeds]) => feeds.size > 0).map(([channel]) => channel),
      close: (code) => this.#socket.close(code),
      cut: () => this.#socket.terminate(),
      freeze: () => {
        this.#isFrozen = true;
        this.end();
        this.#socket.pause();
      },
    };
  }

  #run(name: string, params: readonly unknown[]): Reply {
    const method = this.#parts.methods.get(name);
    if (method === undefined) return fail(4);
    if (method.needsAccount && this.#account === null) return fail(6);
    try {
      return method.run(params, this);
    } catch (error) {
      if (error instanceof ExchangeStoppedError) return fail(3);
      console.error(`Fault while answering ${name}:`, error);
      return fail(2);
    }
  }

  #overBudget(wireMs: number): boolean {
    if (wireMs - this.#windowStartMs >= REQUESTS_WINDOW_MS) {
      this.#windowStartMs = wireMs;
      this.#requests = 0;
    }
    this.#requests += 1;
    return this.#requests > REQUESTS_MAX;
  }

  #answer(id: number | null, reply: Reply): void {
    const message = reply.ok ? { id, result: reply.result, error: null } : { id, result: null, error: reply.error };
    this.#send(null, message, () => Buffer.from(JSON.stringify(message)));
  }

  /** `bytes` are those of `message`, which most clients get as it is. */
  #send(channel: string | null, message: Readonly<Record<string, unknown>>, bytes: () => Buffer): void {
    const { number, deliver } = this.#parts;
    deliver({ connection: number, account: this.#account, channel, message }, (told) => {
      if (this.#isFrozen || this.#socket.readyState !== this.#socket.OPEN) return;
      if (this.#socket.bufferedAmount > UNREAD_BYTES_MAX) this.#socket.terminate();
      else this.#socket.send(told === message ? bytes() : textOf(told), { binary: false });
    });
  }
}

function textOf(told: unknown): string {
  return typeof told === 'string' ? told : (JSON.stringify(told) ?? 'null');
}
