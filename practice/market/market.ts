import type { Decimal } from '../../src/core/decimal.ts';
import type { Book, DayStatistics, Market } from '../ports.ts';
import { bestTicks, buildBook, unitDecimal } from './book.ts';
import { buildCandles } from './candles.ts';
import { ASSETS, FACTORS, type FactorName, MARKETS } from './catalogue.ts';
import { Factor } from './factor.ts';
import { seedOf } from './noise.ts';
import { MarketPath } from './path.ts';
import { recentTrades } from './trades.ts';

class UnknownMarket extends Error {
  override name = 'UnknownMarket';
  readonly code = 'unknown-market';
}

type Listed = {
  readonly path: MarketPath;
  readonly seed: number;
  /** The book last made: the protocols of one second ask for it many times over. */
  lastBook: { readonly sec: number; readonly book: Book } | null;
};

/**
 * Everything public about the practice exchange, as a function of the seed and the time asked for. Nothing is stored
 * but small caches. Time has a grain of one second here: a second's trades appear when it is over, and until then
 * ticker, book, candles and trades all speak of the second before.
 */
export function createMarket(options: { readonly seed: string }): Market {
  const factors = new Map<FactorName, Factor>();
  const shared = seedOf(options.seed, 'mood');
  const factor = (name: FactorName): Factor => {
    const known = factors.get(name) ?? new Factor(seedOf(options.seed, 'factor', name), shared, FACTORS[name]);
    factors.set(name, known);
    return known;
  };
  const listed = new Map<string, Listed>();
  for (const model of MARKETS) {
    const seed = seedOf(options.seed, 'market', model.listing.name);
    listed.set(model.listing.name, { path: new MarketPath(model, seed, factor), seed, lastBook: null });
  }
  const open = (name: string): Listed => {
    const found = listed.get(name);
    if (found === undefined) throw new UnknownMarket(`Market ${name} is not listed.`);
    return found;
  };
  const listings = MARKETS.map((model) => model.listing);
  const assets = new Map(ASSETS.map((asset) => [asset.ticker, asset]));

  return {
    listings: () => listings,
    listing: (name) => listed.get(name)?.path.model.listing ?? null,
    status: (name) => (listed.has(name) ? 'open' : null),
    assets: () => ASSETS,
    asset: (ticker) => assets.get(ticker) ?? null,
    candles: (name, intervalSec, fromSec, toSec) => buildCandles(open(name).path, intervalSec, fromSec, toSec),
    book: (name, atMs, limit) => {
      const market = open(name);
      const sec = Math.floor(atMs / 1000);
      if (market.lastBook?.sec !== sec) market.lastBook = { sec, book: buildBook(market.path, market.seed, sec) };
      const { updateId, asks, bids } = market.lastBook.book;
      return { updateId, asks: asks.slice(0, limit), bids: bids.slice(0, limit) };
    },
    trades: (name, atMs, limit) => {
      const { path, seed } = open(name);
      return recentTrades(path, seed, Math.floor(atMs / 1000), limit);
    },
    statistics: (name, atMs, periodSec) => statistics(open(name), Math.floor(atMs / 1000), periodSec),
  };
}

function statistics({ path, seed }: Listed, sec: number, periodSec: number): DayStatistics {
  const { listing, turnoverPrec } = path.model;
  const span = path.span(sec - periodSec, sec);
  const best = bestTicks(path, seed, sec);
  const price = (level: number): Decimal => unitDecimal(path.ticks(level), listing.moneyPrec);
  return {
    last: price(span.close),
    open: price(span.open),
    high: price(span.high),
    low: price(span.low),
    volumeStock: unitDecimal(span.lots, listing.stockPrec),
    volumeMoney: unitDecimal(span.turnover, turnoverPrec),
    bid: unitDecimal(best.bid, listing.moneyPrec),
    ask: unitDecimal(best.ask, listing.moneyPrec),
  };
}
