import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../accounts/database.ts';
import { commandText } from '../engine/command-text.ts';
import type { Command, Reply } from '../engine/commands.ts';
import type { Result } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Clock } from '../ports.ts';
import type { Booted } from './boot.ts';
import { commandLine, nextLink } from './chain.ts';
import type { CommandLog } from './command-log.ts';
import type { DiskSync } from './disk-sync.ts';
import { eventText } from './event-text.ts';
import type { HistoryStore } from './history.ts';
import type { OrderEventStore } from './order-events.ts';
import type { TapeStore } from './tape.ts';
import type { MoneyCommand, RememberedTransfer, TransferStore } from './transfers.ts';
import { meaningOf } from './transfers.ts';

/** Carries commands out and writes down what they were and did: memory and disk in one step. */
export interface Writer {
  /**
   * One commit, one answer a command. Throws where it cannot be written or the engine has a fault; memory is ahead of the
   * disk then and not to be used any more.
   */
  commit(commands: readonly UntimedCommand[]): readonly CarriedOut[];
  /** Saves a snapshot where anything happened since the last one. */
  saveSnapshot(): void;
}

type Untimed<C> = C extends MoneyCommand
  ? Omit<C, 'atUs'> & { readonly transfer?: string | null }
  : C extends unknown
    ? Omit<C, 'atUs'>
    : never;
/**
 * The exchange says when a command happens, nobody else. A credit or debit with a `transfer` id is carried out once,
 * however often it is asked for.
 */
export type UntimedCommand = Untimed<Command>;

export type CarriedOut =
  | {
      readonly kind: 'done';
      readonly sequence: number;
      readonly command: Command;
      readonly reply: Reply;
      readonly events: readonly EngineEvent[];
    }
  /** Was carried out before under this transfer id; nothing was done now. */
  | { readonly kind: 'repeated'; readonly before: RememberedTransfer }
  | { readonly kind: 'impossible'; readonly message: string };

export type WriterParts = {
  readonly database: DatabaseSync;
  readonly diskSync: DiskSync;
  readonly log: CommandLog;
  readonly history: HistoryStore;
  readonly tape: TapeStore;
  readonly orderEvents: OrderEventStore;
  readonly transfers: TransferStore;
  readonly booted: Booted;
  readonly clock: Clock;
  readonly snapshotEvery: number;
};

const US_PER_MS = 1_000;

export function createWriter(parts: WriterParts): Writer {
  const { database, diskSync, log, history, tape, orderEvents, transfers, booted, clock, snapshotEvery } = parts;
  const { engine } = booted;
  let { head, lastUs, snapshotSequence } = booted;
  /** Of the commit under way: the commands as the log keeps them, and with all they did as the chain takes them. */
  let records: string[] = [];
  let lines: string[] = [];

  /** A transfer id stands beside the command, not in it: the engine knows nothing of it. */
  function carryOut(asked: UntimedCommand): CarriedOut {
    if (!('transfer' in asked)) return execute(asked);
    const { transfer, ...untimed } = asked;
    if (transfer === null || transfer === undefined) return execute(untimed);
    const meaning = meaningOf(untimed);
    const before = transfers.find(transfer);
    if (before !== null && before.meaning !== meaning)
      return { kind: 'impossible', message: `Transfer ${transfer} was: ${before.meaning}. Not: ${meaning}` };
    if (before !== null) return { kind: 'repeated', before };
    const carriedOut = execute(untimed);
    if (carriedOut.kind === 'done') {
      const { sequence, command, reply } = carriedOut;
      transfers.remember(transfer, { sequence, atUs: command.atUs, meaning, reply });
    }
    return carriedOut;
  }

  function execute(untimed: UntimedCommand): CarriedOut {
    // The time of the command before where the clock is behind: it may have been set back while nobody ran.
    const command: Command = { ...untimed, atUs: Math.max(Math.floor(clock.nowMs() * US_PER_MS), lastUs) };
    let result: Result;
    try {
      result = engine.apply(command);
    } catch (error) {
      if (error instanceof RangeError && isUntouched()) return { kind: 'impossible', message: error.message };
      throw error;
    }
    const { reply, events } = result;
    const record = commandText(command);
    const texts = events.map(eventText);
    records.push(record);
    lines.push(commandLine(record, reply, texts));
    const sequence = head.sequence + records.length;
    lastUs = command.atUs;
    history.record(command, events);
    tape.record(events);
    orderEvents.record({ sequence, command, events, texts });
    return { kind: 'done', sequence, command, reply, events };
  }

  /** One row and one link for all commands of the commit. */
  function endCommit(): void {
    if (records.length === 0) return;
    const first = head.sequence + 1;
    head = { sequence: head.sequence + records.length, chain: nextLink(head.chain, lines) };
    log.append({ ...head, first, records });
    log.setHead(head);
    orderEvents.endCommit();
    tape.endCommit(lastUs);
    records = [];
    lines = [];
  }

  /**
   * A RangeError is the engine's word that nothing was changed, but the language throws them, too (a stack that is full,
   * say). The engine counts the commands it began: a look at that, dear as it is, tells a refusal from a fault.
   */
  function isUntouched(): boolean {
    return engine.snapshot().commandNumber === head.sequence + records.length;
  }

  function snapshotNow(): void {
    log.saveSnapshot(head, engine.snapshot());
    snapshotSequence = head.sequence;
  }

  return {
    commit: (commands) =>
      // Another file relies on transfers, so the two must not disagree after a power cut either.
      diskSync.commit(commands.some(isTransfer), () =>
        inTransaction(database, () => {
          const done = commands.map(carryOut);
          endCommit();
          transfers.dropForgotten();
          if (head.sequence - snapshotSequence >= snapshotEvery) snapshotNow();
          return done;
        }),
      ),
    saveSnapshot() {
      if (head.sequence > snapshotSequence) inTransaction(database, snapshotNow);
    },
  };
}

function isTransfer(asked: UntimedCommand): boolean {
  return 'transfer' in asked && asked.transfer !== null && asked.transfer !== undefined;
}
