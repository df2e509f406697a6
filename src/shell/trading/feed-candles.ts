/**
 * Candles of one exchange, backwards to a market's first one. Time is cut into pieces of so many intervals; a piece that
 * is over never changes and is kept, the one that still grows is asked for again after a second.
 *
 * An exchange may leave out intervals without trades. A piece without any candle therefore ends nothing: the market's
 * beginning is read from its months and days, and long silences are stepped over with coarser candles.
 */

import { type CandleInterval, type DrawnCandle, INTERVAL_SEC } from '../../core/candle.ts';
import type { Answer, PublicVenue } from '../../venues/venue.ts';
import { type Clock, hasPassed } from '../clock.ts';
import type { CandlePage } from './ports.ts';

/** Intervals in a piece: half of what the exchange gives at once, so that a page takes two requests at most. */
const PIECE_INTERVALS = 720;
/** Of at most 720 candles of some fifty bytes: ten megabytes. */
const PIECES_MAX = 300;
const GROWING_FOR_MS = 1_000;
/** The exchange's clock may be behind ours, and a candle be put right after it ended. */
const SETTLED_SEC = 30;
/** Requests that one page may cost; the next page goes on from there. */
const ASKED_MAX = 16;
/** Coarser candles that tell where a silence began. */
const COARSER: readonly CandleInterval[] = ['1m', '1h', '1d', '1M'];
/** Bounds memory; more markets than any exchange lists. */
const BEGINNINGS_MAX = 2_000;
/** A failed look for the beginning is not repeated for each page of a chart that is being dragged. */
const BEGINNING_AGAIN_MS = 60_000;

type Piece = { readonly candles: readonly DrawnCandle[]; readonly atMs: number; readonly settled: boolean };
type Beginning = { readonly atSec: number | null; readonly atMs: number };

export class CandleHistory {
  readonly #venue: Pick<PublicVenue, 'candles'>;
  readonly #clock: Clock;
  /** The least recently used first. */
  readonly #pieces = new Map<string, Piece>();
  readonly #asking = new Map<string, Promise<Answer<readonly DrawnCandle[]>>>();
  readonly #beginnings = new Map<string, Beginning>();

  constructor(venue: Pick<PublicVenue, 'candles'>, clock: Clock) {
    this.#venue = venue;
    this.#clock = clock;
  }

