/**
 * Runs worlds by seed on every core: `npm run sim -- --seeds 2000 [--from 1] [--workers 2] [--until-minutes 60]`, or one
 * of them: `--seed 17`. `--planted ''` plants known mistakes instead and says how many seeds each takes. Prints what it
 * saw as one line of JSON; a failing seed with the shortest list of what has to happen.
 */

import { execFileSync, fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { lead, shorten, work } from './campaign.ts';
import { type Deaths, dieEverywhere } from './deaths.ts';
import { huntAll, huntShare } from './hunt.ts';

const UNTOLD_SEEDS = 200;

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ seeds: text, from: text, seed: text, workers: text, worker: text, planted: text, deaths: text },
      ...{ 'until-minutes': text, shorten: text },
    },
  });
  if (values.deaths !== undefined) return leadDeaths(Number(values.deaths), values);
  if (values.planted !== undefined) {
    const only = values.planted === '' ? null : values.planted;
    if (values.worker === undefined) return huntAll(Number(values.workers ?? os.availableParallelism()), only);
    await huntShare(Number(values.from), Number(values.worker), only);
    return 0;
  }
  if (values.shorten !== undefined) return shorten(Number(values.shorten));
  const minutes = values['until-minutes'];
  const many = values.seeds ?? (minutes === undefined ? UNTOLD_SEEDS : Number.POSITIVE_INFINITY);
  const wanted = {
    from: Number(values.seed ?? values.from ?? 1),
    seeds: values.seed === undefined ? Number(many) : 1,
    minutes: Number(minutes ?? Number.POSITIVE_INFINITY),
  };
  if (values.worker !== undefined) return work(wanted, Number(values.worker));
  const workers = Math.min(wanted.seeds, Number(values.workers ?? os.availableParallelism()));
  return lead(wanted, workers, commit());
}

/** Dies at every named place in so many scenarios. */
async function leadDeaths(
  scenarios: number,
  values: { worker?: string; from?: string; workers?: string },
): Promise<number> {
  if (values.worker !== undefined) {
    process.send?.(await dieEverywhere(Number(values.from), Number(values.worker), scenarios));
    return 0;
  }
  const workers = Number(values.workers ?? os.availableParallelism());
  const told: Deaths[] = [];
  await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const share = ['--deaths', String(scenarios), '--from', String(index + 1), '--worker', String(workers)];
      const child = fork(fileURLToPath(import.meta.url), share, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      child.on('message', (one: Deaths) => told.push(one));
      return new Promise<void>((resolve) => child.on('exit', () => resolve()));
    }),
  );
  const failures = told.flatMap((one) => one.failures);
  for (const failure of failures.slice(0, 20)) process.stdout.write(`${failure}\n`);
  const total = (of: 'scenarios' | 'runs' | 'deaths'): number => told.reduce((sum, one) => sum + one[of], 0);
  const points = [...new Set(told.flatMap((one) => one.points))].toSorted();
  const figures = {
    scenarios: total('scenarios'),
    runs: total('runs'),
    deaths: total('deaths'),
    points: points.length,
  };
  process.stdout.write(
    `${JSON.stringify({ ...figures, violations: failures.length, names: points, commit: commit() })}\n`,
  );
  return failures.length === 0 && figures.scenarios === scenarios ? 0 : 1;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

process.exitCode = await main();
// Timers of worlds hold nothing open; what a failed one left behind must not either.
if (process.connected) process.disconnect?.();
