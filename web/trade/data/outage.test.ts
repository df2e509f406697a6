import { expect, test } from 'vitest';
import type { PriceLine } from '../../../src/contract/live.ts';
import { heardAfter, lineOfBook, outageMs } from './outage.ts';

const line = (state: PriceLine['state'], why = ''): PriceLine => ({
  ...{ state, why, sinceMs: 1000, nextAttemptAtMs: null },
});

test('the head flipped between "No prices" and "Connecting" with every attempt of one outage', () => {
  let heard = line('live');
  for (const told of [line('waiting', 'Cut.'), line('connecting'), line('waiting', 'Cut.'), line('connecting')]) {
    heard = heardAfter(heard, told);
    expect(heard).toMatchObject({ state: 'waiting', why: 'Cut.' });
    expect(outageMs(heard, 1200)).toBe(200);
  }
  expect(heardAfter(heard, line('live')).state).toBe('live');
});

test('first prices are coming for a moment, and missing after it', () => {
  const first = heardAfter(line('idle'), line('connecting'));
  expect(heardAfter(undefined, line('connecting'))).toEqual(first);
  expect(outageMs(first, 2500)).toBeNull();
  expect(outageMs(first, 13_000)).toBe(12_000);
});

test('prices that nobody asked for since the desk started were told as missing for days', () => {
  expect(outageMs(line('idle'), 9e9)).toBeNull();
  expect(outageMs(line('live'), 9e9)).toBeNull();
  expect(outageMs(undefined, 9e9)).toBeNull();
});

test('prices were called live while nothing came of the market that is looked at', () => {
  const silent = lineOfBook(line('live'), 5000);
  expect(silent).toMatchObject({ state: 'waiting', sinceMs: 5000 });
  expect(outageMs(silent, 20_000)).toBe(15_000);
  expect(lineOfBook(line('live'), null)).toEqual(line('live'));
  expect(lineOfBook(line('waiting', 'Cut.'), 5000)).toEqual(line('waiting', 'Cut.'));
});
