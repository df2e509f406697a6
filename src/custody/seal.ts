/** Custody's half of sealing: the key pair, and opening what was sealed to it. */

import { createDecipheriv, createECDH, type KeyObject } from 'node:crypto';
import { decodeFields } from './fields.ts';
import type { Sealed } from './protocol.ts';
import { SEAL_CURVE, sealKey } from './sealing.ts';

export type SealingPair = {
  /** The private scalar, 32 bytes. */
  readonly secret: KeyObject;
  /** Uncompressed point, base64url. */
  readonly publicKey: string;
};

const TAG_BYTES = 16;

/** A new private scalar and its point. The caller wipes `scalar`. */
export function makeSealingPair(): { readonly scalar: Buffer; readonly publicKey: string } {
  const ecdh = createECDH(SEAL_CURVE);
  const point = ecdh.generateKeys();
  // A scalar with leading zeros comes back shorter than 32 bytes.
  const short = ecdh.getPrivateKey();
  const scalar = Buffer.alloc(32);
  short.copy(scalar, 32 - short.length);
  short.fill(0);
  return { scalar, publicKey: point.toString('base64url') };
}

/**
 * The fields of a sealed message, or null where it was not sealed to this key, for this use, with this many fields.
 * Never says which: an answer that did would help whoever guesses. The caller wipes the fields.
 */
export function open(pair: SealingPair, sealed: Sealed, context: string, count: number): readonly Buffer[] | null {
  const epk = Buffer.from(sealed.epk, 'base64url');
  const iv = Buffer.from(sealed.iv, 'base64url');
  const ct = Buffer.from(sealed.ct, 'base64url');
  if (epk.length !== 65 || epk[0] !== 4 || iv.length !== 12 || ct.length < TAG_BYTES) return null;
  const scalar = pair.secret.export();
  let plain: Buffer | null = null;
  try {
    const ecdh = createECDH(SEAL_CURVE);
    ecdh.setPrivateKey(scalar);
    const key = sealKey(ecdh.computeSecret(epk), epk, Buffer.from(pair.publicKey, 'base64url'));
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    key.fill(0);
    decipher.setAAD(Buffer.from(context, 'utf8'));
    decipher.setAuthTag(ct.subarray(-TAG_BYTES));
    plain = decipher.update(ct.subarray(0, -TAG_BYTES));
    decipher.final();
    return decodeFields(plain, count);
  } catch {
    // A point off the curve, or a tag that does not fit.
    return null;
  } finally {
    plain?.fill(0);
    scalar.fill(0);
  }
}
