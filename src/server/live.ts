/**
 * The one WebSocket of a tab, or of a program with a token. Each person's changes go to that person's sockets only; a
 * socket that does not keep up is sent nothing until it has drained, and then everything as it is; a socket whose
 * session or token ended is closed. Market data gives way first: of each subject only the newest is kept for a socket
 * that is slow.
 */

import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { LiveMessage, WatchMessage } from '../contract/live.ts';
import { type Cancel, type Clock, repeat } from '../shell/clock.ts';
import type { MarketViewer } from '../shell/trading/ports.ts';
import type { TokenUse } from './handler.ts';
import { frameOf } from './live-frames.ts';
import { heardBy, watchedBy } from './live-reach.ts';
import { WATCH_NOTHING, WatchReader } from './live-watch.ts';

const HELLO_MS = 10_000;
/** Also what bounds how long a socket outlives a session that another process ended. */
const SESSIONS_MS = 1_000;
/** What may wait in a socket before it is left to drain: some hundred messages. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
/** Market data waits outside from here on, so that an order never stands behind a megabyte of books. */
const MARKET_BYTES_MAX = 64 * 1024;
/** What a socket that is behind may miss of ended things before it is cheaper for it to begin anew. */
const MISSED_MAX = 5_000;
const SOCKETS_PER_USER_MAX = 20;
/** A program opens one or two; it must not take the tabs of its person. */
const SOCKETS_PER_TOKEN_MAX = 5;
const SOCKETS_MAX = 500;
/** What may be owed to a socket that catches up: more than a person's whole truth and what comes meanwhile. */
const OWED_MAX = 50_000;
/** In the range that applications may use; the page reads the session anew on it. */
export const CLOSE_SESSION_ENDED = 4401;
const CLOSE_TOO_MANY = 4429;
const CLOSE_TRY_AGAIN = 1013;

export type Listener = {
  readonly userId: string;
  /** Of the session, or of the token. */
  readonly sessionId: string;
  /** Null for a page. */
  readonly token: TokenUse | null;
};

type Wire = Pick<Socket, 'write' | 'writableLength'>;

type Client = Listener & {
  readonly socket: WebSocket;
  /** Under the socket: whole frames are written to it as they are. Null: the socket makes its own. */
  readonly wire: Wire | null;
  readonly viewer: MarketViewer;
  /** False from our closing it on: nothing may follow that. */
  isOpen: boolean;
  isBehind: boolean;
  isWatching: boolean;
  /** Of its catching up, what did not fit into the socket yet; whatever comes meanwhile goes behind it. */
  owed: LiveMessage[];
  /** Something stands in `waiting`. */
  hasWaiting: boolean;
  /** What it missed of things that are not there any more, and so are not in what it is sent afterwards. */
  readonly missed: Map<string, LiveMessage>;
  /** The newest of each market subject that had to wait. */
  readonly waiting: Map<string, LiveMessage>;
};

type Parts = {
  readonly clock: Clock;
  readonly version: string;
  /** Of sessions and tokens. */
  readonly alive: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** The whole truth for one person, for a socket that missed some of it. */
  readonly everything: (userId: string) => readonly LiveMessage[];
  readonly watch: (viewer: MarketViewer, wanted: WatchMessage) => void;
  readonly onError: (error: unknown) => void;
};

export class Live {
  readonly #parts: Parts;
  readonly #startedAtMs: number;
  readonly #clients = new Set<Client>();
  readonly #timers: readonly Cancel[];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.nowMs();
    this.#timers = [
      repeat(
        parts.clock,
        HELLO_MS,
        () => {
          const hello = this.#hello();
          for (const client of this.#clients) this.#send(client, hello);
        },
        parts.onError,
      ),
      repeat(parts.clock, SESSIONS_MS, () => this.#look(), parts.onError),
    ];
  }

  get size(): number {
    return this.#clients.size;
  }

