/**
 * Pulling the plug: a person connects exchanges and replaces keys while, at moments of chance, one of the processes is
 * killed, the supervisor itself, or everything stopped. Afterwards a connection must be there whole or not at all.
 *
 *     node test/campaigns/kill.ts --kills 200 --seed 1
 */

import { parseArgs } from 'node:util';
import { startDesk } from '../running-desk.ts';
import { steadyPorts } from './free-ports.ts';
import { KillScene, type Victim } from './kill-scene.ts';
import { type Seeded, seeded, seedFrom } from './seeded.ts';
import { startWitness } from './witness.ts';

/** Fewer would leave nothing to replace, more would only take longer to look at. */
const CONNECTIONS_KEPT = 8;
/** Killing goes on for this much longer than connecting takes: what happens right after the end is a moment as well. */
const SPAN_FACTOR = 1.25;

export type KillFigures = {
  readonly seed: number;
  readonly kills: number;
  readonly tookMs: number;
  readonly byVictim: Readonly<Record<string, number>>;
  readonly connects: { readonly whole: number; readonly none: number };
  readonly replaces: { readonly replaced: number; readonly kept: number };
  readonly signedRequests: number;
  readonly recoveryMs: { readonly median: number; readonly slowest: number };
  readonly auditEntries: number;
  /** What went wrong, with the round it went wrong in; empty if the promise holds. */
  readonly faults: readonly string[];
};

export type KillOptions = {
  readonly kills: number;
  readonly seed: number;
  /** Told after each round. */
  readonly onProgress?: (round: string) => void;
};

export async function runKills(options: KillOptions): Promise<KillFigures> {
  const witness = await startWitness();
  const ports = await steadyPorts();
  const args = [...ports, '--whitebit', witness.origin];
  const desk = await startDesk(args);
  witness.setTarget(desk.practice);
  const scene = new KillScene(desk, witness, args);
  try {
    return await kill(scene, options);
  } finally {
    await scene.end();
    await witness.close();
  }
}

async function kill(scene: KillScene, options: KillOptions): Promise<KillFigures> {
  const chance = seeded(options.seed);
  const startedAt = performance.now();
  await scene.prepare();
  const byVictim: Record<string, number> = {};
  const connects = { whole: 0, none: 0 };
  const replaces = { replaced: 0, kept: 0 };
  const recoveries: number[] = [];
  for (let round = 1; round <= options.kills; round += 1) {
    const victim = victimOf(chance);
    byVictim[victim] = (byVictim[victim] ?? 0) + 1;
    const delayMs = chance.next() * SPAN_FACTOR * scene.undisturbedMs;
    scene.round = `round ${round} (${victim} after ${delayMs.toFixed(0)} ms)`;
    const replacing = scene.connected.length > 0 && chance.chance(35) ? chance.pick(scene.connected) : null;
    const work = replacing === null ? await scene.beginConnect(round) : await scene.beginReplace(replacing);
    recoveries.push(await scene.strike(victim, delayMs, work.running));
    const isThere = await scene.judge(work);
    if (replacing === null) connects[isThere ? 'whole' : 'none'] += 1;
    else replaces[isThere ? 'replaced' : 'kept'] += 1;
    if (replacing === null && !isThere && chance.chance(50)) await scene.tryAgain(work);
    await scene.keepAtMost(CONNECTIONS_KEPT);
    options.onProgress?.(`${scene.round}: ${isThere ? 'there' : 'not there'}`);
    if (scene.faults.length > 0) break;
  }
  const auditEntries = await scene.lastLook();
  const sorted = recoveries.toSorted((a, b) => a - b);
  return {
    ...{ seed: options.seed, kills: recoveries.length, tookMs: performance.now() - startedAt },
    ...{ byVictim, connects, replaces, signedRequests: scene.signedRequests, auditEntries, faults: scene.faults },
    recoveryMs: { median: sorted[Math.floor(sorted.length / 2)] ?? 0, slowest: sorted.at(-1) ?? 0 },
  };
}

function victimOf(chance: Seeded): Victim {
  const dice = chance.below(20);
  if (dice === 0) return 'supervisor';
  if (dice === 1) return 'everything';
  return chance.pick(['practice', 'custody', 'desk'] as const);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } } });
  const seed = seedFrom(values.seed);
  console.log(`kill campaign, seed ${seed}`);
  const figures = await runKills({ kills: Number(values.kills), seed, onProgress: (round) => console.log(round) });
  console.log(JSON.stringify(figures, null, 2));
  console.log(figures.faults.length === 0 ? 'PASSED: whole or not at all, every time' : 'FAILED');
  process.exit(figures.faults.length === 0 ? 0 : 1);
}
