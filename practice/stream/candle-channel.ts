import type { Candle, Market } from '../ports.ts';
import type { News } from './news.ts';
import {
  answer,
  type Feed,
  fail,
  isText,
  isWhole,
  type Method,
  noSuchMarket,
  type Reply,
  type Session,
  SUCCESS,
} from './protocol.ts';
import { unsubscribe } from './quote-channels.ts';
import { Update } from './update.ts';

const MINUTE_SEC = 60;
const HOUR_SEC = 3600;
const DAY_SEC = 86_400;
const LONG_INTERVALS: ReadonlySet<number> = new Set([1, 2, 3, 7, 30].map((days) => days * DAY_SEC));
/** As many as the HTTP candles give at most; no source names a bound for the stream. */
const ROWS_MAX = 1440;
/** Documented pace of the channel. */
const PACE_MS = 500;

type Parts = { readonly market: Market; readonly news: News };

/** An interval must divide the next larger unit, or be one of the five of a day and more. */
export function isCandleInterval(sec: number): boolean {
  if (sec <= 0) return false;
  if (sec < MINUTE_SEC) return MINUTE_SEC % sec === 0;
  if (sec < HOUR_SEC) return sec % MINUTE_SEC === 0 && HOUR_SEC % sec === 0;
  if (sec < DAY_SEC) return sec % HOUR_SEC === 0 && DAY_SEC % sec === 0;
  return LONG_INTERVALS.has(sec);
}

export function candleMethods(parts: Parts): Map<string, Method> {
  return new Map<string, Method>([
    ['candles_request', { needsAccount: false, run: (params, session) => request(parts.market, params, session) }],
    ['candles_subscribe', { needsAccount: false, run: (params, session) => subscribe(parts, params, session) }],
    ['candles_unsubscribe', unsubscribe('candles')],
  ]);
}

/** As over HTTP (open, CLOSE, high, low) with the market as an eighth field. */
const row = (name: string, candle: Candle): readonly (string | number)[] => [
  candle.timeSec,
  candle.open,
  candle.close,
  candle.high,
  candle.low,
  candle.volumeStock,
  candle.volumeMoney,
  name,
];

function request(market: Market, params: readonly unknown[], session: Session): Reply {
  const [name, startSec, endSec, intervalSec] = params;
  if (params.length !== 4 || !isText(name) || !isWhole(startSec) || !isWhole(endSec) || !isWhole(intervalSec))
    return fail(1);
  if (startSec < 0 || startSec > endSec || !isCandleInterval(intervalSec)) return fail(1);
  if (market.listing(name) === null) return noSuchMarket(name);
  const nowSec = Math.floor(session.nowMs / 1000);
  const lastSec = Math.min(endSec, nowSec);
  // Refused rather than cut: an answer that silently lacks candles would be believed.
  if ((lastSec - startSec) / intervalSec > ROWS_MAX) return fail(1);
  const candles = market.candles(name, intervalSec, startSec, Math.min(nowSec, lastSec + intervalSec + DAY_SEC));
  return answer(
    candles.filter(({ timeSec }) => timeSec >= startSec && timeSec <= lastSec).map((candle) => row(name, candle)),
  );
}

function subscribe(parts: Parts, params: readonly unknown[], session: Session): Reply {
  const [name, intervalSec] = params;
  if (params.length !== 2 || !isText(name) || !isWhole(intervalSec) || !isCandleInterval(intervalSec)) return fail(1);
  if (parts.market.listing(name) === null) return noSuchMarket(name);
  session.replaceFeeds('candles', new Map([[name, candleFeed(parts, name, intervalSec)]]));
  return SUCCESS;
}

/** The running candle whenever it changed; when one ends, its last state and the new one come together. */
function candleFeed({ market, news }: Parts, name: string, intervalSec: number): Feed {
  let sentFromSec = Number.NaN;
  let askedMs = Number.NEGATIVE_INFINITY;
  let seen = '';
  let lastText = '';
  return {
    poll({ nowMs, wireMs }) {
      if (wireMs - askedMs < PACE_MS) return [];
      const nowSec = Math.floor(nowMs / 1000);
      // Without a trade a candle changes with the time alone: when the next one begins.
      const state = `${nowSec} ${news.market(name).tradeVersion}`;
      if (state === seen || market.listing(name) === null) return [];
      askedMs = wireMs;
      seen = state;
      // A clock that jumped far (tests move it) gets the present candles, not all those between.
      const fromSec = nowSec - sentFromSec > ROWS_MAX * intervalSec ? Number.NaN : sentFromSec;
      const candles = market.candles(name, intervalSec, Number.isNaN(fromSec) ? nowSec - 1 : fromSec, nowSec);
      sentFromSec = candles.at(-1)?.timeSec ?? sentFromSec;
      const text = JSON.stringify(candles);
      if (text === lastText || candles.length === 0) return [];
      lastText = JSON.stringify(candles.slice(-1));
      return [
        new Update(
          'candles',
          candles.map((candle) => row(name, candle)),
        ),
      ];
    },
  };
}
