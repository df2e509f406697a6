/** Runs seeds one after the other and says what came of them; makes short what fails. */

import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Mistake, NO_MISTAKE } from './mistake.ts';
import { sentence } from './script.ts';
import { shrink } from './shrink.ts';
import { prepareWorlds, type Template, World, type WorldSize } from './world.ts';

const RUNS_MAX = 250;

export type Failure = { readonly seed: number; readonly violations: readonly string[] };
export type SeedReport = {
  readonly seed: number;
  readonly events: number;
  readonly messages: number;
  readonly commits: number;
  readonly actions: number;
  readonly cpuMs: number;
  readonly quietMs: number;
  readonly print: number;
  readonly residentMib: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failure: Failure | null;
};

export class Seeds {
  readonly #folder: string;
  readonly #template: Template;

  private constructor(folder: string, template: Template) {
    this.#folder = folder;
    this.#template = template;
  }

  /** In memory where there is some that looks like a disk: what is synced there costs nothing. */
  static async begin(): Promise<Seeds> {
    const folder = path.join('/dev/shm', `gapless-sim-${process.pid}`);
    return new Seeds(folder, await prepareWorlds(path.join(folder, 'template')));
  }

  world(seed: number, mistake: Mistake = NO_MISTAKE, size?: WorldSize): World {
    return new World(seed, this.#template, path.join(this.#folder, 'run'), mistake, size);
  }

  async run(seed: number, mistake: Mistake = NO_MISTAKE): Promise<SeedReport> {
    const before = process.cpuUsage();
    const world = this.world(seed, mistake);
    const violations = await ended(world);
    const { user, system } = process.cpuUsage(before);
    const { counts } = world.loop;
    return {
      ...{ seed, events: world.events, messages: counts.message, commits: world.disks.commits, actions: counts.action },
      ...{ cpuMs: (user + system) / 1_000, quietMs: world.quietMs, print: world.loop.print },
      ...{
        counts: Object.fromEntries(world.oracle.counts),
        residentMib: Math.round(process.memoryUsage.rss() / 2 ** 20),
      },
      failure: violations.length === 0 ? null : { seed, violations },
    };
  }

  /** A short list of what makes a seed fail; as short as it got where time was over. */
  async shorten(seed: number, isOver: () => boolean): Promise<readonly string[]> {
    const world = this.world(seed);
    const [first] = await ended(world);
    if (first === undefined) return ['nothing: it does not fail again'];
    let runs = 0;
    const enough = (): boolean => runs >= RUNS_MAX || isOver();
    const run = (ids: ReadonlySet<number>): Promise<readonly string[]> => {
      runs += 1;
      return ended(this.world(seed), { ids, chunks: world.chunks });
    };
    const items = await shrink(world.items, first, run, enough);
    return items.map((item) => sentence(item, world.startMs));
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What a world dies of by throwing is a violation of its own, and stops no other. */
async function ended(world: World, only?: Parameters<World['run']>[0]): Promise<readonly string[]> {
  try {
    return await world.run(only);
  } catch (error) {
    return [
      ...world.oracle.violations,
      `the world threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ];
  }
}
