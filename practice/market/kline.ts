import type { Candle, Market } from '../ports.ts';
import { MONTH_SEC, WEEK_SEC } from './candles.ts';
import { DAY_SEC, HOUR_SEC, MINUTE_SEC } from './factor.ts';
import { MARKET_UNAVAILABLE, wholeNumber } from './public-call.ts';

const INTERVALS: ReadonlyMap<string, number> = new Map([
  ['1s', 1],
  ['10s', 10],
  ['30s', 30],
  ['1m', MINUTE_SEC],
  ['3m', 3 * MINUTE_SEC],
  ['5m', 5 * MINUTE_SEC],
  ['15m', 15 * MINUTE_SEC],
  ['30m', 30 * MINUTE_SEC],
  ['1h', HOUR_SEC],
  ['2h', 2 * HOUR_SEC],
  ['4h', 4 * HOUR_SEC],
  ['6h', 6 * HOUR_SEC],
  ['8h', 8 * HOUR_SEC],
  ['12h', 12 * HOUR_SEC],
  ['1d', DAY_SEC],
  ['3d', 3 * DAY_SEC],
  ['1w', WEEK_SEC],
  ['1M', MONTH_SEC],
]);

export const KLINE_LIMIT = 1440;
const DEFAULT_INTERVAL = '1h';
/** The longest month; a month is asked for a little too widely and cut to the number wanted. */
const SLACK_INTERVALS = 2;
const MONTH_STRETCH = 1.04;

export type KlineOutcome =
  | { readonly ok: true; readonly rows: readonly (readonly (string | number)[])[] }
  | { readonly ok: false; readonly field: string; readonly text: string };

const wrong = (field: string, text: string): KlineOutcome => ({ ok: false, field, text });

/** Candles as `/api/v1/public/kline` gives them: open, CLOSE, high, low; oldest first. */
export function kline(market: Market, query: URLSearchParams, nowMs: number): KlineOutcome {
  const name = query.get('market') ?? '';
  if (name === '') return wrong('market', 'The market field is required.');
  if (market.listing(name) === null) return wrong('market', MARKET_UNAVAILABLE);
  const intervalSec = INTERVALS.get(query.get('interval') ?? DEFAULT_INTERVAL);
  if (intervalSec === undefined) return wrong('interval', 'The selected interval is invalid.');
  const nowSec = Math.floor(nowMs / 1000);
  const limit = wholeNumber(query, 'limit', KLINE_LIMIT);
  if (limit === null) return wrong('limit', 'The limit must be an integer.');
  if (limit < 1) return wrong('limit', 'The limit must be at least 1.');
  if (limit > KLINE_LIMIT) return wrong('limit', 'The limit may not be greater than 1440.');
  const start = wholeNumber(query, 'start', Number.NaN);
  if (start === null || start < 0) return wrong('start', 'The start must be an integer.');
  const end = wholeNumber(query, 'end', nowSec);
  if (end === null || end < 0) return wrong('end', 'The end must be an integer.');
  if (start > end) return wrong('start', 'Start should be less than or equal to end.');
  // The documents want start <= end <= now. A client's clock may run ahead a little, so a later end means now.
  const window = { intervalSec, limit, start, endSec: Math.min(end, nowSec), nowSec, limited: query.has('limit') };
  return { ok: true, rows: candlesOf(market, name, window).map(row) };
}

type Window = {
  readonly intervalSec: number;
  readonly limit: number;
  readonly limited: boolean;
  /** NaN where the request names none. */
  readonly start: number;
  readonly endSec: number;
  readonly nowSec: number;
};

function candlesOf(market: Market, name: string, window: Window): readonly Candle[] {
  const { intervalSec, limit, endSec, nowSec } = window;
  // A `limit` overrides `start`: the server counts back from the end. So say the documents, surprising as it is.
  const counted = window.limited;
  const startSec = counted ? endSec - limit * intervalSec : defaultStart(window);
  const stretch = intervalSec === MONTH_SEC ? MONTH_STRETCH : 1;
  const widest = Math.ceil((limit + SLACK_INTERVALS) * intervalSec * stretch);
  const fromSec = counted ? endSec - widest : Math.max(startSec, endSec - widest);
  // The candle at `end` is whole if it is over, and runs until now if it is not.
  const toSec = Math.min(nowSec, Math.ceil(endSec + intervalSec * stretch));
  const inside = market
    .candles(name, intervalSec, fromSec, toSec)
    .filter(({ timeSec }) => timeSec <= endSec && (counted || timeSec >= startSec));
  return inside.slice(-limit);
}

/** Without `start`: ten minutes of seconds, a day of minutes, a week of hours, and the longest allowed of days. */
function defaultStart({ start, endSec, intervalSec }: Window): number {
  if (!Number.isNaN(start)) return start;
  if (intervalSec < MINUTE_SEC) return endSec - 10 * MINUTE_SEC;
  if (intervalSec < HOUR_SEC) return endSec - DAY_SEC;
  if (intervalSec < DAY_SEC) return endSec - WEEK_SEC;
  return endSec - KLINE_LIMIT * intervalSec;
}

const row = (candle: Candle): readonly (string | number)[] => [
  candle.timeSec,
  candle.open,
  candle.close,
  candle.high,
  candle.low,
  candle.volumeStock,
  candle.volumeMoney,
];
