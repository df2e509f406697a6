import { expect, test } from 'vitest';
import { firstToType } from './keys.ts';

test('after b or s digits were lost beside the fields: they go where they are missing', () => {
  expect(firstToType({ kind: 'limit', price: '' })).toBe('price');
  expect(firstToType({ kind: 'limit', price: '95000' })).toBe('amount');
  expect(firstToType({ kind: 'market', price: '' })).toBe('amount');
});
