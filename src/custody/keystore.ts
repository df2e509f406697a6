/**
 * What stands between the disk and the keys:
 *
 *   key file, or passphrase and key file  →  KEK  wraps  ROOT (random, 256 bits)  →  HKDF  →  one key for each use
 *
 * ROOT never changes, so switching between key file and passphrase wraps 32 bytes again and touches no record. The
 * sealing pair is wrapped under the key file alone: a passphrase arrives sealed too, while ROOT is still closed.
 */

import type { KeyObject } from 'node:crypto';
import { deriveKey, hmacHex, KEY_BYTES, openBox, sealBox, takeKey } from './boxes.ts';
import { ARGON2_COST, type Argon2Cost, isBearable, type Kdf, keyFromFile, keyFromPassphrase } from './kdf.ts';
import { createKeyFile, keyFilePath, readKeyFile } from './keyfile.ts';
import type { UnlockMode } from './protocol.ts';
import { makeSealingPair, type SealingPair } from './seal.ts';
import type { Random } from './seams.ts';
import type { Store } from './store.ts';

export class KeystoreError extends Error {
  override name = 'KeystoreError';
}

/** The keys that ROOT opens. Dropped as a whole when custody locks. */
export type RootKeys = {
  readonly root: KeyObject;
  /** Kept beside ROOT, which it wraps, so that a restored ROOT can be wrapped without asking for the passphrase again. */
  readonly kek: KeyObject;
  /** Wraps the key of each record. */
  readonly wrap: KeyObject;
  /** Authenticates what is stored in the clear. */
  readonly mac: KeyObject;
  /** Makes keyed hashes of public keys and of an account's marks. */
  readonly mark: KeyObject;
  /** Signs the checkpoints of the audit trail. Random and wrapped, not derived: the trail outlives a restored ROOT. */
  readonly audit: KeyObject;
};

export type Head = { readonly seq: number; readonly hash: string };
/** Authenticated under ROOT; read and written only while open. */
export type KeystoreState = {
  /** Counts restores: nonces and keys of an older epoch are not trusted. */
  readonly epoch: number;
  /** The last entry that was pruned from the audit trail; the first that is left follows it. */
  readonly auditBase: Head;
  /** The last checkpoint: a trail that does not reach it has lost its tail. */
  readonly auditHead: Head;
  /** Which file the order journal is, the entry before its first, and its last at the last checkpoint. */
  readonly orders?: { readonly identity: string; readonly base: Head; readonly head: Head };
};

type Header = {
  readonly format: 'gapless-keystore';
  readonly version: 1;
  readonly install: string;
  readonly mode: UnlockMode;
  readonly kdf: Kdf;
  readonly salt: string;
};

export type KeystoreOptions = {
  readonly store: Store;
  readonly keyDir: string;
  readonly random: Random;
  readonly argon2?: Argon2Cost;
};

const SALT_BYTES = 16;

export class Keystore {
  readonly store: Store;
  readonly keyFile: string;
  readonly #random: Random;
  readonly #argon2: Argon2Cost;
  readonly #install: string;
  #header: Header;
  #installSecret: KeyObject | null;
  #sealing: SealingPair | null = null;
  #keys: RootKeys | null = null;

