import { expect, test } from 'vitest';
import { linedUp } from './lined-up.ts';

test('a card has the places of its finest figure and room for its longest asset', () => {
  expect(linedUp(['43 210.00', '0.125', '2 000'], ['BTC', 'USDT'])).toEqual({ places: 3, assetChars: 4 });
  expect(linedUp([], [])).toEqual({ places: 0, assetChars: 0 });
});

test('very fine amounts do not push the prices aside', () => {
  expect(linedUp(['43 210.00', '0.00012345'], ['BTC'])).toBeNull();
});
