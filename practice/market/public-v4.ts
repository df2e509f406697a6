import { Decimal } from '../../src/core/decimal.ts';
import type { BookLevel, Listing, Market, PublicTrade } from '../ports.ts';
import { assetBody, feeBody } from './asset-bodies.ts';
import { levelTexts, mergeLevels } from './levels.ts';
import {
  MARKET_UNAVAILABLE,
  ok,
  type PublicAnswer,
  type PublicCall,
  type PublicRoutes,
  wholeNumber,
} from './public-call.ts';
import { changePercent, enabledListings, tickersOf } from './tickers.ts';

const BOOK_LIMIT = 100;
const BOOK_LEVEL_MAX = 10;
const TRADES_LIMIT = 100;
/** Both sides are looked through to find 100 trades of one. */
const TRADES_SEARCHED = 600;
const FUNDING_LIMIT = 100;
const FUNDING_OFFSET_MAX = 1_000_000;
/** `orderbook/depth` reaches two per cent around the last price. */
const DEPTH_SHARE = Decimal.parse('0.02');

/** Version 4 refuses with 422 and field → texts, without any envelope. */
const refuse = (field: string, ...texts: string[]): PublicAnswer => ({ status: 422, body: { [field]: texts } });
const noMarket = refuse('market', MARKET_UNAVAILABLE);

export function publicV4(market: Market): PublicRoutes {
  const assets = Object.fromEntries(market.assets().map((asset) => [asset.ticker, assetBody(asset)]));
  const fees = feeBody(market.assets());
  return new Map<string, (call: PublicCall) => PublicAnswer>([
    ['ping', () => ok(['pong'])],
    ['time', ({ nowMs }) => ok({ time: Math.floor(nowMs / 1000) })],
    ['platform/status', () => ok({ status: 'system operational' })],
    ['markets', () => ok(enabledListings(market).map(marketBody))],
    ['ticker', ({ nowMs }) => ok(tickerBody(market, nowMs))],
    ['assets', () => ok(assets)],
    ['fee', () => ok(fees)],
    ['orderbook/', (call) => orderbook(market, call)],
    ['orderbook/depth/', (call) => depth(market, call)],
    ['trades/', (call) => trades(market, call)],
    ['collateral/markets', () => ok({ success: true, message: null, result: collateralNames(market) })],
    ['futures', () => ok({ success: true, message: null, result: [] })],
    ['funding-history/', (call) => fundingHistory(market, call)],
  ]);
}

function collateralNames(market: Market): readonly string[] {
  return enabledListings(market).flatMap(({ name, isCollateral }) => (isCollateral ? name : []));
}

function marketBody(listing: Listing): Readonly<Record<string, unknown>> {
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
    minTotal: listing.minTotal.toString(),
    maxTotal: listing.maxTotal.toString(),
    tradesEnabled: true,
    isCollateral: listing.isCollateral,
    type: 'spot',
    isTradFiFutures: false,
    delistedAt: null,
  };
}

function tickerBody(market: Market, nowMs: number): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, { listing, day }] of tickersOf(market, nowMs)) {
    body[name] = {
      base_id: market.asset(listing.stock)?.coinMarketCapId ?? 0,
      quote_id: market.asset(listing.money)?.coinMarketCapId ?? 0,
      last_price: day.last.toString(),
      // In this endpoint the names mean what they say; in `trades` below they are exchanged.
      quote_volume: day.volumeMoney.toString(),
      base_volume: day.volumeStock.toString(),
      // Inferred: a halted market leaves the list of markets but keeps its ticker, frozen.
      isFrozen: market.status(name) === 'halted',
      change: changePercent(day),
    };
  }
  return body;
}

