import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { CampaignData, CampaignResult, CampaignTask } from './campaign-worker.testing.ts';
import { PLANTED_FAULTS } from './planted.testing.ts';

/**
 * The long run: `node practice/engine/campaign.testing.ts --seeds 200 --commands 100000 [--first 1] [--replays 10]
 * [--workers 2]`. For every seed the engine and the reference book get the same random commands and must agree after
 * each; for the first `replays` seeds the same commands run once more through engines that are saved, restored and
 * replayed, whose events must be the same to the byte. Where something differs: the seed, and as few commands as will do.
 *
 * `--planted` puts faults into the engine, one after the other, and demands that every one is found.
 */

/** Every planted fault has to show within this much of the campaign. */
const PLANTED_SEEDS = 4;
const PLANTED_COMMANDS = 40_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    commands: { type: 'string', default: '100000' },
    first: { type: 'string', default: '1' },
    replays: { type: 'string', default: '10' },
    workers: { type: 'string', default: '2' },
    planted: { type: 'boolean', default: false },
  },
});
process.exitCode = (await (values.planted ? everyPlantedFault() : soundEngine())) ? 0 : 1;

async function soundEngine(): Promise<boolean> {
  const [seeds, commands, first] = [wholeNumber(values.seeds), wholeNumber(values.commands), wholeNumber(values.first)];
  const replays = wholeNumber(values.replays);
  const tasks = Array.from({ length: seeds }, (_, index) => ({
    seed: first + index,
    commands,
    replay: index < replays,
  }));
  const startedMs = performance.now();
  let trades = 0;
  let done = 0;
  const failed = await run(tasks, null, wholeNumber(values.workers), ({ seed, tally }) => {
    trades += tally?.trades ?? 0;
    done += 1;
    const elapsed = ((performance.now() - startedMs) / 1000).toFixed(0);
    console.log(`seed ${seed}: agreed on ${JSON.stringify(tally)} (${done} seeds, ${elapsed} s)`);
  });
  if (failed === null) console.log(`${seeds} seeds of ${commands} commands: no difference, ${trades} trades compared`);
  else tell(failed);
  return failed === null;
}

async function everyPlantedFault(): Promise<boolean> {
  const commands = PLANTED_COMMANDS;
  const tasks = Array.from({ length: PLANTED_SEEDS }, (_, index) => ({ seed: index + 1, commands, replay: false }));
  let missed = 0;
  for (const plant of Object.keys(PLANTED_FAULTS)) {
    const failed = await run(tasks, plant, 1, () => {});
    if (failed === null) {
      missed += 1;
      console.log(`MISSED: ${plant}`);
    } else {
      const { seed, difference } = failed;
      console.log(`found: ${plant} (seed ${seed}, shrunk to ${difference?.shrunk.length ?? 0} commands)`);
      for (const line of difference?.shrunk ?? []) console.log(`    ${line}`);
      console.log(`    ${(difference?.shrunkWords ?? '').replaceAll('\n', '\n    ')}`);
    }
  }
  const all = Object.keys(PLANTED_FAULTS).length;
  console.log(`${all - missed} of ${all} planted faults found`);
  return missed === 0;
}

/** Hands the tasks out to threads until one fails; the answer is that one, or null. */
async function run(
  tasks: readonly CampaignTask[],
  plant: string | null,
  workers: number,
  onAgreed: (result: CampaignResult) => void,
): Promise<CampaignResult | null> {
  const waiting = [...tasks];
  let failed: CampaignResult | null = null;
  const workerData: CampaignData = { plant };
  await Promise.all(
    Array.from({ length: Math.min(workers, tasks.length) }, async () => {
      const worker = new Worker(new URL('./campaign-worker.testing.ts', import.meta.url), { workerData });
      try {
        for (let task = waiting.shift(); task !== undefined && failed === null; task = waiting.shift()) {
          const result = await answer(worker, task);
          if (result.difference === null) onAgreed(result);
          else failed ??= result;
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return failed;
}

function answer(worker: Worker, task: CampaignTask): Promise<CampaignResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: CampaignResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.postMessage(task);
  });
}

function tell({ seed, difference }: CampaignResult): void {
  if (difference === null) return;
  console.log(`seed ${seed} FAILED\n${difference.words}`);
  if (difference.shrunk.length === 0) return;
  console.log(`\nThe same in ${difference.shrunk.length} commands:`);
  for (const line of difference.shrunk) console.log(line);
  console.log(difference.shrunkWords);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new RangeError(`Not a whole number above zero: ${text}`);
  return Number(text);
}
