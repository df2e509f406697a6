import type { Market, PublicTrade } from '../ports.ts';
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
import { marketNames, unsubscribe } from './quote-channels.ts';

const TRADES_MAX = 100;

export function tradeMethods(market: Market): Map<string, Method> {
  return new Map<string, Method>([
    ['trades_request', { needsAccount: false, run: (params, session) => request(market, params, session) }],
    ['trades_subscribe', { needsAccount: false, run: (params, session) => subscribe(market, params, session) }],
    ['trades_unsubscribe', unsubscribe('trades')],
  ]);
}

const item = (trade: PublicTrade): Readonly<Record<string, unknown>> => ({
  id: trade.id,
  time: trade.atMs / 1000,
  price: trade.price.toString(),
  amount: trade.amount.toString(),
  type: trade.side,
  rpi: false,
});

/** `[market, limit, largestId]`: 0 asks for the latest, else those up to that id, inferred from the name. */
function request(market: Market, params: readonly unknown[], session: Session): Reply {
  const [name, limit, largestId] = params;
  if (params.length !== 3 || !isText(name) || !isWhole(limit) || !isWhole(largestId)) return fail(1);
  if (limit < 1 || limit > TRADES_MAX || largestId < 0) return fail(1);
  if (market.listing(name) === null) return noSuchMarket(name);
  const trades = market
    .trades(name, session.nowMs, largestId === 0 ? limit : TRADES_MAX)
    .filter((trade) => largestId === 0 || trade.id <= largestId);
  return answer(trades.slice(0, limit).map(item));
}

/** No names at all mean every market. */
function subscribe(market: Market, params: readonly unknown[], session: Session): Reply {
  const names = params.length === 0 ? market.listings().map(({ name }) => name) : marketNames(market, params);
  if (!Array.isArray(names)) return names;
  session.replaceFeeds('trades', new Map(names.map((name) => [name, tradeFeed(market, name)])));
  return SUCCESS;
}

/** A first picture of up to 100, newest first; then only what is new. */
function tradeFeed(market: Market, name: string): Feed {
  let lastSec = Number.NaN;
  let lastId = 0;
  const poll = (nowMs: number): readonly Update[] => {
    const sec = Math.floor(nowMs / 1000);
    if (sec === lastSec) return [];
    lastSec = sec;
    const fresh = market.trades(name, nowMs, TRADES_MAX).filter((trade) => trade.id > lastId);
    lastId = fresh[0]?.id ?? lastId;
    return fresh.length === 0 ? [] : [{ method: 'trades_update', params: [name, fresh.map(item)] }];
  };
  return { poll };
}
