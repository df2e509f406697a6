/** Names of things, told apart by the type checker though all are text. */

export type UserId = string & { readonly __brand: 'UserId' };
/** One account at one exchange. It outlives its keys: replacing a key keeps the connection. */
export type ConnectionId = string & { readonly __brand: 'ConnectionId' };
export type VenueId = 'whitebit' | 'practice';

/** Ids that we make: 26 lower-case base-32 characters, 130 random bits. */
const ID = /^[a-z2-7]{26}$/;

export function isId(text: string): boolean {
  return ID.test(text);
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** From at least 26 random bytes, handed in so that this stays a pure function. */
export function idFrom(random: Uint8Array): string {
  let text = '';
  for (const byte of random.subarray(0, 26)) text += ALPHABET[byte & 31] ?? '';
  if (!isId(text)) throw new RangeError('An id needs 26 random bytes');
  return text;
}
