import { describe, expect, test } from 'vitest';
import { clamped, indexAt, inSight, isFollowing, newest, panned, type View, xOf, zoomed } from './view.ts';

const extent = { width: 700, length: 1_000 };
const start: View = { right: newest(1_000, 7), spacing: 7 };

describe('the window on the candles', () => {
  test('places and candles are each other backwards', () => {
    for (const index of [0, 17.5, 999]) expect(indexAt(start, 700, xOf(start, 700, index))).toBeCloseTo(index, 9);
  });

  test('dragging moves by as many candles as the hand went', () => {
    const left = panned(start, 70, extent);
    expect(left.right).toBeCloseTo(start.right - 10, 9);
  });

  test('zooming keeps what is under the pointer', () => {
    const middle = panned(start, 2_000, extent);
    const anchor = indexAt(middle, 700, 200);
    for (const factor of [1.5, 0.5, 0.2]) {
      expect(indexAt(zoomed(middle, factor, 200, extent), 700, 200)).toBeCloseTo(anchor, 6);
    }
  });

  test('some candles stay in sight at either end', () => {
    const far = panned(start, 1e9, extent);
    const beyond = panned(start, -1e9, extent);
    for (const view of [far, beyond]) {
      const { first, last } = inSight(view, extent);
      expect(last - first).toBeGreaterThanOrEqual(2);
    }
    expect(inSight(far, extent).first).toBe(0);
    expect(inSight(beyond, extent).last).toBe(999);
  });

  test('zoomed out as far as it goes, all candles stand on the screen', () => {
    const out = clamped({ right: 999, spacing: 0 }, extent);
    expect(out.spacing * extent.length).toBeLessThanOrEqual(extent.width);
    expect(out.spacing).toBeGreaterThan(0);
  });

  test('follows only while the newest is in sight', () => {
    expect(isFollowing(start, 1_000)).toBe(true);
    expect(isFollowing(panned(start, 500, extent), 1_000)).toBe(false);
  });
});
