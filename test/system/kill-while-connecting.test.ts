import { expect, test } from 'vitest';
import { runKills } from '../campaigns/kill.ts';
import { seedFrom } from '../campaigns/seeded.ts';

/** What fits into a run of all tests; `npm run campaign:kill` kills two hundred times. */
const KILLS = 25;
/** Each kill costs a restart, of which the supervisor spaces the later ones by up to five seconds. */
const TIMEOUT_MS = 300_000;
const SEED = seedFrom(process.env.CAMPAIGN_SEED ?? '20261123');

test(
  `${KILLS} kills while connecting (seed ${SEED}): a connection is there whole or not at all`,
  async () => {
    const figures = await runKills({ kills: KILLS, seed: SEED });
    expect(figures.faults).toEqual([]);
    expect(figures.kills).toBe(KILLS);
    // A campaign that only ever struck too late, or too early, would prove nothing.
    expect(figures.connects.whole + figures.replaces.replaced).toBeGreaterThan(0);
    expect(figures.connects.none + figures.replaces.kept).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
