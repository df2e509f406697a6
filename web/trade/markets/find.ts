/** Which markets are listed, in which order. */

import type { Market } from '../../../src/contract/trading.ts';
import { compareText } from '../../format/number.ts';

export type SortBy = 'name' | 'volume' | 'last' | 'change';
export type Sorting = { readonly by: SortBy; readonly desc: boolean };
/** `watched`, `all`, or the quote asset. */
export type Group = { readonly kind: 'watched' | 'all' } | { readonly kind: 'quote'; readonly quote: string };

type Watched = readonly { readonly venue: string; readonly market: string }[];

const figureOf = (market: Market, by: Exclude<SortBy, 'name'>): string | null => {
  switch (by) {
    case 'volume':
      return market.volumeQuote;
    case 'last':
      return market.last;
    case 'change':
      return market.changePercent;
  }
};

/** What nobody told stands last, whichever way it is sorted; equals stand by name. */
export function sortMarkets(markets: readonly Market[], { by, desc }: Sorting): readonly Market[] {
  const sign = desc ? -1 : 1;
  const byName = (a: Market, b: Market): number => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0);
  return [...markets].sort((a, b) => {
    if (by === 'name') return sign * byName(a, b);
    const left = figureOf(a, by);
    const right = figureOf(b, by);
    if (left === null || right === null) return Number(left === null) - Number(right === null) || byName(a, b);
    return sign * compareText(left, right) || byName(a, b);
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
