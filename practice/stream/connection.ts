import type { WebSocket } from 'ws';
import type { AccountId } from '../ports.ts';
import { type Feed, fail, type Method, parseRequest, type Reply, type Session } from './protocol.ts';

/** Requests of one connection a minute; more are answered with code 7. */
const REQUESTS_MAX = 200;
const REQUESTS_WINDOW_MS = 60_000;
/** The server closes a connection whose client has said nothing for so long; its own pushes do not count. */
const IDLE_MS = 60_000;
/** A client that does not read is let go before it fills the memory. */
const UNREAD_BYTES_MAX = 8 * 1024 * 1024;
const POLICY_VIOLATION = 1008;
const UNREADABLE = 1007;

/** One client: its budget, its account once authorized, and its subscriptions. */
export class Connection implements Session {
  readonly #socket: WebSocket;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #feeds = new Map<string, Map<string, Feed>>();
  #account: AccountId | null = null;
  #nowMs: number;
  #heardMs: number;
  #windowStartMs: number;
  #requests = 0;

  constructor(socket: WebSocket, methods: ReadonlyMap<string, Method>, nowMs: number) {
    this.#socket = socket;
    this.#methods = methods;
    this.#nowMs = nowMs;
    this.#heardMs = nowMs;
    this.#windowStartMs = nowMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get account(): AccountId | null {
    return this.#account;
  }

  authorize(account: AccountId): void {
    // Feeds of another account must not live on under the new one.
    if (this.#account !== null && this.#account !== account) this.replaceFeeds('balanceSpot', new Map());
    this.#account = account;
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
  receive(data: string | null, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#heardMs = nowMs;
    const parsed = data === null ? ({ kind: 'not-json' } as const) : parseRequest(data);
    switch (parsed.kind) {
      case 'not-json':
        this.#socket.close(UNREADABLE);
        return;
      case 'wrong':
        this.#answer(parsed.id, this.#overBudget() ? fail(7) : fail(1));
        return;
      case 'request': {
        const { id, method, params } = parsed.request;
        this.#answer(id, this.#overBudget() ? fail(7) : this.#run(method, params));
      }
    }
  }

  /** Pushes what is new, and ends a connection that has been silent or does not read. */
  beat(nowMs: number): void {
    this.#nowMs = nowMs;
    if (nowMs - this.#heardMs >= IDLE_MS) {
      this.#socket.close(POLICY_VIOLATION);
      return;
    }
    if (this.#socket.bufferedAmount > UNREAD_BYTES_MAX) {
      this.#socket.terminate();
      return;
    }
    for (const feeds of this.#feeds.values()) {
      for (const feed of feeds.values()) {
        for (const { method, params } of feed.poll(nowMs)) this.#send({ id: null, method, params });
      }
    }
  }

  /** Ends the subscriptions; the socket is gone or about to go. */
  end(): void {
    for (const channel of this.#feeds.keys()) this.replaceFeeds(channel, new Map());
  }

  #run(name: string, params: readonly unknown[]): Reply {
    const method = this.#methods.get(name);
    if (method === undefined) return fail(4);
    if (method.needsAccount && this.#account === null) return fail(6);
    return method.run(params, this);
  }

  #overBudget(): boolean {
    if (this.#nowMs - this.#windowStartMs >= REQUESTS_WINDOW_MS) {
      this.#windowStartMs = this.#nowMs;
      this.#requests = 0;
    }
    this.#requests += 1;
    return this.#requests > REQUESTS_MAX;
  }

  #answer(id: number | null, reply: Reply): void {
    this.#send(reply.ok ? { id, result: reply.result, error: null } : { id, result: null, error: reply.error });
  }

  #send(message: unknown): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
