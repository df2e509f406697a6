/** Times in words. Everything takes `nowMs`, so that a test can stand anywhere. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Below this a difference is not worth a number: request and clock granularity are of the same size. */
const JUST_NOW_MS = 5 * SECOND_MS;

/** `3 s`, `12 min`, `5 h`, `9 d`: the largest unit that fits, rounded down. Negative lengths count as none. */
export function duration(lengthMs: number): string {
  const length = Math.max(0, lengthMs);
  if (length < MINUTE_MS) return `${Math.floor(length / SECOND_MS)} s`;
  if (length < HOUR_MS) return `${Math.floor(length / MINUTE_MS)} min`;
  if (length < 2 * DAY_MS) return `${Math.floor(length / HOUR_MS)} h`;
  return `${Math.floor(length / DAY_MS)} d`;
}

/** `just now`, `12 s ago`. A time in the near future is clock drift between two machines and counts as now. */
export function ago(atMs: number, nowMs: number): string {
  const age = nowMs - atMs;
  return age < JUST_NOW_MS ? 'just now' : `${duration(age)} ago`;
}

/** `in 4 min`, for what ends. */
export function until(atMs: number, nowMs: number): string {
  return atMs <= nowMs ? 'ended' : `in ${duration(atMs - nowMs)}`;
}

/** The page's words are English, its clocks have 24 hours: so its dates are neither the browser's nor told by halves of days. */
const LOCALE = 'en-GB';
const EXACT = new Intl.DateTimeFormat(LOCALE, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const DAY = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });

/** The exact time in the person's own zone, for hovering. */
export function exactTime(atMs: number): string {
  return EXACT.format(atMs);
}

export function dayText(atMs: number): string {
  return DAY.format(atMs);
}

/**
 * This machine's clock as the exchange sees it; the offset is positive when the exchange is ahead. WhiteBIT tells whole
 * seconds only, so anything under one is as good as it can be known.
 */
export function offsetText(offsetMs: number): string {
  const size = Math.abs(offsetMs);
  if (size < SECOND_MS) return 'within 1 s';
  return `${(size / SECOND_MS).toFixed(1)} s ${offsetMs > 0 ? 'behind' : 'ahead'}`;
}
