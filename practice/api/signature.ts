import { hash, timingSafeEqual } from 'node:crypto';

/**
 * HMAC-SHA512 (RFC 2104) put together from two plain hashes: the half that depends on the secret alone is made once a
 * key, and no hash object is made for each request, which took as long as the hashing.
 */

/** Of SHA-512. */
const BLOCK_BYTES = 128;
const HASH_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** Keys whose halves are kept; past it they are made anew. */
const PADS_MAX = 10_000;
/** Longer than any payload that fits the headers of a request, and grown where one does not. */
const PAYLOAD_BYTES = 16 * 1024;

type Pads = { readonly inner: Buffer; readonly outer: Buffer };

const padsOfSecret = new Map<string, Pads>();
let innerBytes = Buffer.alloc(BLOCK_BYTES + PAYLOAD_BYTES);
const outerBytes = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);
const expected = Buffer.alloc(2 * HASH_BYTES);
const given = Buffer.alloc(2 * HASH_BYTES);

/** Lower-case hex, as every known signer writes it. `payload` is ASCII. */
export function signatureMatches(secret: string, payload: string, signature: string): boolean {
  if (signature.length !== given.length) return false;
  given.write(signature, 'latin1');
  expected.write(hmacSha512(secret, payload), 'latin1');
  return timingSafeEqual(expected, given);
}

/** Hex. `payload` is ASCII. */
export function hmacSha512(secret: string, payload: string): string {
  const { inner, outer } = padsOf(secret);
  const length = BLOCK_BYTES + payload.length;
  if (length > innerBytes.length) innerBytes = Buffer.alloc(length);
  inner.copy(innerBytes);
  innerBytes.write(payload, BLOCK_BYTES, 'latin1');
  outer.copy(outerBytes);
  // As text of single bytes: making a Buffer for it is dearer than the way there and back.
  outerBytes.write(hash('sha512', innerBytes.subarray(0, length), 'latin1'), BLOCK_BYTES, 'latin1');
  return hash('sha512', outerBytes);
}

function padsOf(secret: string): Pads {
  const known = padsOfSecret.get(secret);
  if (known !== undefined) return known;
  const bytes = Buffer.from(secret);
  const key = Buffer.alloc(BLOCK_BYTES);
  (bytes.length > BLOCK_BYTES ? hash('sha512', bytes, 'buffer') : bytes).copy(key);
  const padded = (pad: number): Buffer => Buffer.from(key.map((byte) => byte ^ pad));
  const made = { inner: padded(INNER_PAD), outer: padded(OUTER_PAD) };
  if (padsOfSecret.size >= PADS_MAX) padsOfSecret.clear();
  padsOfSecret.set(secret, made);
  return made;
}
