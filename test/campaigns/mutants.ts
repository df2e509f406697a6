/**
 * Are custody's tests worth anything? Each mutant is one small slip in the policy, the budgets or the guard; the tests of
 * that part run against it, in a copy. What survives is a hole in the tests, or changes nothing (mutants-equal.ts).
 *
 *     npm run campaign:mutants -- [--only policy|budgets|guard] [--sample N] [--seed N] [--jobs 2]
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
    files: ['trading/policy.ts', 'trading/liquidity.ts'],
    tests: [
      ['trading/policy.test.ts', 'trading/liquidity.test.ts', 'trading/adversary.test.ts'],
      ['operations/limits.test.ts', 'operations/policy.test.ts'],
    ],
  },
  budgets: {
    files: ['trading/budgets.ts'],
    tests: [
      ['trading/budgets.test.ts', 'trading/adversary.test.ts'],
      ['operations/limits.test.ts', 'operations/place.test.ts'],
    ],
  },
  guard: {
    files: ['trading/journal.ts', 'trading/trading.ts', 'trading/halts.ts'],
    tests: [
      ['trading/journal.test.ts', 'trading/halts.test.ts', 'trading/guard.test.ts'],
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
    for (const tests of PARTS[part].tests) if (!(await passes(folder, tests))) return false;
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

async function judge(part: Part, jobs: readonly string[], sample: number, random: Seeded): Promise<boolean> {
  const all = PARTS[part].files.flatMap((file) =>
    mutantsOf(file, readFileSync(path.join(ROOT, CUSTODY, file), 'utf8')),
  );
  const wanted = all.filter((mutant) => !isEqual(mutant));
  const chosen = sample >= wanted.length ? wanted : drawn(wanted, sample, random);
  for (const tests of PARTS[part].tests)
    if (!(await passes(jobs[0] ?? '', tests))) throw new Error(`The tests of ${part} fail without a mutant`);
  const waiting = [...chosen];
  console.log(`${part}: ${chosen.length} of ${all.length} mutants`);
  const survivors: Mutant[] = [];
  await Promise.all(
    jobs.map(async (folder) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        if (!(await survives(folder, mutant, part))) continue;
        survivors.push(mutant);
        console.log(`survived ${mutant.file}:${mutant.line} ${mutant.change}: ${mutant.code}`);
      }
    }),
  );
  const killed = chosen.length - survivors.length;
  const score = killed / chosen.length;
  const passed = score >= GOAL;
  console.log(
    `${passed ? 'PASSED' : 'FAILED'} ${part}: ${killed} of ${chosen.length} mutants were noticed ` +
      `(${(score * 100).toFixed(1)} %); ${all.length} made, ${all.length - wanted.length} of them change nothing`,
  );
  return passed;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
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
  for (const part of Object.keys(PARTS) as Part[])
    if (values.only === undefined || values.only.split(',').includes(part))
      isGood = (await judge(part, folders, Number(values.sample), seeded(seed))) && isGood;
} finally {
  clear();
}
process.exit(isGood ? 0 : 1);
