import { createHash } from 'node:crypto';
import type { Asset, Listing, Market } from '../ports.ts';
import { levelTexts } from './levels.ts';
import { MARKET_UNAVAILABLE, ok, type PublicAnswer, type PublicCall, type PublicRoutes } from './public-call.ts';
import { tickersOf } from './tickers.ts';

/** Version 2 is rarely used: camel case, ISO times, everything in an envelope. */
const result = (value: unknown): PublicAnswer => ok({ success: true, message: null, result: value });

/** The documents show the envelope but no status; 200 is inferred from version 1, which shares it. */
const refuse = (message: string): PublicAnswer => ok({ success: false, message, params: [] });

const DEPTH_LIMIT = 100;
const TRADES_LIMIT = 100;

export function publicV2(market: Market): PublicRoutes {
  return new Map<string, (call: PublicCall) => PublicAnswer>([
    ['markets', () => result(market.listings().map((listing) => marketBody(listing, isEnabled(market, listing.name))))],
    [
      'ticker',
      ({ nowMs }) =>
        result(
          [...tickersOf(market, nowMs)].map(([name, { day }]) => ({
            tradingPairs: name,
            lastPrice: day.last.toString(),
            lowestAsk: day.ask.toString(),
            highestBid: day.bid.toString(),
            baseVolume24h: day.volumeStock.toString(),
            quoteVolume24h: day.volumeMoney.toString(),
            lastUpdateTimestamp: isoSecond(nowMs),
            tradesEnabled: isEnabled(market, name),
          })),
        ),
    ],
    ['trades/', (call) => trades(market, call)],
    ['fee', () => result({ makerFee: '0.1', takerFee: '0.1' })],
    [
      'assets',
      ({ nowMs }) =>
        result(Object.fromEntries(market.assets().map((asset) => [asset.ticker, assetBody(asset, nowMs)]))),
    ],
    ['depth/', (call) => depth(market, call)],
  ]);
}

const isoSecond = (ms: number): string => new Date(ms - (ms % 1000)).toISOString();

/** Only version 2 has a word for markets that are listed and closed (inferred that it uses it). */
const isEnabled = (market: Market, name: string): boolean => market.status(name) === 'open';

function marketBody(listing: Listing, tradesEnabled: boolean): Readonly<Record<string, unknown>> {
  return {
    name: listing.name,
    stock: listing.stock,
    money: listing.money,
    stockPrec: String(listing.stockPrec),
    moneyPrec: String(listing.moneyPrec),
    feePrec: String(listing.feePrec),
    minAmount: listing.minAmount.toString(),
    minTotal: listing.minTotal.toString(),
    tradesEnabled,
  };
}

/** An id in the form of a UUID, always the same for an asset. */
function assetId(ticker: string): string {
  const hex = createHash('sha256').update(`asset ${ticker}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function assetBody(asset: Asset, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    id: assetId(asset.ticker),
    lastUpdateTimestamp: isoSecond(nowMs),
    name: asset.title,
    canWithdraw: asset.canWithdraw,
    canDeposit: asset.canDeposit,
    minWithdrawal: asset.minWithdraw.toString(),
    maxWithdrawal: '0',
    makerFee: '0.1',
    takerFee: '0.1',
  };
}

function trades(market: Market, { argument, nowMs }: PublicCall): PublicAnswer {
  if (market.listing(argument) === null) return refuse(MARKET_UNAVAILABLE);
  return result(
    market.trades(argument, nowMs, TRADES_LIMIT).map((trade) => ({
      tradeId: trade.id,
      price: trade.price.toString(),
      volume: trade.amount.toString(),
      time: new Date(trade.atMs).toISOString(),
      isBuyerMaker: trade.side === 'sell',
    })),
  );
}

function depth(market: Market, { argument, nowMs }: PublicCall): PublicAnswer {
  if (market.listing(argument) === null) return refuse(MARKET_UNAVAILABLE);
  const book = market.book(argument, nowMs, DEPTH_LIMIT);
  return result({
    lastUpdateTimestamp: isoSecond(nowMs),
    asks: levelTexts(book.asks),
    bids: levelTexts(book.bids),
  });
}
