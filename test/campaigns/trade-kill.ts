/**
 * Pulling the plug while people trade: exchange, custody and desk as real processes, programs that trade over HTTP, an
 * exchange that fails them in every way it can, and kill -9 at moments of chance, in recovery too. From time to time, and
 * at the end, all is left alone, and both ledgers must agree to the last digit.
 *
 *     node test/campaigns/trade-kill.ts --kills 1000 --seed 1
 */

import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { practiceCall } from '../practice-api.ts';
import { until } from '../running-desk.ts';
import { type Seeded, seeded, seedFrom } from './seeded.ts';
import { type Arrived, arrive, isWell } from './trade-kill-arrive.ts';
import { ask, Notes, Trader } from './trade-kill-clients.ts';
import { armSome, calm } from './trade-kill-faults.ts';
import { compareLedgers, differences, openOrders, type Sides } from './trade-kill-judge.ts';
import { openStage, PARTS, type Part, type Stage } from './trade-kill-stage.ts';

/** Custody's validity window with its margins, and what the issue allows on top of it. */
const UNKNOWN_MAX_MS = 7_500 + 10_000;
/** A fill whose every message was lost is found by the regular snapshot, once a minute. */
const AGREED_WITHIN_MS = 100_000;
/**
 * A minute to be well in, and one more: the exchange grants ten new streams a minute for an address, and an account that
 * finds them gone after many restarts has no stream until that minute is over.
 */
const WELL_WITHIN_MS = 60_000 + 60_000;
const ACCOUNTS = 2;
const TRADERS_EACH = 2;
/** Of a hundred kills: struck before all is well again. */
const IN_RECOVERY = 35;
const RECOVERY_KILL_MAX_MS = 1_500;
const TRADING_MAX_MS = 1_800;
/** The supervisor's first pauses; the later, longer ones only make a campaign longer. */
const AGAIN_MAX_MS = 400;
const JUDGED_EVERY = 40;
const REQUESTS_REPEATED = 20;
export type TradeKillFigures = {
  readonly seed: number;
  readonly commit: string;
  readonly kills: number;
  readonly inRecovery: number;
  readonly byPart: Readonly<Record<Part, number>>;
  readonly tookMs: number;
  readonly requests: { readonly answered: number; readonly unanswered: number; readonly doubleClicks: number };
  readonly orders: { readonly answered: number; readonly atExchange: number; readonly fills: number };
  readonly moves: number;
  readonly cancels: number;
  readonly faultsArmed: number;
  readonly judgements: number;
  /** From the first moment of quiet, in milliseconds: until every account is ready, and until both sides agree. */
  readonly wellMs: { readonly median: number; readonly slowest: number };
  readonly agreedMs: { readonly median: number; readonly slowest: number };
  readonly unknownLongestMs: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** What went wrong, with the moment; empty where the promise holds. */
  readonly faults: readonly string[];
};

export type TradeKillOptions = {
  readonly kills: number;
  readonly seed: number;
  readonly judgedEvery?: number;
  /** No new round after so long; the figures say how many kills it were. */
  readonly minutes?: number;
  readonly onProgress?: (words: string) => void;
};

export async function runTradeKills(options: TradeKillOptions): Promise<TradeKillFigures> {
  const stage = await openStage();
  const campaign = new Campaign(stage, options);
  let isWell = false;
  try {
    const figures = await campaign.run();
    isWell = figures.faults.length === 0;
    return figures;
  } finally {
    await stage.end(!isWell);
    if (!isWell) console.error(`The files are kept in ${stage.folder}`);
  }
}

class Campaign {
  readonly #stage: Stage;
  readonly #options: TradeKillOptions;
  readonly #chance: Seeded;
  readonly #notes = new Notes();
  readonly #faults: string[] = [];
  readonly #byPart: Record<Part, number> = { practice: 0, custody: 0, desk: 0 };
  readonly #wellMs: number[] = [];
  readonly #agreedMs: number[] = [];
  #arrived: Arrived = { token: '', accounts: [] };
  #traders: Trader[] = [];
  #working: Promise<unknown> = Promise.resolve();
  #kills = 0;
  #inRecovery = 0;
  #faultsArmed = 0;
  #unknownLongestMs = 0;
  #atExchange = 0;
  #fills = 0;

  constructor(stage: Stage, options: TradeKillOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#chance = seeded(options.seed);
  }

