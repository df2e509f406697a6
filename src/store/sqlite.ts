/** Kysely has no dialect for `node:sqlite`; its SQLite dialect asks for three methods, which are these. */

import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { SqliteDatabase } from 'kysely';

/** Every query of the desk has its own text; the few built with lists of values stay well under this. */
const STATEMENTS_MAX = 500;
/** The command line may hold the write lock for a moment (reset-password). */
const BUSY_MS = 5_000;

export function openSqlite(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // FULL: what was answered with "done" is on the disk. WAL: readers and the one writer do not wait for each other.
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = ${BUSY_MS};`,
  );
  return database;
}

type Prepared = ReturnType<SqliteDatabase['prepare']>;
/** With the statements that were prepared before, whoever asks for them. */
export type Sqlite = SqliteDatabase & { readonly isTransaction: boolean };

export function forKysely(database: DatabaseSync): Sqlite {
  const known = new Map<string, Prepared>();
  return {
    get isTransaction() {
      return database.isTransaction;
    },
    close: () => database.close(),
    prepare(sql) {
      const before = known.get(sql);
      if (before !== undefined) return before;
      const prepared = prepare(database, sql);
      if (known.size >= STATEMENTS_MAX) {
        const oldest = known.keys().next();
        if (!oldest.done) known.delete(oldest.value);
      }
      known.set(sql, prepared);
      return prepared;
    },
  };
}

function prepare(database: DatabaseSync, sql: string): Prepared {
  const statement = database.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    // A statement that is being read through must not be used a second time meanwhile: its own one.
    iterate: (parameters) =>
      database.prepare(sql).iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
  };
}
