import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/core/decimal.ts';
import { baseFor, heldBeyond, percentOf, placesOfStep, quoteFor, shareOf, spreadOf, stepped } from './exact.ts';

const d = Decimal.parse;
const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, places]) => Decimal.fromInteger(digits, places).toString());
const some = amount.filter((text) => !d(text).isZero());
const step = fc.constantFrom('0.01', '0.00000001', '1', '10', '0.5', '0.25', '1000');

describe('a step of the price', () => {
  test.each([
    ['43210.00', '0.01', 1, '43210.01'],
    ['43210', '0.01', -1, '43209.99'],
    ['43210.00', '0.01', 10, '43210.10'],
    ['100', '10', 1, '110'],
    ['0.1', '0.1', 2, '0.3'],
    ['0.30000000', '0.00000001', 1, '0.30000001'],
  ])('%s by %s × %d is %s', (price, tick, count, after) => {
    expect(stepped(price, tick, count)).toBe(after);
  });

  test('off the ticks it first goes to the next one in its direction', () => {
    expect(stepped('100.004', '0.01', 1)).toBe('100.01');
    expect(stepped('100.004', '0.01', -1)).toBe('100.00');
    expect(stepped('7', '5', -1)).toBe('5');
  });

  test('never reaches zero', () => {
    expect(stepped('0.01', '0.01', -10)).toBe('0.01');
    expect(stepped('0', '0.5', -1)).toBe('0.5');
  });

  test('there and back is where it began, on any tick', () => {
    fc.assert(
      fc.property(
        step,
        fc.bigInt({ min: 100n, max: 10n ** 15n }),
        fc.integer({ min: 1, max: 50 }),
        (tick, n, count) => {
          const price = d(tick).mul(Decimal.fromInteger(n)).toString();
          const there = stepped(price, tick, count) ?? '';
          expect(d(there).isMultipleOf(d(tick))).toBe(true);
          expect(d(stepped(there, tick, -count) ?? '').eq(d(price))).toBe(true);
        },
      ),
    );
  });

  test('is none for what is no number', () => {
    expect(stepped('', '0.01', 1)).toBeNull();
    expect(stepped('1', '0', 1)).toBeNull();
  });
});

describe('base for quote', () => {
  test.each([
    ['100', '3', '0.01', '33.33'],
    ['4321', '43210', '0.00001', '0.10000'],
    ['0.3', '0.1', '1', '3'],
    ['9', '10', '1', '0'],
  ])('%s at %s in lots of %s is %s', (quote, price, lot, base) => {
    expect(baseFor(quote, price, lot)).toBe(base);
  });

  test('never costs more than was given, and one lot more would', () => {
    fc.assert(
      fc.property(amount, some, step, (quote, price, lot) => {
        const base = d(baseFor(quote, price, lot) ?? '');
        expect(base.mul(d(price)).lte(d(quote))).toBe(true);
        expect(base.add(d(lot)).mul(d(price)).gt(d(quote))).toBe(true);
        expect(base.isMultipleOf(d(lot))).toBe(true);
      }),
    );
  });

  test('is none without a price', () => {
    expect(baseFor('100', '0', '0.01')).toBeNull();
    expect(baseFor('100', '', '0.01')).toBeNull();
  });

  test('back to quote it is exact', () => {
    expect(quoteFor('0.1', '0.2')).toBe('0.02');
    expect(quoteFor('123456789.123456789', '0.000000001')).toBe('0.123456789123456789');
    expect(quoteFor('', '1')).toBeNull();
  });
});

describe('a share of what is available', () => {
  test.each([
    ['9812.1', 100, '0.01', '9812.10'],
    ['9812.1', 33, '0.01', '3237.99'],
    ['0.3', 10, '0.00000001', '0.03000000'],
    ['0.123456789', 100, '0.00000001', '0.12345678'],
    ['5', 0, '1', '0'],
  ])('%s × %d %% in steps of %s is %s', (available, percent, by, part) => {
    expect(shareOf(available, percent, by)).toBe(part);
  });

  test('is never more than that share, less than a step below it, and a whole number of steps', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 100 }), step, (available, percent, by) => {
        const part = d(shareOf(available, percent, by) ?? '');
        const exact = d(available).mul(Decimal.fromInteger(BigInt(percent), 2));
        expect(part.lte(exact)).toBe(true);
        expect(part.add(d(by)).gt(exact)).toBe(true);
        expect(part.isMultipleOf(d(by))).toBe(true);
      }),
    );
  });

  test('the slider stands where the amount puts it', () => {
    expect(percentOf('25', '100')).toBe(25);
    expect(percentOf('0.999', '1')).toBe(99);
    expect(percentOf('7', '1')).toBe(100);
    expect(percentOf('1', '0')).toBeNull();
    expect(percentOf('', '1')).toBeNull();
  });

  test('a share put in comes out again where steps are fine enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (percent) => {
        expect(percentOf(shareOf('9812.10', percent, '0.000001') ?? '', '9812.10')).toBe(percent);
      }),
    );
  });
});

test('the spread is exact, its percentage is of the middle', () => {
  expect(spreadOf('99', '101')).toEqual({ price: '2', percent: '2.000' });
  expect(spreadOf('0.1', '0.3')?.price).toBe('0.2');
  expect(spreadOf('0', '0')).toBeNull();
  expect(spreadOf('', '1')).toBeNull();
});

test('places of a step', () => {
  expect(['0.01', '10', '0.50', '1'].map(placesOfStep)).toEqual([2, 0, 1, 0]);
});

test('available less costs was not what was left: what is held for a price that moves is told', () => {
  expect(heldBeyond('8656.56', '8164.11', '482.80', '0')).toBe('492.45');
  expect(heldBeyond('8656.56', '8173.28', '482.80', '0.48')).toBeNull();
  expect(heldBeyond('8656.56', '8173.76', '482.80', '0')).toBeNull();
});
