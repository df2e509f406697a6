import type { DatabaseSync } from 'node:sqlite';
import type { Account, AccountId, ApiKey, Clock, KeyId, Outcome } from '../ports.ts';
import { canonicalIp } from './ip.ts';
import type { KeyUse } from './key-use.ts';
import { done, refuse } from './outcome.ts';
import type { Random } from './random.ts';
import { randomHex } from './random.ts';
import type { Row } from './row.ts';
import { integer, integerOrNull, text, textOrNull } from './row.ts';

/** Facts of the exchange's API page: keys per account, addresses per key, days a key without addresses may idle. */
export const KEYS_MAX = 50;
export const IPS_MAX = 50;
export const IDLE_LIMIT_MS = 14 * 24 * 60 * 60 * 1000;
/** 32 hex characters each. */
const KEY_BYTES = 16;
const NAME_LENGTH_MAX = 60;

type OffReason = NonNullable<ApiKey['offReason']>;

/** What the signature check needs. The secret stays in clear because HMAC needs it; it is never printed or logged. */
export type SigningKey = { readonly id: KeyId; readonly account: AccountId; readonly secret: string };

export interface Keys {
  keys(account: AccountId): readonly ApiKey[];
  find(account: AccountId, key: KeyId): ApiKey | null;
  /** For the signature: whether the key is on is asked next, with `current`. */
  signingKey(publicKey: string): SigningKey | null;
  /** As it is at this moment: idle days are counted here. */
  current(key: KeyId): ApiKey | null;
  create(account: AccountId, name: string): Outcome<{ readonly key: ApiKey; readonly secret: string }>;
  rename(account: AccountId, key: KeyId, name: string): Outcome<ApiKey>;
  setEndpoints(account: AccountId, key: KeyId, endpoints: readonly string[]): Outcome<ApiKey>;
  setActive(account: AccountId, key: KeyId, active: boolean): Outcome<ApiKey>;
  switchOff(key: KeyId, reason: OffReason): void;
  /** The exchange's own hand puts right what it did; nobody is asked for a second factor. */
  switchOn(key: KeyId): void;
  /** Several changes by the exchange's own hand: all of them, or none where one is refused. No second factor is asked for. */
  revise(account: AccountId, key: KeyId, changes: KeyChanges): Outcome<ApiKey>;
  switchAllOff(account: AccountId, reason: OffReason): void;
  setIps(account: AccountId, key: KeyId, ips: readonly string[]): Outcome<ApiKey>;
  remove(account: AccountId, key: KeyId): Outcome<null>;
}

/** What is not there stays as it is. */
export type KeyChanges = {
  readonly name?: string | undefined;
  readonly endpoints?: readonly string[] | undefined;
  readonly ips?: readonly string[] | undefined;
  readonly active?: boolean | undefined;
};

type Stored = ApiKey & { readonly activatedAtMs: number | null };

export type KeysOptions = {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly random: Random;
  readonly use: KeyUse;
  readonly account: (id: AccountId) => Account | null;
  /** Every path a switch exists for. */
  readonly endpoints: ReadonlySet<string>;
};

