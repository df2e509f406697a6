import { expect, test } from 'vitest';
import { runFills } from './fills.ts';

/** Some seconds on a machine with nothing else to do. */
const LONG_MS = 120_000;

test('what was acknowledged is there, once, after kill -9 in the middle of 5,000 fills', {
  timeout: LONG_MS,
}, async () => {
  const runs = await runFills({ runs: 2, fills: 5_000, seed: 20_261_123 });
  expect(runs.map(({ faults, fills }) => ({ faults, fills }))).toEqual([
    { faults: [], fills: 5_000 },
    { faults: [], fills: 5_000 },
  ]);
  for (const { killed } of runs) expect(killed).toBeGreaterThan(0);
});

test('a trader that acknowledges before it has written is seen', { timeout: LONG_MS }, async () => {
  // Far more than wait at a time, so that some do whenever it is killed.
  const [run] = await runFills({ runs: 1, fills: 5_000, seed: 3, mistake: 'said-early' });
  expect(run?.faults.join()).toMatch(/acknowledged, \d+ there/);
});

test('a trader that takes what it hears again for new is seen', { timeout: LONG_MS }, async () => {
  const [run] = await runFills({ runs: 1, fills: 1_000, seed: 3, mistake: 'taken-twice' });
  expect(run?.faults).not.toEqual([]);
});
