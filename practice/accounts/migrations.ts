/**
 * The schema, one step an entry. A step that has been released never changes; a new need is a new step at the end.
 * Money is TEXT (exact decimals); SQLite's numbers would round it. Secrets of the second factor and of API keys are stored
 * as they are: HMAC and TOTP need them in clear, and all of this is practice money.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    totp_secret TEXT,
    totp_started_secret TEXT,
    totp_last_step INTEGER NOT NULL DEFAULT -1
  ) STRICT;

  CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    expires_at_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    public_key TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL,
    active INTEGER NOT NULL,
    off_reason TEXT,
    created_at_ms INTEGER NOT NULL,
    activated_at_ms INTEGER,
    endpoints TEXT NOT NULL,
    ips TEXT NOT NULL
  ) STRICT;
  CREATE INDEX api_key_by_account ON api_key (account);

  CREATE TABLE posting (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL
  ) STRICT;

  CREATE TABLE entry (
    posting INTEGER NOT NULL REFERENCES posting (id),
    line INTEGER NOT NULL,
    holder TEXT NOT NULL,
    wallet TEXT NOT NULL,
    part TEXT NOT NULL,
    ticker TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (posting, line)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE balance (
    holder TEXT NOT NULL,
    wallet TEXT NOT NULL,
    ticker TEXT NOT NULL,
    available TEXT NOT NULL,
    freeze TEXT NOT NULL,
    PRIMARY KEY (holder, wallet, ticker)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE wallet_event (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    transaction_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    ticker TEXT NOT NULL,
    amount TEXT NOT NULL,
    fee TEXT NOT NULL,
    address TEXT NOT NULL,
    memo TEXT NOT NULL,
    network TEXT,
    unique_id TEXT,
    hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    UNIQUE (account, unique_id)
  ) STRICT;
  CREATE INDEX wallet_event_by_account ON wallet_event (account, id);

  CREATE TABLE deposit_address (
    address TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    ticker TEXT NOT NULL,
    network TEXT NOT NULL,
    number INTEGER NOT NULL,
    UNIQUE (account, ticker, network, number)
  ) STRICT;

  CREATE TABLE code (
    code TEXT PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    ticker TEXT NOT NULL,
    amount TEXT NOT NULL,
    passphrase TEXT,
    creator TEXT NOT NULL REFERENCES account (id),
    created_at_ms INTEGER NOT NULL,
    applier TEXT REFERENCES account (id),
    applied_at_ms INTEGER
  ) STRICT;

  CREATE TABLE clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    offset_ms INTEGER NOT NULL
  ) STRICT;
  INSERT INTO clock (one, offset_ms) VALUES (1, 0);
  `,
  // Trade wallets move to the exchange's file. The row says that those of before have still to be moved.
  `
  CREATE TABLE pending_transfer (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    ticker TEXT NOT NULL,
    amount TEXT NOT NULL,
    direction TEXT NOT NULL,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE old_trade_wallets (
    one INTEGER PRIMARY KEY CHECK (one = 1)
  ) STRICT;
  INSERT INTO old_trade_wallets (one) VALUES (1);
  `,
];

/** Of the second file, which every signed request writes; see key-use.ts. */
export const KEY_USE_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE key_use (
    key TEXT PRIMARY KEY,
    nonce TEXT,
    used_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE window_nonce (
    key TEXT NOT NULL,
    nonce TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (key, nonce)
  ) STRICT, WITHOUT ROWID;
  `,
];