  isWatched(userId: string): boolean {
    for (const client of this.#clients) if (client.userId === userId) return true;
    return false;
  }

  add(socket: WebSocket, listener: Listener, wire: Wire | null): void {
    const own = [...this.#clients].filter((client) => client.userId === listener.userId);
    const { token, sessionId } = listener;
    const isGreedy =
      token !== null && own.filter((client) => client.sessionId === sessionId).length >= SOCKETS_PER_TOKEN_MAX;
    if (isGreedy || own.length >= SOCKETS_PER_USER_MAX || this.#clients.size >= SOCKETS_MAX) {
      socket.close(CLOSE_TOO_MANY, 'Too many open tabs');
      return;
    }
    const client: Client = {
      ...listener,
      socket,
      wire,
      viewer: { say: (message) => this.#show(client, message) },
      isOpen: true,
      isBehind: false,
      isWatching: false,
      owed: [],
      hasWaiting: false,
      missed: new Map(),
      waiting: new Map(),
    };
    const reader = new WatchReader(() => this.#parts.clock.nowMs());
    this.#clients.add(client);
    socket.on('close', () => this.#forget(client));
    socket.on('error', () => socket.terminate());
    socket.on('message', (bytes: Buffer, isBinary: boolean) => {
      const wanted = reader.read(bytes, isBinary);
      if (wanted === null) this.#close(client, 1008, 'Only what to watch is read here');
      else this.#watch(client, wanted);
    });
    this.#send(client, this.#hello());
  }

  publish(userId: string, message: LiveMessage): void {
    for (const client of this.#clients) if (client.userId === userId) this.#send(client, message);
  }

  publishToAll(message: LiveMessage): void {
    for (const client of this.#clients) this.#send(client, message);
  }

  endSessions(ids: readonly string[]): void {
    for (const client of this.#clients) if (ids.includes(client.sessionId)) this.#end(client);
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
    for (const client of this.#clients) {
      this.#close(client, 1001, 'The desk stops');
      this.#forget(client);
    }
  }

  #hello(): LiveMessage {
    const { clock, version } = this.#parts;
    return { type: 'hello', atMs: clock.nowMs(), version, startedAtMs: this.#startedAtMs };
  }

  #watch(client: Client, wanted: WatchMessage): void {
    // What was said before its session ended may still come out of the socket.
    if (!client.isOpen) return;
    client.isWatching = true;
    this.#parts.watch(client.viewer, watchedBy(client.token, wanted));
  }

  #close(client: Client, code: number, why: string): void {
    client.isOpen = false;
    client.socket.close(code, why);
  }

  #forget(client: Client): void {
    client.isOpen = false;
    this.#clients.delete(client);
    if (client.isWatching) this.#parts.watch(client.viewer, WATCH_NOTHING);
    client.isWatching = false;
  }

  /** Market data: the newest of a subject wins, and an older one that waits is never sent. */
  #show(client: Client, message: LiveMessage): void {
    if (!client.isOpen) return;
    if (client.isBehind || client.owed.length > 0 || backlogOf(client) > MARKET_BYTES_MAX) {
      client.waiting.set(subjectOf(message), message);
      client.hasWaiting = true;
      return;
    }
    if (client.hasWaiting) client.waiting.delete(subjectOf(message));
    this.#write(client, message);
  }

  #send(client: Client, message: LiveMessage): void {
    if (client.owed.length > 0) {
      client.owed.push(message);
      if (client.owed.length > OWED_MAX) this.#close(client, CLOSE_TRY_AGAIN, 'Too slow: open it again');
      return;
    }
    if (backlogOf(client) > BUFFERED_BYTES_MAX) client.isBehind = true;
    if (client.isBehind) this.#miss(client, message);
    else this.#write(client, message);
  }

  #miss(client: Client, message: LiveMessage): void {
    const key = missedKey(message);
    if (key !== null) client.missed.set(key, message);
    if (client.missed.size > MISSED_MAX) this.#close(client, CLOSE_TRY_AGAIN, 'Too slow: open it again');
  }

  #write(client: Client, message: LiveMessage): void {
    const heard = client.token === null ? message : heardBy(client.token, message);
    if (heard === null || !client.isOpen) return;
    if (client.wire === null) client.socket.send(JSON.stringify(heard));
    else client.wire.write(frameOf(heard));
  }

  #end(client: Client): void {
    this.#forget(client);
    this.#close(client, CLOSE_SESSION_ENDED, 'The session ended');
    // A peer that does not answer the closing handshake is cut off.
    this.#parts.clock.after(SESSIONS_MS / 2, () => client.socket.terminate());
  }

  async #look(): Promise<void> {
    for (const client of this.#clients) if (backlogOf(client) === 0) this.#catchUp(client);
    if (this.#clients.size === 0) return;
    const alive = await this.#parts.alive([...new Set([...this.#clients].map((client) => client.sessionId))]);
    for (const client of this.#clients) if (!alive.has(client.sessionId)) this.#end(client);
  }

  #catchUp(client: Client): void {
    if (client.isBehind) {
      client.isBehind = false;
      const missed = [...client.missed.values()];
      client.missed.clear();
      client.owed = [this.#hello(), ...missed, ...this.#parts.everything(client.userId)];
    }
    this.#pay(client);
    if (client.owed.length > 0) return;
    if (!client.hasWaiting) return;
    const waiting = [...client.waiting.values()];
    client.waiting.clear();
    client.hasWaiting = false;
    for (const message of waiting) this.#show(client, message);
  }

  /** As much as the socket takes; the rest when that has drained, so that catching up does not make it be behind again. */
  #pay(client: Client): void {
    const { owed } = client;
    let count = 0;
    for (const message of owed) {
      if (backlogOf(client) > BUFFERED_BYTES_MAX) break;
      this.#write(client, message);
      count += 1;
    }
    client.owed = owed.slice(count);
  }
}

/** Bytes that wait to be sent; the socket writes to the wire too, so the wire has them all. */
function backlogOf({ socket, wire }: Client): number {
  return wire === null ? socket.bufferedAmount : wire.writableLength;
}

/** What nothing that is sent afterwards would heal: the end of things, and each fill. Null: it heals. */
function missedKey(message: LiveMessage): string | null {
  switch (message.type) {
    case 'connection-removed':
      return message.id;
    case 'session-changed':
      return message.type;
    case 'order':
      return message.order.state === 'closed' ? `order ${message.order.connection} ${message.order.key}` : null;
    case 'fill':
      return `fill ${message.fill.connection} ${message.fill.key}`;
    default:
      return null;
  }
}

function subjectOf(message: LiveMessage): string {
  switch (message.type) {
    case 'ticker':
    case 'book':
    case 'market-trades':
      return `${message.type} ${message.venue} ${message.market}`;
    case 'candles':
      return `candles ${message.venue} ${message.market} ${message.interval}`;
    case 'prices':
      return `prices ${message.venue}`;
    default:
      return message.type;
  }
}
