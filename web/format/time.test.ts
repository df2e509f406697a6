import { expect, test } from 'vitest';
import { ago, duration, exactTime, offsetText, until } from './time.ts';

const NOW = 1_800_000_000_000;

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [47 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 d'],
  [-5, '0 s'],
])('%d ms lasts %s', (length, words) => {
  expect(duration(length)).toBe(words);
});

test('the last seconds, and what a fast clock puts in the future, are now', () => {
  expect(ago(NOW - 4_999, NOW)).toBe('just now');
  expect(ago(NOW + 60_000, NOW)).toBe('just now');
  expect(ago(NOW - 5_000, NOW)).toBe('5 s ago');
});

test('an end is ahead or over', () => {
  expect(until(NOW + 3 * 3_600_000, NOW)).toBe('in 3 h');
  expect(until(NOW, NOW)).toBe('ended');
});

test.each([
  [12.4, 'within 1 s'],
  [-999, 'within 1 s'],
  [-3_200, '3.2 s ahead'],
  [3_200, '3.2 s behind'],
])('an offset of %d ms is %s', (offset, words) => {
  expect(offsetText(offset)).toBe(words);
});

test('an end was told in the manner of the browser, by halves of days, beside clocks of 24 hours', () => {
  expect(exactTime(new Date(2027, 1, 21, 15, 4, 5).getTime())).toMatch(/^21 Feb 2027, 15:04:05 \S+/);
});
