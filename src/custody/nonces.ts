/**
 * One writer of nonces for each key. WhiteBIT wants each greater than the last, and milliseconds of time are what it
 * advises. A block is reserved durably before the first of it is used, so a restart begins behind everything that may
 * have been sent, whatever the machine's clock says by then.
 */

import type { Clock } from './seams.ts';

export type NonceStore = {
  nonce(mark: string): number | null;
  reserveNonce(mark: string, reserved: number, atMs: number): void;
};

/** A minute of milliseconds: at most one write a minute and key, and a restart jumps ahead of the clock by at most that. */
const BLOCK = 60_000;
/** Beyond this a JSON number loses digits; the year 287396 will have to think of something. */
const NONCE_MAX = Number.MAX_SAFE_INTEGER - 2 * BLOCK;

/** A window is 5 s wide: what a restart jumps ahead by has to stay well inside. At most one write a second and key. */
const WINDOW_BLOCK = 1_000;
/** So far ahead of the exchange's clock a windowed nonce may run when many are taken at once. */
const WINDOW_AHEAD_MS = 2_000;
/** Farther ahead than any that the exchange can have taken: they come from a date that was wrong, and are no line to keep to. */
const WINDOW_LOST_MS = 10_000;

type Line = { last: number; reserved: number };

export class Nonces {
  readonly #store: NonceStore;
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();
  readonly #queues = new Map<string, Promise<void>>();

  constructor(store: NonceStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Greater than every nonce given before for this key, in this process or any before it. Throws where it cannot be made durable. */
  next(mark: string): number {
    // Should the exchange not keep the two kinds apart, a growing one must be above those with a window too.
    const windowed = this.#lines.get(windowMark(mark))?.last ?? 0;
    return this.#take(mark, Math.max(this.#clock.nowMs(), windowed + 1), BLOCK);
  }

  /**
   * A time of the exchange, each given once: unique within its window, and no order among them. Null where so many were
   * taken that the next would lie too far ahead. Throws as `next`.
   */
  nextWindowed(mark: string, exchangeNowMs: number): number | null {
    const name = windowMark(mark);
    const line = this.#lines.get(name) ?? this.#begin(name);
    // Behind what may have been used before the date went wrong.
    if (line.last > exchangeNowMs + WINDOW_LOST_MS) line.last = exchangeNowMs + WINDOW_AHEAD_MS - 1;
    if (line.last + 1 > exchangeNowMs + WINDOW_AHEAD_MS) return null;
    this.#lines.set(name, line);
    return this.#take(name, exchangeNowMs, WINDOW_BLOCK);
  }

  #take(mark: string, fromMs: number, block: number): number {
    const line = this.#lines.get(mark) ?? this.#begin(mark);
    const nonce = Math.max(line.last + 1, fromMs);
    if (nonce > NONCE_MAX) throw new RangeError('No nonce is left');
    if (nonce > line.reserved) {
      const reserved = nonce + block;
      this.#store.reserveNonce(mark, reserved, this.#clock.nowMs());
      line.reserved = reserved;
    }
    line.last = nonce;
    this.#lines.set(mark, line);
    return nonce;
  }

  /** One request a key at a time: two under way could arrive in the other order, and the later nonce burns the earlier. */
  async serial<T>(mark: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(mark) ?? Promise.resolve();
    const running = before.then(work);
    const settled = running.then(
      () => {},
      () => {},
    );
    this.#queues.set(mark, settled);
    try {
      return await running;
    } finally {
      if (this.#queues.get(mark) === settled) this.#queues.delete(mark);
    }
  }

  /** After a restore the stored watermarks count again. */
  forget(): void {
    this.#lines.clear();
  }

  #begin(mark: string): Line {
    const reserved = this.#store.nonce(mark) ?? 0;
    return { last: reserved, reserved };
  }
}

/** Where the watermark of a key's windowed nonces is kept. */
export function windowMark(mark: string): string {
  return `w:${mark}`;
}
