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
    const nowMs = this.#clock.nowMs();
    const line = this.#lines.get(mark) ?? this.#begin(mark);
    const nonce = Math.max(line.last + 1, nowMs);
    if (nonce > NONCE_MAX) throw new RangeError('No nonce is left');
    if (nonce > line.reserved) {
      const reserved = nonce + BLOCK;
      this.#store.reserveNonce(mark, reserved, nowMs);
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
