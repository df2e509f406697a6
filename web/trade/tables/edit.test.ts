import { expect, test } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import { changeOf, startOf, wrongOf } from './edit.ts';

test('only what was changed is asked for; the same number written otherwise is no change', () => {
  const start = startOf(anOrder({ filledBase: '0.1' }));
  expect(start).toEqual({ price: '43000.00', activation: null, amount: '0.2' });
  expect(changeOf(start, { ...start, price: '43000', amount: '0.20' })).toBeNull();
  expect(changeOf(start, { ...start, price: '42999.5' })).toEqual({
    ...{ price: '42999.5', activation: null, quantity: null, confirmations: [] },
  });
  expect(changeOf(start, { ...start, amount: '0.15' })).toMatchObject({ price: null, quantity: '0.15' });
});

test('what is no amount is not sent', () => {
  const start = startOf(anOrder());
  for (const price of ['', '0', '-1', '1e5', '1.2.3', 'abc'])
    expect(changeOf(start, { ...start, price })).toBe('wrong');
});

test('an amount pasted as 1,500 moved the order to one and a half', () => {
  const edited = { ...startOf(anOrder()), amount: '1,500' };
  expect(changeOf(startOf(anOrder()), edited)).toBe('wrong');
  expect(wrongOf(edited)).toMatchObject({ name: 'amount', choices: [{ text: '1500' }, { text: '1.500' }] });
  const start = startOf(anOrder());
  expect(changeOf(start, { ...start, price: '42\u202f999,5', amount: '1,234.5' })).toMatchObject({
    ...{ price: '42999.5', quantity: '1234.5' },
  });
  expect(wrongOf(start)).toBeNull();
});

test('an order for money has no amount to change', () => {
  const terms = { kind: 'stop-market', activation: '45100' } as const;
  const start = startOf(anOrder({ terms, quantity: { unit: 'quote', amount: '2000' } }));
  expect(start).toEqual({ price: null, activation: '45100', amount: null });
});
