/**
 * Are custody's tests worth anything? Each mutant is one small slip in the policy, the budgets or the guard; the tests of
 * that part run against it, in a copy. What survives is a hole in the tests, or changes nothing (mutants-equal.ts).
 *
 *     npm run campaign:mutants -- [--only budgets,trading/journal.ts] [--from N] [--sample N] [--seed N] [--jobs 2]
 *
 * `--from` leaves out the first so many of each file: a run that was stopped goes on where it was.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EQUAL } from './mutants-equal.ts';
import { type Mutant, mutantsOf } from './mutants-make.ts';
import type { Answered, Asked } from './mutants-tests.ts';
import { type Seeded, seeded, seedFrom } from './seeded.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CUSTODY = 'src/custody';
const RUNNER = fileURLToPath(new URL('mutants-tests.ts', import.meta.url));
/** Of what is no equivalent, in each part. */
const GOAL = 0.9;
/** A mutant that runs longer goes round in circles: the tests noticed. */
const RUN_MAX_MS = 120_000;

const PARTS = {
  policy: {
    files: ['trading/policy.ts', 'trading/liquidity.ts', 'trading/changes.ts', 'operations/policy.ts'],
    tests: [
      ...[
        'trading/policy.test.ts',
        'trading/liquidity.test.ts',
        'trading/changes.test.ts',
        'trading/adversary.test.ts',
      ],
      ...['operations/policy.test.ts', 'operations/limits.test.ts', 'operations/place.test.ts'],
    ],
  },
  budgets: {
    files: ['trading/budgets.ts', 'trading/cost.ts', 'trading/equity.ts'],
    tests: [
      ...['trading/budgets.test.ts', 'trading/cost.test.ts', 'trading/equity.test.ts', 'trading/adversary.test.ts'],
      ...['operations/limits.test.ts', 'operations/place.test.ts', 'operations/place-crash.test.ts'],
    ],
  },
  guard: {
    files: [
      ...['trading/journal.ts', 'trading/journal-file.ts', 'trading/trading.ts', 'trading/halts.ts'],
      ...['trading/intent.ts', 'operations/place.ts'],
    ],
    tests: [
      ...['trading/guard.test.ts', 'trading/guard-journal.test.ts', 'trading/journal.test.ts'],
      ...['trading/halts.test.ts', 'trading/intent.test.ts'],
      ...['operations/place.test.ts', 'operations/place-crash.test.ts', 'operations/limits.test.ts'],
      'operations/policy.test.ts',
    ],
  },
} as const;
type Part = keyof typeof PARTS;

