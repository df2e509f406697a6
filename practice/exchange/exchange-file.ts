import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../accounts/database.ts';

/**
 * The one file of the exchange: commands, snapshots and history together, so that one commit covers all three. Money in
 * records is text (exact); a step that has been released never changes, a new need is a new step at the end.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE opening (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    record TEXT NOT NULL
  ) STRICT;

  CREATE TABLE command (
    sequence INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    records TEXT NOT NULL,
    chain TEXT NOT NULL
  ) STRICT;

  CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    chain TEXT NOT NULL
  ) STRICT;

  CREATE TABLE snapshot (
    sequence INTEGER PRIMARY KEY,
    chain TEXT NOT NULL,
    record TEXT NOT NULL,
    seal TEXT NOT NULL
  ) STRICT;

  CREATE TABLE finished_order (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    market TEXT NOT NULL,
    client_order_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    finished_at_us INTEGER NOT NULL,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX finished_order_by_time ON finished_order (account, finished_at_us, id);
  CREATE INDEX finished_order_by_client_id ON finished_order (account, client_order_id) WHERE client_order_id <> '';

  CREATE TABLE deal (
    id INTEGER NOT NULL,
    role TEXT NOT NULL,
    account TEXT NOT NULL,
    market TEXT NOT NULL,
    order_id INTEGER NOT NULL,
    client_order_id TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (id, role)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deal_by_time ON deal (account, at_us, id, role);
  CREATE INDEX deal_by_order ON deal (order_id, id);
  CREATE INDEX deal_by_client_id ON deal (account, client_order_id) WHERE client_order_id <> '';

  CREATE TABLE trade (
    market TEXT NOT NULL,
    id INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    ticks INTEGER NOT NULL,
    lots TEXT NOT NULL,
    side TEXT NOT NULL,
    PRIMARY KEY (market, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE bar (
    market TEXT NOT NULL,
    step_sec INTEGER NOT NULL,
    at_sec INTEGER NOT NULL,
    open_ticks INTEGER NOT NULL,
    high_ticks INTEGER NOT NULL,
    low_ticks INTEGER NOT NULL,
    close_ticks INTEGER NOT NULL,
    lots TEXT NOT NULL,
    tick_lots TEXT NOT NULL,
    PRIMARY KEY (market, step_sec, at_sec)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lived (
    from_us INTEGER PRIMARY KEY,
    to_us INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE transfer (
    id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    meaning TEXT NOT NULL,
    reply TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE order_event (
    sequence INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    number INTEGER NOT NULL,
    told INTEGER NOT NULL,
    commands TEXT NOT NULL
  ) STRICT;

  CREATE TABLE fee_paid (
    account TEXT NOT NULL,
    ticker TEXT NOT NULL,
    units TEXT NOT NULL,
    PRIMARY KEY (account, ticker)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** What the file holds is not what was written. `message` holds cause and cure and is shown as it is. */
export class ExchangeFileError extends Error {
  override name = 'ExchangeFileError';
  readonly code: 'log-broken' | 'replay-differs' | 'no-good-snapshot';

  constructor(code: ExchangeFileError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A checkpoint copies the log into the file and holds everybody up meanwhile. Pages that were written again and again in
 * between are copied once, so few long logs are cheaper than many short ones: 32 MB.
 */
const CHECKPOINT_PAGES = 8_000;

/**
 * Opens or makes the file, for this process alone. Throws `DatabaseError` where it cannot be used. Commits do not wait for
 * the disk (`disk-sync.ts`), checkpoints do.
 */
export function openExchangeFile(file: string): DatabaseSync {
  const database = openDatabase(file, MIGRATIONS, 'normal');
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  // On macOS a plain fsync leaves the data in the drive's cache (SQLite, pragma fullfsync); no effect elsewhere.
  database.exec('PRAGMA fullfsync = ON');
  return database;
}
