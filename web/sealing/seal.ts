/**
 * Sealing in the browser: what is typed is encrypted to custody's public key before it leaves the page. The format is
 * described at the end of `src/custody/protocol.ts`; the same bytes open there with node:crypto.
 */

import type { Body } from '../../src/contract/contract.ts';

export type Sealed = Body<'custody.unlock'>['sealed'];
export type SealingUse =
  | { readonly for: 'credentials'; readonly owner: string; readonly venue: string }
  | { readonly for: 'passphrase' };

const INFO = 'gapless seal v1';
const IV_BYTES = 12;
/** A P-256 point, uncompressed: one byte 4 and two coordinates. */
const POINT_BYTES = 65;
const FIELD_BYTES_MAX = 0xffff;

type Bytes = Uint8Array<ArrayBuffer>;

export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64url(text: string): Bytes {
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

function concatenated(chunks: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Each field: two bytes of length, big-endian, then its UTF-8 bytes. */
export function encodeFields(fields: readonly string[]): Bytes {
  return concatenated(
    fields.flatMap((field) => {
      const bytes = new TextEncoder().encode(field);
      if (bytes.length > FIELD_BYTES_MAX) throw new RangeError('A field is too long to seal');
      return [new Uint8Array([bytes.length >> 8, bytes.length & 0xff]), bytes];
    }),
  );
}

function contextOf(use: SealingUse): string {
  switch (use.for) {
    case 'credentials':
      return `credentials|${use.owner}|${use.venue}`;
    case 'passphrase':
      return 'passphrase';
  }
}

/** What a test fixes; the page leaves both out and takes fresh ones. */
type Chance = { readonly ephemeral?: CryptoKeyPair; readonly iv?: Bytes };

/** Seals `fields` for custody. Throws `RangeError` when its key is not a P-256 point. */
export async function seal(
  fields: readonly string[],
  use: SealingUse,
  custodyKey: string,
  chance: Chance = {},
): Promise<Sealed> {
  const curve = { name: 'ECDH', namedCurve: 'P-256' } as const;
  const recipient = fromBase64url(custodyKey);
  if (recipient.length !== POINT_BYTES || recipient[0] !== 4) throw new RangeError('Not a P-256 point');
  const publicKey = await crypto.subtle.importKey('raw', recipient, curve, false, []);
  const ephemeral = chance.ephemeral ?? (await crypto.subtle.generateKey(curve, false, ['deriveBits']));
  const epk = new Uint8Array(await crypto.subtle.exportKey('raw', ephemeral.publicKey));
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, ephemeral.privateKey, 256);
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const key = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: concatenated([epk, recipient]), info: new TextEncoder().encode(INFO) },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt'],
  );
  const iv = chance.iv ?? crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const additionalData = new TextEncoder().encode(contextOf(use));
  const plain = encodeFields(fields);
  const ct = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plain);
  plain.fill(0);
  return { v: 1, epk: toBase64url(epk), iv: toBase64url(iv), ct: toBase64url(new Uint8Array(ct)) };
}

/**
 * SHA-256 of custody's key in groups of four hex digits, computed here and not taken from the server, so that a person
 * comparing it with `gapless custody` compares the key that is really sealed to.
 */
export async function fingerprintOf(custodyKey: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', fromBase64url(custodyKey)));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return (hex.match(/.{4}/g) ?? []).join(' ');
}
