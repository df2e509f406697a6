import { expect, test } from 'vitest';
import { spreadApart } from './spread-apart.ts';

const BOX = { top: 40, bottom: 400 };

test('what has room stays where it is, whatever the order it comes in', () => {
  expect(spreadApart([300, 100, 200], 24, BOX)).toEqual([300, 100, 200]);
});

test('what would touch is pushed apart, and the order of heights is kept', () => {
  expect(spreadApart([200, 199, 210], 24, BOX)).toEqual([223, 199, 247]);
});

test('at the lower edge it is pushed up again', () => {
  expect(spreadApart([400, 399, 398], 24, BOX)).toEqual([400, 376, 352]);
});

test('forty labels stood on the axis of time and above the picture: squeezed, they stay within it', () => {
  const placed = spreadApart(
    Array.from({ length: 40 }, (_, index) => 390 - index / 10),
    24,
    BOX,
  );
  expect(Math.min(...placed)).toBeGreaterThanOrEqual(BOX.top - 1e-9);
  expect(Math.max(...placed)).toBeLessThanOrEqual(BOX.bottom);
  expect(new Set(placed.map(Math.round)).size).toBe(40);
});

test('one label, or a box of no height', () => {
  expect(spreadApart([500], 24, BOX)).toEqual([400]);
  expect(spreadApart([1, 2], 24, { top: 40, bottom: 30 })).toEqual([30, 30]);
});
