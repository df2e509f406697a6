import { expect, test } from 'vitest';
import type { Market } from '../../../src/contract/trading.ts';
import { found, isThin, spelled, suggested } from './choice.ts';

const market = (symbol: string, volumeQuote: string | null, change: Partial<Market> = {}): Market => ({
  ...{
    venue: 'whitebit',
    venueName: 'WhiteBIT',
    symbol,
    base: symbol.split('_')[0] ?? '',
    quote: symbol.split('_')[1] ?? '',
  },
  ...{
    tick: '0.01',
    lot: '0.01',
    quantityMin: '0.01',
    notionalMin: '5',
    notionalMax: null,
    makerFee: '0',
    takerFee: '0',
  },
  ...{ status: 'trading', last: '2', changePercent: null, volumeQuote },
  ...change,
});
const MARKETS = [
  market('BTC_USDT', '9000000'),
  market('ETH_USDT', '12000000'),
  market('DUST_USDT', '999999.99'),
  market('GONE_USDT', '50000000', { status: 'halted' }),
  market('NEW_USDT', null),
];

test('suggested is what is traded most, and neither thin, halted nor unheard of', () => {
  expect(suggested(MARKETS, 'USDT')).toEqual(['ETH_USDT', 'BTC_USDT']);
});

test('thin is only what is known to be; practice money has no such gate', () => {
  expect(isThin(market('DUST_USDT', '999999.99'))).toBe(true);
  expect(isThin(market('EVEN_USDT', '1000000'))).toBe(false);
  expect(isThin(market('ETH_BTC', '10'))).toBe(false);
  expect(isThin(market('DUST_USDT', '1', { venue: 'practice' }))).toBe(false);
});

test('search stays within the quote asset that was chosen', () => {
  const all = [...MARKETS, market('ETH_BTC', '10')];
  expect(found(all, 'eth', 'BTC').map(({ symbol }) => symbol)).toEqual(['ETH_BTC']);
});

test('a choice is spelled one way', () => {
  expect(spelled(new Set(['ETH_USDT', '1INCH_USDT', 'BTC_USDT']))).toEqual(['1INCH_USDT', 'BTC_USDT', 'ETH_USDT']);
});
