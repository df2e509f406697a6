const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** 26 characters, 130 random bits: the same click sent twice is one attempt. `random` fills 26 bytes. */
export function newRequestId(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  return Array.from(random(new Uint8Array(26)), (byte) => ALPHABET[byte & 31]).join('');
}
