/** The file of the order journal: its tables, and the statements that it is read and written with. */

import { chmodSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

const BUSY_MS = 2_000;

export class JournalError extends Error {
  override name = 'JournalError';
}

/** Throws `JournalError`. */
export function openFile(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    // wal and full: one sync a commit, and what is committed survives the machine's power going away. exclusive: one
    // custody a journal.
    db.exec('PRAGMA locking_mode = exclusive; PRAGMA journal_mode = wal; PRAGMA synchronous = full');
    db.exec('PRAGMA trusted_schema = off');
    db.exec('BEGIN EXCLUSIVE');
    db.exec(`
      CREATE TABLE IF NOT EXISTS orders (
        client_id TEXT NOT NULL, connection TEXT NOT NULL, key_mark TEXT NOT NULL, intent TEXT NOT NULL,
        market TEXT NOT NULL, side TEXT NOT NULL, signed_at_ms INTEGER NOT NULL, valid_until_ms INTEGER NOT NULL,
        reference TEXT NOT NULL, unit_price TEXT NOT NULL, fee TEXT NOT NULL, notional TEXT NOT NULL, adverse TEXT NOT NULL,
        outcome TEXT, ended_at_ms INTEGER, PRIMARY KEY (client_id, connection)) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS trail (
        seq INTEGER PRIMARY KEY, entry TEXT NOT NULL, hash TEXT NOT NULL,
        signs TEXT AS (CASE WHEN json_extract(entry, '$.event') = 'sign' THEN json_extract(entry, '$.clientId') END),
        of TEXT AS (json_extract(entry, '$.connection')), intent TEXT AS (json_extract(entry, '$.detail'))) STRICT;
      CREATE TABLE IF NOT EXISTS watermarks (
        connection TEXT, line TEXT, seq INTEGER NOT NULL, PRIMARY KEY (connection, line)) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      INSERT OR IGNORE INTO meta (name, value) VALUES ('identity', lower(hex(randomblob(16))));
    `);
    db.exec('COMMIT');
  } catch (error) {
    db.close();
    throw new JournalError(
      `The order journal cannot be opened (${error instanceof Error ? error.message : 'unknown'})`,
    );
  }
  if (process.platform !== 'win32') chmodSync(file, 0o600);
  return db;
}

/** As it is, whether it can be written or not. */
export function openToRead(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: BUSY_MS });
}

export type Statements = ReturnType<typeof prepare>;

const ROW = `client_id AS clientId, connection, key_mark AS keyMark, intent, market, side, signed_at_ms AS signedAtMs,
  valid_until_ms AS validUntilMs, reference, unit_price AS unitPrice, fee, notional, adverse, outcome,
  ended_at_ms AS endedAtMs`;

export function prepare(db: DatabaseSync) {
  const sql = (text: string): StatementSync => db.prepare(text);
  return {
    row: sql(`SELECT ${ROW} FROM orders WHERE client_id = ? AND (connection = ? OR key_mark = ?)`),
    since: sql(`SELECT ${ROW} FROM orders WHERE ended_at_ms IS NULL OR ended_at_ms > ?`),
    insert:
      sql(`INSERT INTO orders (client_id, connection, key_mark, intent, market, side, signed_at_ms, valid_until_ms,
      reference, unit_price, fee, notional, adverse) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    settle: sql(`UPDATE orders SET notional = ?, adverse = ?, outcome = ?, ended_at_ms = ?
      WHERE client_id = ? AND connection = ?`),
    append: sql('INSERT INTO trail (seq, entry, hash) VALUES (?, ?, ?)'),
    last: sql('SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1'),
    trail: sql('SELECT seq, entry, hash FROM trail WHERE seq > ? ORDER BY seq'),
    lost: sql(`SELECT signs AS client, of AS connection FROM trail WHERE signs IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM orders WHERE client_id = signs AND connection = of AND orders.intent = trail.intent)`),
    watermark: sql('SELECT seq FROM watermarks WHERE connection = ? AND line = ?'),
    raise: sql(`INSERT INTO watermarks (connection, line, seq) VALUES (?, ?, ?)
      ON CONFLICT (connection, line) DO UPDATE SET seq = max(seq, excluded.seq)`),
    meta: sql('SELECT value FROM meta WHERE name = ?'),
    setMeta: sql('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)'),
  };
}
