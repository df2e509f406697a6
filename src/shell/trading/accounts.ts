/**
 * One runner for each connection that trades: begun as soon as custody is open and markets were chosen for its key,
 * ended when the connection goes, its key is only watched, or its exchange is not there.
 */

import type { Logger } from 'pino';
import { type ConnectionId, orderTag, type UserId, type VenueId } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import { CustodyError } from '../../custody/client.ts';
import type { TradingStatus } from '../../custody/trade-protocol.ts';
import type { TradeStore } from '../../store/trade-store.ts';
import { type Cancel, type Clock, hasPassed, repeat } from '../clock.ts';
import type { CustodyLink } from '../custody-link.ts';
import { newId, type Random } from '../random.ts';
import type { CrashPoints } from './crash-points.ts';
import { CustodySearch } from './custody-search.ts';
import { GroupCommit, type Stepped } from './group-commit.ts';
import { Lane } from './lane.ts';
import type { AccountNews, Accounts, MarketFeed } from './ports.ts';
import { Runner } from './runner.ts';
import { StoreCare } from './store-care.ts';
import { TradingWatch } from './trading-watch.ts';
import { type Trouble, troubleOf } from './trouble-words.ts';
import { attempt, fieldsOf, listAt, Unreadable } from './wire-fields.ts';

export type TradedConnection = {
  readonly connection: ConnectionId;
  readonly owner: UserId;
  readonly venue: VenueId;
};

/** What the list of connections says of them: those whose key is kept, may trade, and whose exchange is there. */
export interface TradedConnections {
  traded(): readonly TradedConnection[];
  onChange(listener: () => void): void;
}

export type AccountsParts = {
  readonly store: TradeStore;
  readonly custody: CustodyLink;
  readonly feed: Pick<MarketFeed, 'instruments'>;
  readonly connections: TradedConnections;
  readonly clock: Clock;
  /** Milliseconds that grow at the pace of time, whatever is done to the clock. */
  readonly monotonicMs: () => number;
  /** Calls back once everything that is there to be read has been read; steps until then share a transaction. */
  readonly soon: (run: () => void) => void;
  readonly random: Random;
  readonly log: Logger;
  readonly crash: CrashPoints;
};

