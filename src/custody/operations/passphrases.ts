/** A passphrase that came sealed: as bytes, wiped when the work with it is done. */

import { CustodyError } from '../errors.ts';
import { type Sealed, sealingContext } from '../protocol.ts';
import { open } from '../seal.ts';
import type { Context } from './context.ts';

/** A keystore's or backup's passphrase has nothing but Argon2 between it and whoever has the file. */
const PASSPHRASE_BYTES_MIN = 10;

export async function withPassphrase<T>(
  context: Context,
  sealed: Sealed,
  work: (passphrase: Buffer) => Promise<T>,
): Promise<T> {
  const pair = context.keystore.sealing;
  const fields = pair === null ? null : open(pair, sealed, sealingContext({ for: 'passphrase' }), 1);
  const passphrase = fields?.[0];
  if (passphrase === undefined) throw new CustodyError('BAD_REQUEST', 'The passphrase was not sealed to this custody');
  try {
    return await work(passphrase);
  } finally {
    passphrase.fill(0);
  }
}

/** For a passphrase that is being set. Throws `BAD_REQUEST`. */
export function mustBeStrong(passphrase: Buffer): void {
  if (passphrase.length < PASSPHRASE_BYTES_MIN)
    throw new CustodyError('BAD_REQUEST', `A passphrase needs at least ${PASSPHRASE_BYTES_MIN} characters`);
}
