/** Runs seeds one after the other and says what came of them: figures where all is well, a short list where not. */

import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Mistake, NO_MISTAKE } from './mistake.ts';
import { sentence } from './script.ts';
import { shrink } from './shrink.ts';
import { prepareWorlds, type Template, World, type WorldSize } from './world.ts';

const RUNS_MAX = 250;

type Failure = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly list: readonly string[];
};
export type SeedReport = {
  readonly seed: number;
  readonly events: number;
  readonly messages: number;
  readonly commits: number;
  readonly actions: number;
  readonly cpuMs: number;
  readonly quietMs: number;
  readonly print: number;
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

  async run(seed: number, mistake: Mistake = NO_MISTAKE, isShrunk = true): Promise<SeedReport> {
    const before = process.cpuUsage();
    const world = this.world(seed, mistake);
    const violations = await world.run();
    const { user, system } = process.cpuUsage(before);
    const { counts } = world.loop;
    const failure =
      violations.length === 0 ? null : { seed, violations, list: isShrunk ? await this.#list(world, mistake) : [] };
    return {
      ...{ seed, events: world.events, messages: counts.message, commits: world.disks.commits, actions: counts.action },
      ...{ cpuMs: (user + system) / 1_000, quietMs: world.quietMs, print: world.loop.print },
      ...{ counts: Object.fromEntries(world.oracle.counts), failure },
    };
  }

  async #list(world: World, mistake: Mistake): Promise<readonly string[]> {
    const [first = ''] = world.oracle.violations;
    const { seed } = world.storm;
    const run = (ids: ReadonlySet<number>) => this.world(seed, mistake).run({ ids, chunks: world.chunks });
    const items = await shrink(world.items, first, run, RUNS_MAX);
    return items.map((item) => sentence(item, world.startMs));
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
