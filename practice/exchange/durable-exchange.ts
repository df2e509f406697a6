import type { DatabaseSync } from 'node:sqlite';
import { inTransaction, unusable } from '../accounts/database.ts';
import type { Command, Reply } from '../engine/commands.ts';
import type { Opening } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { EngineQueries } from '../engine/queries.ts';
import type { Clock } from '../ports.ts';
import { boot } from './boot.ts';
import type { ById } from './by-id.ts';
import { createById } from './by-id.ts';
import { stateHash } from './chain.ts';
import { createCommandLog } from './command-log.ts';
import type { DiskSyncParts } from './disk-sync.ts';
import { createDiskSync, diskOf } from './disk-sync.ts';
import { openExchangeFile } from './exchange-file.ts';
import type { NotTaken, Submitted } from './group-commit.ts';
import { createGroupCommit } from './group-commit.ts';
import type { History } from './history.ts';
import { createHistory } from './history.ts';
import type { EventBounds, OrderEvents } from './order-events.ts';
import { createOrderEvents } from './order-events.ts';
import { createPublisher } from './publisher.ts';
import type { Tape, TapeBounds } from './tape.ts';
import { createTape } from './tape.ts';
import { createTransferStore } from './transfers.ts';
import type { CarriedOut, UntimedCommand } from './writer.ts';
import { createWriter } from './writer.ts';

/**
 * The matching engine with a memory that outlives the process: a command is answered, and its events are told, when it is
 * on the disk and not before. A restart goes on from the last commit, however the process ended.
 */
export interface DurableExchange {
  /** What it began with: as recorded in the file, which may differ from what it was opened with. */
  readonly opening: Opening;
  /** After the last commit. Throws `ExchangeStoppedError` once a commit has failed. */
  readonly query: EngineQueries;
  readonly history: History;
  readonly byId: ById;
  readonly orderEvents: OrderEvents;
  readonly tape: Tape;
  submit(command: UntimedCommand): Promise<Outcome>;
  /** Which credits and debits with an id were carried out, so that money between two files moves exactly once. */
  readonly transfers: Transfers;
  /**
   * Lets timers that are due go off, and shows that time was lived through. To be called every second or oftener; null
   * where nothing was due.
   */
  tick(): Promise<Outcome> | null;
  /** Tells every carried-out command in order. The answer stops it. */
  on(listener: (published: Published) => void): () => void;
  /** Of the whole state; two exchanges with the same hash go on alike. */
  stateHash(): string;
  /** Commits what waits, saves a snapshot and lets the file go. */
  close(): void;
}

export interface Transfers {
  /** What a transfer was answered; null where it was not carried out. */
  replyOf(id: string): Reply | null;
  /** Says that these will not be asked for again. They are forgotten with the next commit. */
  forget(ids: Iterable<string>): void;
  /** All that are not forgotten, also from before the start. */
  ids(): readonly string[];
}

export type Outcome =
  /** Committed. A refusal of the engine (`reply.ok` false) is one, too: it was asked and answered. */
  | { readonly kind: 'done'; readonly sequence: number; readonly atUs: number; readonly reply: Reply }
  /** No caller can mean it, such as a list that is too long. Nothing was done. */
  | { readonly kind: 'impossible'; readonly message: string }
  | { readonly kind: 'not-taken'; readonly reason: NotTaken['reason'] };

export type Published = {
  readonly sequence: number;
  readonly command: Command;
  readonly events: readonly EngineEvent[];
};

export type ExchangeOptions = {
  /** May be `:memory:`. */
  readonly file: string;
  readonly clock: Clock;
  /** Of a new file; one that exists goes on with its own. */
  readonly opening: Opening;
  /** Told of a failed commit (the exchange stops) and of listeners that throw (it goes on). */
  readonly onFault: (fault: ExchangeFault) => void;
  readonly defer?: (work: () => void) => void;
  readonly snapshotEvery?: number;
  readonly queueMax?: number;
  readonly groupMax?: number;
  /** How much of the public past is kept, and what silence counts as not having lived. */
  readonly tape?: Partial<TapeBounds>;
  readonly orderEvents?: Partial<EventBounds>;
  readonly disk?: Partial<DiskSyncParts>;
};

export type ExchangeFault = { readonly kind: 'commit-failed' | 'listener-threw'; readonly error: unknown };

/** A commit failed, so what is in memory may never have happened. A restart finds out. */
export class ExchangeStoppedError extends Error {
  override name = 'ExchangeStoppedError';

  constructor() {
    super('The practice exchange stopped because a command could not be written. Check the disk and start it again.');
  }
}

