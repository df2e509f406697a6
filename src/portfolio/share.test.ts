import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import { shares } from './share.ts';

const of = (...values: string[]) => shares(values.map(Decimal.parse), 2).map((share) => share?.toFixed(2) ?? null);
const money = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 24n }).map((n) => Decimal.fromInteger(n, 8));

describe('shares', () => {
  test('thirds add up, the earliest taking what is left', () => {
    expect(of('1', '1', '1')).toEqual(['33.34', '33.33', '33.33']);
    expect(of('2', '1')).toEqual(['66.67', '33.33']);
  });

  test('debts and nothing have no share; without anything there are none', () => {
    expect(of('-5', '10', '0')).toEqual(['0.00', '100.00', '0.00']);
    expect(of('0', '-1')).toEqual([null, null]);
    expect(of()).toEqual([]);
  });

  test('always add up to exactly a hundred, each within one step of the truth, in the order of the values', () => {
    fc.assert(
      fc.property(
        fc.array(money, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 4 }),
        (values, places) => {
          const result = shares(values, places);
          const positive = values.filter((value) => value.sign() > 0);
          if (positive.length === 0) {
            expect(result.every((share) => share === null)).toBe(true);
            return;
          }
          const known = result.map((share) => share ?? Decimal.parse('-1'));
          expect(Decimal.sum(known).toString()).toBe('100');
          const total = Decimal.sum(positive);
          const step = Decimal.power(-places);
          values.forEach((value, index) => {
            const share = known[index] ?? Decimal.ZERO;
            if (value.sign() <= 0) expect(share.isZero()).toBe(true);
            const miss = share
              .mul(total)
              .sub(Decimal.max(value, Decimal.ZERO).mul(Decimal.fromInteger(100n)))
              .abs();
            expect(miss.lt(step.mul(total))).toBe(true);
            values.forEach((other, j) => {
              if (value.gt(other)) expect(share.gte(known[j] ?? Decimal.ZERO)).toBe(true);
            });
          });
        },
      ),
    );
  });
});
