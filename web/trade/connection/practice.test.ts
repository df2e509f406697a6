import { expect, test } from 'vitest';
import { isPractice, nameWithPractice } from './practice.ts';

const real = { id: 'r', venue: 'whitebit', practice: false } as const;
const pointed = { id: 'p', venue: 'whitebit', practice: true } as const;

test('WhiteBIT pointed at practice looked like the real one on Trade', () => {
  expect(isPractice([pointed], { connection: 'p', venue: 'whitebit' })).toBe(true);
  expect(isPractice([real], { connection: 'r', venue: 'whitebit' })).toBe(false);
  // Of the connection that trades, whatever stands beside it.
  expect(isPractice([pointed, real], { connection: 'r', venue: 'whitebit' })).toBe(false);
});

test('before a connection is chosen its venue tells', () => {
  expect(isPractice([], { connection: null, venue: 'practice' })).toBe(true);
  expect(isPractice([], { connection: null, venue: 'whitebit' })).toBe(false);
  expect(isPractice([pointed], { connection: null, venue: 'whitebit' })).toBe(true);
});

test('"Practice · Practice exchange · Re…" was cut off where how it stands is told, on a phone', () => {
  expect(nameWithPractice('Practice exchange', true)).toBe('Practice exchange');
  expect(nameWithPractice('Savings', true)).toBe('Practice · Savings');
  expect(nameWithPractice('Savings', false)).toBe('Savings');
});
