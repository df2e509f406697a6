import { describe, expect, test } from 'vitest';
import type { Market } from '../../../src/contract/trading.ts';
import { inGroup, ofConnected, quotesOf, searchMarkets, sortMarkets } from './find.ts';

function market(symbol: string, volumeQuote: string | null, venue: Market['venue'] = 'whitebit'): Market {
  const [base, quote] = symbol.split('_');
  const venueName = venue === 'whitebit' ? 'WhiteBIT' : 'Practice exchange';
  // The rules of a market are not looked at here.
  return {
    venue,
    venueName,
    symbol,
    base,
    quote,
    volumeQuote,
    last: '1',
    changePercent: volumeQuote,
  } as Market;
}
const MARKETS = [
  market('ETH_BTC', '30'),
  market('BTC_USDT', '9000000000000000.1'),
  market('WBTC_USDT', '5'),
  market('NEW_USDT', null),
  market('ETH_USDT', '9000000000000000.2'),
  market('BTC_USDT', '1', 'practice'),
];
const names = (markets: readonly Market[]): readonly string[] => markets.map(({ symbol }) => symbol);

describe('a search', () => {
  test('finds by base first, however it is written', () => {
    expect(names(searchMarkets(MARKETS, 'btc'))).toEqual(['BTC_USDT', 'BTC_USDT', 'ETH_BTC', 'WBTC_USDT']);
    for (const typed of ['BTC/USDT', 'btc usdt', 'btc_usdt', 'btcusdt'])
      expect(searchMarkets(MARKETS, typed)[0]).toBe(MARKETS[1]);
  });

  test('finds by the name of the exchange too', () => {
    expect(searchMarkets(MARKETS, 'btc practice')).toEqual([MARKETS[5]]);
  });

  test('offered a market of an exchange that is not connected, and opened another one', () => {
    const found = (...venues: readonly Market['venue'][]) =>
      searchMarkets(
        ofConnected(
          MARKETS,
          venues.map((venue) => ({ venue })),
        ),
        'btc/usdt',
      ).map(({ venue }) => venue);
    expect(found('whitebit')).toEqual(['whitebit', 'whitebit']);
    expect(found('practice')).toEqual(['practice']);
    expect(found()).toEqual(['whitebit', 'practice', 'whitebit']);
  });

  test('needs every word to be answered', () => {
    expect(searchMarkets(MARKETS, 'btc sol')).toEqual([]);
  });

  test('of nothing is everything', () => {
    expect(searchMarkets(MARKETS, '  / ')).toBe(MARKETS);
  });
});

describe('sorting', () => {
  test('is exact beyond what a float can tell apart, and the unknown stands last both ways', () => {
    expect(names(sortMarkets(MARKETS.slice(0, 5), { by: 'volume', desc: true }))).toEqual([
      'ETH_USDT',
      'BTC_USDT',
      'ETH_BTC',
      'WBTC_USDT',
      'NEW_USDT',
    ]);
    expect(names(sortMarkets(MARKETS.slice(0, 5), { by: 'volume', desc: false })).at(-1)).toBe('NEW_USDT');
  });

  test('by volume compares what the volumes are worth, not their numbers', () => {
    const markets = [
      { ...market('BTC_USDT', '50000'), last: '40000' },
      { ...market('ETH_BTC', '2'), last: '0.05' },
      { ...market('USDT_EUR', '100'), last: '0.8' },
      { ...market('SOL_EUR', '60000'), last: '90' },
      { ...market('ADA_USDT', '70000'), last: '1' },
      { ...market('NEW_USDT', null), last: null },
      { ...market('XRP_TRY', '9999999'), last: '20' },
    ];
    const sorted = names(sortMarkets(markets, { by: 'volume', desc: true }));
    expect(sorted).toEqual(['ETH_BTC', 'SOL_EUR', 'ADA_USDT', 'BTC_USDT', 'USDT_EUR', 'NEW_USDT', 'XRP_TRY']);
  });

  test('by name goes both ways', () => {
    expect(names(sortMarkets(MARKETS, { by: 'name', desc: true }))[0]).toBe('WBTC_USDT');
  });
});

test('a watchlist tells the same market of two exchanges apart', () => {
  const watched = [{ venue: 'practice', market: 'BTC_USDT' }];
  expect(inGroup(MARKETS, { kind: 'watched' }, watched)).toEqual([MARKETS[5]]);
  expect(inGroup(MARKETS, { kind: 'quote', quote: 'BTC' }, watched)).toEqual([MARKETS[0]]);
});

test('quotes with the most markets come first', () => {
  expect(quotesOf(MARKETS)).toEqual(['USDT', 'BTC']);
});
