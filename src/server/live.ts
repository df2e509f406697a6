/**
 * The one WebSocket of a tab. Each person's changes go to that person's sockets only; a socket that does not keep up
 * is sent nothing until it has drained, and then everything as it is; a socket whose session ended is closed.
 */

import type { WebSocket } from 'ws';
import type { LiveMessage } from '../contract/live.ts';
import { type Cancel, type Clock, repeat } from '../shell/clock.ts';

const HELLO_MS = 10_000;
/** Also what bounds how long a socket outlives a session that another process ended. */
const SESSIONS_MS = 1_000;
/** What may wait in a socket before it is left to drain: some hundred messages. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
const SOCKETS_PER_USER_MAX = 20;
const SOCKETS_MAX = 500;
/** In the range that applications may use; the page reads the session anew on it. */
export const CLOSE_SESSION_ENDED = 4401;
const CLOSE_TOO_MANY = 4429;

type Client = {
  readonly socket: WebSocket;
  readonly userId: string;
  readonly sessionId: string;
  isBehind: boolean;
  /** What it missed of things that are not there any more, and so are not in what it is sent afterwards. */
  readonly missed: Map<string, LiveMessage>;
};

export class Live {
  readonly #clock: Clock;
  readonly #version: string;
  readonly #startedAtMs: number;
  readonly #alive: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly #everything: (userId: string) => readonly LiveMessage[];
  readonly #clients = new Set<Client>();
  readonly #timers: readonly Cancel[];

  constructor(parts: {
    clock: Clock;
    version: string;
    alive: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>;
    /** The whole truth for one person, for a socket that missed some of it. */
    everything: (userId: string) => readonly LiveMessage[];
    onError: (error: unknown) => void;
  }) {
    this.#clock = parts.clock;
    this.#version = parts.version;
    this.#startedAtMs = parts.clock.nowMs();
    this.#alive = parts.alive;
    this.#everything = parts.everything;
    this.#timers = [
      repeat(
        parts.clock,
        HELLO_MS,
        () => {
          for (const client of this.#clients) this.#send(client, this.#hello());
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
    return [...this.#clients].some((client) => client.userId === userId);
  }

  add(socket: WebSocket, userId: string, sessionId: string): void {
    const own = [...this.#clients].filter((client) => client.userId === userId);
    if (own.length >= SOCKETS_PER_USER_MAX || this.#clients.size >= SOCKETS_MAX) {
      socket.close(CLOSE_TOO_MANY, 'Too many open tabs');
      return;
    }
    const client: Client = { socket, userId, sessionId, isBehind: false, missed: new Map() };
    this.#clients.add(client);
    socket.on('close', () => this.#clients.delete(client));
    socket.on('error', () => socket.terminate());
    // The page only listens; anything said here is not ours.
    socket.on('message', () => socket.close(1008, 'Nothing is read here'));
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
    for (const client of this.#clients) client.socket.close(1001, 'The desk stops');
    this.#clients.clear();
  }

  #hello(): LiveMessage {
    return { type: 'hello', atMs: this.#clock.nowMs(), version: this.#version, startedAtMs: this.#startedAtMs };
  }

  #send(client: Client, message: LiveMessage): void {
    if (client.socket.bufferedAmount > BUFFERED_BYTES_MAX) client.isBehind = true;
    if (client.isBehind) {
      if (message.type === 'connection-removed') client.missed.set(message.id, message);
      if (message.type === 'session-changed') client.missed.set(message.type, message);
      return;
    }
    client.socket.send(JSON.stringify(message));
  }

  #end(client: Client): void {
    this.#clients.delete(client);
    client.socket.close(CLOSE_SESSION_ENDED, 'The session ended');
    // A peer that does not answer the closing handshake is cut off.
    this.#clock.after(SESSIONS_MS / 2, () => client.socket.terminate());
  }

  async #look(): Promise<void> {
    for (const client of this.#clients) {
      if (!client.isBehind || client.socket.bufferedAmount > 0) continue;
      client.isBehind = false;
      this.#send(client, this.#hello());
      const missed = [...client.missed.values()];
      client.missed.clear();
      for (const message of [...missed, ...this.#everything(client.userId)]) this.#send(client, message);
    }
    if (this.#clients.size === 0) return;
    const alive = await this.#alive([...new Set([...this.#clients].map((client) => client.sessionId))]);
    for (const client of this.#clients) if (!alive.has(client.sessionId)) this.#end(client);
  }
}