/** Replaying so many takes a second or two, and a snapshot of ten thousand orders some twenty milliseconds. */
const SNAPSHOT_EVERY = 40_000;
/** About two seconds of work; who comes after that is better told at once. */
const QUEUE_MAX = 20_000;
/** Some twenty milliseconds of matching and writing, so that the first of a group hardly waits for the last. */
const GROUP_MAX = 256;
const US_PER_MS = 1_000;

/** Throws `DatabaseError` or `ExchangeFileError` where the file cannot be used; nothing stays open then. */
export function openExchange(options: ExchangeOptions): DurableExchange {
  const database = openExchangeFile(options.file);
  try {
    return exchangeOver(database, options);
  } catch (error) {
    database.close();
    throw unusable(options.file, error);
  }
}

function exchangeOver(database: DatabaseSync, options: ExchangeOptions): DurableExchange {
  const { clock, onFault, snapshotEvery = SNAPSHOT_EVERY } = options;
  const log = createCommandLog(database);
  // Together: an opening that no engine can be opened with must not stay in the file and fail every start from then on.
  const { opening, booted } = inTransaction(database, () => {
    const recorded = log.opening(options.opening);
    return { opening: recorded, booted: boot(log, recorded) };
  });
  log.dropDamagedSnapshots();
  const { engine } = booted;
  const spec = (name: string) => specOf(engine.query, name);
  const history = createHistory(database, spec);
  const orderEvents = createOrderEvents(database, spec, options.orderEvents);
  const tape = createTape(database, booted.lastUs, options.tape);
  const transfers = createTransferStore(database);
  const diskSync = createDiskSync(database, { ...diskOf(options.file), ...options.disk });
  const writer = createWriter({
    database,
    diskSync,
    log,
    history,
    tape,
    orderEvents,
    transfers,
    booted,
    clock,
    snapshotEvery,
  });
  const publisher = createPublisher<Published>((error) => onFault({ kind: 'listener-threw', error }));
  let state: 'open' | 'stopped' | 'closed' = 'open';
  const group = createGroupCommit<UntimedCommand, CarriedOut>({
    queueMax: options.queueMax ?? QUEUE_MAX,
    groupMax: options.groupMax ?? GROUP_MAX,
    defer: options.defer ?? ((work) => void setImmediate(work)),
    commit: writer.commit,
    committed: (done) => publisher.publish(done.filter((one) => one.kind === 'done')),
    failed(error) {
      state = 'stopped';
      onFault({ kind: 'commit-failed', error });
    },
  });
  const submit = (command: UntimedCommand): Promise<Outcome> => group.submit(command).then(outcomeOf);
  const nowUs = (): number => Math.floor(clock.nowMs() * US_PER_MS);
  tape.signOfLife(nowUs());
  const usable = (): void => {
    if (state === 'stopped') throw new ExchangeStoppedError();
  };

  return {
    opening,
    history,
    byId: createById(database, spec),
    orderEvents,
    tape,
    get query() {
      usable();
      return engine.query;
    },
    submit,
    transfers: {
      replyOf(id) {
        usable();
        return transfers.find(id)?.reply ?? null;
      },
      forget: transfers.forget,
      ids: transfers.ids,
    },
    tick() {
      if (state !== 'open') return null;
      tape.signOfLife(nowUs());
      // What nobody's timer makes happen, the tape does from time to time: a quiet life has to be in the file as well.
      return isTimerDue(engine.query, nowUs()) || tape.isSaveDue() ? submit({ kind: 'tick' }) : null;
    },
    on: publisher.on,
    stateHash() {
      usable();
      return stateHash(engine.snapshot());
    },
    close() {
      if (state === 'closed') return;
      try {
        group.close();
        // Without it nothing is lost: the next start replays the commands.
        if (state === 'open') {
          tape.signOfLife(nowUs());
          tape.save();
          writer.saveSnapshot();
        }
      } finally {
        state = 'closed';
        diskSync.stop();
        database.close();
      }
    },
  };
}

function outcomeOf(submitted: Submitted<CarriedOut>): Outcome {
  if (!submitted.ok) return { kind: 'not-taken', reason: submitted.reason };
  const { value } = submitted;
  switch (value.kind) {
    case 'impossible':
      return value;
    case 'repeated': {
      const { sequence, atUs, reply } = value.before;
      return { kind: 'done', sequence, atUs, reply };
    }
    case 'done':
      return { kind: 'done', sequence: value.sequence, atUs: value.command.atUs, reply: value.reply };
  }
}

function specOf(query: EngineQueries, name: string) {
  const market = query.market(name);
  if (market === null) throw new RangeError(`History speaks of an unknown market ${name}`);
  return market.spec;
}

/** Asked first, so that a quiet exchange writes nothing. */
function isTimerDue(query: EngineQueries, nowUs: number): boolean {
  return query.accounts().some((account) => query.killSwitches(account).some(({ dueUs }) => dueUs <= nowUs));
}
