import type { Listing, Market } from '../ports.ts';
import { kline } from './kline.ts';
import { levelTexts } from './levels.ts';
import {
  MARKET_UNAVAILABLE,
  ok,
  type PublicAnswer,
  type PublicCall,
  type PublicRoutes,
  wholeNumber,
} from './public-call.ts';
import { changePercent, enabledListings, type Ticker, tickerOf, tickersOf } from './tickers.ts';

const DEPTH_LIMIT = 100;
const HISTORY_LIMIT = 50;
const HISTORY_LIMIT_MAX = 100;

const result = (value: unknown): PublicAnswer => ok({ success: true, message: null, result: value });

/** Version 1 refuses inside an answer with status 200. */
const refuse = (field: string, text: string): PublicAnswer =>
  ok({ success: false, message: { [field]: [text] }, result: null });

export function publicV1(market: Market): PublicRoutes {
  return new Map<string, (call: PublicCall) => PublicAnswer>([
    ['markets', () => result(enabledListings(market).map(marketBody))],
    ['tickers', ({ nowMs }) => result(allTickers(tickersOf(market, nowMs), nowMs))],
    ['ticker', (call) => oneTicker(market, call)],
    ['symbols', () => result(enabledListings(market).map(({ name }) => name))],
    ['depth/result', (call) => depth(market, call)],
    ['history', (call) => history(market, call)],
    [
      'kline',
      ({ query, nowMs }) => {
        const outcome = kline(market, query, nowMs);
        return outcome.ok ? result(outcome.rows) : refuse(outcome.field, outcome.text);
      },
    ],
  ]);
}

/** Every value is a text here, and the newer fields of version 4 are missing. */
function marketBody(listing: Listing): Readonly<Record<string, string>> {
  return {
    name: listing.name,
    stock: listing.stock,
    money: listing.money,
    stockPrec: String(listing.stockPrec),
    moneyPrec: String(listing.moneyPrec),
    feePrec: String(listing.feePrec),
    makerFee: listing.makerFee,
    takerFee: listing.takerFee,
    minAmount: listing.minAmount.toString(),
  };
}

function allTickers(tickers: ReadonlyMap<string, Ticker>, nowMs: number): Readonly<Record<string, unknown>> {
  const at = Math.floor(nowMs / 1000);
  const body: Record<string, unknown> = {};
  for (const [name, { day }] of tickers) {
    body[name] = {
      ticker: {
        bid: day.bid.toString(),
        ask: day.ask.toString(),
        low: day.low.toString(),
        high: day.high.toString(),
        last: day.last.toString(),
        vol: day.volumeStock.toString(),
        deal: day.volumeMoney.toString(),
        change: changePercent(day),
      },
      at,
    };
  }
  return body;
}

/** The market a query names, or the refusal. */
function named<T>(query: URLSearchParams, find: (name: string) => T | null | undefined): T | PublicAnswer {
  const name = query.get('market') ?? '';
  if (name === '') return refuse('market', 'The market field is required.');
  return find(name) ?? refuse('market', MARKET_UNAVAILABLE);
}

function oneTicker(market: Market, { query, nowMs }: PublicCall): PublicAnswer {
  const found = named(query, (name) => market.listing(name));
  if ('status' in found) return found;
  const { day } = tickerOf(market, found, nowMs);
  return result({
    open: day.open.toString(),
    bid: day.bid.toString(),
    ask: day.ask.toString(),
    low: day.low.toString(),
    high: day.high.toString(),
    last: day.last.toString(),
    volume: day.volumeStock.toString(),
    deal: day.volumeMoney.toString(),
    change: changePercent(day),
  });
}

/** The one answer of version 1 that comes without an envelope. */
function depth(market: Market, { query, nowMs }: PublicCall): PublicAnswer {
  const found = named(query, (name) => market.listing(name));
  if ('status' in found) return found;
  const limit = wholeNumber(query, 'limit', DEPTH_LIMIT);
  if (limit === null) return refuse('limit', 'The limit must be an integer.');
  if (limit < 1) return refuse('limit', 'The limit must be at least 1.');
  if (limit > DEPTH_LIMIT) return refuse('limit', 'The limit may not be greater than 100.');
  const book = market.book(found.name, nowMs, limit);
  return ok({ asks: levelTexts(book.asks), bids: levelTexts(book.bids) });
}

/** Trades newer than `lastId`, newest first. Times are seconds with microseconds. */
function history(market: Market, { query, nowMs }: PublicCall): PublicAnswer {
  const found = named(query, (name) => market.listing(name));
  if ('status' in found) return found;
  if (!query.has('lastId')) return refuse('lastId', 'The last id field is required.');
  const lastId = wholeNumber(query, 'lastId', 0);
  if (lastId === null) return refuse('lastId', 'The last id must be an integer.');
  const limit = wholeNumber(query, 'limit', HISTORY_LIMIT);
  if (limit === null) return refuse('limit', 'The limit must be an integer.');
  if (limit < 1) return refuse('limit', 'The limit must be at least 1.');
  if (limit > HISTORY_LIMIT_MAX) return refuse('limit', 'The limit may not be greater than 100.');
  const trades = market.trades(found.name, nowMs, limit).filter((trade) => trade.id > lastId);
  return result(
    trades.map((trade) => ({
      id: trade.id,
      time: trade.atMs / 1000,
      price: trade.price.toString(),
      amount: trade.amount.toString(),
      type: trade.side,
    })),
  );
}
