/**
 * Sealing to custody's public key with node:crypto, as the page does with WebCrypto (see `SEAL_INFO` in protocol.ts).
 * The command line uses this file; it pulls nothing of custody in but the protocol.
 */

import { createCipheriv, createECDH, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { encodeFields } from './fields.ts';
import { SEAL_INFO, type Sealed } from './protocol.ts';

export const SEAL_CURVE = 'prime256v1';
const POINT_BYTES = 65;

/**
 * `fields` are wiped by the caller. Throws `TypeError` where the public key is no point of P-256.
 * Every call makes a fresh ephemeral key, so no two sealed messages can be told to hold the same thing.
 */
export function seal(publicKeyBase64url: string, fields: readonly Uint8Array[], context: string): Sealed {
  const publicKey = Buffer.from(publicKeyBase64url, 'base64url');
  if (publicKey.length !== POINT_BYTES || publicKey[0] !== 4) throw new TypeError('Not a sealing key');
  const ephemeral = createECDH(SEAL_CURVE);
  const epk = ephemeral.generateKeys();
  const key = sealKey(secretOf(ephemeral, publicKey), epk, publicKey);
  const iv = randomBytes(12);
  const plain = encodeFields(fields);
  try {
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(Buffer.from(context, 'utf8'));
    const ct = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { v: 1, epk: epk.toString('base64url'), iv: iv.toString('base64url'), ct: ct.toString('base64url') };
  } finally {
    plain.fill(0);
    key.fill(0);
  }
}

/** HKDF over the shared point's x; the salt names both keys, so a message cannot be moved to another pair. */
export function sealKey(shared: Buffer, epk: Uint8Array, publicKey: Uint8Array): Buffer {
  const key = Buffer.from(hkdfSync('sha256', shared, Buffer.concat([epk, publicKey]), SEAL_INFO, 32));
  shared.fill(0);
  return key;
}

/** SHA-256 of the public key in groups of four hex digits, for a person to compare. */
export function sealingFingerprint(publicKeyBase64url: string): string {
  const hex = createHash('sha256').update(Buffer.from(publicKeyBase64url, 'base64url')).digest('hex');
  return (hex.match(/.{4}/g) ?? []).join(' ');
}

function secretOf(ephemeral: ReturnType<typeof createECDH>, publicKey: Buffer): Buffer {
  try {
    return ephemeral.computeSecret(publicKey);
  } catch {
    throw new TypeError('Not a sealing key');
  }
}
