import { describe, expect, test } from 'vitest';
import { directionOf, formatChange, formatShort, formatTicked, placesOfStep } from './market-number.ts';
import { THIN } from './number.ts';

test('a price shows every place of its tick', () => {
  expect(formatTicked('43210', '0.01')).toBe(`43${THIN}210.00`);
  expect(formatTicked('0.0000013', '0.00000001')).toBe('0.00000130');
  expect(formatTicked('43210', '10')).toBe(`43${THIN}210`);
  expect(placesOfStep('0.500')).toBe(3);
});

describe('a change', () => {
  test('has a sign, a real minus and two places', () => {
    expect(formatChange('1.2')).toBe(`+1.20${THIN}%`);
    expect(formatChange('-12.345')).toBe(`\u221212.35${THIN}%`);
  });

  test('that rounds to nothing has no direction and no sign', () => {
    expect(formatChange('-0.004')).toBe(`0.00${THIN}%`);
    expect(directionOf('-0.004')).toBe('flat');
    expect(directionOf('-0.01')).toBe('down');
    expect(directionOf('0.01')).toBe('up');
  });
});

test.each([
  ['214889101.22', `214.9${THIN}M`],
  ['999.94', '999.9'],
  ['1000', `1.0${THIN}K`],
  ['999950', `1.0${THIN}M`],
  ['12000', `12.0${THIN}K`],
  ['0', '0.0'],
  ['7500000000000000', `7${THIN}500.0${THIN}T`],
])('a volume of %s reads %s', (text, shown) => expect(formatShort(text)).toBe(shown));
