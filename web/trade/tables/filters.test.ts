import { expect, test } from 'vitest';
import { countSet, NO_FILTERS, readView, says, wants } from './filters.ts';

const row = { connection: 'c1', market: 'BTC_USDT', side: 'buy', owner: 'ours' } as const;

test('every filter that is set has to let a row through', () => {
  const passes = (change: Partial<typeof NO_FILTERS>, market = 'BTC_USDT') =>
    wants({ ...NO_FILTERS, ...change }, market, row, ['BTC_USDT', 'buy']);
  expect(passes({})).toBe(true);
  expect(passes({ here: true })).toBe(true);
  expect(passes({ here: true }, 'ETH_USDT')).toBe(false);
  expect(passes({ connection: 'c2' })).toBe(false);
  expect(passes({ side: 'sell' })).toBe(false);
  expect(passes({ owner: 'external' })).toBe(false);
  expect(passes({ text: 'sell' })).toBe(false);
  expect(passes({ text: ' ' })).toBe(true);
});

test('text is found word by word, with a slash as people write markets', () => {
  expect(says('btc/usdt refused', ['BTC_USDT', 'Refused', 'Main'])).toBe(true);
  expect(says('btc cancelled', ['BTC_USDT', 'Refused'])).toBe(false);
});

test('what is set is counted without the switch for the market', () => {
  expect(countSet({ ...NO_FILTERS, here: true })).toBe(0);
  expect(countSet({ ...NO_FILTERS, side: 'buy', text: 'x' })).toBe(2);
});

test('what was kept by another version or a person opens the first table', () => {
  expect(readView('{"tab":"trades","here":true}')).toEqual({ tab: 'trades', here: true });
  for (const text of [null, '', '[', '{"tab":"bots","here":"yes"}'])
    expect(readView(text)).toEqual({ tab: 'open', here: false });
});
