import { expect, test } from 'vitest';
import { DeskPerson } from '../campaigns/desk-person.ts';
import { steadyPorts } from '../campaigns/free-ports.ts';
import { runKills } from '../campaigns/kill.ts';
import { seedFrom } from '../campaigns/seeded.ts';
import { practiceAccount, practiceCall, practiceKey } from '../practice-api.ts';
import { startDesk, until } from '../running-desk.ts';

/** What fits into a run of all tests; `npm run campaign:kill` kills two hundred times. */
const KILLS = 12;
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

/** Far longer than a desk needs to be started again and to compare its rows with custody's keys. */
const SLOW_MS = 8_000;
/** The exchange's slowness, then the next look at custody; well under the minute of the regular comparison. */
const SHOWN_WITHIN_MS = 25_000;

test('a desk killed while a slow exchange was asked shows the key that custody stored after its restart', async () => {
  const desk = await startDesk(await steadyPorts());
  try {
    const person = new DeskPerson(desk.address);
    await person.claim(desk.setupCode ?? '');
    await practiceAccount(desk.practice, 'slow@practice.example');
    const key = await practiceKey(desk.practice, 'slow@practice.example');
    const path = '/api/v4/main-account/history';
    await practiceCall(desk.practice, 'faults/set', { kind: 'slow', path, count: 1, delayMs: SLOW_MS });
    const { connection } = await person.connect(key, 'practice');
    const reached = async (): Promise<boolean> => {
      const { faults } = await practiceCall<{ faults: unknown[] }>(desk.practice, 'faults/list');
      return faults.length === 0;
    };
    await until(reached, SLOW_MS);
    const pid = desk.children().find(({ name }) => name === 'desk')?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    const shown = async (): Promise<boolean> =>
      (await person.call('connections.list').catch(() => [])).some(({ id }) => id === connection);
    await until(shown, SLOW_MS + SHOWN_WITHIN_MS, desk.output);
  } finally {
    await desk.end();
  }
});
