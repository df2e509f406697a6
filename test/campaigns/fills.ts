/**
 * Kill -9 in the middle of many fills: a desk's trading half takes reports of trades as fast as it can, is killed at a
 * moment of chance, sometimes once more while it comes back, and hears everything again from the beginning. Whatever it
 * acknowledged must be there, once, to the last digit.
 *
 *     node test/campaigns/fills.ts --runs 50 --fills 100000 --seed 1 [--minutes 30]
 *
 * Judged besides: how fast a restart reads its rows, and how fast the journal is told to a new machine. The tables are what
 * a restart needs; the journal explains them, and is replayed here to show that it does.
 */

import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { judge, middle, sayMachine } from '../../bench/judged.ts';
import { openDatabase } from '../../src/store/database.ts';
import { addPerson } from '../../src/store/trade-people.testing.ts';
import type { Judged } from './fills-judge.ts';
import type { FillsMistake } from './fills-trader.ts';
import { CONNECTION, FillsWorld, OWNER } from './fills-world.ts';
import { type Seeded, seeded, seedFrom } from './seeded.ts';

/** Records a second that a restart should read. */
const GOAL_PER_SEC = 500_000;
/** The moment within a transaction is drawn anew: the longest takes about as long. */
const BESIDE_MAX_MS = 15;
/** Of a hundred runs: killed once more while everything is told again. */
const KILLED_TWICE = 25;

type Life = { readonly acknowledged: number; readonly isKilled: boolean; readonly tookMs: number };
type Run = {
  readonly run: number;
  readonly seed: number;
  /** What was acknowledged in each life, and what the file holds of it. */
  readonly acknowledged: readonly number[];
  readonly durable: readonly number[];
  readonly killed: number;
  readonly fills: number;
  readonly perSec: number;
  readonly tookMs: number;
  readonly faults: readonly string[];
  readonly rows: Judged['rows'];
  readonly lines: Judged['rows'];
};
type Wanted = { readonly runs: number; readonly fills: number; readonly seed: number; readonly mistake?: FillsMistake };

class Scene {
  readonly #file: string;
  readonly #args: readonly string[];
  readonly #mistake: string;
  readonly #chance: Seeded;
  readonly #deliveries: number;
  readonly #lives: Life[] = [];
  readonly #faults: string[] = [];

  constructor(folder: string, seed: number, { fills, mistake }: Wanted) {
    this.#file = path.join(folder, `desk-${seed}.db`);
    this.#mistake = mistake ?? '';
    this.#args = [this.#file, String(seed), String(fills)];
    this.#chance = seeded(seed + 2);
    this.#deliveries = new FillsWorld(seed, fills).deliveries.length;
  }

