import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duel } from './duel.testing.ts';
import { rehearse } from './rehearsal.testing.ts';

/** The long run of the same is `test/campaigns/matching.test.ts`. */
const SEEDS = [1, 2, 3, 4, 5, 6];
const COMMANDS = 4_000;
const LONG_MS = 60_000;

describe('against the reference book', () => {
  test.each(SEEDS)(
    'seed %i: the same trades, queues, balances and refusals',
    (seed) => {
      const tally = duel(seed, COMMANDS, 100);
      // A run that hardly trades or never activates a stop would prove little.
      expect(tally.trades).toBeGreaterThan(500);
      expect(tally.activated).toBeGreaterThan(50);
      expect(tally.refused).toBeGreaterThan(100);
      expect(tally.openMost).toBeGreaterThan(20);
    },
    LONG_MS,
  );

  test(
    'short runs of any seed, the state compared after every command',
    () => {
      fc.assert(
        fc.property(fc.integer({ min: 100, max: 2 ** 31 }), (seed) => {
          duel(seed, 120, 1);
        }),
        { numRuns: 40 },
      );
    },
    LONG_MS,
  );
});

describe('replay', () => {
  test.each([11, 12])(
    'seed %i: saved, restored and replayed, byte for byte',
    (seed) => {
      const { saves, bytes } = rehearse(seed, 3_000, 250);
      expect(saves).toBe(12);
      expect(bytes).toBeGreaterThan(500_000);
    },
    LONG_MS,
  );

  test(
    'saved and restored after every command',
    () => {
      rehearse(13, 300, 1);
    },
    LONG_MS,
  );
});
