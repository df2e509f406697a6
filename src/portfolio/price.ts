/** What one unit of an asset costs in a currency, from the last prices of one exchange. */

import { Decimal } from '../core/decimal.ts';
import type { Instrument } from '../core/instrument.ts';
import type { Ticker } from '../venues/venue.ts';

export type Currency = 'USDT' | 'USD' | 'EUR' | 'BTC';

export type MarketPrice = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly last: Decimal;
};

type PriceStep = {
  readonly from: string;
  readonly to: string;
  /** The market that gave the price; null for an assumption. */
  readonly symbol: string | null;
  /** True: one divided by the market's price. */
  readonly inverse: boolean;
};

export type Price = {
  /** In the currency, for one unit; at most 30 places. */
  readonly price: Decimal;
  /** Empty where asset and currency are the same. */
  readonly path: readonly PriceStep[];
  /** What was taken for granted, in a sentence; empty when every step is a market. */
  readonly assumption: string;
};

export type PriceBook = ReadonlyMap<string, MarketPrice>;

/** Where markets meet. A way through more than these two is longer than any price is worth. */
const HUBS = ['USDT', 'BTC'] as const;
/** Beyond the smallest unit known (18 places) times the smallest prices. */
const PRICE_PLACES = 30;
const DOLLAR_ASSUMPTION = 'One USDT is counted as one USD.';

/** What an exchange says now, as prices. A perpetual's price is its own and not that of its coin, so only spot counts. */
export function spotPrices(
  instruments: readonly Instrument[],
  tickers: ReadonlyMap<string, Ticker>,
): readonly MarketPrice[] {
  return instruments.flatMap(({ symbol, kind, base, quote }) => {
    const ticker = tickers.get(symbol);
    return kind === 'spot' && ticker !== undefined ? [{ symbol, base, quote, last: ticker.last }] : [];
  });
}

/** By pair. A price that is not above zero is no price; of two markets with one pair the first counts. */
export function priceBook(markets: Iterable<MarketPrice>): PriceBook {
  const book = new Map<string, MarketPrice>();
  for (const market of markets) {
    const pair = `${market.base}/${market.quote}`;
    if (market.last.sign() > 0 && !book.has(pair)) book.set(pair, market);
  }
  return book;
}

/**
 * By the shortest way: the market itself, its inverse, through USDT, through BTC, through both. Where nothing leads to
 * USD, USDT stands in for it and the answer says so. Null: no way leads there.
 */
export function priceOf(asset: string, currency: Currency, book: PriceBook): Price | null {
  if (asset === currency) return { price: Decimal.ONE, path: [], assumption: '' };
  const hubs = HUBS.filter((hub) => hub !== asset && hub !== currency);
  const ways = [[], ...hubs.map((hub) => [hub]), hubs, hubs.toReversed()].map((middle) => [asset, ...middle, currency]);
  for (const dollarsAreTether of [false, true]) {
    for (const way of ways) {
      const price = along(way, book, dollarsAreTether);
      if (price !== null) return price;
    }
  }
  return null;
}

function along(way: readonly string[], book: PriceBook, dollarsAreTether: boolean): Price | null {
  let price = Decimal.ONE;
  let assumption = '';
  const path: PriceStep[] = [];
  for (let i = 1; i < way.length; i += 1) {
    const from = way[i - 1] ?? '';
    const to = way[i] ?? '';
    const market = book.get(`${from}/${to}`);
    const inverse = book.get(`${to}/${from}`);
    if (market !== undefined) {
      price = price.mul(market.last.round(PRICE_PLACES, 'half-even')).round(PRICE_PLACES, 'half-even');
      path.push({ from, to, symbol: market.symbol, inverse: false });
    } else if (inverse !== undefined) {
      price = price.div(inverse.last, PRICE_PLACES, 'half-even');
      path.push({ from, to, symbol: inverse.symbol, inverse: true });
    } else if (dollarsAreTether && isDollarStep(from, to)) {
      assumption = DOLLAR_ASSUMPTION;
      path.push({ from, to, symbol: null, inverse: false });
    } else {
      return null;
    }
  }
  // So far below the smallest place that nothing is left: that is no price, and not a price of nothing.
  return price.isZero() ? null : { price: price.trim(), path, assumption };
}

function isDollarStep(from: string, to: string): boolean {
  return (from === 'USDT' && to === 'USD') || (from === 'USD' && to === 'USDT');
}