  /** Makes a keystore where there is none. Throws `KeystoreError` where the one that is there cannot be read. */
  constructor(options: KeystoreOptions) {
    this.store = options.store;
    this.#random = options.random;
    this.#argon2 = options.argon2 ?? ARGON2_COST;
    this.#install = this.#installId();
    this.keyFile = keyFilePath(options.keyDir, this.#install);
    const stored = this.store.meta('header');
    this.#installSecret = readKeyFile(this.keyFile);
    this.#header = stored === null ? this.#create() : readHeader(stored, this.#install);
    this.#openSealing();
  }

  get mode(): UnlockMode {
    return this.#header.mode;
  }

  /** Null while the key file is missing: nothing can be sealed to us then. */
  get sealing(): SealingPair | null {
    return this.#sealing;
  }

  /** Null while locked. */
  get keys(): RootKeys | null {
    return this.#keys;
  }

  /** The key file may have been put back since the start. */
  unlockWithKeyFile(): boolean {
    this.#findKeyFile();
    if (this.#header.mode !== 'key-file' || this.#installSecret === null) return false;
    return this.#unwrap(keyFromFile(this.#installSecret, this.#header.salt));
  }

  /** False where the passphrase is wrong. The caller wipes it. */
  async unlockWithPassphrase(passphrase: Buffer): Promise<boolean> {
    this.#findKeyFile();
    const { kdf, mode, salt } = this.#header;
    if (mode !== 'passphrase' || kdf.name !== 'argon2id' || this.#installSecret === null) return false;
    return this.#unwrap(await keyFromPassphrase(passphrase, Buffer.from(salt, 'base64url'), this.#installSecret, kdf));
  }

  lock(): void {
    this.#keys = null;
  }

  /** Wraps ROOT again; older copies of the keystore still open the old way. Throws `KeystoreError` while locked. */
  async switchToPassphrase(passphrase: Buffer): Promise<void> {
    const { root } = this.#open();
    if (this.#installSecret === null) throw new KeystoreError('The unlock key file is missing');
    const salt = this.#random(SALT_BYTES);
    const kek = await keyFromPassphrase(passphrase, salt, this.#installSecret, this.#argon2);
    const kdf: Kdf = { name: 'argon2id', ...this.#argon2 };
    this.#rewrap({ ...this.#header, mode: 'passphrase', kdf, salt: salt.toString('base64url') }, kek, root);
  }

  switchToKeyFile(): void {
    const { root } = this.#open();
    if (this.#installSecret === null) throw new KeystoreError('The unlock key file is missing');
    const salt = this.#random(SALT_BYTES).toString('base64url');
    const header: Header = { ...this.#header, mode: 'key-file', kdf: { name: 'hkdf-sha256' }, salt };
    this.#rewrap(header, keyFromFile(this.#installSecret, salt), root);
  }

  /** Throws `KeystoreError` while locked, or where somebody else wrote it. */
  state(): KeystoreState {
    const { mac } = this.#open();
    const stored = this.store.meta('state');
    if (stored === null || this.store.meta('state-mac') !== hmacHex(mac, `state|${stored}`))
      throw new KeystoreError('The state of the keystore was changed by somebody else');
    return JSON.parse(stored) as KeystoreState;
  }

  setState(change: Partial<KeystoreState>): void {
    const state = { ...this.state(), ...change };
    // Text and seal together: half of them would look like a state that somebody else wrote.
    this.store.transaction(() => this.#writeState(state, this.#open()));
  }

  #open(): RootKeys {
    if (this.#keys === null) throw new KeystoreError('The keystore is locked');
    return this.#keys;
  }

  #installId(): string {
    const known = this.store.meta('install');
    if (known !== null) return known;
    const install = this.#random(8).toString('hex');
    this.store.setMeta('install', install);
    return install;
  }

  /** The key file first: a keystore whose key was never written could not be opened by anybody. */
  #create(): Header {
    this.#installSecret ??= createKeyFile(this.keyFile, this.#random);
    const salt = this.#random(SALT_BYTES).toString('base64url');
    const header: Header = {
      format: 'gapless-keystore',
      version: 1,
      install: this.#install,
      mode: 'key-file',
      kdf: { name: 'hkdf-sha256' },
      salt,
    };
    const root = takeKey(this.#random(KEY_BYTES));
    const pair = makeSealingPair();
    const box = sealBox(
      this.#sealingWrap(this.#installSecret),
      pair.scalar,
      this.#sealingContext(pair.publicKey),
      this.#random,
    );
    pair.scalar.fill(0);
    const kek = keyFromFile(this.#installSecret, salt);
    this.store.transaction(() => {
      this.#writeHeader(header, kek, root);
      this.store.setMeta('sealing', JSON.stringify({ publicKey: pair.publicKey, box }));
      const none: Head = { seq: 0, hash: '' };
      const keys = derivedKeys(root, kek, takeKey(this.#random(KEY_BYTES)));
      this.#writeAuditKey(keys);
      this.#writeState({ epoch: 1, auditBase: none, auditHead: none }, keys);
    });
    return header;
  }

  #rewrap(header: Header, kek: KeyObject, root: KeyObject): void {
    this.store.transaction(() => this.#writeHeader(header, kek, root));
    this.#header = header;
    this.#keys = { ...this.#open(), kek };
  }

  #writeHeader(header: Header, kek: KeyObject, root: KeyObject): void {
    const text = JSON.stringify(header);
    const bytes = root.export();
    // The whole header is authenticated with ROOT: mode, costs and salt cannot be exchanged.
    const box = sealBox(kek, bytes, text, this.#random);
    bytes.fill(0);
    this.store.setMeta('header', text);
    this.store.setMeta('root', box);
  }

  #writeState(state: KeystoreState, keys: RootKeys): void {
    const text = JSON.stringify(state);
    const mac = hmacHex(keys.mac, `state|${text}`);
    this.store.setMeta('state', text);
    this.store.setMeta('state-mac', mac);
  }

  #unwrap(kek: KeyObject): boolean {
    const bytes = openBox(kek, this.store.meta('root') ?? '', JSON.stringify(this.#header));
    if (bytes === null) return false;
    const root = takeKey(bytes);
    const audit = openBox(deriveKey(root, '', 'wrap'), this.store.meta('audit-key') ?? '', AUDIT_KEY_CONTEXT);
    if (audit === null) throw new KeystoreError('The key of the audit trail does not open');
    this.#keys = derivedKeys(root, kek, takeKey(audit));
    return true;
  }

  #writeAuditKey(keys: RootKeys): void {
    const bytes = keys.audit.export();
    this.store.setMeta('audit-key', sealBox(keys.wrap, bytes, AUDIT_KEY_CONTEXT, this.#random));
    bytes.fill(0);
  }

  /**
   * Takes another keystore's ROOT in place of this one's, wrapped as this one is; the records must be exchanged in the
   * same transaction, which the caller holds. Epoch and trail go on from here.
   */
  adoptRoot(root: KeyObject, epoch: number): void {
    const before = this.#open();
    const state = this.state();
    const keys = derivedKeys(root, before.kek, before.audit);
    this.#writeHeader(this.#header, before.kek, root);
    this.#writeAuditKey(keys);
    this.#writeState({ ...state, epoch }, keys);
    this.#keys = keys;
  }

  /** After a transaction that failed: what is stored counts. */
  resume(keys: RootKeys): void {
    this.#keys = keys;
  }

  #findKeyFile(): void {
    if (this.#installSecret !== null) return;
    this.#installSecret = readKeyFile(this.keyFile);
    this.#openSealing();
  }

  #openSealing(): void {
    const stored = this.store.meta('sealing');
    if (this.#installSecret === null || stored === null) return;
    const { publicKey, box } = JSON.parse(stored) as { publicKey: string; box: string };
    const scalar = openBox(this.#sealingWrap(this.#installSecret), box, this.#sealingContext(publicKey));
    if (scalar === null) throw new KeystoreError(`The unlock key ${this.keyFile} belongs to another keystore`);
    this.#sealing = { publicKey, secret: takeKey(scalar) };
  }

  #sealingWrap(installSecret: KeyObject): KeyObject {
    return deriveKey(installSecret, this.#install, 'sealing pair');
  }

  #sealingContext(publicKey: string): string {
    return `gapless sealing v1|${this.#install}|${publicKey}`;
  }
}

const AUDIT_KEY_CONTEXT = 'gapless audit key v1';

function derivedKeys(root: KeyObject, kek: KeyObject, audit: KeyObject): RootKeys {
  const derived = (label: string) => deriveKey(root, '', label);
  return { root, kek, wrap: derived('wrap'), mac: derived('mac'), mark: derived('mark'), audit };
}

/** Only shape and bounds: that the header is ours is proven when ROOT opens with it. */
function readHeader(text: string, install: string): Header {
  const header = JSON.parse(text) as Header;
  const bearable = header.kdf.name === 'hkdf-sha256' || (header.kdf.name === 'argon2id' && isBearable(header.kdf));
  if (header.format !== 'gapless-keystore' || header.version !== 1 || header.install !== install || !bearable)
    throw new KeystoreError('The keystore has a header that this Gapless does not know');
  return header;
}