  async run(run: number, seed: number, { fills }: Wanted): Promise<Run> {
    const begun = performance.now();
    const database = openDatabase(this.#file);
    await addPerson(database, OWNER, [CONNECTION]);
    await database.destroy();
    let before = await this.#killed();
    if (this.#chance.chance(KILLED_TWICE)) before = await this.#killed();
    const last = await this.#life(null);
    const judged = await this.#judged(before, 'replay');
    if (judged.lines === null) throw new Error('Nothing was replayed');
    if (judged.fills !== fills) this.#faults.push(`${judged.fills} fills in the end, of ${fills}`);
    for (const end of ['', '-wal', '-shm']) rmSync(`${this.#file}${end}`, { force: true });
    return {
      ...{ run, seed, acknowledged: this.#lives.map(({ acknowledged }) => acknowledged), durable: judged.lives },
      ...{ killed: this.#lives.filter(({ isKilled }) => isKilled).length, fills: judged.fills, faults: this.#faults },
      ...{ perSec: Math.round((last.acknowledged * 1_000) / last.tookMs), rows: judged.rows, lines: judged.lines },
      tookMs: Math.round(performance.now() - begun),
    };
  }

  async #killed(): Promise<Judged> {
    await this.#life(this.#chance.below(this.#deliveries));
    return this.#judged(null, '');
  }

  /** Killed once so many deliveries were acknowledged, or within moments; null: left to its end. */
  #life(killedAfter: number | null): Promise<Life> {
    const begun = performance.now();
    const child = spawn(process.execPath, [script('fills-trader.ts'), ...this.#args, this.#mistake], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let acknowledged = 0;
    let isStruck = false;
    const strike = (): void => void child.kill('SIGKILL');
    // A line that the kill cut short says nothing: only whole ones are heard.
    const lines = readline.createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      acknowledged = Number(line);
      if (isStruck || killedAfter === null || acknowledged < killedAfter) return;
      isStruck = true;
      setTimeout(strike, this.#chance.next() * BESIDE_MAX_MS);
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        const life = { acknowledged, isKilled: signal === 'SIGKILL', tookMs: performance.now() - begun };
        this.#lives.push(life);
        if (signal === null && code !== 0) this.#faults.push(`the trader ended with ${code}`);
        if (killedAfter === null && acknowledged !== this.#deliveries)
          this.#faults.push(`${acknowledged} acknowledged of ${this.#deliveries}`);
        resolve(life);
      });
    });
  }

  /** In a process of its own, which knows of this run what the file tells. */
  async #judged(before: Judged | null, more: 'replay' | ''): Promise<Judged> {
    const options = { maxBuffer: 2 ** 24 };
    const parameters = [script('fills-judge.ts'), ...this.#args, more];
    const { stdout } = await promisify(execFile)(process.execPath, parameters, options);
    const judged = JSON.parse(stdout) as Judged;
    this.#faults.push(...judged.faults);
    for (const [life, { acknowledged }] of this.#lives.entries()) {
      const durable = judged.lives[life] ?? 0;
      if (durable < acknowledged) this.#faults.push(`life ${life}: ${acknowledged} acknowledged, ${durable} there`);
      const earlier = before?.lives[life];
      if (earlier !== undefined && earlier !== durable) this.#faults.push(`life ${life} changed afterwards`);
    }
    return judged;
  }
}

export async function runFills(
  options: Wanted & { readonly minutes?: number },
  onRun: (run: Run) => void = () => {},
): Promise<readonly Run[]> {
  // Beside the repository: the system's temporary folder may be memory, where syncing costs nothing.
  const out = path.join(import.meta.dirname, '..', '..', 'out');
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(path.join(out, 'fills-'));
  const runs: Run[] = [];
  const { minutes = Number.POSITIVE_INFINITY } = options;
  const begun = performance.now();
  // After so long no other run is begun; the figures say how many there were.
  for (let at = 0; at < options.runs && performance.now() - begun < minutes * 60_000; at += 1) {
    const seed = options.seed + at;
    const run = await new Scene(folder, seed, options).run(at + 1, seed, options);
    runs.push(run);
    onRun(run);
  }
  if (options.mistake !== undefined || runs.every(({ faults }) => faults.length === 0))
    rmSync(folder, { recursive: true });
  else console.error(`The files are kept in ${folder}`);
  return runs;
}

function script(name: string): string {
  return path.join(import.meta.dirname, name);
}

if (import.meta.main) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { runs: text, fills: text, seed: text, minutes: text } });
  const seed = seedFrom(values.seed);
  sayMachine('before');
  const wanted = { runs: Number(values.runs ?? 50), fills: Number(values.fills ?? 100_000), seed };
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  const runs = await runFills({ ...wanted, minutes }, (run) => console.log(JSON.stringify(run)));
  sayMachine('after');
  const bad = runs.filter(({ faults }) => faults.length > 0).length;
  console.log(
    JSON.stringify({
      ...{
        campaign: 'fills',
        ...wanted,
        runs: runs.length,
        kills: runs.reduce((sum, { killed }) => sum + killed, 0),
        bad,
      },
      ...{ rowsTimesFloor: middle(runs.map(({ rows }) => rows.perSec / rows.floorPerSec)) },
      ...{ linesTimesFloor: middle(runs.map(({ lines }) => lines.perSec / lines.floorPerSec)) },
    }),
  );
  const perSec = (of: 'rows' | 'lines'): number[] => runs.map((run) => run[of].perSec);
  judge('6c rows that a restart loads, a second', perSec('rows'), { least: GOAL_PER_SEC });
  judge('6c lines of the journal replayed, a second', perSec('lines'), { least: GOAL_PER_SEC });
  judge(`6c runs with something lost or doubled, of ${runs.length}`, [bad], { most: 0 });
}
