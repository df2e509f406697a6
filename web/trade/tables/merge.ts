/** One list of what was read in pages and what was told live. Pure. */

import type { Order } from '../../../src/contract/trading.ts';

/** The desk pages past orders by when they ended, not by when they were placed. */
export const endedAtMs = (order: Order): number => order.updatedAtMs;

type How<T> = {
  /** All pages were read: nothing is older than what is known. */
  readonly end: boolean;
  readonly idOf: (row: T) => string;
  readonly atMs: (row: T) => number;
};

/**
 * Newest first. A row told live replaces the one that was read. One that is older than the last page belongs to a page
 * that was not read yet: shown now it would stand at the wrong end and move when its page comes.
 */
export function merged<T>(read: readonly T[], live: readonly T[], { end, idOf, atMs }: How<T>): readonly T[] {
  const oldest = read.at(-1);
  const fromMs = end || oldest === undefined ? Number.NEGATIVE_INFINITY : atMs(oldest);
  const rows = new Map(read.map((row) => [idOf(row), row]));
  let isSorted = true;
  for (const row of live) {
    const id = idOf(row);
    if (!rows.has(id)) {
      if (atMs(row) < fromMs) continue;
      isSorted = false;
    }
    rows.set(id, row);
  }
  const all = [...rows.values()];
  return isSorted ? all : all.sort((a, b) => atMs(b) - atMs(a));
}
