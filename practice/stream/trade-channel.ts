import { streamTrade } from '../engine/render.ts';
import type { Market, PublicTrade } from '../ports.ts';
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
import { marketNames, unsubscribe } from './quote-channels.ts';
import { Update } from './update.ts';

const TRADES_MAX = 100;
/** So far back a `largestId` reaches; about as many trades as are kept of a market. */
const LOOKED_BACK_MAX = 20_000;
const US_PER_MS = 1_000;
const MS_PER_SECOND = 1_000;

type Parts = { readonly market: Market; readonly news: News };
type Push = (update: Update) => void;

export function tradeMethods(parts: Parts): Map<string, Method> {
  /** Who has had the first picture of a market and hears of every trade from then on. */
  const listeners = new Map<string, Set<Push>>();
  parts.news.onTrades((name, trades) => {
    const known = listeners.get(name);
    if (known === undefined || known.size === 0) return;
    const update = new Update('trades', [name, trades.map(streamTrade).reverse()]);
    for (const push of known) push(update);
  });
  const listenersOf = (name: string): Set<Push> => {
    const known = listeners.get(name) ?? new Set();
    listeners.set(name, known);
    return known;
  };
  return new Map<string, Method>([
    ['trades_request', { needsAccount: false, run: (params, session) => request(parts, params, session) }],
    [
      'trades_subscribe',
      { needsAccount: false, run: (params, session) => subscribe(parts, listenersOf, params, session) },
    ],
    ['trades_unsubscribe', unsubscribe('trades')],
  ]);
}

const item = (trade: PublicTrade): Readonly<Record<string, unknown>> => ({
  id: trade.id,
  time: trade.atMs / MS_PER_SECOND,
  price: trade.price.toString(),
  amount: trade.amount.toString(),
  type: trade.side,
  rpi: false,
});

/** The told clock may be behind the trades, by a fault or after a restart; what happened is shown all the same. */
function latest({ market, news }: Parts, name: string, nowMs: number, count: number): readonly PublicTrade[] {
  const { lastTradeUs } = news.market(name);
  return market.trades(name, Math.max(nowMs, Math.ceil(lastTradeUs / US_PER_MS)), count);
}

/** `[market, limit, largestId]`: 0 asks for the latest, else those up to that id, inferred from the name. */
function request(parts: Parts, params: readonly unknown[], session: Session): Reply {
  const [name, limit, largestId] = params;
  if (params.length !== 3 || !isText(name) || !isWhole(limit) || !isWhole(largestId)) return fail(1);
  if (limit < 1 || limit > TRADES_MAX || largestId < 0) return fail(1);
  if (parts.market.listing(name) === null) return noSuchMarket(name);
  for (let count = TRADES_MAX; ; count *= 4) {
    const trades = latest(parts, name, session.nowMs, count);
    const found = largestId === 0 ? trades : trades.filter(({ id }) => id <= largestId);
    if (found.length >= limit || trades.length < count || count >= LOOKED_BACK_MAX)
      return answer(found.slice(0, limit).map(item));
  }
}

/** No names at all mean every market. */
function subscribe(
  parts: Parts,
  listenersOf: (name: string) => Set<Push>,
  params: readonly unknown[],
  session: Session,
): Reply {
  const { market } = parts;
  const names = params.length === 0 ? market.listings().map(({ name }) => name) : marketNames(market, params);
  if (!Array.isArray(names)) return names;
  const feed = (name: string): Feed => tradeFeed(parts, name, listenersOf(name), (update) => session.push(update));
  session.replaceFeeds('trades', new Map(names.map((name) => [name, feed(name)])));
  return SUCCESS;
}

/** A first picture of up to 100, newest first; then every trade, at once. */
function tradeFeed(parts: Parts, name: string, listeners: Set<Push>, push: Push): Feed {
  return {
    poll({ nowMs }) {
      if (listeners.has(push)) return [];
      listeners.add(push);
      const trades = parts.market.listing(name) === null ? [] : latest(parts, name, nowMs, TRADES_MAX);
      return [new Update('trades', [name, trades.map(item)])];
    },
    stop() {
      listeners.delete(push);
    },
  };
}
