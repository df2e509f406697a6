/**
 * The candles of one market and interval, oldest first, in columns: changing the newest costs the same with a hundred of
 * them as with half a million. Numbers, for drawing; nothing here is sent.
 */

import type { CandleRow } from '../../../src/contract/trading.ts';

const ROOM_AT_FIRST = 2048;

type Columns = {
  time: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
};

const made = (room: number): Columns => ({
  time: new Float64Array(room),
  open: new Float64Array(room),
  high: new Float64Array(room),
  low: new Float64Array(room),
  close: new Float64Array(room),
  volume: new Float64Array(room),
});

export type BarsChange =
  | { readonly what: 'nothing' | 'last' | 'anew' }
  | { readonly what: 'appended' | 'prepended'; readonly count: number };

export class Bars {
  length = 0;
  #columns = made(ROOM_AT_FIRST);

  get time(): Float64Array {
    return this.#columns.time;
  }
  get open(): Float64Array {
    return this.#columns.open;
  }
  get high(): Float64Array {
    return this.#columns.high;
  }
  get low(): Float64Array {
    return this.#columns.low;
  }
  get close(): Float64Array {
    return this.#columns.close;
  }
  get volume(): Float64Array {
    return this.#columns.volume;
  }

  get firstSec(): number | null {
    return this.length === 0 ? null : (this.time[0] ?? null);
  }
  get lastSec(): number | null {
    return this.length === 0 ? null : (this.time[this.length - 1] ?? null);
  }

  row(index: number): CandleRow | null {
    if (index < 0 || index >= this.length) return null;
    const { time, open, high, low, close, volume } = this.#columns;
    return [
      time[index] ?? 0,
      open[index] ?? 0,
      high[index] ?? 0,
      low[index] ?? 0,
      close[index] ?? 0,
      volume[index] ?? 0,
    ];
  }

  /** The newest candle as it is now, or the one after it. Older ones come through `merge`. */
  put(row: CandleRow): BarsChange {
    const last = this.lastSec;
    if (last !== null && row[0] < last) return { what: 'nothing' };
    if (last === row[0]) {
      this.#write(this.length - 1, row);
      return { what: 'last' };
    }
    this.#grow(this.length + 1);
    this.#write(this.length, row);
    this.length += 1;
    return { what: 'appended', count: 1 };
  }

  /** Rows oldest first, from anywhere. What is told twice stands as it was told last. */
  merge(rows: readonly CandleRow[]): BarsChange {
    const oldest = rows[0];
    const newest = rows.at(-1);
    if (oldest === undefined || newest === undefined) return { what: 'nothing' };
    const last = this.lastSec;
    const first = this.firstSec;
    if (last === null || first === null || oldest[0] > last) return this.#append(rows);
    if (newest[0] < first) return this.#prepend(rows);
    return this.#mergeInside(rows, first);
  }

  clear(): void {
    this.length = 0;
  }

  /** The index of the first candle that is not older; `length` where all are. */
  firstFrom(atSec: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.time[middle] ?? 0) < atSec) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #append(rows: readonly CandleRow[]): BarsChange {
    this.#grow(this.length + rows.length);
    for (const row of rows) {
      this.#write(this.length, row);
      this.length += 1;
    }
    return { what: 'appended', count: rows.length };
  }

  #prepend(rows: readonly CandleRow[]): BarsChange {
    const count = rows.length;
    this.#grow(this.length + count);
    for (const column of Object.values(this.#columns)) column.copyWithin(count, 0, this.length);
    this.length += count;
    for (const [index, row] of rows.entries()) this.#write(index, row);
    return { what: 'prepended', count };
  }

  /** Some overlap. Only what is neither older than the first nor known moves candles that are drawn. */
  #mergeInside(rows: readonly CandleRow[], first: number): BarsChange {
    const known = new Set(this.time.subarray(0, this.length));
    const lastBefore = this.lastSec ?? 0;
    const before = rows.filter((row) => row[0] < first);
    const inside = rows.filter((row) => row[0] >= first && row[0] <= lastBefore);
    const after = rows.filter((row) => row[0] > lastBefore);
    if (before.length === 0 && inside.every((row) => known.has(row[0]))) {
      for (const row of inside) this.#write(this.firstFrom(row[0]), row);
      if (after.length > 0) this.#append(after);
      return { what: 'anew' };
    }
    const all = new Map<number, CandleRow>();
    for (let index = 0; index < this.length; index += 1) {
      const row = this.row(index);
      if (row !== null) all.set(row[0], row);
    }
    for (const row of rows) all.set(row[0], row);
    this.length = 0;
    this.#append([...all.values()].sort((a, b) => a[0] - b[0]));
    return { what: 'anew' };
  }

  #write(index: number, row: CandleRow): void {
    const columns = this.#columns;
    columns.time[index] = row[0];
    columns.open[index] = row[1];
    columns.high[index] = row[2];
    columns.low[index] = row[3];
    columns.close[index] = row[4];
    columns.volume[index] = row[5];
  }

  #grow(wanted: number): void {
    const room = this.#columns.time.length;
    if (wanted <= room) return;
    const next = made(Math.max(wanted, room * 2));
    for (const key of Object.keys(next) as (keyof Columns)[])
      next[key].set(this.#columns[key].subarray(0, this.length));
    this.#columns = next;
  }
}
