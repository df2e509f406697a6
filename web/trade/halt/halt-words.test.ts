import { expect, test } from 'vitest';
import { haltWords } from './halt-words.ts';

const resumeWith = 'npm run gapless -- resume';

test('nothing halted needs no words', () => {
  expect(haltWords({ everything: false, halts: [], resumeWith: '' })).toBeNull();
});

test('a halt of everything says so, since the oldest of its reasons', () => {
  const halts = [
    { connection: 'a', atMs: 900, why: 'second' },
    { connection: null, atMs: 500, why: 'first' },
  ];
  expect(haltWords({ everything: true, halts, resumeWith })).toEqual({ short: 'Halted', sinceMs: 500, why: 'first' });
});

test('a halt of some connections counts them', () => {
  const one = { connection: 'a', atMs: 900, why: 'x' };
  expect(haltWords({ everything: false, halts: [one], resumeWith })?.short).toBe('1 halted');
  expect(haltWords({ everything: false, halts: [one, { ...one, connection: 'b' }], resumeWith })?.short).toBe(
    '2 halted',
  );
});
