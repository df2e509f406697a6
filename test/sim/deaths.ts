/**
 * Dies at every named place: at its first, second and last hit, in a number of scenarios, and again while coming back.
 * Which places there are is learned by passing them: before and after each commit of each file and every place that the
 * code names. A write or a send of trading behind no name is an error of its own.
 */

import { chanceOf } from './chance.ts';
import type { FaultKind, Storm } from './script.ts';
import { Seeds } from './seeds.ts';
import type { Killable, World, WorldSize } from './world.ts';

const RESTART_MS = 400;
const EVENTS = 350;
/** Besides dying: what makes a scenario of its own, one after the other. */
const COLOURS: readonly (readonly FaultKind[])[] = [
  [],
  ['halt'],
  ['others', 'deposit'],
  ['rules'],
  ['cut'],
  ['expel'],
  ['http-place'],
  ['lock'],
];

export type Deaths = {
  readonly scenarios: number;
  readonly runs: number;
  readonly points: readonly string[];
  readonly deaths: number;
  readonly failures: readonly string[];
};

function scenario(seed: number): Storm {
  const chance = chanceOf(seed, 77);
  const colour = COLOURS[seed % COLOURS.length] ?? [];
  return {
    seed,
    faults: new Map(colour.map((kind) => [kind, 1])),
    paceMs: chance.pick([80, 200]),
    accounts: 1 + (seed % 2),
  };
}

const SIZE: WorldSize = { eventsMin: EVENTS, storm: scenario };

/** Every `step`-th scenario from `first` on. */
export async function dieEverywhere(first: number, step: number, scenarios: number): Promise<Deaths> {
  const all = await Seeds.begin();
  const points = new Set<string>();
  const failures: string[] = [];
  let runs = 0;
  let deaths = 0;
  let done = 0;
  try {
    for (let seed = first; seed <= scenarios; seed += step) {
      done += 1;
      const calm = all.world(seed, undefined, SIZE);
      const said = await calm.run();
      failures.push(
        ...said.map((one) => `scenario ${seed}: ${one}`),
        ...calm.unnamed().map((one) => `scenario ${seed}: without a name: ${one}`),
      );
      for (const [point, hits] of calm.points) {
        points.add(point);
        for (const hit of new Set([1, Math.min(2, hits), hits])) {
          const world = all.world(seed, undefined, SIZE);
          const times = dying(world, point, hit, runs % 15);
          const violations = await world.run();
          runs += 1;
          deaths += times();
          failures.push(...violations.map((one) => `scenario ${seed}, ${point}, hit ${hit}: ${one}`));
          failures.push(...world.unnamed().map((one) => `scenario ${seed}, ${point}: without a name: ${one}`));
        }
      }
    }
  } finally {
    all.end();
  }
  return { scenarios: done, runs, points: [...points].toSorted(), deaths, failures };
}

/** Dies once at this hit, and once more when it has passed so many places after coming back. */
function dying(world: World, point: string, hit: number, again: number): () => number {
  const [process = '', ...words] = point.split(' ');
  const name = words.join(' ');
  let seen = 0;
  let deaths = 0;
  let since = 0;
  const die = (who: Killable): true => {
    deaths += 1;
    since = 0;
    world.loop.plan(RESTART_MS, () => {
      if (!world.isQuiet) world.start(who);
    });
    return true;
  };
  world.diesAt = (who, at) => {
    if (who !== process) return false;
    if (deaths === 0) {
      seen += at === name ? 1 : 0;
      return seen === hit && at === name && die(who);
    }
    since += 1;
    return deaths === 1 && since > again && die(who);
  };
  return () => deaths;
}
