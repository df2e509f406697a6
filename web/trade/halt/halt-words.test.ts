import { expect, test } from 'vitest';
import { doneWords, haltWords, reachOf, reachWords } from './halt-words.ts';

const resumeWith = 'npx gapless resume';
const haltWith = 'npx gapless halt';

test('nothing halted needs no words', () => {
  expect(haltWords({ everything: false, halts: [], reducing: [], resumeWith: '', haltWith })).toBeNull();
});

test('a halt of everything says so, since the oldest of its reasons', () => {
  const halts = [
    { connection: 'a', atMs: 900, why: 'second' },
    { connection: null, atMs: 500, why: 'first' },
  ];
  expect(haltWords({ everything: true, halts, reducing: [], resumeWith, haltWith })).toEqual({
    short: 'Halted',
    tone: 'red',
    sinceMs: 500,
    why: 'first',
  });
});

test('a halt of some connections counts them', () => {
  const one = { connection: 'a', atMs: 900, why: 'x' };
  expect(haltWords({ everything: false, halts: [one], reducing: [], resumeWith, haltWith })?.short).toBe('1 halted');
  expect(
    haltWords({ everything: false, halts: [one, { ...one, connection: 'b' }], reducing: [], resumeWith, haltWith })
      ?.short,
  ).toBe('2 halted');
});

test('only sales is said where nothing is halted, and the halt where both are', () => {
  const reducing = [{ connection: 'a', atMs: 300, why: 'careful' }];
  const held = { everything: false, halts: [], reducing, resumeWith, haltWith };
  expect(haltWords(held)).toEqual({ short: 'Only sales', tone: 'amber', sinceMs: 300, why: 'careful' });
  const halts = [{ connection: 'a', atMs: 900, why: 'x' }];
  expect(haltWords({ ...held, halts })).toMatchObject({ short: '1 halted', tone: 'red', sinceMs: 900 });
});

test('a halt of one connection, or by a member, was told as a halt of the whole desk', () => {
  expect(reachOf(null, true)).toBe('desk');
  expect(reachOf(null, false)).toBe('own');
  expect(reachOf('a', true)).toBe('one');
  expect(reachWords('own')).toContain('of yours');
  expect(reachWords('one')).toContain('for this connection');
  const done = { cancelled: 0, open: 0 };
  expect(doneWords({ ...done, reach: 'desk' })).toBe(
    'No new order leaves any more. There was no open order to cancel.',
  );
  expect(doneWords({ ...done, reach: 'one' })).toContain('No new order for this connection leaves any more.');
  expect(doneWords({ ...done, reach: 'own' })).toContain('No new order of yours leaves any more.');
});

test('orders that filled before they could be cancelled were told as cancelled', () => {
  const after = (cancelled: number | null, open: number): string => doneWords({ reach: 'desk', cancelled, open });
  expect(after(3, 0)).toContain('3 open orders asked to be cancelled, none is open any more.');
  expect(after(3, 1)).toContain('3 open orders asked to be cancelled, 1 still open.');
  expect(after(null, 2)).toContain('Your 2 open orders at the exchange were left alone.');
  expect(after(null, 0)).toContain('You had no open order at the exchange.');
});
