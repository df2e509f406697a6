import { describe, expect, test } from 'vitest';
import { boundsOf, fitSizes, isTight, readSizes, START_SIZES, within } from './sizes.ts';

const WIDE = { width: 1384, height: 780 };

describe('panels', () => {
  test('keep their first sizes on a usual screen', () => {
    expect(fitSizes(START_SIZES, WIDE, true)).toEqual(START_SIZES);
  });

  test('leave the chart its room, whatever was kept', () => {
    const huge = { markets: 900, book: 900, ticket: 900, tables: 900, trades: 900 };
    const { markets, book, ticket, tables } = fitSizes(huge, WIDE, true);
    expect(WIDE.width - markets - book - ticket).toBeGreaterThanOrEqual(320);
    expect(WIDE.height - tables).toBeGreaterThanOrEqual(220);
  });

  test('never become smaller than their words, even where there is no room', () => {
    const fitted = fitSizes(
      { markets: 1, book: 1, ticket: 1, tables: 1, trades: 1 },
      { width: 300, height: 100 },
      true,
    );
    expect(fitted).toEqual({ markets: 200, book: 220, ticket: 260, tables: 120, trades: 96 });
  });

  test('may use the room of markets that are put away', () => {
    const shown = boundsOf('book', START_SIZES, WIDE, true).max;
    expect(boundsOf('book', START_SIZES, WIDE, false).max).toBe(shown + START_SIZES.markets);
  });
});

test('on a laptop the tables were cut: their buttons stood beyond the edge', () => {
  const roomOf = (width: number) => ({ width, height: 780 });
  expect(isTight(START_SIZES, roomOf(1440 - 56))).toBe(false);
  expect(isTight(START_SIZES, roomOf(1280 - 56))).toBe(true);
  expect(isTight(START_SIZES, roomOf(1024 - 56))).toBe(true);
});

test('a size is whole and within its bounds', () => {
  expect(within(250.6, { min: 200, max: 300 })).toBe(251);
  expect(within(10, { min: 200, max: 300 })).toBe(200);
  expect(within(1000, { min: 200, max: 300 })).toBe(300);
});

test.each([null, '', 'null', '[]', '{"markets":1}', '{"markets":1,"book":1,"ticket":1,"tables":1,"trades":"x"}'])(
  'what is no set of sizes is not read: %s',
  (text) => expect(readSizes(text)).toBeNull(),
);

test('what was kept is read again', () => {
  expect(readSizes(JSON.stringify(START_SIZES))).toEqual(START_SIZES);
});
