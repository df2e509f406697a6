import { expect, test } from 'vitest';
import type { MarketTrade } from '../../../src/contract/trading.ts';
import { burstsOf } from './bursts.ts';

const trade = (id: string, price: string, quantity: string, side: 'buy' | 'sell', atMs: number): MarketTrade => ({
  ...{ id, price, quantity, side, atMs },
});

test('one order that took several is one line, with the exact sum and the prices it went through', () => {
  const bursts = burstsOf([
    trade('4', '101', '0.1', 'buy', 20),
    trade('3', '100.5', '0.2', 'buy', 20),
    trade('2', '100', '7', 'sell', 20),
    trade('1', '100', '1', 'sell', 10),
  ]);
  expect(bursts.map(({ key, price, from, quantity, trades }) => [key, price, from, quantity, trades.length])).toEqual([
    ['3', '101', '100.5', '0.3', 2],
    ['2', '100', '', '7', 1],
    ['1', '100', '', '1', 1],
  ]);
});

test('a burst that goes on stays the same line', () => {
  const first = trade('1', '100', '1', 'buy', 10);
  const more = trade('2', '101', '1', 'buy', 10);
  expect(burstsOf([more, first])[0]?.key).toBe(burstsOf([first])[0]?.key);
});

test('one price in a burst is told once', () => {
  const [burst] = burstsOf([trade('2', '100', '1', 'buy', 10), trade('1', '100', '2', 'buy', 10)]);
  expect([burst?.from, burst?.quantity]).toEqual(['', '3']);
});

test('nothing is no line', () => {
  expect(burstsOf([])).toEqual([]);
});
