import { expect, test } from 'vitest';
import { noneWords } from './none-words.ts';

const USDT = { kind: 'quote', quote: 'USDT' } as const;

test('an exchange that could not be reached was said to have no such market', () => {
  for (const group of [USDT, { kind: 'all' }] as const) {
    expect(noneWords({ group, searching: false, told: 0, here: 0 })).toMatch(/not known now/);
    expect(noneWords({ group, searching: false, told: 9, here: 0 })).toMatch(/not known now/);
  }
  expect(noneWords({ group: USDT, searching: true, told: 0, here: 0 })).toMatch(/not known now/);
});

test('where markets are known, what is not among them is absent', () => {
  expect(noneWords({ group: USDT, searching: false, told: 9, here: 9 })).toMatch(/no such market/);
  expect(noneWords({ group: USDT, searching: true, told: 9, here: 9 })).toMatch(/called that/);
  expect(noneWords({ group: { kind: 'watched' }, searching: false, told: 9, here: 9 })).toMatch(/watchlist/);
});
