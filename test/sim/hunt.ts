/** The tester is tested: for each known mistake, how many seeds it takes until one breaks. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MISTAKES } from './planted.ts';
import { Seeds } from './seeds.ts';

/** The hardest took this many when it was planted, and some more. */
const SEEDS_MAX = 400;

/** Where the search begins: a seed that caught it when this was written, to save the time of those before. */
const HINTS: Readonly<Record<string, number>> = {
  'absence counts before the order can no longer arrive': 153,
  'a halt is not asked for before a signature': 104,
  'orders of others count as ours': 51,
  'reservations are forgotten as soon as an order is sent': 42,
  'only open orders are looked at': 19,
  'an error while looking counts as absent': 18,
  'every refusal counts as definite': 14,
  'a fee is booked in the other asset': 10,
};

type Hunted = { readonly name: string; readonly seeds: number; readonly violation: string | null };

/** One core's share of the mistakes. */
export async function huntShare(first: number, step: number, only: string | null): Promise<void> {
  const all = await Seeds.begin();
  try {
    const names = Object.keys(MISTAKES).filter((name) => only === null || name.includes(only));
    for (let at = first; at < names.length; at += step) process.send?.(await hunt(all, names[at] ?? ''));
  } finally {
    all.end();
  }
}

async function hunt(all: Seeds, name: string): Promise<Hunted> {
  const mistake = MISTAKES[name];
  if (mistake === undefined) throw new TypeError(`No such mistake: ${name}`);
  const first = HINTS[name] ?? 1;
  for (let seed = first; seed < first + SEEDS_MAX; seed += 1) {
    const { failure } = await all.run(seed, mistake);
    if (failure !== null) return { name, seeds: seed - first + 1, violation: failure.violations[0] ?? '' };
  }
  return { name, seeds: SEEDS_MAX, violation: null };
}

/** Zero where all of them were seen. */
export async function huntAll(workers: number, only: string | null): Promise<number> {
  const hunted: Hunted[] = [];
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const share = ['--planted', only ?? '', '--from', String(index), '--worker', String(workers)];
      const child = fork(main, share, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      child.on('message', (one: Hunted) => {
        hunted.push(one);
        process.stderr.write(
          `${one.violation === null ? 'NOT SEEN' : `${one.seeds} seeds`}: ${one.name}: ${one.violation ?? ''}\n`,
        );
      });
      return new Promise<void>((resolve) => child.on('exit', () => resolve()));
    }),
  );
  const seeds = hunted.map((one) => one.seeds).toSorted((a, b) => a - b);
  const missed = hunted.filter(({ violation }) => violation === null).map(({ name }) => name);
  const median = seeds[Math.floor(seeds.length / 2)] ?? 0;
  process.stdout.write(
    `${JSON.stringify({ planted: hunted.length, caught: hunted.length - missed.length, missed, seedsMedian: median, seedsWorst: seeds.at(-1) ?? 0 })}\n`,
  );
  return missed.length === 0 && hunted.length > 0 ? 0 : 1;
}