export function createKeys({ database, clock, random, use, account, endpoints: known }: KeysOptions): Keys {
  // All keys are few (50 an account) and asked for by every request: the map is the truth in memory, the table its copy
  // on disk, written first.
  const byId = new Map<KeyId, Stored>();
  const byPublicKey = new Map<string, KeyId>();
  // Apart from the keys, so that no answer made from a key can carry its secret along.
  const secrets = new Map<KeyId, string>();
  for (const row of database.prepare('SELECT * FROM api_key ORDER BY rowid').all()) {
    const key = storedOf(row);
    secrets.set(key.id, text(row, 'secret'));
    hold(key);
  }
  const upsert = database.prepare(
    `INSERT INTO api_key (id, account, name, public_key, secret, active, off_reason, created_at_ms, activated_at_ms, endpoints, ips)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, active = excluded.active, off_reason = excluded.off_reason,
       activated_at_ms = excluded.activated_at_ms, endpoints = excluded.endpoints, ips = excluded.ips`,
  );
  const drop = database.prepare('DELETE FROM api_key WHERE id = ?');

  function hold(key: Stored): void {
    byId.set(key.id, key);
    byPublicKey.set(key.publicKey, key.id);
  }

  function save(key: Stored): Stored {
    upsert.run(
      ...[key.id, key.account, key.name, key.publicKey, secretOf(key.id), key.active ? 1 : 0, key.offReason],
      ...[key.createdAtMs, key.activatedAtMs, JSON.stringify([...key.endpoints]), JSON.stringify(key.ips)],
    );
    hold(key);
    return key;
  }

  function secretOf(id: KeyId): string {
    const secret = secrets.get(id);
    if (secret === undefined) throw new RangeError('A key without a secret');
    return secret;
  }

  function off(key: Stored, reason: OffReason): Stored {
    return save({ ...key, active: false, offReason: reason });
  }

  function on(key: Stored): Stored {
    return { ...key, active: true, offReason: null, activatedAtMs: clock.nowMs() };
  }

  function withEndpoints(key: Stored, endpoints: readonly string[]): Outcome<Stored> {
    const unknown = endpoints.find((endpoint) => !known.has(endpoint));
    if (unknown !== undefined) return refuse('endpoint-unknown', `There is no endpoint ${unknown} to switch on.`);
    const applied = { ...key, endpoints: new Set(endpoints) };
    // The real exchange's page has a switch to press after this step. The guide this program serves ends here, so
    // applying restrictions for the first time switches the key on; from then on the switch alone decides.
    return done(key.offReason === 'never-activated' ? on(applied) : applied);
  }

  /** Idle time is noticed when somebody looks: nothing happens at midnight. */
  function upToDate(key: Stored): Stored {
    if (!key.active || key.ips.length > 0) return key;
    const aliveAtMs = Math.max(key.activatedAtMs ?? key.createdAtMs, use.lastUsedAtMs(key.id) ?? 0);
    return clock.nowMs() - aliveAtMs > IDLE_LIMIT_MS ? off(key, 'idle') : key;
  }

  function shown(stored: Stored): ApiKey {
    const { activatedAtMs: _activatedAtMs, ...key } = stored;
    return { ...key, lastUsedAtMs: use.lastUsedAtMs(stored.id) };
  }

  function owned(accountId: AccountId): Stored[] {
    return [...byId.values()].filter((key) => key.account === accountId);
  }

  function change(accountId: AccountId, id: KeyId, next: (key: Stored) => Outcome<Stored>): Outcome<ApiKey> {
    const key = byId.get(id);
    if (key === undefined || key.account !== accountId)
      return refuse('key-unknown', 'There is no such key any more. Load the page again.');
    const outcome = next(upToDate(key));
    return outcome.ok ? done(shown(save(outcome.value))) : outcome;
  }

  return {
    keys: (accountId) => owned(accountId).map((key) => shown(upToDate(key))),
    find(accountId, id) {
      const key = byId.get(id);
      return key === undefined || key.account !== accountId ? null : shown(upToDate(key));
    },
    signingKey(publicKey) {
      const id = byPublicKey.get(publicKey);
      const key = id === undefined ? undefined : byId.get(id);
      return key === undefined ? null : { id: key.id, account: key.account, secret: secretOf(key.id) };
    },
    current(id) {
      const key = byId.get(id);
      // Not `shown`: this runs for every request, and the copy it makes is for people.
      return key === undefined ? null : upToDate(key);
    },
    create(accountId, name) {
      if (owned(accountId).length >= KEYS_MAX)
        return refuse('keys-limit', `An account may have at most ${KEYS_MAX} API keys. Delete one you do not use.`);
      const id = randomHex(random, KEY_BYTES) as KeyId;
      const secret = randomHex(random, KEY_BYTES);
      secrets.set(id, secret);
      const key = save({
        id,
        account: accountId,
        name,
        publicKey: randomHex(random, KEY_BYTES),
        active: false,
        offReason: 'never-activated',
        endpoints: new Set(),
        ips: [],
        createdAtMs: clock.nowMs(),
        activatedAtMs: null,
        lastUsedAtMs: null,
      });
      return done({ key: shown(key), secret });
    },
    rename: (accountId, id, name) => change(accountId, id, (key) => withName(key, name)),
    setEndpoints: (accountId, id, endpoints) => change(accountId, id, (key) => withEndpoints(key, endpoints)),
    setActive: (accountId, id, active) =>
      change(accountId, id, (key) => {
        if (active && account(accountId)?.totpEnabled !== true)
          return refuse(
            'two-factor-off',
            'Keys work only with two-factor authentication. Switch it on under Security.',
          );
        return done(active ? on(key) : switchedOff(key));
      }),
    revise: (accountId, id, { name, endpoints, ips, active }) =>
      change(accountId, id, (key) => {
        let outcome: Outcome<Stored> = name === undefined ? done(key) : withName(key, name);
        // In the order of the page: endpoints (which switches a new key on), addresses, the switch.
        if (outcome.ok && endpoints !== undefined) outcome = withEndpoints(outcome.value, endpoints);
        if (outcome.ok && ips !== undefined) outcome = withIps(outcome.value, ips);
        if (!outcome.ok || active === undefined || active === outcome.value.active) return outcome;
        return done(active ? on(outcome.value) : switchedOff(outcome.value));
      }),
    switchOff(id, reason) {
      const key = byId.get(id);
      if (key?.active) off(key, reason);
    },
    switchOn(id) {
      const key = byId.get(id);
      if (key !== undefined && !key.active) save(on(key));
    },
    switchAllOff(accountId, reason) {
      for (const key of owned(accountId)) if (key.active) off(key, reason);
    },
    setIps: (accountId, id, ips) => change(accountId, id, (key) => withIps(key, ips)),
    remove(accountId, id) {
      const key = byId.get(id);
      if (key === undefined || key.account !== accountId)
        return refuse('key-unknown', 'There is no such key any more. Load the page again.');
      drop.run(id);
      use.forget(id);
      byId.delete(id);
      secrets.delete(id);
      byPublicKey.delete(key.publicKey);
      return done(null);
    },
  };
}

