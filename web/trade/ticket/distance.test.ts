import { expect, test } from 'vitest';
import { distanceWords } from './distance.ts';

test.each([
  ['-0.000104', 'buy', 'Less than 0.01 % below the best ask'],
  ['0.000104', 'buy', 'Less than 0.01 % above the best ask'],
  ['0', 'sell', 'At the best bid'],
  ['0.000104', 'sell', 'Less than 0.01 % below the best bid'],
  ['-0.3', 'buy', '0.30 % below the best ask'],
] as const)('one tick under the ask was "0.00 %% above" it: %s %s', (percent, side, words) => {
  expect(distanceWords(percent, side)).toBe(words);
});
