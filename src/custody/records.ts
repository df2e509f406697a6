/**
 * One record a connection. What a page may show lies in the clear but authenticated; key and secret lie in a box under
 * a key of the record's own (DEK), which is wrapped under ROOT. Every box names owner, venue, connection and version,
 * so that no two can be exchanged.
 */

import { createHash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { ConnectionId, UserId, VenueId } from '../core/ids.ts';
import { hmacHex, KEY_BYTES, openBox, sealBox, takeKey } from './boxes.ts';
import { CustodyError } from './errors.ts';
import { decodeFields, encodeFields } from './fields.ts';
import { type Keystore, KeystoreError } from './keystore.ts';
import type { KeySummary, ProblemCode, Purpose } from './protocol.ts';
import type { Random } from './seams.ts';
import type { PolicyLimits, Proposal } from './trade-protocol.ts';

/** A backup of this many fits into one frame; nobody has as many accounts. */
export const KEYS_MAX = 128;

export type KeyRecord = {
  readonly connection: ConnectionId;
  readonly owner: UserId;
  readonly venue: VenueId;
  readonly label: string;
  readonly purpose: Purpose;
  readonly keyHint: string;
  readonly version: number;
  readonly addedAtMs: number;
  readonly replacedAtMs: number | null;
  readonly stoppedBecause: ProblemCode | null;
  /** The owner said that the key cannot withdraw, where the exchange would not tell. */
  readonly confirmedCannotWithdraw: boolean;
  /** Keyed hash of venue and public key. */
  readonly keyMark: string;
  /** Keyed hashes of what only this account has: ids of deposits, withdrawals, deals. */
  readonly accountMarks: readonly string[];
  /** Keyed hash of all balances at the last good check; null for an account without any. */
  readonly balancesMark: string | null;
  /** What the key may be used for. Absent: the defaults, which enable no market. */
  readonly policy?: KeyPolicy;
};

export type KeyPolicy = {
  readonly version: number;
  readonly limits: PolicyLimits;
  readonly proposal: Proposal | null;
};

/** A key in use. The public half is no secret; the other never leaves the `KeyObject`. */
export type Credential = { readonly publicKey: string; readonly secret: KeyObject; readonly keyMark: string };

type Stored = { readonly record: KeyRecord; readonly dek: string; readonly box: string };

export class Records {
  readonly #keystore: Keystore;
  readonly #random: Random;
  readonly #stored = new Map<ConnectionId, Stored>();
  readonly #open = new Map<ConnectionId, Credential>();

  /** Reads what is there; whether it is ours is told by `verify`, once open. */
  constructor(keystore: Keystore, random: Random) {
    this.#keystore = keystore;
    this.#random = random;
    this.reload();
  }

  reload(): void {
    this.#stored.clear();
    this.#open.clear();
    for (const { connection, record } of this.#keystore.store.records()) {
      this.#stored.set(connection as ConnectionId, (JSON.parse(record) as { stored: Stored }).stored);
    }
  }

  /** The connections whose record was changed by somebody else, or stands in another's place. */
  verify(): readonly string[] {
    const { mac } = this.#keys();
    return this.#keystore.store.records().flatMap((row) => {
      const parsed = JSON.parse(row.record) as { stored: Stored; mac: string };
      const right = hmacHex(mac, macText(parsed.stored));
      const same = parsed.mac.length === right.length && timingSafeEqual(Buffer.from(parsed.mac), Buffer.from(right));
      return same && parsed.stored.record.connection === row.connection ? [] : [row.connection];
    });
  }

  get size(): number {
    return this.#stored.size;
  }

  all(): readonly KeyRecord[] {
    return [...this.#stored.values()].map((stored) => stored.record);
  }

  find(connection: ConnectionId): KeyRecord | null {
    return this.#stored.get(connection)?.record ?? null;
  }

  /** As `find`, but a stranger's connection is as absent as one that never was. Throws `NOT_FOUND`. */
  mine(connection: ConnectionId, owner: UserId): KeyRecord {
    const record = this.find(connection);
    if (record === null || record.owner !== owner) throw new CustodyError('NOT_FOUND', 'No such connection');
    return record;
  }

  /** Throws `LOCKED`, or `KeystoreError` where the box does not fit its record. */
  credential(connection: ConnectionId): Credential {
    const stored = this.#stored.get(connection);
    if (stored === undefined) throw new CustodyError('NOT_FOUND', 'No such connection');
    const keys = this.#keys();
    const known = this.#open.get(connection);
    if (known !== undefined) return known;
    const context = boxContext(stored.record);
    const dekBytes = openBox(keys.wrap, stored.dek, `dek|${context}`);
    if (dekBytes === null) throw new KeystoreError(`The record of ${connection} does not open`);
    const plain = openBox(takeKey(dekBytes), stored.box, `key|${context}`);
    const fields = plain === null ? null : decodeFields(plain, 2);
    plain?.fill(0);
    const [publicKey, secret] = fields ?? [];
    if (publicKey === undefined || secret === undefined)
      throw new KeystoreError(`The record of ${connection} does not open`);
    const credential = {
      publicKey: publicKey.toString('latin1'),
      secret: takeKey(secret),
      keyMark: stored.record.keyMark,
    };
    this.#open.set(connection, credential);
    return credential;
  }

  /** A new record or a new version, durable when this returns. */
  store(record: KeyRecord, credential: Credential): void {
    const keys = this.#keys();
    if (!this.#stored.has(record.connection) && this.#stored.size >= KEYS_MAX)
      throw new CustodyError('CONFLICT', `At most ${KEYS_MAX} keys can be kept`);
    const context = boxContext(record);
    const dekBytes = this.#random(KEY_BYTES);
    const secret = credential.secret.export();
    const plain = encodeFields([Buffer.from(credential.publicKey, 'latin1'), secret]);
    const dek = sealBox(keys.wrap, dekBytes, `dek|${context}`, this.#random);
    const box = sealBox(takeKey(dekBytes), plain, `key|${context}`, this.#random);
    secret.fill(0);
    plain.fill(0);
    this.#write({ record, dek, box });
    this.#open.delete(record.connection);
  }

  /** The same key for another person: sealed anew, because its boxes name whose they are. Throws as `credential`. */
  giveTo(connection: ConnectionId, owner: UserId): void {
    const stored = this.#stored.get(connection);
    if (stored === undefined) throw new CustodyError('NOT_FOUND', 'No such connection');
    if (stored.record.owner !== owner) this.store({ ...stored.record, owner }, this.credential(connection));
  }

  /** Everything that may change without a new key. */
  update(
    connection: ConnectionId,
    change: Partial<
      Pick<
        KeyRecord,
        'stoppedBecause' | 'accountMarks' | 'balancesMark' | 'confirmedCannotWithdraw' | 'label' | 'policy'
      >
    >,
  ): void {
    const stored = this.#stored.get(connection);
    if (stored !== undefined) this.#write({ ...stored, record: { ...stored.record, ...change } });
  }

  drop(connection: ConnectionId): void {
    this.#keystore.store.deleteRecord(connection);
    this.#stored.delete(connection);
    this.#open.delete(connection);
  }

  forgetSecrets(): void {
    this.#open.clear();
  }

  /** Keyed hash, 96 bits: enough that no two of ours meet, useless to whoever does not hold ROOT. */
  mark(venue: VenueId, kind: 'key' | 'account' | 'balances', text: string): string {
    return hmacHex(this.#keys().mark, `${venue}|${kind}|${text}`).slice(0, 24);
  }

  #keys() {
    const keys = this.#keystore.keys;
    if (keys === null) throw new CustodyError('LOCKED', 'Custody is locked');
    return keys;
  }

  #write(stored: Stored): void {
    const text = JSON.stringify({ stored, mac: hmacHex(this.#keys().mac, macText(stored)) });
    this.#keystore.store.putRecord(stored.record.connection, text);
    this.#stored.set(stored.record.connection, stored);
  }
}

/** The record in its stored text, which the caller has from somewhere that vouches for it. */
export function recordIn(text: string): KeyRecord {
  return (JSON.parse(text) as { stored: Stored }).stored.record;
}

export function summarize(record: KeyRecord): KeySummary {
  const { connection, owner, venue, label, purpose, keyHint, version, addedAtMs, replacedAtMs, stoppedBecause } =
    record;
  return { connection, owner, venue, label, purpose, keyHint, version, addedAtMs, replacedAtMs, stoppedBecause };
}

/** First four and last four characters; of a key so short that this would tell most of it, less. */
export function keyHint(publicKey: string): string {
  return publicKey.length < 16 ? `${publicKey.slice(0, 2)}…` : `${publicKey.slice(0, 4)}…${publicKey.slice(-4)}`;
}

/** Names a sealed message, so that the same one is not taken twice. */
export function sealHash(epk: string): string {
  return createHash('sha256').update(epk).digest('hex');
}

function boxContext(record: KeyRecord): string {
  return `gapless key v1|${record.owner}|${record.venue}|${record.connection}|${record.version}`;
}

function macText(stored: Stored): string {
  return `record|${JSON.stringify(stored)}`;
}
