/** From a sealed message to a key that can be used, or the reason why not. */

import type { UserId, VenueId } from '../../core/ids.ts';
import { takeKey } from '../boxes.ts';
import { type ProblemCode, type Sealed, sealingContext } from '../protocol.ts';
import { type Credential, sealHash } from '../records.ts';
import { open } from '../seal.ts';
import type { Context } from './context.ts';

/**
 * Visible ASCII of a length that a key can have. WhiteBIT's are 32 hexadecimal digits today, but that is inferred from
 * recorded keys and may change; only what could not even stand in a header is called malformed here.
 */
const KEY_BYTES_MIN = 16;
const KEY_BYTES_MAX = 128;

export type Opened = { readonly credential: Credential } | { readonly problem: ProblemCode };

export function openCredential(
  context: Context,
  about: { readonly owner: UserId; readonly venue: VenueId; readonly sealed: Sealed },
): Opened {
  const { keystore, records } = context;
  const { owner, venue, sealed } = about;
  const pair = keystore.sealing;
  // Taken once: whoever recorded a sealed key must not be able to bring it back after its owner removed it.
  if (pair === null || keystore.store.isSealUsed(sealHash(sealed.epk))) return { problem: 'sealed-unreadable' };
  const fields = open(pair, sealed, sealingContext({ for: 'credentials', owner, venue }), 2);
  const [key, secret] = fields ?? [];
  if (key === undefined || secret === undefined) return { problem: 'sealed-unreadable' };
  try {
    const trimmedKey = trim(key);
    const trimmedSecret = trim(secret);
    if (!isShaped(trimmedKey) || !isShaped(trimmedSecret) || trimmedKey.equals(trimmedSecret))
      return { problem: 'malformed-key' };
    const publicKey = trimmedKey.toString('latin1');
    const keyMark = records.mark(venue, 'key', publicKey);
    return { credential: { publicKey, secret: takeKey(Buffer.from(trimmedSecret)), keyMark } };
  } finally {
    key.fill(0);
    secret.fill(0);
  }
}

/**
 * Key and secret the other way round. WhiteBIT's look alike, so only the exchange can tell that they were exchanged.
 * If they were not, this sends the real secret once, as the key of a balance request, to the pinned exchange that made
 * it, over TLS; it learns nothing that it does not know. In exchange the commonest slip gets a clear answer.
 */
export function swapped(context: Context, venue: VenueId, credential: Credential): Credential {
  const bytes = credential.secret.export();
  const publicKey = bytes.toString('latin1');
  bytes.fill(0);
  return {
    publicKey,
    secret: takeKey(Buffer.from(credential.publicKey, 'latin1')),
    keyMark: context.records.mark(venue, 'key', publicKey),
  };
}

/** A view without the white space that pasting brings along. */
function trim(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function isShaped(bytes: Buffer): boolean {
  if (bytes.length < KEY_BYTES_MIN || bytes.length > KEY_BYTES_MAX) return false;
  return bytes.every((byte) => byte >= 0x21 && byte <= 0x7e);
}