function withName(key: Stored, name: string): Outcome<Stored> {
  const trimmed = name.trim();
  if (trimmed.length === 0 || trimmed.length > NAME_LENGTH_MAX)
    return refuse('name-invalid', `A name has 1 to ${NAME_LENGTH_MAX} characters.`);
  return done({ ...key, name: trimmed });
}

function withIps(key: Stored, ips: readonly string[]): Outcome<Stored> {
  const canonical = new Set<string>();
  for (const ip of ips) {
    const address = canonicalIp(ip);
    if (address === null)
      return refuse('ip-invalid', `${ip.slice(0, 60)} is not an IPv4 or IPv6 address. Ranges are not supported.`);
    canonical.add(address);
  }
  if (canonical.size > IPS_MAX)
    return refuse('ips-limit', `A key may have at most ${IPS_MAX} addresses; these are ${canonical.size}.`);
  return done({ ...key, ips: [...canonical] });
}

function switchedOff(key: Stored): Stored {
  return key.active ? { ...key, active: false, offReason: 'switched-off' } : key;
}

function texts(json: string): string[] {
  const value: unknown = JSON.parse(json);
  if (!Array.isArray(value)) throw new TypeError('Column holds no list');
  return value.map(String);
}

function storedOf(row: Row): Stored {
  return {
    id: text(row, 'id') as KeyId,
    account: text(row, 'account') as AccountId,
    name: text(row, 'name'),
    publicKey: text(row, 'public_key'),
    active: integer(row, 'active') === 1,
    offReason: offReasonOf(textOrNull(row, 'off_reason')),
    endpoints: new Set(texts(text(row, 'endpoints'))),
    ips: texts(text(row, 'ips')),
    createdAtMs: integer(row, 'created_at_ms'),
    activatedAtMs: integerOrNull(row, 'activated_at_ms'),
    lastUsedAtMs: null,
  };
}

function offReasonOf(value: string | null): ApiKey['offReason'] {
  switch (value) {
    case null:
    case 'never-activated':
    case 'switched-off':
    case 'foreign-ip':
    case 'two-factor-off':
    case 'idle':
      return value;
    default:
      throw new TypeError(`Unknown reason ${value}`);
  }
}
