/** Keeps one socket open: tries again with growing, jittered pauses, and notices a line that is silent but not closed. */

import type { LiveMessage, WatchMessage } from '../../src/contract/live.ts';
import type { LiveStore } from './store.ts';

/** What is used of a WebSocket, so that a test can stand in for one. */
export type Wire = {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send: (text: string) => void;
  close: () => void;
};

export type SocketSeams = {
  readonly open: () => Wire;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** The first line of all: what was read while it was being opened may have changed unheard since. */
  readonly first: () => void;
  /** After the line was down: whatever was missed has to be read again. */
  readonly heal: () => void;
  /** The line broke: perhaps the desk is gone, perhaps only the session is over. Somebody has to ask. */
  readonly lost: () => void;
};

const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 15_000;
/** The server says hello every 10 s; two missed and a little more is a dead line. */
const SILENCE_MAX_MS = 25_000;

export class LiveSocket {
  #wire: Wire | null = null;
  #isOpen = false;
  /** What the page wants to see; null while it never wanted anything. */
  #wanted: string | null = null;
  #tries = 0;
  #wasLive = false;
  #stopped = false;
  #cancelTimer: () => void = () => {};
  readonly #store: LiveStore;
  readonly #seams: SocketSeams;

  constructor(store: LiveStore, seams: SocketSeams) {
    this.#store = store;
    this.#seams = seams;
  }

  start(): void {
    this.#stopped = false;
    this.#tries = 0;
    this.#store.setLine({ state: 'connecting', sinceMs: this.#seams.nowMs() });
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    this.#drop();
  }

  /** Now, without waiting for the pause: the window came back, or a person asked. */
  retryNow(): void {
    if (this.#wire !== null || this.#stopped) return;
    this.#cancelTimer();
    this.#open();
  }

  /** The whole of what the page wants to see. Said again to every new line, which knows nothing of it. */
  watch(message: WatchMessage): void {
    const wanted = JSON.stringify(message);
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (this.#isOpen) this.#wire?.send(wanted);
  }

  #open(): void {
    const wire = this.#seams.open();
    this.#wire = wire;
    this.#isOpen = false;
    wire.onmessage = (event) => {
      if (this.#wire !== wire) return;
      const message = read(event.data);
      if (message === null) return;
      if (message.type === 'hello' && this.#tries > 0) this.#tries = 0;
      this.#heard();
      this.#store.receive(message);
    };
    wire.onopen = () => {
      if (this.#wire !== wire) return;
      if (this.#wasLive) this.#seams.heal();
      else this.#seams.first();
      this.#wasLive = true;
      this.#isOpen = true;
      if (this.#wanted !== null) wire.send(this.#wanted);
      this.#heard();
    };
    wire.onclose = () => {
      if (this.#wire !== wire) return;
      this.#wire = null;
      this.#retry();
    };
    this.#heard();
  }

  #heard(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#seams.after(SILENCE_MAX_MS, () => {
      this.#drop();
      this.#retry();
    });
  }

  #retry(): void {
    this.#cancelTimer();
    if (this.#stopped) return;
    this.#seams.lost();
    const longest = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    // Half fixed, half by chance: tabs of one house do not come back in step after the desk restarts.
    const pauseMs = longest / 2 + this.#seams.random() * (longest / 2);
    const now = this.#seams.nowMs();
    this.#store.setLine({ state: 'down', sinceMs: now, retryAtMs: now + pauseMs });
    this.#cancelTimer = this.#seams.after(pauseMs, () => this.#open());
  }

  #drop(): void {
    const wire = this.#wire;
    this.#wire = null;
    wire?.close();
  }
}

const TYPES: ReadonlySet<string> = new Set([
  'hello',
  'connection',
  'connection-removed',
  'balances',
  'attempt',
  'custody',
  'session-changed',
  'order',
  'fill',
  'trading',
  'trade-balances',
  'halt',
  'ticker',
  'book',
  'market-trades',
  'candles',
  'prices',
] satisfies LiveMessage['type'][]);

/** A message of a newer server that this page does not know is left alone. */
function read(data: unknown): LiveMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message: unknown = JSON.parse(data);
    const type = typeof message === 'object' && message !== null && 'type' in message ? message.type : null;
    return typeof type === 'string' && TYPES.has(type) ? (message as LiveMessage) : null;
  } catch {
    return null;
  }
}
