import type { DayStatistics, Market } from '../ports.ts';
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
  type Update,
} from './protocol.ts';

const DAY_SEC = 86_400;
/** The longest period of `market_request`: no source names a bound, a year keeps one request cheap. */
const PERIOD_SEC_MAX = 366 * DAY_SEC;

/** `lastprice`, `market` and `marketToday`: one value a market, pushed once a second when it has changed. */
export function quoteMethods(market: Market): Map<string, Method> {
  return new Map([
    ...channel(market, 'lastprice', 'lastprice_request', 1, (name, nowMs) => lastPrice(market, name, nowMs)),
    ...channel(market, 'market', 'market_request', 2, (name, nowMs, periodSec) =>
      period(market, name, nowMs, periodSec),
    ),
    // The query of this channel alone is called `_query`.
    ...channel(market, 'marketToday', 'marketToday_query', 1, (name, nowMs) => today(market, name, nowMs)),
  ]);
}

type Value = (name: string, nowMs: number, periodSec: number) => unknown;

const lastPrice = (market: Market, name: string, nowMs: number): string =>
  market.statistics(name, nowMs, 1).last.toString();

function period(market: Market, name: string, nowMs: number, periodSec: number): unknown {
  const statistics = market.statistics(name, nowMs, periodSec);
  return { period: periodSec, ...prices(statistics), close: statistics.last.toString() };
}

function today(market: Market, name: string, nowMs: number): unknown {
  return prices(market.statistics(name, nowMs, Math.floor(nowMs / 1000) % DAY_SEC));
}

function prices(statistics: DayStatistics): Readonly<Record<string, string>> {
  return {
    last: statistics.last.toString(),
    open: statistics.open.toString(),
    high: statistics.high.toString(),
    low: statistics.low.toString(),
    volume: statistics.volumeStock.toString(),
    deal: statistics.volumeMoney.toString(),
  };
}

/** Query, subscribe and unsubscribe of one channel. `arity`: 2 where the query names a period as well. */
function channel(market: Market, name: string, query: string, arity: 1 | 2, value: Value): ReadonlyMap<string, Method> {
  const ask = (params: readonly unknown[], session: Session): Reply => {
    const [marketName, periodSec = DAY_SEC] = params;
    if (params.length !== arity || !isText(marketName) || !isWhole(periodSec)) return fail(1);
    if (periodSec < 1 || periodSec > PERIOD_SEC_MAX) return fail(1);
    if (market.listing(marketName) === null) return noSuchMarket(marketName);
    return answer(value(marketName, session.nowMs, periodSec));
  };
  const subscribe = (params: readonly unknown[], session: Session): Reply => {
    const names = marketNames(market, params);
    if (!Array.isArray(names)) return names;
    const feed = (marketName: string): Feed =>
      changes(`${name}_update`, marketName, (nowMs) => value(marketName, nowMs, DAY_SEC));
    session.replaceFeeds(name, new Map(names.map((marketName) => [marketName, feed(marketName)])));
    return SUCCESS;
  };
  return new Map<string, Method>([
    [query, { needsAccount: false, run: ask }],
    [`${name}_subscribe`, { needsAccount: false, run: subscribe }],
    [`${name}_unsubscribe`, unsubscribe(name)],
  ]);
}

/** At least one listed market, or the refusal. Naming one twice is the same as once. */
export function marketNames(market: Market, params: readonly unknown[]): string[] | Reply {
  if (params.length === 0 || !params.every(isText)) return fail(1);
  const unknown = params.find((name) => market.listing(name) === null);
  return unknown === undefined ? [...new Set(params)] : noSuchMarket(unknown);
}

export const unsubscribe = (name: string, needsAccount = false): Method => ({
  needsAccount,
  run: (_params, session) => {
    session.replaceFeeds(name, new Map());
    return SUCCESS;
  },
});

/** Pushes `[market, value]` at most once a second, at once after subscribing and then when the value differs. */
function changes(method: string, marketName: string, value: (nowMs: number) => unknown): Feed {
  let lastSec = Number.NaN;
  let lastText = '';
  const poll = (nowMs: number): readonly Update[] => {
    const sec = Math.floor(nowMs / 1000);
    if (sec === lastSec) return [];
    lastSec = sec;
    const now = value(nowMs);
    const text = JSON.stringify(now);
    if (text === lastText) return [];
    lastText = text;
    return [{ method, params: [marketName, now] }];
  };
  return { poll };
}
