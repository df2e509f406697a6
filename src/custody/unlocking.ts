/** Opening, closing and re-wrapping the keystore, with what each means for the trail and the records. */

import { CustodyError } from './errors.ts';
import { KeystoreError } from './keystore.ts';
import { windowMark } from './nonces.ts';
import type { Context } from './operations/context.ts';
import { mustBeStrong, withPassphrase } from './operations/passphrases.ts';
import type { Sealed } from './protocol.ts';
import { sealHash } from './records.ts';
import { wipeReleased } from './seams.ts';

/** Argon2 already makes a guess cost most of a second; this makes guessing through the socket hopeless. */
const WRONG_PAUSE_FIRST_MS = 1_000;
const WRONG_PAUSE_MAX_MS = 60_000;

export class Unlocking {
  readonly #context: Context;
  /** Why the keystore itself is not to be trusted; empty where it is. */
  #trouble = '';
  #wrong = 0;
  #notBeforeMs = 0;
  #trying = false;

  constructor(context: Context) {
    this.#context = context;
  }

  get trouble(): string {
    return this.#trouble;
  }

  /** At start: opens with the key file where that is the mode. Says why not, or nothing. */
  atStart(): void {
    if (this.#context.keystore.mode !== 'key-file') return;
    if (this.#context.keystore.unlockWithKeyFile()) this.#opened();
  }

  async unlock(sealed: Sealed): Promise<void> {
    const { keystore, refusals } = this.#context;
    if (keystore.keys !== null) return;
    if (keystore.mode === 'key-file') {
      // The file is the key: whoever may restart custody opens it too, so a passphrase would prove nothing.
      if (!keystore.unlockWithKeyFile()) throw new CustodyError('LOCKED', this.lockedBecause());
      this.#opened();
      return;
    }
    this.#waitOut();
    this.#trying = true;
    try {
      await withPassphrase(this.#context, sealed, async (passphrase) => {
        const hash = sealHash(sealed.epk);
        // A recorded unlock must not open again what its owner locked.
        if (keystore.store.isSealUsed(hash)) throw new CustodyError('BAD_REQUEST', 'This sealed passphrase was used');
        if (!(await keystore.unlockWithPassphrase(passphrase))) {
          this.#wrong += 1;
          const pauseMs = Math.min(WRONG_PAUSE_FIRST_MS * 2 ** (this.#wrong - 1), WRONG_PAUSE_MAX_MS);
          this.#notBeforeMs = this.#context.clock.nowMs() + pauseMs;
          refusals.note('unlock-refused', { detail: 'Wrong passphrase' });
          throw new CustodyError('WRONG_PASSPHRASE', 'Wrong passphrase');
        }
        keystore.store.markSealUsed(hash, this.#context.clock.nowMs());
        this.#wrong = 0;
        this.#opened();
      });
    } finally {
      this.#trying = false;
    }
  }

  lock(): void {
    const { audit, follows, keystore, records } = this.#context;
    if (keystore.keys === null) return;
    follows.closeAll('Custody was locked');
    try {
      this.#context.trading.detach();
      if (audit.trouble === '') audit.append('locked');
      audit.detach();
    } finally {
      // Whatever the disk says: after this nothing can be signed.
      keystore.lock();
      records.forgetSecrets();
      // In a turn of its own: what this call and its callers still hold is released by then.
      setImmediate(wipeReleased);
    }
  }

  async switchToPassphrase(sealed: Sealed): Promise<void> {
    this.#context.mayAct();
    await withPassphrase(this.#context, sealed, async (passphrase) => {
      mustBeStrong(passphrase);
      this.#context.audit.append('unlock-mode', { detail: 'passphrase' });
      await this.#context.keystore.switchToPassphrase(passphrase);
    });
  }

  switchToKeyFile(): void {
    this.#context.mayAct();
    this.#context.audit.append('unlock-mode', { detail: 'key-file' });
    this.#context.keystore.switchToKeyFile();
  }

  lockedBecause(): string {
    const { keystore } = this.#context;
    if (keystore.sealing === null)
      return `The unlock key file ${keystore.keyFile} is missing. Put it back to open the keystore.`;
    return keystore.mode === 'passphrase' ? 'The passphrase is needed.' : 'Locked by its owner.';
  }

  #waitOut(): void {
    const waitMs = this.#notBeforeMs - this.#context.clock.nowMs();
    if (this.#trying) throw new CustodyError('BUSY', 'A passphrase is being tried');
    // Longer than any pause: the clock was set back meanwhile, and its owner must still get in.
    if (waitMs > 0 && waitMs <= WRONG_PAUSE_MAX_MS)
      throw new CustodyError('BUSY', `Too many wrong passphrases. Try again in ${Math.ceil(waitMs / 1_000)} s.`);
  }

  /** ROOT is there: now everything that was read on trust is verified, and what a crash left open is closed. */
  #opened(): void {
    const { audit, keystore, records } = this.#context;
    const keys = keystore.keys;
    if (keys === null) return;
    try {
      audit.attach({ key: keys.audit, state: () => keystore.state(), save: (change) => keystore.setState(change) });
      const bad = records.verify();
      this.#context.trading.attach();
      if (bad.length > 0) this.#trouble = `the keystore's record of ${bad.join(', ')} was changed by somebody else`;
    } catch (error) {
      if (!(error instanceof KeystoreError)) throw error;
      this.#trouble = error.message;
    }
    if (this.#trouble !== '' || audit.trouble !== '') return;
    this.#closeIntents();
    audit.append('opened', { detail: `${keystore.mode}, ${records.size} keys, epoch ${keystore.state().epoch}` });
    audit.checkpoint();
    const marks = records.all().flatMap(({ keyMark }) => [keyMark, windowMark(keyMark)]);
    keystore.store.pruneNonces(NONCES_KEPT, new Set(marks));
  }

  /** The keystore is the truth; the trail is brought to say the same. */
  #closeIntents(): void {
    const { audit, records } = this.#context;
    for (const intent of audit.openIntents()) {
      if (intent.connection === null) continue;
      const record = records.all().find((one) => one.connection === intent.connection);
      const version = Number(/version (\d+)$/.exec(intent.detail)?.[1] ?? 0);
      const about = { connection: intent.connection, owner: intent.owner, detail: 'Found at start, after a crash' };
      if (intent.event === 'drop-intent') audit.append(record === undefined ? 'dropped' : 'not-dropped', about);
      else audit.append(record !== undefined && record.version >= version ? 'stored' : 'not-stored', about);
    }
  }
}

/** Watermarks of keys that were only tried: a flood of wrong keys must not fill the disk. */
const NONCES_KEPT = 1_000;
