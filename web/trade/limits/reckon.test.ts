import { expect, test } from 'vitest';
import {
  formOf,
  largestOrder,
  limitsOf,
  partOf,
  percentOfRatio,
  policyFormOf,
  policyLimitsOf,
  ratioOfPercent,
  usedPercent,
  wrongIn,
  wrongInPolicy,
} from './reckon.ts';

const POLICY = {
  ...{ markets: ['BTC_USDT'], bandPercent: '2', orderPercent: '5', orderFloor: '100', adversePercent: '1' },
  ...{ turnover: '5', ordersPerMinute: 120, openPerMarket: 100, openOrders: 500, assetPercent: '90' },
};
const LIMITS = {
  ...{ largestOrder: [{ asset: 'USDT', amount: '5000' }], openOrdersMax: 200, openOrdersPerMarketMax: 50 },
  ...{ adverseRatioMax: '0.05', passiveRatioMax: null },
};

test('what is allowed is never said to be more than it is', () => {
  expect(partOf('1234.567', '5')).toBe('61.72');
  expect(largestOrder('1234.567', POLICY)).toBe('100.00');
  expect(largestOrder('12430.55', POLICY)).toBe('621.52');
});

test('a used budget fills its bar and no more; one of nothing has no bar', () => {
  expect(usedPercent('12.4', '100')).toBe(12);
  expect(usedPercent('250', '100')).toBe(100);
  expect(usedPercent('1', '0')).toBe(0);
});

test('ratios and percentages are the same number there and back', () => {
  expect(percentOfRatio('0.055')).toBe('5.5');
  expect(ratioOfPercent('5.5')).toBe('0.055');
});

test('a form that nobody touched is what it was made from', () => {
  expect(limitsOf(formOf(LIMITS))).toEqual(LIMITS);
  expect(policyLimitsOf(policyFormOf(POLICY), POLICY.markets)).toEqual(POLICY);
});

test('fields that cannot be are named', () => {
  const form = { ...formOf(LIMITS), largest: [{ asset: 'us dt', amount: '0' }], open: '1001', adverse: '-1' };
  expect([...wrongIn(form)].sort()).toEqual(['adverse', 'amount 0', 'asset 0', 'open']);
  expect(wrongIn({ ...formOf(LIMITS), passive: '' }).size).toBe(0);
  expect([...wrongInPolicy({ ...policyFormOf(POLICY), openOrders: '1.5', turnover: 'x' })].sort()).toEqual([
    'openOrders',
    'turnover',
  ]);
});
