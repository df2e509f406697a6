/**
 * Which part of the past a question about history reaches. Documented: at most 31 days at a time, back to midnight (UTC)
 * six months ago, an end in the future is now, and without dates it is the last month.
 */

const US_PER_SEC = 1_000_000;
const MS_PER_SEC = 1_000;
const DAY_SEC = 86_400;
/** Documented. The default "last month" is taken to be as long (inferred). */
export const SPAN_MAX_SEC = 31 * DAY_SEC;
const MONTHS_BACK = 6;

/** Unix microseconds, both ends included. `fromUs` is after `toUs` where nothing can be found. */
export type HistoryWindow = { readonly fromUs: number; readonly toUs: number };

/** Whole Unix seconds as callers give them; null where they do not. */
export type AskedWindow = { readonly startSec: number | null; readonly endSec: number | null };

export type WindowRefusal = 'start-after-end' | 'too-long';

/**
 * Inferred: a missing end lies 31 days after the start, a missing start 31 days before the end, and the second named as
 * the end belongs to it. Dates beyond the six months are no error; there is just nothing.
 */
export function historyWindow(asked: AskedWindow, nowMs: number): HistoryWindow | WindowRefusal {
  const { startSec, endSec } = asked;
  if (startSec !== null && endSec !== null) {
    if (startSec > endSec) return 'start-after-end';
    if (endSec - startSec > SPAN_MAX_SEC) return 'too-long';
  }
  const nowSec = Math.floor(nowMs / MS_PER_SEC);
  const toSec = Math.min(endSec ?? (startSec === null ? nowSec : startSec + SPAN_MAX_SEC), nowSec);
  const fromSec = Math.max(startSec ?? toSec - SPAN_MAX_SEC, earliestSec(nowMs));
  return { fromUs: fromSec * US_PER_SEC, toUs: toSec * US_PER_SEC + US_PER_SEC - 1 };
}

/** On the 31st six months ago may be a day that month has not: its last day counts. */
function earliestSec(nowMs: number): number {
  const now = new Date(nowMs);
  const year = now.getUTCFullYear();
  const month = now.getUTCMonth() - MONTHS_BACK;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(now.getUTCDate(), lastDay)) / MS_PER_SEC;
}
