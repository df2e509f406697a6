/**
 * One account: its machine, its mailbox, and the loop that keeps it going. Events are stepped as they come and wait for
 * the next transaction; commands go out after it. Where a transaction fails, the machine is read again from the store.
 */

import type { Logger } from 'pino';
import type { Instrument } from '../../core/instrument.ts';
import { isLive } from '../../core/order.ts';
import type { Outcome } from '../../core/report.ts';
import {
  type AccountMachine,
  type AccountQuery,
  type Opening,
  openAccount,
  reopenAccount,
} from '../../engine/account.ts';
import type { Applied, Change } from '../../engine/applied.ts';
import type { AccountEvent, Command, MarketNow, OrderKey, PlaceWish } from '../../engine/events.ts';
import { DEFAULT_LIMITS } from '../../engine/limits.ts';
import type { SavedAccount } from '../../engine/saved.ts';
import { EXTERNAL, type Order } from '../../engine/state.ts';
import type { StreamState } from '../../venues/streams.ts';
import type { Answer } from '../../venues/venue.ts';
import { WHITEBIT_ORDERS } from '../../venues/whitebit/profile.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { CustodyLink } from '../custody-link.ts';
import type { Random } from '../random.ts';
import type { TradedConnection } from './accounts.ts';
import type { CrashPoints } from './crash-points.ts';
import { Dispatch } from './dispatch.ts';
import { Follow } from './follow.ts';
import { marketsToFollow } from './followed-markets.ts';
import type { Stepped } from './group-commit.ts';
import type { Lane } from './lane.ts';
import type { AccountRunner, Told } from './ports.ts';
import { createSteadyClock, type SteadyClock } from './steady-clock.ts';
import { StoreHalt } from './store-halt.ts';
import type { Trouble } from './trouble-words.ts';
import { Unwritten } from './unwritten.ts';

/** News of the stream that wait to be written; with more, it is told that some are missing. */
const STREAM_WAITING_MAX = 2_000;
/** Wishes are refused then: whatever is asked for would be late. */
const WAITING_MAX = 5_000;
/** The machine's wishes of time are at least this far apart, so that one that is not met does not spin. */
const WAKE_MIN_MS = 10;
/** Its next wish may be sooner than the last one said. */
const WAKE_MAX_MS = 60_000;
const INSTRUMENTS_EVERY_MS = 5 * 60_000;
/** Soon again where the exchange did not answer. */
const INSTRUMENTS_RETRY_MS = 15_000;

export type RunnerParts = {
  readonly of: TradedConnection;
  readonly custody: CustodyLink;
  readonly instruments: () => Promise<Answer<readonly Instrument[]>>;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly random: Random;
  readonly log: Logger;
  readonly crash: CrashPoints;
  readonly finds: Lane;
  readonly snapshots: Lane;
  readonly commit: (step: Stepped<Runner>) => void;
  readonly trouble: (runner: Runner) => Trouble | null;
  /** Something of its conditions changed, without a row of its own. */
  readonly changed: (runner: Runner, changes?: readonly Change[]) => void;
  readonly custodyLost: () => void;
  /** The machine was halted by somebody who may not have told custody. */
  readonly halted: (runner: Runner) => void;
};

/** Who halted, where custody did. */
const CUSTODY = 'custody';
const OPENING_CURE = 'It happens by itself within seconds.';

/**
 * `ready`: as the store has it, and nothing was told since. `halted`: ahead of the store, and not to be built upon.
 */
type Phase = 'ready' | 'running' | 'halted' | 'stopped';

type Promised = { readonly resolve: (applied: Applied) => void; readonly reject: (error: StoreHalt) => void };

export class Runner implements AccountRunner {
  readonly #parts: RunnerParts;
  readonly #follow: Follow;
  readonly #steady: SteadyClock;
  readonly #opening: Omit<Opening, 'atMs'>;
  readonly #unwritten = new Unwritten();
  #machine: AccountMachine;
  #dispatch: Dispatch;
  #phase: Phase = 'ready';
  #halt = new StoreHalt('The account is being opened.');
  readonly #sinceMs: number;
  /** Answers to those who told something, in the order of their steps. */
  #promised: Promised[] = [];
  #wake: Cancel = () => {};
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #instruments: Cancel = () => {};
  #isReadingInstruments = false;
  /** Markets in which custody places orders. */
  #traded: readonly string[] = [];
  #followed: readonly string[] = [];

