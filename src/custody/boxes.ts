/** Encrypting small things at rest: AES-256-GCM with a random 96-bit nonce, and keys derived from keys. */

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Random } from './seams.ts';

export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** base64url of nonce, ciphertext and tag. `context` must be the same when it is opened. `plain` is not wiped here. */
export function sealBox(key: KeyObject, plain: Uint8Array, context: string, random: Random): string {
  const iv = random(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context, 'utf8'));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** The plaintext, to be wiped by the caller; null where key, context or a single bit differ. */
export function openBox(key: KeyObject, box: string, context: string): Buffer | null {
  const bytes = Buffer.from(box, 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const plain = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    plain.fill(0);
    return null;
  }
}

/** HKDF-SHA256; `label` says what the key is for, so that no key serves two uses. */
export function deriveKey(from: KeyObject, salt: string, label: string): KeyObject {
  return takeKey(Buffer.from(hkdfSync('sha256', from, salt, `gapless ${label} v1`, KEY_BYTES)));
}

/** Moves bytes into a `KeyObject`, whose memory is outside the JavaScript heap, and wipes them. */
export function takeKey(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

export function hmacHex(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex');
}
