import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../accounts/database.ts';
import type { Row } from '../accounts/row.ts';
import { integer, text } from '../accounts/row.ts';
import type { Opening } from '../engine/engine.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { CHAIN_START } from './chain.ts';
import { ExchangeFileError } from './exchange-file.ts';
import { openingText, parseOpening } from './opening-text.ts';

/** The newest and the one before it: should the newest be damaged, the other and the commands since are still there. */
const SNAPSHOTS_KEPT = 2;

/** A place in the log: the number of the last command and the chain's link after it. */
export type Head = { readonly sequence: number; readonly chain: string };
/** One commit: `sequence` is the number of its last command, `chain` the link after it. */
export type LoggedGroup = Head & { readonly first: number; readonly records: readonly string[] };
export type SavedState = Head & { readonly snapshot: Snapshot };

/**
 * The append-only log of commands with its snapshots. Nothing here begins a transaction of its own but `opening`: the
 * caller does, so that commands, history and head are one commit.
 */
export interface CommandLog {
  /** What the exchange began with: the recorded opening, or `given` where there is none yet, which is recorded now. */
  opening(given: Opening): Opening;
  /** After the last commit. */
  head(): Head;
  append(group: LoggedGroup): void;
  setHead(head: Head): void;
  /** Also drops what no start needs any more: older snapshots, and the commands before the oldest one kept. */
  saveSnapshot(head: Head, snapshot: Snapshot): void;
  /** The undamaged snapshots, newest first. */
  snapshots(): Iterable<SavedState>;
  /** So that none of them counts as a way back when older ones are dropped. */
  dropDamagedSnapshots(): void;
  /** Number of the oldest command kept; the next one where none is. */
  firstSequence(): number;
  /** What was committed since, in order, without a hole. Throws `ExchangeFileError` where one is missing up to the head. */
  groupsAfter(sequence: number): Iterable<LoggedGroup>;
}

export function createCommandLog(database: DatabaseSync): CommandLog {
  const selectOpening = database.prepare('SELECT record FROM opening');
  const insertOpening = database.prepare('INSERT INTO opening (one, record) VALUES (1, ?)');
  const selectHead = database.prepare('SELECT sequence, chain FROM head');
  const upsertHead = database.prepare(
    `INSERT INTO head (one, sequence, chain) VALUES (1, ?, ?)
     ON CONFLICT DO UPDATE SET sequence = excluded.sequence, chain = excluded.chain`,
  );
  const insertGroup = database.prepare('INSERT INTO command (sequence, first, records, chain) VALUES (?, ?, ?, ?)');
  const selectGroups = database.prepare(
    'SELECT sequence, first, records, chain FROM command WHERE sequence > ? ORDER BY sequence',
  );
  const selectFirst = database.prepare('SELECT first FROM command ORDER BY sequence LIMIT 1');
  const insertSnapshot = database.prepare('INSERT INTO snapshot (sequence, chain, record, seal) VALUES (?, ?, ?, ?)');
  const selectSnapshots = database.prepare('SELECT sequence, chain, record, seal FROM snapshot ORDER BY sequence DESC');
  const deleteSnapshot = database.prepare('DELETE FROM snapshot WHERE sequence = ?');
  const deleteSnapshots = database.prepare(
    'DELETE FROM snapshot WHERE sequence NOT IN (SELECT sequence FROM snapshot ORDER BY sequence DESC LIMIT ?)',
  );
  // With a single snapshot the other way back is the opening, which needs every command.
  const deleteCommands = database.prepare(
    `DELETE FROM command WHERE sequence <= (SELECT min(sequence) FROM snapshot)
     AND (SELECT count(*) FROM snapshot) >= ?`,
  );

  function head(): Head {
    const row = selectHead.get();
    return row === undefined
      ? { sequence: 0, chain: CHAIN_START }
      : { sequence: integer(row, 'sequence'), chain: text(row, 'chain') };
  }

  return {
    opening: (given) =>
      inTransaction(database, () => {
        const row = selectOpening.get();
        if (row !== undefined) return parseOpening(text(row, 'record'));
        insertOpening.run(openingText(given));
        return given;
      }),
    head,
    append({ sequence, first, records, chain }) {
      insertGroup.run(sequence, first, records.join('\n'), chain);
    },
    setHead({ sequence, chain }) {
      upsertHead.run(sequence, chain);
    },
    saveSnapshot({ sequence, chain }, snapshot) {
      const record = JSON.stringify(snapshot);
      insertSnapshot.run(sequence, chain, record, sealOf(sequence, chain, record));
      deleteSnapshots.run(SNAPSHOTS_KEPT);
      deleteCommands.run(SNAPSHOTS_KEPT);
    },
    *snapshots() {
      for (const row of selectSnapshots.iterate()) {
        if (!isSealed(row)) continue;
        const snapshot = JSON.parse(text(row, 'record')) as Snapshot;
        yield { sequence: integer(row, 'sequence'), chain: text(row, 'chain'), snapshot };
      }
    },
    dropDamagedSnapshots() {
      for (const row of selectSnapshots.all()) if (!isSealed(row)) deleteSnapshot.run(integer(row, 'sequence'));
    },
    firstSequence() {
      const row = selectFirst.get();
      return row === undefined ? head().sequence + 1 : integer(row, 'first');
    },
    *groupsAfter(sequence) {
      let expected = sequence + 1;
      for (const row of selectGroups.iterate(sequence)) {
        const first = integer(row, 'first');
        const last = integer(row, 'sequence');
        // Texts of commands are JSON, which has no line breaks.
        const records = text(row, 'records').split('\n');
        if (first !== expected || records.length !== last - first + 1) throw missing(expected);
        yield { sequence: last, first, records, chain: text(row, 'chain') };
        expected = last + 1;
      }
      if (expected !== head().sequence + 1) throw missing(expected);
    },
  };
}

/** Over everything a start takes from a snapshot. */
function sealOf(sequence: number, chain: string, record: string): string {
  return hash('sha256', `${sequence} ${chain} ${record}`);
}

function isSealed(row: Row): boolean {
  return text(row, 'seal') === sealOf(integer(row, 'sequence'), text(row, 'chain'), text(row, 'record'));
}

function missing(sequence: number): ExchangeFileError {
  return new ExchangeFileError(
    'log-broken',
    `Command ${sequence} is missing in the exchange's file, so it was changed or damaged from outside. Put back a copy of the file, or begin a new exchange in another folder with --data.`,
  );
}