function copyOfTheTree(): string {
  const shm = '/dev/shm';
  const folder = mkdtempSync(path.join(existsSync(shm) ? shm : os.tmpdir(), 'gapless-mutants-'));
  for (const name of ['src', 'vitest.config.ts', 'package.json', 'tsconfig.json'])
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/** A copy of the tree, and a test runner that stays open in it. */
class Workshop {
  readonly #folder = copyOfTheTree();
  /** Ever: what was put right has changed as well. */
  readonly #changed = new Set<string>();
  #runner: ChildProcess | null = null;

  async survives(mutant: Mutant, part: Part): Promise<boolean> {
    const file = path.join(this.#folder, CUSTODY, mutant.file);
    const right = readFileSync(file, 'utf8');
    writeFileSync(file, mutant.text);
    this.#changed.add(path.join(CUSTODY, mutant.file));
    try {
      return await this.passes(part, mutant.file);
    } finally {
      writeFileSync(file, right);
    }
  }

  /** The nearest tests come first: most mutants meet them and go no further. */
  async passes(part: Part, mutated: string): Promise<boolean> {
    const near = mutated.replace(/\.ts$/, '.test.ts');
    const isFirst = (test: string): boolean =>
      test === near || (test.startsWith('operations/') && mutated.startsWith('operations/'));
    const tests: readonly string[] = PARTS[part].tests;
    for (const test of [...tests.filter(isFirst), ...tests.filter((one) => !isFirst(one))])
      if (!(await this.#ask({ changed: [...this.#changed], tests: [path.join(CUSTODY, test)] }))) return false;
    return true;
  }

  /** True where all of them pass. */
  #ask(asked: Asked): Promise<boolean> {
    this.#runner ??= fork(RUNNER, { cwd: this.#folder, stdio: 'ignore', detached: true });
    const runner = this.#runner;
    return new Promise((resolve) => {
      const end = (passed: boolean): void => {
        clearTimeout(timer);
        runner.off('message', answered).off('exit', ended);
        resolve(passed);
      };
      const answered = ({ passed }: Answered): void => end(passed);
      // It went round in circles, or ended the process: noticed.
      const ended = (): void => {
        this.#runner = null;
        end(false);
      };
      const timer = setTimeout(() => this.stop(), RUN_MAX_MS);
      runner.on('message', answered).on('exit', ended);
      runner.send(asked);
    });
  }

  stop(): void {
    if (this.#runner?.pid !== undefined) process.kill(-this.#runner.pid, 'SIGKILL');
  }

  clear(): void {
    this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isEqual({ file, code, change }: Mutant): boolean {
  return EQUAL.some((one) => one.file === file && one.code === code && one.changes.includes(change));
}

function drawn(from: readonly Mutant[], count: number, random: Seeded): readonly Mutant[] {
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)).flat();
}

type Wanted = { readonly names: readonly string[]; readonly from: number; readonly sample: number };
type Score = { readonly file: string; made: number; equal: number; tried: number; survived: number };

/** Of each part that was begun, for one that is stopped. */
const tables: (readonly Score[])[] = [];

function table(scores: readonly Score[]): void {
  for (const { file, made, equal, tried, survived } of scores)
    console.log(`${file}: ${made} made, ${equal} change nothing, ${tried} tried, ${survived} survived`);
}

async function judge(part: Part, jobs: readonly Workshop[], wanted: Wanted, random: Seeded): Promise<boolean> {
  const { files } = PARTS[part];
  const isNamed = (file: string) =>
    wanted.names.length === 0 || [part, file].some((name) => wanted.names.includes(name));
  const scores: Score[] = [];
  tables.push(scores);
  const all: Mutant[] = [];
  for (const file of files.filter(isNamed)) {
    const made = mutantsOf(file, readFileSync(path.join(ROOT, CUSTODY, file), 'utf8'));
    const counting = made.filter((mutant) => !isEqual(mutant));
    scores.push({ file, made: made.length, equal: made.length - counting.length, tried: 0, survived: 0 });
    all.push(...counting.slice(wanted.from));
  }
  if (all.length === 0) return true;
  const waiting = [...(wanted.sample >= all.length ? all : drawn(all, wanted.sample, random))];
  if ((await jobs[0]?.passes(part, files[0])) !== true) throw new Error(`The tests of ${part} fail without a mutant`);
  console.log(`${part}: ${waiting.length} mutants`);
  await Promise.all(
    jobs.map(async (shop) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const { file, line, change, code } = mutant;
        const score = scores.find((one) => one.file === file) as Score;
        const survived = await shop.survives(mutant, part);
        score.tried += 1;
        if (!survived) continue;
        score.survived += 1;
        console.log(`survived ${file}:${line} ${change}: ${code}`);
      }
    }),
  );
  table(scores);
  const tried = scores.reduce((sum, score) => sum + score.tried, 0);
  const noticed = tried - scores.reduce((sum, score) => sum + score.survived, 0);
  const passed = noticed / tried >= GOAL;
  console.log(
    `${passed ? 'PASSED' : 'FAILED'} ${part}: ${noticed} of ${tried} mutants were noticed (${((noticed / tried) * 100).toFixed(1)} %)`,
  );
  return passed;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    from: { type: 'string', default: '0' },
    sample: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: '2' },
  },
});
const seed = seedFrom(values.seed);
const shops = Array.from({ length: Number(values.jobs) }, () => new Workshop());
const clear = (): void => {
  for (const shop of shops) shop.clear();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    table(tables.at(-1) ?? []);
    clear();
    process.exit(1);
  });
let isGood = true;
try {
  const wanted: Wanted = {
    names: values.only.split(',').filter((name) => name !== ''),
    from: Number(values.from),
    sample: Number(values.sample),
  };
  for (const part of Object.keys(PARTS) as Part[]) isGood = (await judge(part, shops, wanted, seeded(seed))) && isGood;
} finally {
  clear();
}
process.exit(isGood ? 0 : 1);
