/** Which markets are listed, in which order. */

import type { Market, TradingAccount } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';

export type SortBy = 'name' | 'volume' | 'last' | 'change';
export type Sorting = { readonly by: SortBy; readonly desc: boolean };
/** `watched`, `all`, or the quote asset. */
export type Group = { readonly kind: 'watched' | 'all' } | { readonly kind: 'quote'; readonly quote: string };

type Watched = readonly { readonly venue: string; readonly market: string }[];

/** Enough to tell two volumes apart; they are compared here, never shown. */
const COMPARED_PLACES = 8;

/** What one unit of `asset` is in `reference`, by the prices of the same exchange; null where none tells. */
function priceIn(prices: ReadonlyMap<string, Decimal>, asset: string, reference: string): Decimal | null {
  if (asset === reference) return Decimal.ONE;
  const direct = prices.get(`${asset}_${reference}`);
  if (direct !== undefined) return direct;
  const inverse = prices.get(`${reference}_${asset}`);
  return inverse === undefined || inverse.isZero() ? null : Decimal.ONE.div(inverse, COMPARED_PLACES, 'half-even');
}

/**
 * Volumes are told in each market's quote asset: 900 BTC is more than 9 000 USDT. Here all of an exchange are in its
 * most common quote, so that they can be compared; a volume that cannot be turned into it is left out.
 */
function comparableVolumes(markets: readonly Market[]): ReadonlyMap<Market, Decimal> {
  const volumes = new Map<Market, Decimal>();
  for (const venue of new Set(markets.map((market) => market.venue))) {
    const here = markets.filter((market) => market.venue === venue);
    const [reference] = quotesOf(here);
    const prices = new Map(
      here.flatMap(({ symbol, last }) => (last === null ? [] : [[symbol, Decimal.parse(last)] as const])),
    );
    for (const market of here) {
      const price = reference === undefined ? null : priceIn(prices, market.quote, reference);
      if (price !== null && market.volumeQuote !== null)
        volumes.set(market, Decimal.parse(market.volumeQuote).mul(price));
    }
  }
  return volumes;
}

const parsed = (text: string | null): Decimal | undefined => (text === null ? undefined : Decimal.parse(text));

/** What a market is sorted by; undefined where nobody told it. */
function figures(by: Exclude<SortBy, 'name'>, markets: readonly Market[]): (market: Market) => Decimal | undefined {
  switch (by) {
    case 'volume': {
      const volumes = comparableVolumes(markets);
      return (market) => volumes.get(market);
    }
    case 'last':
    case 'change': {
      const field = by === 'last' ? 'last' : 'changePercent';
      const known = new Map(markets.map((market) => [market, parsed(market[field])]));
      return (market) => known.get(market);
    }
  }
}

/** What nobody told stands last, whichever way it is sorted; equals stand by name. */
export function sortMarkets(markets: readonly Market[], { by, desc }: Sorting): readonly Market[] {
  const sign = desc ? -1 : 1;
  const byName = (a: Market, b: Market): number => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0);
  if (by === 'name') return [...markets].sort((a, b) => sign * byName(a, b));
  const figure = figures(by, markets);
  return [...markets].sort((a, b) => {
    const [left, right] = [figure(a), figure(b)];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined) || byName(a, b);
    return sign * left.compare(right) || byName(a, b);
  });
}

/** Quote assets with the most markets first: the tabs of the list. */
export function quotesOf(markets: readonly Market[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { quote } of markets) counts.set(quote, (counts.get(quote) ?? 0) + 1);
  return [...counts.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([quote]) => quote);
}

export function inGroup(markets: readonly Market[], group: Group, watched: Watched): readonly Market[] {
  switch (group.kind) {
    case 'all':
      return markets;
    case 'quote':
      return markets.filter(({ quote }) => quote === group.quote);
    case 'watched': {
      const wanted = new Set(watched.map(({ venue, market }) => `${venue} ${market}`));
      return markets.filter(({ venue, symbol }) => wanted.has(`${venue} ${symbol}`));
    }
  }
}

/** Where something is connected, only its markets can be opened; where nothing is, all may be looked at. */
export function ofConnected(
  markets: readonly Market[],
  accounts: readonly Pick<TradingAccount, 'venue'>[],
): readonly Market[] {
  if (accounts.length === 0) return markets;
  const connected = new Set(accounts.map(({ venue }) => venue));
  return markets.filter(({ venue }) => connected.has(venue));
}

/** How well a market answers what was typed; null: not at all. Smaller is better. */
function rank(market: Market, typed: string): number | null {
  const base = market.base.toUpperCase();
  const whole = `${base}${market.quote.toUpperCase()}`;
  if (base === typed || whole === typed) return 0;
  if (whole.startsWith(typed)) return 1;
  if (whole.includes(typed)) return 2;
  return market.venueName
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .includes(typed)
    ? 3
    : null;
}

/** `btc`, `BTC/USDT`, `btc usdt`, `eth practice`: each word has to be answered; the best answers first. */
export function searchMarkets(markets: readonly Market[], typed: string): readonly Market[] {
  const words = typed
    .toUpperCase()
    .split(/\s+/)
    .map((word) => word.replace(/[^A-Z0-9]/g, ''))
    .filter((word) => word !== '');
  if (words.length === 0) return markets;
  const joined = words.join('');
  return sortMarkets(markets, { by: 'volume', desc: true })
    .flatMap((market) => {
      const whole = rank(market, joined);
      if (whole !== null) return [{ market, rank: whole }];
      const each = words.map((word) => rank(market, word));
      return each.some((one) => one === null) ? [] : [{ market, rank: 4 }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ market }) => market);
}
