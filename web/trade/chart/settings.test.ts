import { expect, test } from 'vitest';
import { INDICATORS_MAX, parseSettings } from './settings.ts';

test('whatever stands in storage, a chart can be shown', () => {
  const start = { isLog: false, askMove: true, indicators: [] };
  for (const text of [null, '', '{', '7', 'null', '[]', '{"indicators":5,"isLog":"yes"}']) {
    expect(parseSettings(text)).toEqual(start);
  }
});

test('what is understood is kept, the rest left out', () => {
  const text = JSON.stringify({
    isLog: true,
    askMove: false,
    indicators: [{ kind: 'sma', settings: { period: 9, colour: 'red' } }, { kind: 7 }, null, { kind: 'sma' }],
  });
  const { isLog, askMove, indicators } = parseSettings(text);
  expect([isLog, askMove]).toEqual([true, false]);
  expect(indicators.map(({ kind, settings }) => [kind, settings])).toEqual([
    ['sma', { period: 9 }],
    ['sma', {}],
  ]);
  expect(new Set(indicators.map(({ id }) => id)).size).toBe(2);
});

test('a damaged memory cannot ask for a thousand indicators', () => {
  const text = JSON.stringify({ indicators: Array.from({ length: 1_000 }, () => ({ kind: 'sma' })) });
  expect(parseSettings(text).indicators.length).toBe(INDICATORS_MAX);
});
