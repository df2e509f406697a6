/** Exchange, custody and desk killed while programs trade: both ledgers agree to the last digit afterwards. */

import { expect, test } from 'vitest';
import { seedFrom } from '../campaigns/seeded.ts';
import { runTradeKills } from '../campaigns/trade-kill.ts';

/** What fits into a run of all tests; `npm run campaign:trade-kill` kills a thousand times. */
const KILLS = 15;
const TIMEOUT_MS = 300_000;
const SEED = seedFrom(process.env.CAMPAIGN_SEED ?? '20261123');

test(
  `${KILLS} kills while trading (seed ${SEED}): nothing lost, nothing doubled, no digit different`,
  async () => {
    const figures = await runTradeKills({ kills: KILLS, seed: SEED });
    expect(figures.faults).toEqual([]);
    expect(figures.kills).toBe(KILLS);
    // A campaign that never struck a request, or in which nobody traded, would prove nothing.
    expect(figures.requests.unanswered).toBeGreaterThan(0);
    expect(figures.inRecovery).toBeGreaterThan(0);
    expect(figures.orders.atExchange).toBeGreaterThan(20);
    expect(figures.orders.fills).toBeGreaterThan(5);
  },
  TIMEOUT_MS,
);
