import { expect, test } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import { activationOf, boundOf, filledPercent, filledWords, leftOf, priceOf, worthOf } from './figures.ts';

test('what is left and how far it is are exact where floats would not be', () => {
  const order = anOrder({ filledBase: '0.1' });
  expect(leftOf(order)).toBe('0.2');
  expect(filledPercent(order)).toBe(33);
  expect(leftOf(anOrder({ filledBase: '0.4' }))).toBe('0');
});

test('an order that lacks a last crumb is not shown as filled, and a first crumb not as nothing', () => {
  expect(filledWords(anOrder({ filledBase: '0.299999999999999999999' }))).toBe('99');
  expect(filledWords(anOrder({ filledBase: '0.000000000000000000001' }))).toBe('<1');
  expect(filledWords(anOrder())).toBe('0');
  expect(filledPercent(anOrder({ quantity: { unit: 'base', amount: '0' } }))).toBe(0);
});

test('an order for money counts in money', () => {
  const order = anOrder({
    terms: { kind: 'stop-market', activation: '45100' },
    quantity: { unit: 'quote', amount: '2000.00' },
    filledQuote: '500',
    filledBase: '9',
  });
  expect(leftOf(order)).toBe('1500');
  expect(filledPercent(order)).toBe(25);
  expect(worthOf(order)).toBe('2000.00');
  expect(priceOf(order)).toBeNull();
  expect(activationOf(order)).toBe('45100');
});

test('a value is price times amount, and unknown where the market decides', () => {
  expect(worthOf(anOrder())).toBe('12900');
  expect(worthOf(anOrder({ terms: { kind: 'market' } }))).toBeNull();
  expect(worthOf(anOrder({ terms: null }))).toBeNull();
});

test('the limit behind a stop at the market was said nowhere in its row', () => {
  const stop = { terms: { kind: 'stop-market', activation: '95000' }, sentPrice: '94570' } as const;
  expect(boundOf(stop)).toBe('94570');
  expect(boundOf({ ...stop, sentPrice: null })).toBeNull();
  expect(boundOf({ terms: { kind: 'market' }, sentPrice: '94570' })).toBeNull();
});
