import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { Instrument } from '../core/instrument.ts';
import type { Ticker } from '../venues/venue.ts';
import { type MarketPrice, priceBook, priceOf, spotPrices } from './price.ts';

const market = (base: string, quote: string, last: string): MarketPrice => ({
  symbol: `${base}_${quote}`,
  base,
  quote,
  last: Decimal.parse(last),
});
const book = priceBook([
  market('BTC', 'USDT', '50000'),
  market('ETH', 'BTC', '0.05'),
  market('ETH', 'USDT', '2600'),
  market('TINY', 'BTC', '0.00000002'),
  market('USDT', 'EUR', '0.8'),
  market('USDT', 'UAH', '40'),
  market('DEAD', 'USDT', '0'),
]);
const told = (asset: string, currency: 'USDT' | 'USD' | 'EUR' | 'BTC', from = book) => {
  const price = priceOf(asset, currency, from);
  return price === null ? null : [price.price.toString(), price.path.map((step) => step.symbol ?? 'assumed').join(' ')];
};

describe('the price of an asset', () => {
  test('takes the shortest way', () => {
    expect(told('USDT', 'USDT')).toEqual(['1', '']);
    expect(told('ETH', 'USDT')).toEqual(['2600', 'ETH_USDT']);
    expect(told('ETH', 'BTC')).toEqual(['0.05', 'ETH_BTC']);
    expect(told('UAH', 'USDT')).toEqual(['0.025', 'USDT_UAH']);
    expect(told('USDT', 'BTC')).toEqual(['0.00002', 'BTC_USDT']);
    expect(told('ETH', 'EUR')).toEqual(['2080', 'ETH_USDT USDT_EUR']);
    expect(told('TINY', 'USDT')).toEqual(['0.001', 'TINY_BTC BTC_USDT']);
    expect(told('TINY', 'EUR')).toEqual(['0.0008', 'TINY_BTC BTC_USDT USDT_EUR']);
  });

  test('is unknown where nothing leads, and where the only market has no price', () => {
    expect(told('NOWHERE', 'USDT')).toBeNull();
    expect(told('DEAD', 'USDT')).toBeNull();
    expect(told('BTC', 'EUR', priceBook([market('BTC', 'USDT', '50000')]))).toBeNull();
  });

  test('a market whose price is not above zero is as if it were not there', () => {
    for (const last of ['0', '-1']) {
      const broken = priceBook([market('BTC', 'USDT', last), market('X', 'USDT', last), market('X', 'BTC', '0.5')]);
      expect(told('USDT', 'BTC', broken)).toBeNull();
      expect(told('X', 'USDT', broken)).toBeNull();
      expect(told('X', 'BTC', broken)).toEqual(['0.5', 'X_BTC']);
    }
  });

  test('counts one USDT as one USD only where no market says better, and says so', () => {
    expect(priceOf('ETH', 'USD', book)).toMatchObject({ assumption: 'One USDT is counted as one USD.' });
    expect(told('ETH', 'USD')).toEqual(['2600', 'ETH_USDT assumed']);
    expect(told('USD', 'BTC')).toEqual(['0.00002', 'assumed BTC_USDT']);
    const withDollars = priceBook([...book.values(), market('BTC', 'USD', '49950')]);
    expect(told('BTC', 'USD', withDollars)).toEqual(['49950', 'BTC_USD']);
    expect(told('USDT', 'USD', withDollars)).toEqual(['0.999', 'BTC_USDT BTC_USD']);
    expect(priceOf('ETH', 'USD', withDollars)?.assumption).toBe('');
  });

  test('does not depend on the order of the markets', () => {
    const markets = [...book.values()];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(markets, { minLength: markets.length }),
        fc.constantFrom('BTC', 'ETH', 'TINY', 'UAH', 'EUR', 'DEAD', 'USD'),
        fc.constantFrom('USDT' as const, 'USD' as const, 'EUR' as const, 'BTC' as const),
        (shuffled, asset, currency) => {
          expect(told(asset, currency, priceBook(shuffled))).toEqual(told(asset, currency));
        },
      ),
    );
  });

  test('there and back again is one, but for the last digits', () => {
    const last = fc.bigInt({ min: 1n, max: 10n ** 15n }).map((n) => Decimal.fromInteger(n, 8));
    fc.assert(
      fc.property(last, (price) => {
        const one = priceBook([{ symbol: 'BTC_USDT', base: 'BTC', quote: 'USDT', last: price }]);
        const there = priceOf('BTC', 'USDT', one)?.price ?? Decimal.ZERO;
        const back = priceOf('USDT', 'BTC', one)?.price ?? Decimal.ZERO;
        const miss = there.mul(back).sub(Decimal.ONE).abs();
        expect(miss.lt(Decimal.parse('0.0000000000000001'))).toBe(true);
      }),
    );
  });
});

describe('the prices of an exchange', () => {
  const instrument = (symbol: string, kind: Instrument['kind']): Instrument => {
    const one = Decimal.ONE;
    const sizes = {
      tick: one,
      lot: one,
      quantityMin: one,
      notionalMin: one,
      notionalMax: null,
      makerFee: one,
      takerFee: one,
    };
    return { symbol, kind, base: symbol.slice(0, 3), quote: 'USDT', ...sizes };
  };
  const ticker = (symbol: string, last: string): Ticker => ({
    symbol,
    last: Decimal.parse(last),
    changePercent: Decimal.ZERO,
    volumeQuote: Decimal.ZERO,
  });

  test('are those of its spot markets; perpetuals and markets without a ticker give none', () => {
    const instruments = [
      instrument('BTC_PERP', 'derivative'),
      instrument('BTC_USDT', 'spot'),
      instrument('ETH_USDT', 'spot'),
    ];
    const tickers = new Map([ticker('BTC_PERP', '49000'), ticker('BTC_USDT', '50000')].map((one) => [one.symbol, one]));
    const prices = spotPrices(instruments, tickers);
    expect(prices.map(({ symbol, last }) => [symbol, last.toString()])).toEqual([['BTC_USDT', '50000']]);
    expect(priceOf('BTC', 'USDT', priceBook(prices))?.price.toString()).toBe('50000');
  });
});