  /** `saved` null: an account that is new to this desk. */
  constructor(parts: RunnerParts, saved: SavedAccount | null, install: string, epoch: number) {
    this.#parts = parts;
    const { of, clock, monotonicMs, custody, random, crash } = parts;
    const known = saved === null ? null : reopenAccount(saved);
    this.#sinceMs = clock.nowMs();
    this.#steady = createSteadyClock(clock, monotonicMs, known?.query.machine.nowMs ?? 0);
    this.#opening = { install, epoch, connection: of.connection, profile: WHITEBIT_ORDERS, limits: DEFAULT_LIMITS };
    this.#machine = known ?? openAccount({ ...this.#opening, atMs: this.#steady.nowMs() });
    this.#dispatch = this.#newDispatch();
    this.#follow = new Follow({
      ...{ of, custody, clock, steady: this.#steady, random, crash },
      take: (event) => this.#takeNews(event),
      changed: () => parts.changed(this),
      custodyLost: parts.custodyLost,
    });
  }

  get connection() {
    return this.#parts.of.connection;
  }
  get owner() {
    return this.#parts.of.owner;
  }
  get venue() {
    return this.#parts.of.venue;
  }
  get query(): AccountQuery {
    return this.#unwritten.over(this.#machine.query);
  }

  stream(): StreamState | null {
    return this.#follow.state;
  }

  trouble(): Trouble | null {
    const trouble = this.#parts.trouble(this);
    if (trouble !== null || this.#phase !== 'ready') return trouble;
    return { cause: this.#halt.message, cure: OPENING_CURE, sinceMs: this.#sinceMs, isOpening: true };
  }

  preview(wish: PlaceWish): ReturnType<AccountMachine['preview']> {
    return this.#machine.preview({ ...this.#timed(wish), atMs: this.#steady.nowMs() });
  }

  tell(event: Told): Promise<Applied> {
    if (this.#phase !== 'running') return Promise.reject(this.#halt);
    if (this.#promised.length >= WAITING_MAX && isWish(event))
      return Promise.reject(new StoreHalt('More waits to be written than the disk takes.'));
    const told = this.#step(event.kind === 'place' || event.kind === 'move' ? this.#timed(event) : event);
    if (event.kind === 'halt') this.#parts.halted(this);
    return told;
  }

  async cancelUnwritten(orders: readonly Order[], why: string): Promise<readonly Outcome[]> {
    if (this.#phase === 'stopped') throw this.#halt;
    const outcomes = await this.#dispatch.cancelNow(
      orders.map(({ key, clientId, venueId, market }) => ({ kind: 'cancel', order: key, clientId, venueId, market })),
    );
    const sinceMs = this.#steady.nowMs();
    orders.forEach(({ key }, index) => {
      const outcome = outcomes[index];
      if (outcome !== undefined) this.#unwritten.note(key, outcome, why, sinceMs);
    });
    this.#parts.changed(this, this.#rowsOf(orders.map(({ key }) => key)));
    return outcomes;
  }

  /**
   * A process began, or custody did: the machine asks again for whatever nobody answers any more. Instruments come first
   * where they could be read, so that the first snapshot is understood.
   */
  boot(epoch: number, instruments: readonly Instrument[] | null, markets: readonly string[]): void {
    if (this.#phase !== 'ready' && this.#phase !== 'running') return;
    this.#phase = 'running';
    this.#note({ kind: 'boot', epoch });
    if (instruments !== null) this.#note({ kind: 'instruments', complete: true, instruments });
    this.#readAgain(instruments === null ? INSTRUMENTS_RETRY_MS : INSTRUMENTS_EVERY_MS);
    this.#traded = markets;
    this.#followAll();
  }

  /** Other markets may be traded. */
  follow(markets: readonly string[]): void {
    this.#traded = markets;
    if (this.#phase === 'running') this.#followAll();
  }

  hurry(): void {
    if (this.#phase === 'running') this.#follow.hurry();
  }

  /**
   * Custody's word on halts is the truth; the machine's halt says it where wishes are decided. Returns the reason of a
   * halt that custody does not know of yet: a person's, while it did not answer, or that of a restored backup.
   */
  mirror(why: string | null): string | null {
    if (this.#phase !== 'running') return null;
    const { halt } = this.#machine.query.machine;
    if (why !== null) {
      if (halt?.by !== CUSTODY || halt.why !== why) this.#note({ kind: 'halt', by: CUSTODY, why });
      return null;
    }
    if (halt !== null && halt.by !== CUSTODY) return halt.why;
    if (halt !== null) this.#note({ kind: 'resume', by: CUSTODY, why: '' });
    return null;
  }

  /** Its steps are on the disk. Returns what they changed; commands are on their way when it returns. */
  committed(steps: readonly Stepped<Runner>[]): { changes: Change[]; applied: Applied[] } {
    const changes: Change[] = [];
    const applied: Applied[] = [];
    const commands: Command[] = [];
    for (const { written } of steps) {
      changes.push(...written.applied.changes);
      applied.push(written.applied);
      commands.push(...written.applied.commands);
    }
    changes.push(...this.#rowsOf(this.#unwritten.overtaken(this.#machine.query.machine)));
    const told = this.#promised.splice(0, steps.length);
    if (this.#phase === 'running') {
      if (commands.length > 0) this.#dispatch.carryOut(commands);
      if (this.#promised.length < STREAM_WAITING_MAX / 2) this.#follow.drained();
      if (changes.some((change) => this.#isUnfollowed(change))) this.#followAll();
    }
    told.forEach(({ resolve }, index) => {
      const of = applied[index];
      if (of !== undefined) resolve(of);
    });
    return { changes, applied };
  }

  /** Nothing of what waits is durable. The state in memory is not to be built upon any more. */
  halt(halt: StoreHalt): void {
    if (this.#phase === 'stopped') return;
    this.#phase = 'halted';
    this.#end(halt);
  }

  /** What the store has is what counts. Trading goes on with the next `boot`. */
  reload(saved: SavedAccount | null): void {
    if (this.#phase !== 'halted') return;
    // An account that was never written begins anew.
    this.#machine =
      saved === null ? openAccount({ ...this.#opening, atMs: this.#steady.nowMs() }) : reopenAccount(saved);
    this.#dispatch = this.#newDispatch();
    this.#phase = 'ready';
  }

  stop(): void {
    this.#phase = 'stopped';
    this.#end(new StoreHalt('This account is not traded any more.'));
  }

  #end(halt: StoreHalt): void {
    this.#halt = halt;
    this.#wake();
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#instruments();
    this.#follow.stop();
    for (const { reject } of this.#promised.splice(0)) reject(halt);
  }

  /** Prices carry the date of this machine; the account judges their age by its own clock. */
  #timed<Wish extends { readonly now: MarketNow | null }>(wish: Wish): Wish {
    const { now } = wish;
    return now === null ? wish : { ...wish, now: { ...now, asOfMs: this.#steady.fromWall(now.asOfMs) } };
  }

  /** One life of the machine: what an earlier one had asked is answered to nobody. */
  #newDispatch(): Dispatch {
    const { of, custody, finds, snapshots, log, crash } = this.#parts;
    const machine = this.#machine;
    const isAlive = (): boolean => this.#phase === 'running' && this.#machine === machine;
    return new Dispatch({
      ...{ of, custody, steady: this.#steady, finds, snapshots, log, crash, isAlive },
      epoch: () => machine.query.machine.epoch,
      tell: (event) => {
        if (isAlive()) this.#note(event);
      },
      refreshInstruments: () => void this.#readInstruments(),
    });
  }

  #step(told: Told): Promise<Applied> {
    const event: AccountEvent = { ...told, atMs: this.#steady.nowMs() };
    const applied = this.#machine.apply(event);
    for (const surprise of applied.surprises)
      this.#parts.log.warn({ connection: this.connection, ...surprise }, 'An account met something that should not be');
    const { connection, owner } = this;
    return new Promise((resolve, reject) => {
      this.#promised.push({ resolve, reject });
      const written = { connection, owner, event, applied };
      this.#parts.commit({ of: this, written, mayWait: mayWait(event, applied) });
      this.#arm(told.kind === 'time' ? WAKE_MIN_MS : 0);
    });
  }

  /** Where nobody waits for the answer. What is lost with a halt is asked for again after it. */
  #note(event: Told): void {
    if (this.#phase !== 'running') return;
    this.#step(event).catch((error: unknown) => {
      if (!(error instanceof StoreHalt)) throw error;
    });
  }

  /** Asks for the stream, also where it is asked for already: what is taken over goes on. */
  #followAll(): void {
    this.#followed = marketsToFollow(this.#traded, this.#machine.query);
    this.#follow.begin(this.#followed);
  }

  #isUnfollowed(change: Change): boolean {
    if (change.kind !== 'order') return false;
    const { owner, status, market } = change.row;
    if (owner === EXTERNAL || !isLive(status) || this.#followed.includes(market)) return false;
    // With live orders in more markets than can be followed there is nothing better to ask for.
    return marketsToFollow(this.#traded, this.#machine.query).includes(market);
  }

  /** Orders that are told anew, although their rows are as they were. */
  #rowsOf(keys: readonly OrderKey[]): Change[] {
    return keys.flatMap((key): Change[] => {
      const row = this.#machine.query.order(key);
      return row === null ? [] : [{ kind: 'order', row }];
    });
  }

  #takeNews(event: Told): boolean {
    if (this.#phase !== 'running') return true;
    if (this.#promised.length >= STREAM_WAITING_MAX) return false;
    this.#note(event);
    return true;
  }

  #arm(leastMs: number): void {
    const wishedMs = this.#machine.wakeAtMs();
    if (wishedMs >= this.#wakeAtMs) return;
    this.#wake();
    this.#wakeAtMs = wishedMs;
    const delayMs = Math.min(WAKE_MAX_MS, Math.max(leastMs, wishedMs - this.#steady.nowMs()));
    this.#wake = this.#parts.clock.after(delayMs, () => {
      this.#wakeAtMs = Number.POSITIVE_INFINITY;
      if (this.#phase !== 'running') return;
      if (this.#machine.wakeAtMs() <= this.#steady.nowMs()) this.#note({ kind: 'time' });
      else this.#arm(WAKE_MIN_MS);
    });
  }

  #readAgain(delayMs: number): void {
    this.#instruments();
    this.#instruments = this.#parts.clock.after(delayMs, () => void this.#readInstruments());
  }

  async #readInstruments(): Promise<void> {
    if (this.#isReadingInstruments) return;
    this.#isReadingInstruments = true;
    try {
      const answer = await this.#parts.instruments();
      if (answer.ok) this.#note({ kind: 'instruments', complete: true, instruments: answer.value });
      if (this.#phase === 'running') this.#readAgain(answer.ok ? INSTRUMENTS_EVERY_MS : INSTRUMENTS_RETRY_MS);
    } finally {
      this.#isReadingInstruments = false;
    }
  }
}

/**
 * That an order was handed over decides nothing: after a restart one without this mark may have been sent all the same.
 * So it waits for the next transaction, mostly that of the order's outcome.
 */
function mayWait({ kind }: AccountEvent, { commands }: Applied): boolean {
  return kind === 'sent' && commands.length === 0;
}

/** What somebody asks for and can be refused; what is learnt is never refused. */
function isWish(event: Told): boolean {
  switch (event.kind) {
    case 'place':
    case 'move':
    case 'cancel':
    case 'cancel-all':
    case 'declare-absent':
    case 'limits':
      return true;
    default:
      return false;
  }
}
