/** Rows that come, go and stay: what is held under a pointer, what stays in place, what of two sources stands. */

import { describe, expect, test } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import { firstSeen, shiftOf, topsOf } from './anchor.ts';
import { fitting, tracksOf } from './fitting.ts';
import { type Held, holdRows } from './hold.ts';
import { endedAtMs, merged } from './merge.ts';

const own = (text: string): string => text;
const held = (rows: readonly Held<string>[]): string[] => rows.map(({ row, gone }) => (gone ? `(${row})` : row));

describe('holding', () => {
  const before = holdRows([], ['a', 'b', 'c', 'd'], own, false);

  test('without a pointer what went is gone', () => {
    expect(held(holdRows(before, ['a', 'd'], own, false))).toEqual(['a', 'd']);
  });

  test('under a pointer what went keeps its place, marked', () => {
    expect(held(holdRows(before, ['b', 'd'], own, true))).toEqual(['(a)', 'b', '(c)', 'd']);
  });

  test('held again it still keeps it, and what came stands where it belongs', () => {
    const once = holdRows(before, ['a', 'b', 'd'], own, true);
    expect(held(holdRows(once, ['n', 'a', 'b'], own, true))).toEqual(['n', 'a', 'b', '(c)', '(d)']);
  });

  test('what comes back is there once', () => {
    const once = holdRows(before, ['a', 'c', 'd'], own, true);
    expect(held(holdRows(once, ['a', 'b', 'c', 'd'], own, true))).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('staying in place', () => {
  const layout = (...ids: string[]) => ids.map((id) => ({ id, heightPx: id.startsWith('tall') ? 54 : 28 }));

  test('rows that come above move the anchor by their heights', () => {
    expect(shiftOf('b', topsOf(layout('a', 'b')), topsOf(layout('tall', 'n', 'a', 'b')))).toBe(82);
  });

  test('one that comes or goes itself moves nothing', () => {
    expect(shiftOf('b', topsOf(layout('a', 'b')), topsOf(layout('a')))).toBe(0);
    expect(shiftOf(null, topsOf(layout('a')), topsOf(layout('n', 'a')))).toBe(0);
  });

  test('at the top new rows come into sight; scrolled, the first row in sight stays', () => {
    const rows = layout('a', 'tall', 'c');
    expect(firstSeen(rows, 0)).toBeNull();
    expect(firstSeen(rows, 27)).toBe('a');
    expect(firstSeen(rows, 28)).toBe('tall');
    expect(firstSeen(rows, 82)).toBe('c');
  });
});

describe('pages and the live line', () => {
  type Row = { readonly id: string; readonly atMs: number; readonly text?: string };
  const merge = (read: readonly Row[], live: readonly Row[], end = false) =>
    merged(read, live, { end, idOf: ({ id }) => id, atMs: ({ atMs }) => atMs });

  test('what the line told stands in front, once, in the order of time', () => {
    const rows = merge(
      [
        { id: 'b', atMs: 2 },
        { id: 'a', atMs: 1 },
      ],
      [
        { id: 'b', atMs: 2, text: 'newer' },
        { id: 'c', atMs: 3 },
      ],
    );
    expect(rows.map(({ id, text }) => text ?? id)).toEqual(['c', 'newer', 'a']);
  });

  test('an old order that had just ended was missing from the history until its page came', () => {
    const ended = (key: string, createdAtMs: number, updatedAtMs: number) =>
      anOrder({ key, state: 'closed', createdAtMs, updatedAtMs });
    const read = [ended('b', 90, 95), ended('a', 50, 60)];
    const rows = merged(read, [ended('old', 10, 99)], { end: false, idOf: ({ key }) => key, atMs: endedAtMs });
    expect(rows.map(({ key }) => key)).toEqual(['old', 'b', 'a']);
  });

  test('what is older than the pages read so far waits for its page', () => {
    const read = [
      { id: 'b', atMs: 20 },
      { id: 'a', atMs: 10 },
    ];
    expect(merge(read, [{ id: 'old', atMs: 5 }]).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(merge(read, [{ id: 'old', atMs: 5 }], true).map(({ id }) => id)).toEqual(['b', 'a', 'old']);
  });
});

test('columns leave in their order until the rest has room, and those without one stay', () => {
  const columns = [
    { id: 'a', px: 100 },
    { id: 'b', px: 100, drop: 1 },
    { id: 'c', px: 100, drop: 2, grow: 0.5 },
  ];
  const ids = (widthPx: number) => fitting(columns, widthPx).map(({ id }) => id);
  expect(ids(320)).toEqual(['a', 'b', 'c']);
  expect(ids(319)).toEqual(['a', 'b']);
  expect(ids(50)).toEqual(['a']);
  expect(ids(0)).toEqual(['a', 'b', 'c']);
  expect(tracksOf(columns)).toBe('100px 100px minmax(100px, 0.5fr)');
});