  async run(): Promise<TradeKillFigures> {
    const begun = performance.now();
    const madeFrom = commit();
    await this.#arrive();
    const { kills, judgedEvery = JUDGED_EVERY, minutes = Number.POSITIVE_INFINITY } = this.#options;
    const isOver = (): boolean => performance.now() - begun > minutes * 60_000;
    while (this.#kills < kills && !isOver() && this.#faults.length === 0) {
      const goal = Math.min(kills, this.#kills + judgedEvery);
      this.#begin();
      while (this.#kills < goal) await this.#strike(goal);
      await this.#judge();
    }
    const notes = this.#notes;
    return {
      ...{ seed: this.#options.seed, commit: madeFrom, kills: this.#kills, inRecovery: this.#inRecovery },
      ...{ byPart: this.#byPart, tookMs: Math.round(performance.now() - begun) },
      requests: { answered: notes.answered, unanswered: notes.unanswered, doubleClicks: notes.doubleClicks },
      orders: { answered: notes.placed.length, atExchange: this.#atExchange, fills: this.#fills },
      ...{ moves: notes.moved.size, cancels: notes.cancelled.size, faultsArmed: this.#faultsArmed },
      ...{ judgements: this.#agreedMs.length, wellMs: spread(this.#wellMs), agreedMs: spread(this.#agreedMs) },
      ...{ unknownLongestMs: Math.round(this.#unknownLongestMs), refusals: Object.fromEntries(notes.refusals) },
      faults: this.#faults,
    };
  }

  get #sides(): Sides {
    return { address: this.#stage.address, token: this.#arrived.token, practice: this.#stage.practice };
  }

  async #arrive(): Promise<void> {
    this.#arrived = await arrive(this.#stage, ACCOUNTS);
    const { token, accounts } = this.#arrived;
    await until(() => this.#isWell(), WELL_WITHIN_MS);
    this.#traders = accounts.flatMap(({ connection }, account) =>
      Array.from({ length: TRADERS_EACH }, (_none, index) => {
        const chance = seeded(this.#options.seed + 1 + account * TRADERS_EACH + index);
        const name = `program-${account}-${index}`;
        return new Trader({ name, address: this.#stage.address, token, connection, chance, notes: this.#notes });
      }),
    );
  }

  #begin(): void {
    this.#working = Promise.all(this.#traders.map((trader) => trader.work()));
    this.#working.catch((error: unknown) => this.#faults.push(`a program broke: ${String(error)}`));
  }

  /** One moment: one process is killed, or several at once. */
  async #strike(goal: number): Promise<void> {
    const chance = this.#chance;
    const isInRecovery = this.#kills > 0 && chance.chance(IN_RECOVERY);
    const waitMs = chance.next() * (isInRecovery ? RECOVERY_KILL_MAX_MS : TRADING_MAX_MS);
    if (!isInRecovery) {
      await until(() => this.#isWell(), WELL_WITHIN_MS).catch(() =>
        this.#faults.push(`not well again in time after kill ${this.#kills}`),
      );
      if (this.#stage.isUp('practice')) this.#faultsArmed += (await armSome(this.#stage.practice, chance)).length;
    }
    await pause(waitMs);
    const dice = chance.below(100);
    const count = Math.min(goal - this.#kills, dice < 8 ? 3 : dice < 30 ? 2 : 1);
    const first = chance.below(PARTS.length);
    const struck = PARTS.map((_part, index) => PARTS[(first + index) % PARTS.length] as Part).slice(0, count);
    for (const part of struck) {
      this.#kills += 1;
      this.#byPart[part] += 1;
      if (isInRecovery) this.#inRecovery += 1;
      this.#stage.kill(part, chance.next() * AGAIN_MAX_MS);
    }
    const moment = `${isInRecovery ? 'in recovery, ' : ''}after ${waitMs.toFixed(0)} ms`;
    this.#options.onProgress?.(`kill ${this.#kills}: ${struck.join(' + ')} ${moment}`);
  }

  async #judge(): Promise<void> {
    const before = this.#faults.length;
    const from = performance.now();
    await until(() => PARTS.every((part) => this.#stage.isUp(part)), WELL_WITHIN_MS).catch(() => {});
    for (const trader of this.#traders) trader.stop();
    await calm(this.#stage.practice);
    const quietAt = performance.now();
    await this.#watched('not well again', () => this.#isWell(), WELL_WITHIN_MS);
    const wellMs = performance.now() - quietAt;
    this.#wellMs.push(wellMs);
    await this.#working;
    await this.#agree(quietAt);
    await this.#end();
    const after = this.#faults.slice(before);
    for (const fault of this.#notes.faults.splice(0)) after.push(fault);
    after.push(...this.#stage.faults.splice(0));
    this.#faults.splice(before, this.#faults.length, ...after.map((fault) => `after kill ${this.#kills}: ${fault}`));
    const words = after.length === 0 ? 'both sides agree' : after.join('; ');
    const figures = `${this.#notes.placed.length} orders answered, ${this.#atExchange} there, ${this.#fills} fills`;
    const tookMs = performance.now() - from;
    this.#options.onProgress?.(
      `quiet: well after ${wellMs.toFixed(0)} ms, judged in ${tookMs.toFixed(0)} ms; ${figures}; ${words}`,
    );
  }

  /** Nobody acts and nothing fails: whatever was in doubt must become clear by itself. */
  async #agree(quietAt: number): Promise<void> {
    const unknownSince = new Map<string, number>();
    let found: string[] = [];
    const look = async (): Promise<boolean> => {
      found = [];
      for (const account of this.#arrived.accounts) {
        found.push(...(await differences(this.#sides, account)));
        const open = await openOrders(this.#sides, account.connection);
        const doubtful = open.filter(({ state }) => state === 'unknown' || state === 'submitting');
        const names = new Set(doubtful.map(({ key }) => `${account.connection} ${key}`));
        for (const name of unknownSince.keys())
          if (name.startsWith(account.connection) && !names.has(name)) unknownSince.delete(name);
        for (const name of names) {
          const since = unknownSince.get(name) ?? quietAt;
          unknownSince.set(name, since);
          this.#unknownLongestMs = Math.max(this.#unknownLongestMs, performance.now() - since);
        }
        found.push(...[...names].map((name) => `${name} is in doubt`));
      }
      return found.length === 0;
    };
    await this.#watched('no agreement', look, AGREED_WITHIN_MS, () => found.join('; '));
    this.#agreedMs.push(performance.now() - quietAt);
    if (this.#unknownLongestMs > UNKNOWN_MAX_MS)
      this.#faults.push(`in doubt for ${this.#unknownLongestMs.toFixed(0)} ms of quiet`);
  }

  /** Everything is cancelled, so that nothing moves while whole ledgers are read. */
  async #end(): Promise<void> {
    await this.#sameAgain();
    for (const { connection } of this.#arrived.accounts)
      await ask(this.#stage.address, this.#arrived.token, 'orders.cancelAll', { body: { connection, market: null } });
    const isEmpty = async (): Promise<boolean> => {
      const open = await Promise.all(this.#arrived.accounts.map((one) => openOrders(this.#sides, one.connection)));
      const found = await Promise.all(this.#arrived.accounts.map((one) => differences(this.#sides, one)));
      return open.flat().length === 0 && found.flat().length === 0;
    };
    await this.#watched('cancelling all did not end', isEmpty, AGREED_WITHIN_MS);
    let faults: string[] = [];
    const isSame = async (): Promise<boolean> => {
      let [orders, fills] = [0, 0];
      faults = [];
      for (const account of this.#arrived.accounts) {
        const ledger = await compareLedgers(this.#sides, account, this.#notes);
        orders += ledger.orders;
        fills += ledger.fills;
        faults.push(...ledger.faults.map((fault) => `${account.email}: ${fault}`));
      }
      [this.#atExchange, this.#fills] = [orders, fills];
      return faults.length === 0;
    };
    // An order may be told to have ended before its last trade was looked up.
    await until(isSame, AGREED_WITHIN_MS).catch((error: unknown) =>
      this.#faults.push(...(faults.length > 0 ? faults : [String(error)])),
    );
    const check = await practiceCall<Record<string, string[]>>(this.#stage.practice, 'oracle/check');
    for (const words of Object.values(check).flat()) this.#faults.push(`the exchange itself: ${words}`);
  }

  /** A request of long ago is sent once more: it must be answered by the order it made. */
  async #sameAgain(): Promise<void> {
    const { placed } = this.#notes;
    for (let turn = 0; turn < REQUESTS_REPEATED && placed.length > 0; turn += 1) {
      const { key, requestId, body } = this.#chance.pick(placed);
      const answer = await ask(this.#stage.address, this.#arrived.token, 'orders.place', { body });
      const got = (answer.json as { readonly key?: string }).key;
      if (got !== key) this.#faults.push(`${requestId} made ${key}, and sent again ${JSON.stringify(answer.json)}`);
    }
  }

  async #watched(words: string, ask: () => Promise<boolean>, withinMs: number, told = () => ''): Promise<void> {
    await until(() => ask().catch(() => false), withinMs).catch(() =>
      this.#faults.push(`${words} within ${withinMs} ms of quiet ${told()}`),
    );
  }

  #isWell(): Promise<boolean> {
    return isWell(this.#stage, this.#arrived);
  }
}

function spread(values: readonly number[]): { median: number; slowest: number } {
  const sorted = values.toSorted((a, b) => a - b).map(Math.round);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, slowest: sorted.at(-1) ?? 0 };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '1000' }, seed: { type: 'string' }, minutes: { type: 'string' } },
  });
  const seed = seedFrom(values.seed);
  console.log(`trade-kill campaign, seed ${seed}`);
  const startedAt = performance.now();
  const figures = await runTradeKills({
    ...{ kills: Number(values.kills), seed, ...(values.minutes !== undefined && { minutes: Number(values.minutes) }) },
    onProgress: (words) => console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s ${words}`),
  });
  console.log(JSON.stringify(figures));
  const words = `${figures.kills} kills, ${figures.orders.atExchange} orders, ${figures.orders.fills} fills`;
  console.log(figures.faults.length === 0 ? `PASSED: ${words}` : `FAILED after ${words}`);
  process.exit(figures.faults.length === 0 ? 0 : 1);
}
