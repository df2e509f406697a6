import type { DayStatistics, Market } from '../ports.ts';
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
import { Update } from './update.ts';

const DAY_SEC = 86_400;
/** The longest period of `market_request`: no source names a bound, a year keeps one request cheap. */
const PERIOD_SEC_MAX = 366 * DAY_SEC;
/** Documented pace of the three channels. */
const PACE_MS = 1000;

type Parts = { readonly market: Market; readonly news: News };

/** `lastprice`, `market` and `marketToday`: one value a market, pushed at most once a second when it has changed. */
export function quoteMethods(parts: Parts): Map<string, Method> {
  const { market } = parts;
  return new Map([
    ...channel(parts, 'lastprice', 'lastprice_request', 1, (name, nowMs) => lastPrice(market, name, nowMs)),
    ...channel(parts, 'market', 'market_request', 2, (name, nowMs, periodSec) =>
      period(market, name, nowMs, periodSec),
    ),
    // The query of this channel alone is called `_query`.
    ...channel(parts, 'marketToday', 'marketToday_query', 1, (name, nowMs) => today(market, name, nowMs)),
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
function channel(parts: Parts, name: string, query: string, arity: 1 | 2, value: Value): ReadonlyMap<string, Method> {
  const { market } = parts;
  const quotes = new Map<string, Quote>();
  const ask = (params: readonly unknown[], session: Session): Reply => {
    const [marketName, periodSec = DAY_SEC] = params;
    if (params.length !== arity || !isText(marketName) || !isWhole(periodSec)) return fail(1);
    if (periodSec < 1 || periodSec > PERIOD_SEC_MAX) return fail(1);
    if (market.listing(marketName) === null) return noSuchMarket(marketName);
    return answer(value(marketName, session.nowMs, periodSec));
  };
  const feed = (marketName: string): Feed => {
    const quote =
      quotes.get(marketName) ??
      new Quote(parts, name, marketName, (nowMs) => [marketName, value(marketName, nowMs, DAY_SEC)]);
    quotes.set(marketName, quote);
    return quoteFeed(quote);
  };
  const subscribe = (params: readonly unknown[], session: Session): Reply => {
    const names = marketNames(market, params);
    if (!Array.isArray(names)) return names;
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

/** The value of one market, worked out once for all its subscribers and again only after a trade or a second. */
class Quote {
  readonly #parts: Parts;
  readonly #channel: string;
  readonly #name: string;
  readonly #params: (nowMs: number) => unknown;
  #update: Update | null = null;
  #seen = '';
  #text = '';

  constructor(parts: Parts, channelName: string, name: string, params: (nowMs: number) => unknown) {
    this.#parts = parts;
    this.#channel = channelName;
    this.#name = name;
    this.#params = params;
  }

  /** The same update for as long as the value is the same. Null where nothing was ever to be told. */
  current(nowMs: number): Update | null {
    const { market, news } = this.#parts;
    const state = `${Math.floor(nowMs / 1000)} ${news.market(this.#name).tradeVersion}`;
    if (state === this.#seen || market.listing(this.#name) === null) return this.#update;
    this.#seen = state;
    const params = this.#params(nowMs);
    const text = JSON.stringify(params);
    if (text !== this.#text) this.#update = new Update(this.#channel, params);
    this.#text = text;
    return this.#update;
  }
}

/** Once after subscribing, and then when the value differs. */
function quoteFeed(quote: Quote): Feed {
  let sent: Update | null = null;
  let sentMs = Number.NEGATIVE_INFINITY;
  return {
    poll({ nowMs, wireMs }) {
      if (wireMs - sentMs < PACE_MS) return [];
      const update = quote.current(nowMs);
      if (update === null || update === sent) return [];
      sent = update;
      sentMs = wireMs;
      return [update];
    },
  };
}
