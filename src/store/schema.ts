/**
 * What the tables hold. Portable to PostgreSQL: decimals are TEXT, times BIGINT milliseconds, booleans 0 or 1, ids our
 * own text, structures JSON text. Every row that belongs to a person carries `user_id`, and every query asks for it.
 */

export type Flag = 0 | 1;

export type UserRow = {
  id: string;
  name: string;
  /** The name as it is compared: two people cannot differ by case or by a look-alike form only. */
  name_key: string;
  role: 'owner' | 'member';
  password_hash: string;
  password_changed_at_ms: number;
  totp_secret: string | null;
  /** The time step of the last code that was accepted: a code works once. */
  totp_last_step: number;
  currency: 'USDT' | 'USD' | 'EUR' | 'BTC';
  swap_up_down: Flag;
  theme: 'system' | 'dark' | 'light';
  created_at_ms: number;
};

export type RecoveryCodeRow = { user_id: string; code_hash: string };

export type PasskeyRow = {
  id: string;
  user_id: string;
  credential_id: string;
  /** COSE key, base64url. */
  public_key: string;
  counter: number;
  /** JSON array of text. */
  transports: string;
  label: string;
  added_at_ms: number;
  last_used_at_ms: number | null;
};

export type SessionRow = {
  id: string;
  user_id: string;
  /** SHA-256 of the cookie: who reads this table still has no session. */
  token_hash: string;
  /** The token before the last rotation, good for a few seconds more for requests already under way. */
  previous_hash: string | null;
  previous_until_ms: number;
  stage: 'second-factor' | 'signed-in';
  created_at_ms: number;
  last_seen_at_ms: number;
  step_up_until_ms: number;
  address: string;
  device: string;
};

export type InvitationRow = {
  id: string;
  code_hash: string;
  created_by: string;
  created_at_ms: number;
  expires_at_ms: number;
};

export type SecurityEventRow = {
  id: string;
  user_id: string;
  at_ms: number;
  kind: string;
  text: string;
  address: string;
  device: string;
};

export type ConnectionRow = {
  id: string;
  user_id: string;
  venue: 'whitebit' | 'practice';
  label: string;
  purpose: 'watch' | 'trade';
  key_hint: string;
  added_at_ms: number;
  key_added_at_ms: number;
  /** The last completed check, as custody reported it (JSON), or null before the first. */
  report: string | null;
  checked_at_ms: number | null;
  /** The last time the exchange took the key: its idle days count from here. */
  last_good_at_ms: number;
  /** JSON of wallet, asset, free, locked; null before they were ever read. */
  balances: string | null;
  balances_at_ms: number | null;
  status: string;
  since_ms: number;
  /** When its removal was asked for; null unless one is under way. Only such a row may be deleted for want of a key. */
  removing_at_ms: number | null;
  /** 1: made with practice money, also under the name WhiteBIT in a rehearsal. */
  made_on_practice: Flag;
};

/** One point of a curve: a connection's value, or with `connection_id` empty the total of the person. */
export type ValueRow = {
  user_id: string;
  connection_id: string;
  currency: string;
  at_ms: number;
  value: string;
};

/** A program's way in. The secret itself is nowhere. */
export type ApiTokenRow = {
  id: string;
  user_id: string;
  label: string;
  secret_hash: string;
  /** JSON arrays of text; null: without a bound. */
  scopes: string;
  markets: string | null;
  connections: string | null;
  created_at_ms: number;
  expires_at_ms: number;
  last_used_at_ms: number | null;
};

export type WatchlistRow = { user_id: string; markets: string };

type MetaRow = { name: string; value: string };

/** One machine. `machine` and every `data` below are what the engine's `toPlain` made, as JSON. */
type AccountRow = {
  connection_id: string;
  user_id: string;
  machine: string;
  /** The number of the last line of its journal. */
  journal_seq: number;
};

export type OrderRow = {
  connection_id: string;
  key: string;
  user_id: string;
  client_id: string | null;
  owner: string;
  slot: string | null;
  market: string;
  rank: number;
  is_open: Flag;
  /** By this they are listed: when it was made, and of a closed one when it ended. */
  at_ms: number;
  /** 1: no longer in the machine's memory. */
  is_forgotten: Flag;
  data: string;
};

export type TradeRow = {
  connection_id: string;
  key: string;
  user_id: string;
  order_key: string | null;
  market: string;
  rank: number;
  at_ms: number;
  is_forgotten: Flag;
  data: string;
};

export type LedgerRow = { connection_id: string; seq: number; user_id: string; at_ms: number; data: string };
export type HeldRow = { connection_id: string; asset: string; user_id: string; data: string };
export type InstrumentRow = { connection_id: string; symbol: string; user_id: string; data: string };
export type AskedRow = {
  connection_id: string;
  request_id: string;
  user_id: string;
  is_forgotten: Flag;
  data: string;
};

export type JournalRow = {
  connection_id: string;
  seq: number;
  user_id: string;
  at_ms: number;
  event: string;
  commands: string;
  surprises: string;
};

export type Schema = {
  users: UserRow;
  recovery_codes: RecoveryCodeRow;
  passkeys: PasskeyRow;
  sessions: SessionRow;
  invitations: InvitationRow;
  security_events: SecurityEventRow;
  connections: ConnectionRow;
  value_points: ValueRow;
  api_tokens: ApiTokenRow;
  watchlists: WatchlistRow;
  meta: MetaRow;
  accounts: AccountRow;
  orders: OrderRow;
  fills: TradeRow;
  ledger: LedgerRow;
  balances: HeldRow;
  instruments: InstrumentRow;
  requests: AskedRow;
  journal: JournalRow;
};
