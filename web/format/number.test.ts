import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import {
  compareText,
  formatPrice,
  formatQuantity,
  formatShare,
  formatValue,
  group,
  groupDigits,
  isZero,
  roundText,
  splitAtPoint,
  THIN,
  trimZeros,
} from './number.ts';

const plain = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.integer({ min: 0, max: 20 }),
    fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }),
  )
  .map(([negative, whole, places, fraction]) => {
    const tail = places === 0 ? '' : `.${fraction.toString().padStart(20, '0').slice(0, places)}`;
    return `${negative ? '-' : ''}${whole}${tail}`;
  });

describe('rounding', () => {
  test('agrees with the exact decimals of the desk, half away from zero', () => {
    fc.assert(
      fc.property(plain, fc.integer({ min: 0, max: 12 }), (text, places) => {
        const wanted = Decimal.parse(text).round(places, 'half-up');
        expect(Decimal.parse(roundText(text, places)).compare(wanted)).toBe(0);
        expect(roundText(text, places).split('.')[1]?.length ?? 0).toBe(places);
      }),
    );
  });

  test('carries over every nine and never says minus zero', () => {
    expect(roundText('999.995', 2)).toBe('1000.00');
    expect(roundText('-0.004', 2)).toBe('0.00');
    expect(roundText('0.5', 0)).toBe('1');
  });

  test('leaves what is no number alone', () => {
    expect(roundText('n/a', 2)).toBe('n/a');
    expect(group('1e5')).toBe('1e5');
  });
});

describe('what is shown', () => {
  test.each([
    ['9812.10384756', 'USDT', `9${THIN}812.10`],
    ['1234567.895', 'EUR', `1${THIN}234${THIN}567.90`],
    ['0', 'USDT', '0.00'],
    ['-12.5', 'USD', '\u221212.50'],
    ['0.08123456', 'BTC', '0.08123456'],
    ['0.001', 'USDT', `<${THIN}0.01`],
  ])('%s %s is %s', (value, currency, shown) => {
    expect(formatValue(value, currency)).toBe(shown);
  });

  test.each([
    ['12000.000', `12${THIN}000`],
    ['0.100000000000000000', '0.1'],
    ['0.000000001', `<${THIN}0.00000001`],
    ['0.123456789', '0.12345679'],
  ])('the amount %s is %s', (value, shown) => {
    expect(formatQuantity(value)).toBe(shown);
  });

  test.each([
    ['97341.123', `97${THIN}341.12`],
    ['1', '1.00'],
    ['1.23456', '1.2346'],
    ['0.0000091234', '0.0000091234'],
    ['0.14321234', '0.14321'],
  ])('the price %s is %s', (value, shown) => {
    expect(formatPrice(value)).toBe(shown);
  });

  test.each([
    ['40.12', `40.12${THIN}%`],
    ['100', `100.00${THIN}%`],
    ['99.95', `99.95${THIN}%`],
    ['0', `0.00${THIN}%`],
  ])('the share %s is %s', (share, shown) => {
    expect(formatShare(share)).toBe(shown);
  });

  test('grouping changes nothing but spaces and the minus', () => {
    fc.assert(
      fc.property(plain, (text) => {
        expect(group(text).replaceAll(THIN, '').replace('\u2212', '-')).toBe(text);
      }),
    );
  });

  test('amounts in a sentence are grouped, nothing else is', () => {
    expect(groupDigits('9812.1 USDT and 1 more')).toBe(`9${THIN}812.1 USDT and 1 more`);
    expect(groupDigits('key 3e3012345, 183 days, code a1234')).toBe('key 3e3012345, 183 days, code a1234');
  });

  test('only a trailing zero is dropped', () => {
    expect([trimZeros('100'), trimZeros('1.500'), trimZeros('2.000')]).toEqual(['100', '1.5', '2']);
  });

  test('the point is where columns align', () => {
    expect(splitAtPoint('9 812.10')).toEqual({ whole: '9 812', fraction: '.10' });
    expect(splitAtPoint('12')).toEqual({ whole: '12', fraction: '' });
  });
});

test('zero is zero in every spelling, and nothing else is', () => {
  for (const text of ['0', '0.00', '-0', '000.0']) expect(isZero(text)).toBe(true);
  for (const text of ['', '-', '0.01', '10']) expect(isZero(text)).toBe(false);
});

test('order is exact beyond what a float can tell', () => {
  fc.assert(
    fc.property(plain, plain, (left, right) => {
      expect(compareText(left, right)).toBe(Decimal.parse(left).compare(Decimal.parse(right)));
    }),
  );
  expect(compareText('100000000000000000000.1', '100000000000000000000.2')).toBe(-1);
});
