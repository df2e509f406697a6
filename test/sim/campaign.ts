/** Many worlds over several processes. Whatever one seed comes to, the others are run; what failed is made short at the end. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type SeedReport, Seeds } from './seeds.ts';
import { FAILURES_SHOWN_MAX, Summary } from './summary.ts';

/** `minutes`: no world begins later than this. */
export type Wanted = { readonly from: number; readonly seeds: number; readonly minutes: number };

const PROGRESS_EVERY_MS = 10_000;
/** For each failing seed: a list that could be shorter is enough to begin with. */
const SHORTENING_MS = 120_000;
/** Processes that end one after the other without a single world: that is no seed's fault. */
const EMPTY_ENDS_MAX = 3;
/** A world makes much that is soon gone: with room for it, less is kept by mistake and moved about. */
const YOUNG_MIB = 64;
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** One core's share: every so many-th seed. */
export async function work({ from, seeds, minutes }: Wanted, step: number): Promise<number> {
  const untilMs = performance.now() + minutes * 60_000;
  const all = await Seeds.begin();
  try {
    for (let seed = from; seed < from + seeds && performance.now() < untilMs; seed += step)
      process.send?.(await all.run(seed));
  } finally {
    all.end();
  }
  return 0;
}

export async function shorten(seed: number): Promise<number> {
  const untilMs = performance.now() + SHORTENING_MS;
  const all = await Seeds.begin();
  try {
    const list = await all.shorten(seed, () => performance.now() > untilMs);
    const said = [`seed ${seed}: ${list.length} things are enough for it:`, ...list.map((one) => `  ${one}`)];
    process.stdout.write(`${said.join('\n')}\n`);
  } finally {
    all.end();
  }
  return 0;
}

/** Zero where all that was wanted was run and nothing failed. */
export async function lead(wanted: Wanted, workers: number, commit: string): Promise<number> {
  const startedMs = performance.now();
  const spentMinutes = (): number => (performance.now() - startedMs) / 60_000;
  const sum = new Summary();
  let shownMs = startedMs;
  const told = (report: SeedReport): void => {
    sum.add(report);
    if (performance.now() - shownMs < PROGRESS_EVERY_MS) return;
    shownMs = performance.now();
    const of = Number.isFinite(wanted.seeds) ? ` of ${wanted.seeds}` : '';
    process.stderr.write(`${sum.seeds}${of} seeds, ${sum.failed.length} failed, ${report.residentMib} MiB\n`);
  };
  const share = async (first: number): Promise<void> => {
    const end = wanted.from + wanted.seeds;
    let next = first;
    let emptyEnds = 0;
    while (next < end && spentMinutes() < wanted.minutes && emptyEnds < EMPTY_ENDS_MAX) {
      const left = { from: next, seeds: end - next, minutes: wanted.minutes - spentMinutes() };
      const code = await worker(argumentsOf(left, workers), (report) => {
        next = report.seed + workers;
        emptyEnds = 0;
        told(report);
      });
      if (code === 0) return;
      sum.fails({ seed: next, violations: [`its process ended with ${code ?? 'a signal'}`] });
      next += workers;
      emptyEnds += 1;
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, index) => share(wanted.from + index)));
  const wallSec = Math.round((performance.now() - startedMs) / 1_000);
  for (const seed of sum.failed.slice(0, FAILURES_SHOWN_MAX)) await worker(['--shorten', String(seed)], () => {});
  process.stdout.write(`${JSON.stringify({ ...sum.figures(), wallSec, workers, commit })}\n`);
  const isWhole = Number.isFinite(wanted.minutes) ? sum.seeds > 0 : sum.seeds === wanted.seeds;
  return sum.failed.length === 0 && isWhole ? 0 : 1;
}

function argumentsOf({ from, seeds, minutes }: Wanted, step: number): readonly string[] {
  const share = ['--from', String(from), '--seeds', String(seeds), '--worker', String(step)];
  return [...share, '--until-minutes', String(minutes)];
}

function worker(share: readonly string[], onReport: (report: SeedReport) => void): Promise<number | null> {
  const child = fork(MAIN, share, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, `--max-semi-space-size=${YOUNG_MIB}`, `--min-semi-space-size=${YOUNG_MIB}`],
  });
  child.on('message', (report: SeedReport) => onReport(report));
  return new Promise((resolve) => child.on('exit', resolve));
}