export type RunningAccounts = Accounts & {
  /** Custody's last word on halts; null before the first. */
  status(): TradingStatus | null;
  /** An answer that came with another request, such as halt: newer than what was asked for by the clock. */
  heard(status: TradingStatus): void;
  /** Markets that custody lets a key trade, as last read; null before. Empty: none was chosen yet. */
  markets(connection: ConnectionId): readonly string[] | null;
  /** The policy of a key was changed: it is read again now, and a runner begins where it was waited for. */
  policyChanged(connection: ConnectionId): void;
  /** Asks custody now: its owner lifted a halt, say. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
};

const TICK_MS = 5_000;
/** A change that was approved takes effect when its time has come, and nobody tells. */
const POLICY_EVERY_MS = 30_000;
/** Journals are kept for so many days; an hour more does not matter. */
const PRUNE_EVERY_MS = 3_600_000;
const POLICY_DEADLINE_MS = 10_000;
const HALT_DEADLINE_MS = 5_000;
/** As much as custody takes as the reason of a halt. */
const WHY_MAX = 200;
/** Rules of the markets come before the first snapshot, but an exchange that is slow does not hold it up for long. */
const INSTRUMENTS_WAIT_MS = 5_000;
/** Custody works on 64 requests about orders at once: look-ups leave most of them to orders. */
const FINDS_AT_ONCE = 24;
const SNAPSHOTS_AT_ONCE = 8;
/** A part of client ids, beside one of the connection. 40 random bits, of which half are used. */
const INSTALL_LENGTH = 8;

type KnownMarkets = { readonly markets: readonly string[]; readonly atMs: number };

export function createAccounts(parts: AccountsParts): RunningAccounts {
  const set = new RunnerSet(parts);
  set.begin();
  return set;
}

class RunnerSet implements RunningAccounts {
  readonly #parts: AccountsParts;
  readonly #runners = new Map<ConnectionId, Runner>();
  readonly #markets = new Map<ConnectionId, KnownMarkets>();
  /** Work on one connection that must not be begun twice. */
  readonly #busy = new Map<string, Promise<void>>();
  readonly #listeners: ((news: AccountNews) => void)[] = [];
  readonly #commit: GroupCommit<Runner>;
  readonly #care: StoreCare;
  readonly #watch: TradingWatch;
  readonly #search: CustodySearch;
  readonly #finds = new Lane(FINDS_AT_ONCE);
  readonly #snapshots = new Lane(SNAPSHOTS_AT_ONCE);
  #custodySinceMs: number;
  #statusSinceMs: number;
  #prunedAtMs: number;
  #timer: Cancel = () => {};
  #isStopped = false;

  constructor(parts: AccountsParts) {
    const { store, crash, soon, custody, clock } = parts;
    this.#parts = parts;
    this.#custodySinceMs = clock.nowMs();
    this.#statusSinceMs = clock.nowMs();
    this.#prunedAtMs = clock.nowMs();
    this.#care = new StoreCare(parts, () => [...this.#runners.values()], {
      boot: (runner) => this.#boot(runner),
      changed: (runner) => this.#tell({ runner, changes: [], applied: [] }),
    });
    this.#commit = new GroupCommit({
      ...{ store, crash, soon, clock },
      committed: (steps) => this.#committed(steps),
      failed: (_steps, error) => this.#care.failed(error),
      gone: (connection) => this.#end(connection),
    });
    this.#watch = new TradingWatch(custody, (status, before) => this.#hear(status, before));
    this.#search = new CustodySearch(custody, clock, () => void this.#watch.ask());
  }

  begin(): void {
    const { clock, connections, custody, log } = this.#parts;
    const onError = (error: unknown): void => log.error({ err: error }, 'The accounts could not be looked after');
    connections.onChange(() => this.#match());
    custody.onChange((now, before) => {
      if (now.condition === before.condition) return;
      this.#custodySinceMs = clock.nowMs();
      if (now.condition === 'open') this.#search.found();
      this.#everybodyChanged();
    });
    this.#timer = repeat(clock, TICK_MS, () => this.#tick(), onError);
    void this.#tick().catch(onError);
  }

  get(connection: ConnectionId): Runner | null {
    return this.#runners.get(connection) ?? null;
  }

  all(): readonly Runner[] {
    return [...this.#runners.values()];
  }

  on(listener: (news: AccountNews) => void): void {
    this.#listeners.push(listener);
  }

  status(): TradingStatus | null {
    return this.#watch.status;
  }

  heard(status: TradingStatus): void {
    this.#watch.heard(status);
  }

  markets(connection: ConnectionId): readonly string[] | null {
    return this.#markets.get(connection)?.markets ?? null;
  }

  policyChanged(connection: ConnectionId): void {
    const known = this.#markets.get(connection);
    if (known !== undefined) this.#markets.set(connection, { ...known, atMs: Number.NEGATIVE_INFINITY });
    this.#match();
  }

  refresh(): Promise<void> {
    return this.#watch.ask();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer();
    this.#search.stop();
    this.#care.stop();
    for (const runner of this.#runners.values()) runner.stop();
    await this.#commit.idle();
  }

  async #tick(): Promise<void> {
    const { clock, crash, store } = this.#parts;
    if (this.#care.halt === null && hasPassed(clock.nowMs(), this.#prunedAtMs, PRUNE_EVERY_MS)) {
      this.#prunedAtMs = clock.nowMs();
      crash.at('before-prune');
      await store.pruneJournal(clock.nowMs());
      crash.at('after-prune');
    }
    if (this.#parts.custody.now.condition === 'open') await this.#watch.ask();
    this.#match();
  }

  /** Runners follow the list of connections. */
  #match(): void {
    if (this.#isStopped) return;
    const traded = new Map(this.#parts.connections.traded().map((of) => [of.connection, of]));
    for (const [connection, runner] of [...this.#runners]) {
      const of = traded.get(connection);
      if (of === undefined || of.owner !== runner.owner || of.venue !== runner.venue) this.#end(connection);
    }
    for (const connection of this.#markets.keys()) if (!traded.has(connection)) this.#markets.delete(connection);
    if (this.#parts.custody.now.condition !== 'open' || this.#watch.status === null) return;
    for (const of of traded.values()) void this.#once(`open ${of.connection}`, () => this.#open(of));
  }

  #end(connection: ConnectionId): void {
    const runner = this.#runners.get(connection);
    if (runner === undefined) return;
    this.#runners.delete(connection);
    this.#commit.drop(runner);
    runner.stop();
    this.#tell({ runner, changes: [], applied: [] });
  }

  /** Reads what the key may trade where that is old, and begins the runner where there is none. */
  async #open(of: TradedConnection): Promise<void> {
    const { store, random, crash, clock } = this.#parts;
    const { connection } = of;
    const known = this.#markets.get(connection);
    if (known === undefined || hasPassed(clock.nowMs(), known.atMs, POLICY_EVERY_MS)) await this.#readMarkets(of);
    const markets = this.markets(connection) ?? [];
    const status = this.#watch.status;
    if (this.#runners.has(connection) || !this.#markets.has(connection) || status === null) return;
    if (this.#care.halt !== null) return;
    // Where all markets were taken away, what still stands in them can be seen and taken back.
    if (markets.length === 0 && (await store.load(connection)) === null) return;
    crash.at('before-install');
    const install = await store.install(() => newId(random).slice(0, INSTALL_LENGTH));
    crash.at('after-install');
    const saved = await store.load(connection);
    if (this.#isStopped || !this.#parts.connections.traded().some((one) => one.connection === connection)) return;
    const runner = new Runner(this.#runnerParts(of), saved, orderTag(install, connection), status.epoch);
    this.#runners.set(connection, runner);
    await this.#boot(runner);
  }

  #runnerParts(of: TradedConnection): ConstructorParameters<typeof Runner>[0] {
    const { custody, feed, clock, monotonicMs, random, log, crash } = this.#parts;
    return {
      ...{ of, custody, clock, monotonicMs, random, log, crash },
      finds: this.#finds,
      snapshots: this.#snapshots,
      instruments: () => feed.instruments(of.venue),
      commit: (step) => this.#commit.add(step),
      trouble: (runner) => this.#trouble(runner),
      changed: (runner, changes = []) => {
        if (runner.stream()?.word !== 'waiting') this.#search.alive();
        this.#tell({ runner, changes, applied: [] });
      },
      custodyLost: () => this.#search.lost(),
      halted: (runner) => this.#mirror(runner),
    };
  }

  /** One path for a beginning, custody's return, a new epoch and a store that can be written again. */
  #boot(runner: Runner): Promise<void> {
    return this.#once(`boot ${runner.connection}`, async () => {
      const instruments = await this.#instruments(runner.venue);
      const status = this.#watch.status;
      if (this.#isStopped || status === null || this.#runners.get(runner.connection) !== runner) return;
      runner.boot(status.epoch, instruments, this.markets(runner.connection) ?? []);
      this.#mirror(runner);
    });
  }

  /** Null where the exchange does not tell them in time. */
  async #instruments(venue: VenueId): Promise<readonly Instrument[] | null> {
    const { feed, clock } = this.#parts;
    const late = new Promise<null>((resolve) => clock.after(INSTRUMENTS_WAIT_MS, () => resolve(null)));
    const answer = await Promise.race([feed.instruments(venue), late]);
    return answer?.ok === true ? answer.value : null;
  }

  async #readMarkets({ connection, owner }: TradedConnection): Promise<void> {
    const { custody, clock } = this.#parts;
    try {
      const options = { deadlineMs: POLICY_DEADLINE_MS };
      const reply: unknown = await custody.client.request('policy', { connection, owner }, options);
      const read = attempt(() => listAt(fieldsOf(fieldsOf(reply).limits), 'markets', textOf));
      if (!read.ok) return;
      const before = this.markets(connection);
      this.#markets.set(connection, { markets: read.value, atMs: clock.nowMs() });
      const runner = this.#runners.get(connection);
      if (runner !== undefined && before?.join(' ') !== read.value.join(' ')) {
        runner.follow(read.value);
        this.#tell({ runner, changes: [], applied: [] });
      }
    } catch (error) {
      if (!(error instanceof CustodyError)) throw error;
    }
  }

  #hear(status: TradingStatus, before: TradingStatus | null): void {
    const isReturn = this.#search.isOver();
    const signs = (now: TradingStatus | null) => JSON.stringify([now?.halts, now?.reducing, now?.trouble]);
    if (signs(before) !== signs(status)) {
      this.#statusSinceMs = this.#parts.clock.nowMs();
      this.#everybodyChanged();
    }
    for (const runner of this.#runners.values()) {
      if (isReturn || status.epoch > runner.query.machine.epoch) void this.#boot(runner);
      else this.#mirror(runner);
    }
    this.#match();
  }

  #mirror(runner: Runner): void {
    const status = this.#watch.status;
    if (status === null) return;
    const { connection } = runner;
    const halt = status.halts.find((one) => one.connection === null || one.connection === connection);
    const untold = runner.mirror(halt === undefined ? null : halt.why);
    if (untold !== null) void this.#once(`halt ${connection}`, () => this.#haltToo(connection, untold));
  }

  /** Custody holds what was halted here, so that only its owner lifts it. */
  async #haltToo(connection: ConnectionId, why: string): Promise<void> {
    const { custody, crash } = this.#parts;
    const words = why.replaceAll(/\p{Cc}/gu, ' ').slice(0, WHY_MAX);
    crash.at('before-halt');
    try {
      const options = { deadlineMs: HALT_DEADLINE_MS };
      const status = await custody.client.request('halt', { connection, why: words }, options);
      crash.at('after-halt');
      this.#watch.heard(status);
    } catch (error) {
      // Asked for again with the next status.
      if (!(error instanceof CustodyError)) throw error;
    }
  }

  #committed(steps: readonly Stepped<Runner>[]): void {
    const byRunner = new Map<Runner, Stepped<Runner>[]>();
    for (const step of steps) {
      const own = byRunner.get(step.of);
      if (own === undefined) byRunner.set(step.of, [step]);
      else own.push(step);
    }
    this.#care.wrote();
    let isFirst = true;
    for (const [runner, own] of byRunner) {
      if (!isFirst) this.#parts.crash.at('between-accounts');
      isFirst = false;
      this.#tell({ runner, ...runner.committed(own) });
    }
  }

  #trouble(runner: Runner): Trouble | null {
    return troubleOf({
      storeHalt: this.#care.halt,
      custody: this.#parts.custody.now,
      custodySinceMs: this.#custodySinceMs,
      status: this.#watch.status,
      statusSinceMs: this.#statusSinceMs,
      epoch: runner.query.machine.epoch,
    });
  }

  #everybodyChanged(): void {
    for (const runner of this.#runners.values()) this.#tell({ runner, changes: [], applied: [] });
  }

  #tell(news: AccountNews): void {
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (error) {
        // Who only shows it must not keep an account from going on.
        this.#parts.log.error({ err: error }, 'News of an account could not be told');
      }
    }
  }

  #once(name: string, work: () => Promise<void>): Promise<void> {
    const running = this.#busy.get(name);
    if (running !== undefined) return running;
    const begun = work()
      .catch((error: unknown) => this.#parts.log.error({ err: error, work: name }, 'Work on an account failed'))
      .finally(() => this.#busy.delete(name));
    this.#busy.set(name, begun);
    return begun;
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Unreadable('A market is no text');
  return value;
}