  async page(
    market: string,
    interval: CandleInterval,
    toSec: number | null,
    limit: number,
  ): Promise<Answer<CandlePage>> {
    const spanSec = PIECE_INTERVALS * INTERVAL_SEC[interval];
    let lastSec = Math.min(toSec ?? Number.POSITIVE_INFINITY, this.#nowSec());
    let candles: readonly DrawnCandle[] = [];
    for (let asked = 0; asked < ASKED_MAX; asked += 1) {
      const index = Math.floor(lastSec / spanSec);
      const answer = await this.#piece(market, interval, index);
      // What was read so far is true, and the next page asks again.
      if (!answer.ok) return candles.length === 0 ? answer : page(candles, limit, null);
      const older = answer.value.filter(([atSec]) => atSec <= lastSec);
      candles = [...older, ...candles];
      if (candles.length >= limit) return page(candles, limit, this.#beginnings.get(market)?.atSec ?? null);
      const beginningSec = await this.#beginning(market);
      if (index === 0 || (beginningSec !== null && index * spanSec <= beginningSec))
        return page(candles, limit, Number.POSITIVE_INFINITY);
      lastSec = index * spanSec - 1;
      if (older.length === 0) lastSec = await this.#tradedBefore(market, interval, lastSec);
    }
    return page(candles, limit, null);
  }

  /** The last two, straight from the exchange. */
  newest(market: string, interval: CandleInterval): Promise<Answer<readonly DrawnCandle[]>> {
    const startSec = Math.max(0, this.#nowSec() - 3 * INTERVAL_SEC[interval]);
    const key = `${market} ${interval} newest`;
    return this.#shared(key, () => this.#venue.candles(market, interval, startSec, null, 2));
  }

  async #piece(market: string, interval: CandleInterval, index: number): Promise<Answer<readonly DrawnCandle[]>> {
    const key = `${market} ${interval} ${index}`;
    const held = this.#pieces.get(key);
    if (held !== undefined && (held.settled || !hasPassed(this.#clock.nowMs(), held.atMs, GROWING_FOR_MS))) {
      this.#pieces.delete(key);
      this.#pieces.set(key, held);
      return { ok: true, value: held.candles };
    }
    return this.#shared(key, async () => {
      const spanSec = PIECE_INTERVALS * INTERVAL_SEC[interval];
      const startSec = index * spanSec;
      const endSec = startSec + spanSec - 1;
      const nowSec = this.#nowSec();
      const isOver = endSec < nowSec;
      const answer = await this.#venue.candles(market, interval, startSec, isOver ? endSec : null, PIECE_INTERVALS + 1);
      if (!answer.ok) return answer;
      // The last candle of a piece may reach beyond its end: months do.
      const settled = endSec + INTERVAL_SEC[interval] + SETTLED_SEC < nowSec;
      this.#pieces.set(key, { candles: answer.value, atMs: this.#clock.nowMs(), settled });
      for (const oldest of this.#pieces.keys()) {
        if (this.#pieces.size <= PIECES_MAX) break;
        this.#pieces.delete(oldest);
      }
      return answer;
    });
  }

  #shared<T extends readonly DrawnCandle[]>(key: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const under = this.#asking.get(key) as Promise<Answer<T>> | undefined;
    if (under !== undefined) return under;
    const asking = ask().finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  /** The day of a market's first trade; null where it could not be told. */
  async #beginning(market: string): Promise<number | null> {
    const known = this.#beginnings.get(market);
    if (
      known !== undefined &&
      (known.atSec !== null || !hasPassed(this.#clock.nowMs(), known.atMs, BEGINNING_AGAIN_MS))
    )
      return known.atSec;
    const atSec = await this.#readBeginning(market);
    this.#beginnings.delete(market);
    this.#beginnings.set(market, { atSec, atMs: this.#clock.nowMs() });
    const [oldest] = this.#beginnings.keys();
    if (this.#beginnings.size > BEGINNINGS_MAX && oldest !== undefined) this.#beginnings.delete(oldest);
    return atSec;
  }

  async #readBeginning(market: string): Promise<number | null> {
    // Every month of any exchange is in the first piece: 720 months reach from 1970 to 2029.
    for (const index of [0, 1]) {
      const months = await this.#piece(market, '1M', index);
      if (!months.ok) return null;
      const month = months.value[0]?.[0];
      if (month === undefined) continue;
      const days = await this.#venue.candles(market, '1d', month, month + INTERVAL_SEC['1M'], 40);
      return days.ok ? (days.value[0]?.[0] ?? month) : month;
    }
    return null;
  }

  /**
   * The last second up to `lastSec` that may have a candle, as far as coarser ones tell. What one length shows to be
   * silent the next one need not look at: a day with trades in its evening may still be silent until noon.
   */
  async #tradedBefore(market: string, interval: CandleInterval, lastSec: number): Promise<number> {
    let soFarSec = lastSec;
    for (const coarse of COARSER) {
      if (INTERVAL_SEC[coarse] <= INTERVAL_SEC[interval]) continue;
      const spanSec = PIECE_INTERVALS * INTERVAL_SEC[coarse];
      const index = Math.floor(soFarSec / spanSec);
      const answer = await this.#piece(market, coarse, index);
      if (!answer.ok) return soFarSec;
      const traded = answer.value.findLast(([atSec, , , , , volume]) => atSec <= soFarSec && volume > 0);
      if (traded !== undefined) return Math.min(soFarSec, traded[0] + INTERVAL_SEC[coarse] * LONGEST_MONTH - 1);
      if (index === 0) return soFarSec;
      soFarSec = index * spanSec - 1;
    }
    return soFarSec;
  }

  #nowSec(): number {
    return Math.floor(this.#clock.nowMs() / 1_000);
  }
}

/** A month may be longer than the thirty days it counts as; looking a little too late only costs a request. */
const LONGEST_MONTH = 31 / 30;

/** `beginningSec` infinite: there is nothing older than these. Null: not known. */
function page(candles: readonly DrawnCandle[], limit: number, beginningSec: number | null): Answer<CandlePage> {
  const newest = candles.slice(-limit);
  const oldestSec = newest[0]?.[0] ?? 0;
  const first = beginningSec !== null && newest.length === candles.length && oldestSec <= beginningSec;
  return { ok: true, value: { candles: newest, first } };
}
