/** Each step as it was released; a step is never edited, a new one is added below. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    password_changed_at_ms BIGINT NOT NULL,
    totp_secret TEXT,
    totp_last_step BIGINT NOT NULL,
    currency TEXT NOT NULL,
    swap_up_down INTEGER NOT NULL,
    theme TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
  );
  CREATE UNIQUE INDEX users_one_owner ON users (role) WHERE role = 'owner';
  CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
  );
  CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    counter BIGINT NOT NULL,
    transports TEXT NOT NULL,
    label TEXT NOT NULL,
    added_at_ms BIGINT NOT NULL,
    last_used_at_ms BIGINT
  );
  CREATE INDEX passkeys_by_user ON passkeys (user_id);
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    previous_hash TEXT,
    previous_until_ms BIGINT NOT NULL,
    stage TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    last_seen_at_ms BIGINT NOT NULL,
    step_up_until_ms BIGINT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL
  );
  CREATE INDEX sessions_by_user ON sessions (user_id);
  CREATE INDEX sessions_by_previous ON sessions (previous_hash);
  CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    code_hash TEXT NOT NULL UNIQUE,
    created_by TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
  );
  CREATE TABLE security_events (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL
  );
  CREATE INDEX security_events_by_user ON security_events (user_id, at_ms);
  CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    venue TEXT NOT NULL,
    label TEXT NOT NULL,
    purpose TEXT NOT NULL,
    key_hint TEXT NOT NULL,
    added_at_ms BIGINT NOT NULL,
    key_added_at_ms BIGINT NOT NULL,
    report TEXT,
    checked_at_ms BIGINT,
    last_good_at_ms BIGINT NOT NULL,
    balances TEXT,
    balances_at_ms BIGINT,
    status TEXT NOT NULL,
    since_ms BIGINT NOT NULL
  );
  CREATE INDEX connections_by_user ON connections (user_id, added_at_ms);
  CREATE TABLE value_points (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, connection_id, currency, at_ms)
  );
  `,
  // A removal that was asked for and is not finished: the mark is written before the key is dropped.
  `
  ALTER TABLE connections ADD COLUMN removing_at_ms BIGINT;
  `,
  // Whether its exchange was a practice one when it was made. Of older rows of WhiteBIT it is not known: taken as real.
  `
  ALTER TABLE connections ADD COLUMN made_on_practice INTEGER NOT NULL DEFAULT 0;
  UPDATE connections SET made_on_practice = 1 WHERE venue = 'practice';
  `,
  // Tokens of programs, and the markets that a person wants to see first.
  `
  CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    markets TEXT,
    connections TEXT,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    last_used_at_ms BIGINT
  );
  CREATE INDEX api_tokens_by_user ON api_tokens (user_id, created_at_ms);
  CREATE TABLE watchlists (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    markets TEXT NOT NULL
  );
  `,
  // Trading: a machine and its rows for each account, and the journal that explains them.
  `
  CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  );
  CREATE TABLE accounts (
    connection_id TEXT PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    machine TEXT NOT NULL,
    journal_seq BIGINT NOT NULL
  );
  CREATE TABLE orders (
    connection_id TEXT NOT NULL REFERENCES accounts (connection_id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    user_id TEXT NOT NULL,
    client_id TEXT,
    owner TEXT NOT NULL,
    slot TEXT,
    market TEXT NOT NULL,
    rank BIGINT NOT NULL,
    is_open INTEGER NOT NULL,
    at_ms BIGINT NOT NULL,
    is_forgotten INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (connection_id, key)
  );
  CREATE UNIQUE INDEX orders_client_id ON orders (connection_id, client_id) WHERE owner <> 'external';
  CREATE UNIQUE INDEX orders_slot ON orders (connection_id, owner, slot) WHERE slot IS NOT NULL;
  CREATE INDEX orders_remembered ON orders (connection_id) WHERE is_forgotten = 0;
  CREATE INDEX orders_of_user ON orders (user_id, is_open, at_ms, rank, connection_id, market);
  CREATE TABLE fills (
    connection_id TEXT NOT NULL REFERENCES accounts (connection_id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    user_id TEXT NOT NULL,
    order_key TEXT,
    market TEXT NOT NULL,
    rank BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    is_forgotten INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (connection_id, key)
  );
  CREATE INDEX fills_remembered ON fills (connection_id) WHERE is_forgotten = 0;
  CREATE INDEX fills_of_order ON fills (user_id, order_key, at_ms, rank, connection_id);
  CREATE INDEX fills_of_user ON fills (user_id, at_ms, rank, connection_id, market);
  CREATE TABLE ledger (
    connection_id TEXT NOT NULL REFERENCES accounts (connection_id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (connection_id, seq)
  );
  CREATE TABLE balances (
    connection_id TEXT NOT NULL REFERENCES accounts (connection_id) ON DELETE CASCADE,
    asset TEXT NOT NULL,
    user_id TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (connection_id, asset)
  );
  CREATE TABLE instruments (
    connection_id TEXT NOT NULL REFERENCES accounts (connection_id) ON DELETE CASCADE,
    symbol TEXT NOT NULL,
    user_id TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (connection_id, symbol)
  );
  CREATE TABLE requests (
    connection_id TEXT NOT NULL REFERENCES accounts (connection_id) ON DELETE CASCADE,
    request_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    is_forgotten INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (connection_id, request_id)
  );
  CREATE INDEX requests_remembered ON requests (connection_id) WHERE is_forgotten = 0;
  CREATE TABLE journal (
    connection_id TEXT NOT NULL REFERENCES accounts (connection_id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    event TEXT NOT NULL,
    commands TEXT NOT NULL,
    surprises TEXT NOT NULL,
    PRIMARY KEY (connection_id, seq)
  );
  `,
];
