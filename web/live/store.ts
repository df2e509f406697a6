/**
 * Everything the live socket said since the last frame, newest word per subject. A burst of a hundred messages is one
 * paint. Each message is a whole truth about its subject, so an older one may be dropped unseen; an order and a fill are
 * each a subject of their own, so none of them is ever dropped for another.
 */

import type { Attempt } from '../../src/contract/exchanges.ts';
import type { LiveMessage } from '../../src/contract/live.ts';

export type Line =
  | { readonly state: 'connecting'; readonly sinceMs: number }
  | { readonly state: 'live'; readonly sinceMs: number; readonly version: string; readonly startedAtMs: number }
  | { readonly state: 'down'; readonly sinceMs: number; readonly retryAtMs: number };

export type Seams = {
  readonly nowMs: () => number;
  /** Calls back once, with the next frame. */
  readonly nextFrame: (run: () => void) => void;
  /** Takes what is new, oldest subject first. */
  readonly apply: (messages: readonly LiveMessage[]) => void;
};

/** Attempts of an hour of trying; the server forgets them after that too. */
const ATTEMPTS_MAX = 20;

function subjectOf(message: LiveMessage): string {
  switch (message.type) {
    case 'hello':
    case 'custody':
    case 'session-changed':
    case 'halt':
      return message.type;
    case 'connection':
      return `connection ${message.connection.id}`;
    case 'connection-removed':
      return `connection ${message.id}`;
    case 'balances':
      return `balances ${message.connection}`;
    case 'attempt':
      return `attempt ${message.attempt.id}`;
    case 'order':
      return `order ${message.order.connection} ${message.order.key}`;
    case 'fill':
      return `fill ${message.fill.connection} ${message.fill.key}`;
    case 'trading':
      return `trading ${message.account.connection}`;
    case 'trade-balances':
      return `trade-balances ${message.connection}`;
    case 'ticker':
    case 'book':
    case 'market-trades':
      return `${message.type} ${message.venue} ${message.market}`;
    case 'candles':
      return `candles ${message.venue} ${message.market} ${message.interval}`;
    case 'prices':
      return `prices ${message.venue}`;
  }
}

export class LiveStore {
  #line: Line;
  #lastWordAtMs: number | null = null;
  #waiting = new Map<string, LiveMessage>();
  #scheduled = false;
  #attempts: ReadonlyMap<string, Attempt> = new Map();
  readonly #listeners = new Set<() => void>();
  readonly #seams: Seams;

  constructor(seams: Seams) {
    this.#seams = seams;
    this.#line = { state: 'connecting', sinceMs: seams.nowMs() };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  line = (): Line => this.#line;
  /** When anything was last heard; null before the first word. */
  lastWordAtMs = (): number | null => this.#lastWordAtMs;
  attempt = (id: string): Attempt | undefined => this.#attempts.get(id);

  receive(message: LiveMessage): void {
    this.#lastWordAtMs = this.#seams.nowMs();
    const subject = subjectOf(message);
    // Taken out first, so that the newest word also stands last: a removal after an update must not be undone by it.
    this.#waiting.delete(subject);
    this.#waiting.set(subject, message);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#seams.nextFrame(() => this.#flush());
  }

  /** The socket opened, closed or is tried again. */
  setLine(line: Line): void {
    if (line.state === 'down' && this.#line.state === 'down') line = { ...line, sinceMs: this.#line.sinceMs };
    this.#line = line;
    this.#tell();
  }

  #flush(): void {
    this.#scheduled = false;
    const messages = [...this.#waiting.values()];
    this.#waiting = new Map();
    for (const message of messages) {
      if (message.type === 'attempt') this.#keepAttempt(message.attempt);
      if (message.type === 'hello') this.#hello(message.version, message.startedAtMs);
    }
    this.#seams.apply(messages);
    this.#tell();
  }

  #hello(version: string, startedAtMs: number): void {
    const line = this.#line;
    if (line.state === 'live' && line.version === version && line.startedAtMs === startedAtMs) return;
    this.#line = { state: 'live', sinceMs: this.#seams.nowMs(), version, startedAtMs };
  }

  #keepAttempt(attempt: Attempt): void {
    const attempts = new Map(this.#attempts);
    attempts.delete(attempt.id);
    attempts.set(attempt.id, attempt);
    for (const oldest of attempts.keys()) {
      if (attempts.size <= ATTEMPTS_MAX) break;
      attempts.delete(oldest);
    }
    this.#attempts = attempts;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