function orderbook(market: Market, { argument, query, nowMs }: PublicCall): PublicAnswer {
  const listing = market.listing(argument);
  if (listing === null) return noMarket;
  const limit = wholeNumber(query, 'limit', 0);
  if (limit === null) return refuse('limit', 'The limit must be an integer.');
  if (limit < 0) return refuse('limit', 'The limit must be at least 0.');
  if (limit > BOOK_LIMIT) return refuse('limit', 'The limit may not be greater than 100.');
  const level = wholeNumber(query, 'level', 0);
  if (level === null) return refuse('level', 'The level must be an integer.');
  const book = market.book(argument, nowMs, BOOK_LIMIT);
  const step = Decimal.power(Math.min(BOOK_LEVEL_MAX, Math.max(0, level)) - listing.moneyPrec);
  const most = limit === 0 ? BOOK_LIMIT : limit;
  return ok({
    ticker_id: argument,
    timestamp: Math.floor(nowMs / 1000),
    asks: levelTexts(mergeLevels(book.asks, step, 'ceil').slice(0, most)),
    bids: levelTexts(mergeLevels(book.bids, step, 'floor').slice(0, most)),
  });
}

function depth(market: Market, { argument, nowMs }: PublicCall): PublicAnswer {
  if (market.listing(argument) === null) return noMarket;
  const book = market.book(argument, nowMs, BOOK_LIMIT);
  const { last } = market.statistics(argument, nowMs, 1);
  const reach = last.mul(DEPTH_SHARE);
  const near = ([price]: BookLevel): boolean => price.sub(last).abs().lte(reach);
  return ok({
    ticker_id: argument,
    timestamp: Math.floor(nowMs / 1000),
    asks: levelTexts(book.asks.filter(near)),
    bids: levelTexts(book.bids.filter(near)),
  });
}

function trades(market: Market, { argument, query, nowMs }: PublicCall): PublicAnswer {
  if (market.listing(argument) === null) return noMarket;
  const type = query.get('type');
  if (type !== null && type !== 'buy' && type !== 'sell') return refuse('type', "Type should be 'sell' or 'buy'.");
  const recent =
    type === null
      ? market.trades(argument, nowMs, TRADES_LIMIT)
      : market.trades(argument, nowMs, TRADES_SEARCHED).filter((trade) => trade.side === type);
  return ok(recent.slice(0, TRADES_LIMIT).map(tradeBody));
}

function tradeBody(trade: PublicTrade): Readonly<Record<string, unknown>> {
  return {
    tradeID: trade.id,
    price: trade.price.toString(),
    // Exchanged on purpose: WhiteBIT calls the base amount `quote_volume` here and the money `base_volume`.
    quote_volume: trade.amount.toString(),
    base_volume: trade.amount.mul(trade.price).toString(),
    trade_timestamp: Math.floor(trade.atMs / 1000),
    type: trade.side,
    rpi: false,
  };
}

/** No perpetuals are listed, so every listed market has an empty history; the parameters are checked all the same. */
function fundingHistory(market: Market, { argument, query }: PublicCall): PublicAnswer {
  if (market.listing(argument) === null) return noMarket;
  // This endpoint alone answers with bare texts instead of lists of texts.
  const bare = (field: string, text: string): PublicAnswer => ({ status: 422, body: { [field]: text } });
  const limit = wholeNumber(query, 'limit', FUNDING_LIMIT);
  if (limit === null || limit < 1) return bare('limit', 'limit must be greater than or equal to 1');
  if (limit > FUNDING_LIMIT) return bare('limit', 'limit must be less than or equal to 100');
  const offset = wholeNumber(query, 'offset', 0);
  if (offset === null || offset < 0) return bare('offset', 'offset must be greater than or equal to 0');
  if (offset > FUNDING_OFFSET_MAX) return bare('offset', 'offset must be less than or equal to 1000000');
  const start = wholeNumber(query, 'startDate', 0);
  if (start === null) return bare('startDate', 'startDate must be an integer');
  const end = wholeNumber(query, 'endDate', Number.MAX_SAFE_INTEGER);
  if (end === null) return bare('endDate', 'endDate must be an integer');
  if (end <= start) return bare('endDate', 'endDate must be greater than to startDate');
  return ok([]);
}
