import { describe, expect, test } from 'vitest';
import { World } from './world.testing.ts';

/** More by hand: `GAPLESS_SEEDS=2000`. */
const SEEDS = Number(process.env.GAPLESS_SEEDS ?? 20);

describe('whatever is lost, late, doubled or broken off', () => {
  const counts = new Map<string, number>();

  test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))('nothing is lost or doubled: seed %i', (seed) => {
    const world = new World(seed);
    world.run();
    expect(world.oracle.violations).toEqual([]);
    for (const [what, count] of world.oracle.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  });

  test('and all of it happened', () => {
    const seen = [
      'command: place',
      'unknown',
      'unknown ended: open',
      'unknown ended: closed',
      'unknown ended: cancelling',
      'refused: halted',
      'refused: in-doubt',
      'snapshot-failed',
      'boot',
      'move',
    ];
    expect(seen.filter((what) => (counts.get(what) ?? 0) === 0)).toEqual([]);
  });
});
