import { expect, test } from 'vitest';
import { hostileFaults, runHostile } from '../campaigns/hostile.ts';
import { seedFrom } from '../campaigns/seeded.ts';

/** What fits into a run of all tests; `npm run campaign:hostile` sends a million. */
const FRAMES = 20_000;
const SEED = seedFrom(process.env.CAMPAIGN_SEED ?? '20261123');

test(`a hostile desk sends ${FRAMES} messages (seed ${SEED}): nothing forbidden reaches the exchange`, async () => {
  const figures = await runHostile({ frames: FRAMES, seed: SEED });
  expect(hostileFaults(figures)).toEqual([]);
  expect(figures.frames).toBe(FRAMES);
});
