/**
 * Pulling the plug of the practice exchange: clients trade and move money without pause, makers and takers of the house
 * as well, until the process is killed (SIGKILL) at a moment of chance, now and then while it starts. Afterwards all that
 * was answered or told has to be there as it was, and what was not answered as a whole or not at all.
 *
 *     node test/campaigns/practice-kill.ts --kills 500 --seed 1
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PracticeClients } from './practice-clients.ts';
import { type PracticeProcess, spawnPractice } from './practice-process.ts';
import { type Seeded, seeded, seedFrom } from './seeded.ts';

/** From the first requests after a start to a few hundred of them. */
const LOAD_MIN_MS = 20;
const LOAD_MAX_MS = 700;
/** Of a hundred kills this many come while it starts on what the kill before has left. */
const KILLED_STARTING = 12;
const STARTS_KEPT = 9;

export type PracticeKillFigures = {
  readonly seed: number;
  readonly kills: number;
  readonly killedStarting: number;
  readonly tookMs: number;
  readonly requests: { readonly answered: number; readonly refused: number; readonly unanswered: number };
  /** Of the unanswered orders and changes, those that were found done, and those that were found not to be. */
  readonly unknown: { readonly there: number; readonly absent: number };
  readonly orders: number;
  readonly deals: number;
  readonly transfers: number;
  readonly framesHeard: number;
  readonly publicTrades: number;
  /** Orders that were looked at after a kill, all of them together. */
  readonly looked: number;
  readonly startMs: { readonly median: number; readonly slowest: number };
  /** With the round they were found in; empty if the promise holds. */
  readonly faults: readonly string[];
};

export type PracticeKillOptions = {
  readonly kills: number;
  readonly seed: number;
  readonly onProgress?: (round: string) => void;
};

export async function runPracticeKills(options: PracticeKillOptions): Promise<PracticeKillFigures> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'practice-kill-'));
  const campaign = new Campaign(dataDir, options);
  try {
    return await campaign.run();
  } finally {
    await campaign.end();
    if (campaign.faults.length === 0) rmSync(dataDir, { recursive: true });
    else console.error(`The files are kept in ${dataDir}`);
  }
}

class Campaign {
  readonly faults: string[] = [];
  readonly #dataDir: string;
  readonly #options: PracticeKillOptions;
  readonly #chance: Seeded;
  readonly #clients: PracticeClients;
  readonly #startsMs: number[] = [];
  #practice: PracticeProcess | null = null;
  #kills = 0;
  #killedStarting = 0;

  constructor(dataDir: string, options: PracticeKillOptions) {
    this.#dataDir = dataDir;
    this.#options = options;
    this.#chance = seeded(options.seed);
    this.#clients = new PracticeClients(this.#chance);
  }

  async run(): Promise<PracticeKillFigures> {
    const begun = performance.now();
    await this.#clients.arrive(await this.#start());
    while (this.#kills < this.#options.kills && this.faults.length === 0) await this.#round();
    await this.#look('the last look', () => this.#clients.lastLook());
    const sorted = this.#startsMs.toSorted((a, b) => a - b);
    return {
      ...{ seed: this.#options.seed, kills: this.#kills, killedStarting: this.#killedStarting },
      tookMs: performance.now() - begun,
      ...this.#clients.figures(),
      startMs: { median: sorted[Math.floor(sorted.length / 2)] ?? 0, slowest: sorted.at(-1) ?? 0 },
      faults: this.faults,
    };
  }

  async end(): Promise<void> {
    await this.#practice?.kill();
  }

  async #round(): Promise<void> {
    const delayMs = LOAD_MIN_MS + this.#chance.next() * (LOAD_MAX_MS - LOAD_MIN_MS);
    const working = this.#clients.work();
    await pause(delayMs);
    await this.#kill();
    await working;
    const words = `kill ${this.#kills} (${delayMs.toFixed(0)} ms after the start)`;
    while (this.#kills < this.#options.kills && this.#chance.chance(KILLED_STARTING)) await this.#killStarting();
    const found = await this.#look(words, async () => this.#clients.look(await this.#start()));
    this.#options.onProgress?.(`${words}: ${found ?? this.faults.at(-1)}`);
  }

  /** Adds what went wrong to the faults, with the round it went wrong in. */
  async #look<T>(round: string, work: () => Promise<T>): Promise<T | null> {
    let found: T | null = null;
    try {
      found = await work();
    } catch (error) {
      this.faults.push(`${round}: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.faults.push(...this.#clients.takeFaults().map((fault) => `${round}: ${fault}`));
    return found;
  }

  async #start(): Promise<string> {
    const begun = performance.now();
    this.#practice = spawnPractice(this.#dataDir, `kill ${this.#options.seed}`);
    const url = await this.#practice.ready;
    this.#startsMs.push(performance.now() - begun);
    return url;
  }

  async #kill(): Promise<void> {
    const practice = this.#practice;
    if (practice === null) return;
    await practice.kill();
    this.#practice = null;
    this.#kills += 1;
    if (practice.complaints() !== '') this.faults.push(`before kill ${this.#kills}: ${practice.complaints()}`);
  }

  async #killStarting(): Promise<void> {
    const lately = this.#startsMs.slice(-STARTS_KEPT).toSorted((a, b) => a - b);
    const usualMs = lately[Math.floor(lately.length / 2)] ?? 0;
    this.#practice = spawnPractice(this.#dataDir, `kill ${this.#options.seed}`);
    await pause(this.#chance.next() * usualMs);
    await this.#kill();
    this.#killedStarting += 1;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '500' }, seed: { type: 'string' } } });
  const seed = seedFrom(values.seed);
  console.log(`practice kill campaign, seed ${seed}`);
  const figures = await runPracticeKills({
    kills: Number(values.kills),
    seed,
    onProgress: (round) => console.log(round),
  });
  console.log(JSON.stringify(figures, null, 2));
  const words = `${figures.kills} kills, ${figures.requests.answered} answers kept`;
  console.log(figures.faults.length === 0 ? `PASSED: ${words}` : 'FAILED');
  process.exit(figures.faults.length === 0 ? 0 : 1);
}
