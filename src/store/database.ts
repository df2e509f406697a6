/** Opens the desk's one database file and brings its tables up to date. */

import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { MIGRATIONS } from './migrations.ts';
import type { Schema } from './schema.ts';
import { forKysely, openSqlite, type Sqlite } from './sqlite.ts';

export type Database = Kysely<Schema>;

/** A fault of the file. `message` holds cause and cure and is shown as it is. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  readonly code: 'database_newer' | 'database_unusable';
  constructor(code: DatabaseError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** `path` may be `:memory:`. Throws `DatabaseError`. */
export function openDatabase(path: string): Database {
  let file: DatabaseSync;
  try {
    // Before SQLite makes it: its companions (WAL, shared memory) take over the rights of the file.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    file = openSqlite(path);
  } catch (error) {
    throw unusable(path, error);
  }
  try {
    migrate(file, path);
  } catch (error) {
    file.close();
    throw error instanceof DatabaseError ? error : unusable(path, error);
  }
  const sqlite = forKysely(file);
  const database = new Kysely<Schema>({ dialect: new SqliteDialect({ database: sqlite }) });
  FILES.set(database, sqlite);
  return database;
}

const FILES = new WeakMap<Database, Sqlite>();

/** Of one that `openDatabase` opened; null where a server is behind it. */
export function sqliteOf(database: Database): Sqlite | null {
  return FILES.get(database) ?? null;
}

function migrate(file: DatabaseSync, path: string): void {
  const version = versionOf(file);
  if (version > MIGRATIONS.length) {
    throw new DatabaseError(
      'database_newer',
      `${path} was written by a newer version of Gapless (schema ${version}; this one knows ${MIGRATIONS.length}). Start that newer version, or choose another data folder with --data DIR.`,
    );
  }
  if (version === MIGRATIONS.length) return;
  file.exec('BEGIN IMMEDIATE');
  try {
    // Read again under the lock: the command line may open the same file at the same moment.
    for (let step = versionOf(file); step < MIGRATIONS.length; step += 1) {
      file.exec(MIGRATIONS[step] ?? '');
      file.exec(`PRAGMA user_version = ${step + 1}`);
    }
    file.exec('COMMIT');
  } catch (error) {
    file.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(file: DatabaseSync): number {
  return Number(file.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function unusable(path: string, error: unknown): DatabaseError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DatabaseError(
    'database_unusable',
    `The database ${path} cannot be used (${reason}). Check that the folder can be written and is not full, or choose another with --data DIR.`,
  );
}
