/**
 * Are custody's tests worth anything? Each mutant is one small slip in the policy, the budgets or the guard; the tests of
 * that part run against it, in a copy. What survives is a hole in the tests, or changes nothing (mutants-equal.ts).
 *
 *     npm run campaign:mutants -- [--only budgets,trading/journal.ts] [--from N] [--sample N] [--seed N] [--jobs 2]
 *
 * `--from` leaves out the first so many of each file: a run that was stopped goes on where it was.
 */

import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EQUAL } from './mutants-equal.ts';
import { type Mutant, mutantsOf } from './mutants-make.ts';
import { type Seeded, seeded, seedFrom } from './seeded.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CUSTODY = 'src/custody';
/** Of what is no equivalent, in each part. */
const GOAL = 0.9;
/** A mutant that runs longer goes round in circles: the tests noticed. */
const RUN_MAX_MS = 180_000;

/** The nearest tests come first: most mutants meet them and go no further. */
const PARTS = {
  policy: {
    files: ['trading/policy.ts', 'trading/liquidity.ts', 'trading/changes.ts', 'operations/policy.ts'],
    tests: [
      ['trading/policy.test.ts', 'trading/liquidity.test.ts', 'trading/changes.test.ts', 'trading/adversary.test.ts'],
      ['operations/limits.test.ts', 'operations/policy.test.ts'],
    ],
  },
  budgets: {
    files: ['trading/budgets.ts', 'trading/cost.ts', 'trading/equity.ts'],
    tests: [
      ['trading/budgets.test.ts', 'trading/cost.test.ts', 'trading/equity.test.ts', 'trading/adversary.test.ts'],
      ['operations/limits.test.ts', 'operations/place.test.ts', 'operations/place-crash.test.ts'],
    ],
  },
  guard: {
    files: ['trading/journal.ts', 'trading/trading.ts', 'trading/halts.ts', 'trading/intent.ts', 'operations/place.ts'],
    tests: [
      ['trading/journal.test.ts', 'trading/halts.test.ts', 'trading/guard.test.ts', 'trading/intent.test.ts'],
      ['operations/place.test.ts', 'operations/place-crash.test.ts', 'operations/limits.test.ts'],
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

/** True where all of them pass. */
function passes(folder: string, tests: readonly string[]): Promise<boolean> {
  const files = tests.map((name) => path.join(CUSTODY, name)).filter((name) => existsSync(path.join(folder, name)));
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--bail', '1', ...files];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore', detached: true });
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), RUN_MAX_MS);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

async function survives(folder: string, mutant: Mutant, part: Part): Promise<boolean> {
  const file = path.join(folder, CUSTODY, mutant.file);
  const right = readFileSync(file, 'utf8');
  writeFileSync(file, mutant.text);
  try {
    const tests: readonly (readonly string[])[] = PARTS[part].tests;
    for (const some of mutant.file.startsWith('operations/') ? tests.toReversed() : tests)
      if (!(await passes(folder, some))) return false;
    return true;
  } finally {
    writeFileSync(file, right);
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

async function judge(part: Part, jobs: readonly string[], wanted: Wanted, random: Seeded): Promise<boolean> {
  const { files, tests } = PARTS[part];
  const isNamed = (file: string) =>
    wanted.names.length === 0 || [part, file].some((name) => wanted.names.includes(name));
  const scores: Score[] = [];
  const all: Mutant[] = [];
  for (const file of files.filter(isNamed)) {
    const made = mutantsOf(file, readFileSync(path.join(ROOT, CUSTODY, file), 'utf8'));
    const counting = made.filter((mutant) => !isEqual(mutant));
    scores.push({ file, made: made.length, equal: made.length - counting.length, tried: 0, survived: 0 });
    all.push(...counting.slice(wanted.from));
  }
  if (all.length === 0) return true;
  const waiting = [...(wanted.sample >= all.length ? all : drawn(all, wanted.sample, random))];
  for (const some of tests)
    if (!(await passes(jobs[0] ?? '', some))) throw new Error(`The tests of ${part} fail without a mutant`);
  console.log(`${part}: ${waiting.length} mutants`);
  await Promise.all(
    jobs.map(async (folder) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const { file, line, change, code } = mutant;
        const score = scores.find((one) => one.file === file) as Score;
        const survived = await survives(folder, mutant, part);
        score.tried += 1;
        if (!survived) continue;
        score.survived += 1;
        console.log(`survived ${file}:${line} ${change}: ${code}`);
      }
    }),
  );
  for (const { file, made, equal, tried, survived } of scores)
    console.log(`${file}: ${made} made, ${equal} change nothing, ${tried} tried, ${survived} survived`);
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
const folders = Array.from({ length: Number(values.jobs) }, copyOfTheTree);
const clear = (): void => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
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
  for (const part of Object.keys(PARTS) as Part[])
    isGood = (await judge(part, folders, wanted, seeded(seed))) && isGood;
} finally {
  clear();
}
process.exit(isGood ? 0 : 1);
