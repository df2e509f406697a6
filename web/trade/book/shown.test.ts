import { expect, test } from 'vitest';
import { columnText, placesFor, priceText } from './shown.ts';

test.each([
  ['0.5', 6, 6],
  ['0.5', 8, 7],
  ['12345.6', 6, 3],
  ['1234567890', 6, 0],
  ['7', 0, 0],
])('a column up to %s in lots of %d places has %d', (largest, lot, places) => {
  expect(placesFor(largest, lot)).toBe(places);
});

test('an amount too small to show is not shown as nothing', () => {
  expect(columnText('0.00004', 3)).toBe('<0.001');
  expect(columnText('0.4', 0)).toBe('<1');
  expect(columnText('0', 3)).toBe('0.000');
  expect(columnText('1234.5', 2)).toBe('1\u202f234.50');
});

test('a price shows the zeros of its tick, and never loses a digit', () => {
  expect(priceText('43210.5', 2)).toBe('43\u202f210.50');
  expect(priceText('43210.505', 2)).toBe('43\u202f210.505');
  expect(priceText('7', 0)).toBe('7');
});
