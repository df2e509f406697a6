/**
 * The keystore's file: SQLite, because its commits are whole or not at all at any moment of a crash, and because it
 * syncs to the disk itself where Node's permission model refuses fsync. Nothing in here is readable without ROOT but
 * names, labels and marks; all of it is authenticated by whoever reads it (keystore.ts).
 */

import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

export const STORE_VERSION = 1;

export class StoreError extends Error {
  override name = 'StoreError';
}

export class Store {
  readonly #db: DatabaseSync;
  /** Of what is asked for every second: preparing a statement takes longer than running it. */
  readonly #prepared = new Map<string, StatementSync>();

  /** Throws `StoreError` where another process has the file, or a newer version made it. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, 'keystore.sqlite');
    this.#db = new DatabaseSync(file, { timeout: 2_000 });
    try {
      // exclusive: one custody a keystore, or nonces would be used twice. delete and secure_delete: no old pages stay
      // in a log. extra: the folder is synced as well, so that a deleted journal stays deleted.
      this.#db.exec('PRAGMA locking_mode = exclusive; PRAGMA journal_mode = delete; PRAGMA synchronous = extra');
      this.#db.exec('PRAGMA secure_delete = on; PRAGMA trusted_schema = off');
      this.#db.exec('BEGIN EXCLUSIVE');
      this.#migrate();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.close();
      if (error instanceof StoreError) throw error;
      const told = error instanceof Error ? error.message : String(error);
      throw new StoreError(`The keystore cannot be opened (${told}). Is another Gapless using this data folder?`);
    }
    if (process.platform !== 'win32') chmodSync(file, 0o600);
  }

  #migrate(): void {
    const version = this.#db.prepare('PRAGMA user_version').get()?.user_version;
    if (version === STORE_VERSION) return;
    if (version !== 0)
      throw new StoreError(`The keystore is of version ${String(version)}; this Gapless knows ${STORE_VERSION}`);
    this.#db.exec(`
      CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE keys (connection TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE nonces (mark TEXT PRIMARY KEY, reserved INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE used_seals (hash TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      PRAGMA user_version = ${STORE_VERSION};
    `);
  }

  /** One durable step. Whatever `work` throws undoes all of it. */
  transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  meta(name: string): string | null {
    return text(this.#statement('SELECT value FROM meta WHERE name = ?').get(name)?.value);
  }

  setMeta(name: string, value: string): void {
    this.#statement('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)').run(name, value);
  }

  records(): readonly { readonly connection: string; readonly record: string }[] {
    const rows = this.#db.prepare('SELECT connection, record FROM keys ORDER BY connection').all();
    return rows.map((row) => ({ connection: String(row.connection), record: String(row.record) }));
  }

  putRecord(connection: string, record: string): void {
    this.#db.prepare('INSERT OR REPLACE INTO keys (connection, record) VALUES (?, ?)').run(connection, record);
  }

  deleteRecord(connection: string): void {
    this.#db.prepare('DELETE FROM keys WHERE connection = ?').run(connection);
  }

  clearRecords(): void {
    this.#db.exec('DELETE FROM keys');
  }

  /** Every nonce up to and including this may have been used with the key. Null: none was. */
  nonce(mark: string): number | null {
    const row = this.#statement('SELECT reserved FROM nonces WHERE mark = ?').get(mark);
    return row === undefined ? null : Number(row.reserved);
  }

  nonces(): readonly { readonly mark: string; readonly reserved: number }[] {
    const rows = this.#db.prepare('SELECT mark, reserved FROM nonces ORDER BY mark').all();
    return rows.map((row) => ({ mark: String(row.mark), reserved: Number(row.reserved) }));
  }

  /** Never lowers what is there. */
  reserveNonce(mark: string, reserved: number, atMs: number): void {
    this.#statement(
      `INSERT INTO nonces (mark, reserved, at_ms) VALUES (?, ?, ?)
         ON CONFLICT (mark) DO UPDATE SET reserved = max(reserved, excluded.reserved), at_ms = excluded.at_ms`,
    ).run(mark, reserved, atMs);
  }

  /** Forgets keys that were tried and never stored, beyond the newest `keep`; `used` are never forgotten. */
  pruneNonces(keep: number, used: ReadonlySet<string>): void {
    const rows = this.#db.prepare('SELECT mark FROM nonces ORDER BY at_ms DESC LIMIT -1 OFFSET ?').all(keep);
    const forget = this.#db.prepare('DELETE FROM nonces WHERE mark = ?');
    for (const row of rows) if (!used.has(String(row.mark))) forget.run(String(row.mark));
  }

  isSealUsed(hash: string): boolean {
    return this.#db.prepare('SELECT 1 FROM used_seals WHERE hash = ?').get(hash) !== undefined;
  }

  markSealUsed(hash: string, atMs: number): void {
    this.#db.prepare('INSERT OR IGNORE INTO used_seals (hash, at_ms) VALUES (?, ?)').run(hash, atMs);
  }

  close(): void {
    this.#db.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const made = this.#db.prepare(sql);
    this.#prepared.set(sql, made);
    return made;
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
