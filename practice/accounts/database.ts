import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { OffsetStore } from '../clock.ts';
import { integer } from './row.ts';

/** A fault of the data folder. `message` holds cause and cure and is shown as it is. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  readonly code: 'database-busy' | 'database-newer' | 'database-unusable' | 'files-differ';

  constructor(code: DatabaseError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * `full`: every commit is on the disk before the answer leaves; for money and keys.
 * `normal`: a commit survives the death of the process, not always that of the machine; for what every request writes.
 */
export type Durability = 'full' | 'normal';

/**
 * Opens or makes the file and brings its schema up to date. `path` may be `:memory:`. The lock is exclusive: two
 * practice exchanges on one folder would each keep a key list in memory and disagree. Throws `DatabaseError`.
 */
export function openDatabase(path: string, migrations: readonly string[], durability: Durability): DatabaseSync {
  const database = connect(path, durability);
  try {
    migrate(database, path, migrations);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function connect(path: string, durability: Durability): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
    database.exec('PRAGMA foreign_keys = ON');
    return database;
  } catch (error) {
    database?.close();
    const reason = error instanceof Error ? error.message : String(error);
    if (/locked|busy/.test(reason))
      throw new DatabaseError(
        'database-busy',
        `Another practice exchange uses ${path}. Stop it, or give this one its own folder with --data.`,
      );
    throw unusable(path, error);
  }
}

/** What SQLite says of a file (it is damaged, the disk fails) with its cure; any other error as it is. */
export function unusable(path: string, error: unknown): unknown {
  const isSqlite = error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
  if (!isSqlite) return error;
  return new DatabaseError(
    'database-unusable',
    `${path} cannot be used (${error.message}). Check that the folder can be written and that the file is a practice database, or choose another with --data.`,
  );
}

function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const row = database.prepare('PRAGMA user_version').get();
  const version = row === undefined ? 0 : integer(row, 'user_version');
  if (version > migrations.length)
    throw new DatabaseError(
      'database-newer',
      `${path} was written by a newer version (schema ${version}, this one knows ${migrations.length}). Update, or choose another folder with --data.`,
    );
  for (let step = version; step < migrations.length; step += 1)
    inTransaction(database, () => {
      database.exec(migrations[step] ?? '');
      database.exec(`PRAGMA user_version = ${step + 1}`);
    });
}

type Borders = { readonly begin: StatementSync; readonly commit: StatementSync };
/** Prepared once: reading them anew took as long as a small commit. */
const borders = new WeakMap<DatabaseSync, Borders>();

function bordersOf(database: DatabaseSync): Borders {
  const known = borders.get(database);
  if (known !== undefined) return known;
  const prepared = { begin: database.prepare('BEGIN IMMEDIATE'), commit: database.prepare('COMMIT') };
  borders.set(database, prepared);
  return prepared;
}

/** All or nothing. Inside a running transaction it just joins. `work` must not wait: nothing may come in between. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  const { begin, commit } = bordersOf(database);
  begin.run();
  try {
    const result = work();
    commit.run();
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

export function clockOffsetStore(database: DatabaseSync): OffsetStore {
  const select = database.prepare('SELECT offset_ms FROM clock');
  const update = database.prepare('UPDATE clock SET offset_ms = ?');
  return {
    read() {
      const row = select.get();
      return row === undefined ? 0 : integer(row, 'offset_ms');
    },
    write(offsetMs) {
      update.run(offsetMs);
    },
  };
}
