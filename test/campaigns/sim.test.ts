/** The simulator over seeds, the tester tested, and a death at every named place. More of each by hand: test/sim/main.ts. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../sim/main.ts', import.meta.url));
/** Four minutes of two cores, up to ten while others are busy too; `npm run sim` has more of them. */
const SEEDS = Number(process.env.GAPLESS_SEEDS ?? 2_000);
const EVENTS_MIN = 2_000;
const PLANTED_MIN = 30;
const SCENARIOS = 2;
/** What the other tests leave of two cores is enough for these; more by `npm run sim`. */
const LONG_MS = 30 * 60_000;

/** The last line is the figures; what a failing run says before it is shown as it is. */
async function run(...args: readonly string[]): Promise<Record<string, unknown>> {
  const options = { maxBuffer: 64 * 1024 * 1024 };
  const said = await promisify(execFile)(process.execPath, [MAIN, ...args], options).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string; readonly message: string }) => {
      throw new Error(`${error.stdout}\n${error.message}`);
    },
  );
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

test(`nothing is lost or doubled in ${SEEDS} worlds`, { timeout: LONG_MS }, async () => {
  const figures = await run('--seeds', String(SEEDS));
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(figures).toMatchObject({ seeds: SEEDS, violations: 0 });
  expect(figures.eventsLeast).toBeGreaterThanOrEqual(EVENTS_MIN);
  // Worlds in which nothing was ever in doubt would prove nothing.
  expect(figures.unknown).toBeGreaterThan(SEEDS / 2);
});

test('a seed is the same world every time', { timeout: LONG_MS }, async () => {
  const [first, second] = [
    await run('--seeds', '6', '--from', '31'),
    await run('--seeds', '6', '--from', '31', '--workers', '1'),
  ];
  expect(first.print).not.toBe(0);
  expect(second.print).toBe(first.print);
});

test('every planted mistake is seen', { timeout: LONG_MS }, async () => {
  const figures = await run('--planted', '');
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(figures.missed).toEqual([]);
  expect(figures.planted).toBeGreaterThanOrEqual(PLANTED_MIN);
});

test('a death at every named place, and again while coming back, leaves both books equal', {
  timeout: LONG_MS,
}, async () => {
  const figures = await run('--deaths', String(SCENARIOS));
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(figures).toMatchObject({ scenarios: SCENARIOS, violations: 0 });
  expect(figures.names).toEqual(
    expect.arrayContaining(['desk before-commit', 'desk after-place', 'custody after-journal']),
  );
});
