import { parentPort, workerData } from 'node:worker_threads';
import type { Tally } from './duel.testing.ts';
import { plantFault } from './planted.testing.ts';

/** A thread of the campaign: takes seeds one after the other and tells what came of each. */

export type CampaignData = { readonly plant: string | null };
export type CampaignTask = { readonly seed: number; readonly commands: number; readonly replay: boolean };
export type CampaignResult = {
  readonly seed: number;
  readonly tally: Tally | null;
  /** What the two disagree about, or the replay with itself; null where all is well. */
  readonly difference: {
    readonly words: string;
    readonly shrunk: readonly string[];
    readonly shrunkWords: string;
  } | null;
};

/** Comparing whole states costs as much as hundreds of commands; what a command changes is compared anyway. */
const CHECK_EVERY = 250;
const SAVE_EVERY = 20_000;

const { plant } = workerData as CampaignData;
if (plant !== null) plantFault(plant);
// Only now: a planted fault must be there before the engine is loaded.
const { commandText } = await import('./command-text.ts');
const { Difference, duel } = await import('./duel.testing.ts');
const { rehearse } = await import('./rehearsal.testing.ts');
const { shrink } = await import('./shrink.testing.ts');

parentPort?.on('message', (task: CampaignTask) => {
  parentPort?.postMessage(carryOut(task));
});

function carryOut({ seed, commands, replay }: CampaignTask): CampaignResult {
  try {
    const tally = duel(seed, commands, CHECK_EVERY);
    if (replay) rehearse(seed, commands, SAVE_EVERY);
    return { seed, tally, difference: null };
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const shrunk = error instanceof Difference ? shrink(seed, error.number + 1) : null;
    const lines = shrunk?.commands.map(commandText) ?? [];
    return { seed, tally: null, difference: { words, shrunk: lines, shrunkWords: shrunk?.words ?? '' } };
  }
}
