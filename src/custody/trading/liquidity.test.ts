import { expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import { type Liquidity, liquidityOf, thinBecause } from './liquidity.ts';

const d = Decimal.parse;
const GOOD: Liquidity = { volume: d('1000000'), spread: d('0.005'), depth: d('2000') };
const LARGEST = d('100');
const level = (price: string, quantity: string) => ({ price: d(price), quantity: d(quantity) });

test.each<[Partial<Liquidity>, RegExp]>([
  [{}, /^$/],
  [{ volume: null }, /cannot be told/],
  [{ volume: d('999999.99') }, /a day/],
  [{ spread: null }, /spread/],
  [{ spread: d('0.005001') }, /spread/],
  [{ depth: null }, /within 1 %/],
  [{ depth: d('1999.99') }, /within 1 %/],
])('%j', (change, why) => {
  expect(thinBecause({ ...GOOD, ...change }, LARGEST)).toMatch(why);
});

test('a market of which nothing could be read is thin', () => {
  expect(thinBecause(null, LARGEST)).toMatch(/cannot be told/);
});

test('the lesser side within one percent of the middle counts, in USDT', () => {
  const book = {
    atSec: 0,
    asks: [level('100.2', '10'), level('101', '5'), level('101.01', '1000')],
    bids: [level('99.8', '10'), level('99', '2'), level('98.99', '1000')],
  };
  const found = liquidityOf(book, d('5'), d('2'));
  // Bids: 99.8 × 10 + 99 × 2 = 1196, at 2 USDT.
  expect(JSON.parse(JSON.stringify(found))).toEqual({ volume: '5', spread: '0.004', depth: '2392' });
  const uneven = liquidityOf({ atSec: 0, asks: [level('100.3', '1')], bids: [level('99.6', '1')] }, null, null);
  expect(uneven.spread?.toString()).toBe('0.007003501751');
  const asks = liquidityOf({ ...book, bids: [level('99.8', '1000')] }, d('5'), d('1'));
  expect(asks.depth?.toString()).toBe('1507');
  expect(liquidityOf(book, null, null)).toMatchObject({ volume: null, depth: null });
});

test.each([
  ['asks', { asks: [], bids: [level('99', '1')] }],
  ['bids', { asks: [level('99', '1')], bids: [] }],
  ['a price above zero', { asks: [level('99', '1')], bids: [level('0', '1')] }],
])('a book without %s has neither spread nor depth', (_name, sides) => {
  expect(liquidityOf({ atSec: 0, ...sides }, d('1'), d('1'))).toEqual({ volume: d('1'), spread: null, depth: null });
});
