/**
 * Runs worlds by seed on every core: `npm run sim -- --seeds 2000 [--from 1] [--workers 2]`, or one of them: `--seed 17`.
 * `--planted ''` plants known mistakes instead and says how many seeds each takes. Prints what it saw as one line of JSON; a failing seed with its commit and the shortest list of what has to happen.
 */

import { execFileSync, fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Deaths, dieEverywhere } from './deaths.ts';
import { huntAll, huntShare } from './hunt.ts';
import { type SeedReport, Seeds } from './seeds.ts';

const PROGRESS_EVERY_MS = 10_000;
const FAILURES_SHOWN_MAX = 5;

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { seeds: text, from: text, seed: text, workers: text, worker: text, planted: text, deaths: text },
  });
  if (values.deaths !== undefined) return leadDeaths(Number(values.deaths), values);
  if (values.planted !== undefined) {
    const only = values.planted === '' ? null : values.planted;
    if (values.worker === undefined) return huntAll(Number(values.workers ?? os.availableParallelism()), only);
    await huntShare(Number(values.from), Number(values.worker), only);
    return 0;
  }
  const from = Number(values.seed ?? values.from ?? 1);
  const seeds = values.seed === undefined ? Number(values.seeds ?? 200) : 1;
  if (values.worker !== undefined) return work(from, seeds, Number(values.worker));
  const workers = Math.min(seeds, Number(values.workers ?? os.availableParallelism()));
  return lead(from, seeds, workers);
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

/** One core's share: every so many-th seed. */
async function work(from: number, seeds: number, step: number): Promise<number> {
  const all = await Seeds.begin();
  try {
    for (let seed = from; seed < from + seeds; seed += step) process.send?.(await all.run(seed));
  } finally {
    all.end();
  }
  return 0;
}

async function lead(from: number, seeds: number, workers: number): Promise<number> {
  const startedMs = performance.now();
  const sum = new Summary();
  let shownMs = startedMs;
  let broken = 0;
  await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const share = ['--from', String(from + index), '--seeds', String(seeds - index), '--worker', String(workers)];
      const child = fork(fileURLToPath(import.meta.url), share, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      child.on('message', (report: SeedReport) => {
        sum.add(report);
        if (performance.now() - shownMs < PROGRESS_EVERY_MS) return;
        shownMs = performance.now();
        process.stderr.write(`${sum.seeds} of ${seeds} seeds, ${sum.failures} failed\n`);
      });
      return new Promise<void>((resolve) => {
        child.on('exit', (code) => {
          if (code !== 0) broken += 1;
          resolve();
        });
      });
    }),
  );
  const wallSec = (performance.now() - startedMs) / 1_000;
  process.stdout.write(
    `${JSON.stringify({ ...sum.figures(), wallSec: Math.round(wallSec), workers, commit: commit() })}\n`,
  );
  return sum.failures === 0 && broken === 0 && sum.seeds === seeds ? 0 : 1;
}

class Summary {
  seeds = 0;
  failures = 0;
  #events = 0;
  #least = Number.POSITIVE_INFINITY;
  #messages = 0;
  #commits = 0;
  #actions = 0;
  #cpuMs = 0;
  /** Equal for equal worlds, in whatever order they ran. */
  #print = 0;
  readonly #quietMs: number[] = [];
  readonly #counts = new Map<string, number>();

  add(report: SeedReport): void {
    this.seeds += 1;
    this.#events += report.events;
    this.#least = Math.min(this.#least, report.events);
    this.#messages += report.messages;
    this.#commits += report.commits;
    this.#actions += report.actions;
    this.#cpuMs += report.cpuMs;
    this.#print ^= report.print;
    this.#quietMs.push(report.quietMs);
    for (const [name, count] of Object.entries(report.counts))
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
    const { failure } = report;
    if (failure === null) return;
    this.failures += 1;
    if (this.failures > FAILURES_SHOWN_MAX) return;
    const said = [`seed ${failure.seed} at commit ${commit()}`, ...failure.violations.map((one) => `  ${one}`)];
    const list = [`  ${failure.list.length} things are enough for it:`, ...failure.list.map((one) => `    ${one}`)];
    process.stdout.write(`${[...said, ...list].join('\n')}\n`);
  }

  figures() {
    const sorted = this.#quietMs.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const count = (name: string): number => this.#counts.get(name) ?? 0;
    return {
      ...{ seeds: this.seeds, violations: this.failures, events: this.#events, eventsLeast: this.#least },
      ...{ messages: this.#messages, commits: this.#commits, actions: this.#actions },
      cpuMicrosecondsPerEvent: Math.round((this.#cpuMs * 1_000) / Math.max(1, this.#events)),
      print: this.#print,
      ...{ placed: count('command place'), unknown: count('unknown') },
      kills: [...this.#counts].reduce((sum, [name, times]) => sum + (/^died at|^act kill$/.test(name) ? times : 0), 0),
      knownAfterQuietMs: { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 },
    };
  }
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
