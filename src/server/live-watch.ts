/** The one thing that is read from a page: what it wants to see. Anything else is nobody's page. */

import { z } from 'zod';
import type { WatchMessage } from '../contract/live.ts';
import { candleInterval, symbol } from '../contract/trading.ts';
import { venue } from '../contract/words.ts';

/** Two hundred tickers of the longest names and four markets take less. */
export const WATCH_BYTES_MAX = 64 * 1024;
/** A person who scrolls through a list of markets changes it a few times a second. */
const MESSAGES_MAX = 20;
const WINDOW_MS = 1_000;

const watchMessage = z.strictObject({
  type: z.literal('watch'),
  tickers: z.array(z.strictObject({ venue, market: symbol })).max(200),
  markets: z.array(z.strictObject({ venue, market: symbol, interval: candleInterval.nullable() })).max(4),
}) satisfies z.ZodType<WatchMessage>;

export const WATCH_NOTHING: WatchMessage = { type: 'watch', tickers: [], markets: [] };

export class WatchReader {
  readonly #nowMs: () => number;
  #fromMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Null: not ours to understand, or too many in a second. */
  read(bytes: Buffer, isBinary: boolean): WatchMessage | null {
    const nowMs = this.#nowMs();
    if (nowMs < this.#fromMs || nowMs - this.#fromMs >= WINDOW_MS) {
      this.#fromMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count > MESSAGES_MAX || isBinary || bytes.length > WATCH_BYTES_MAX) return null;
    try {
      const read = watchMessage.safeParse(JSON.parse(bytes.toString('utf8')));
      return read.success ? read.data : null;
    } catch {
      return null;
    }
  }
}
