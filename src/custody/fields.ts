/**
 * The plaintext inside every sealed message and key record: a sequence of fields, each a 2-byte big-endian length and
 * its bytes. Buffers throughout, so that whoever made them can wipe them.
 */

/** A key, a secret or a passphrase; RSA keys in PEM are the longest thing an exchange hands out (about 3.2 kB). */
const FIELD_BYTES_MAX = 8 * 1024;

/** Throws `RangeError` where a field is longer than 8 KiB. The caller wipes the result. */
export function encodeFields(fields: readonly Uint8Array[]): Buffer {
  const out = Buffer.alloc(fields.reduce((total, field) => total + 2 + field.length, 0));
  let at = 0;
  for (const field of fields) {
    if (field.length > FIELD_BYTES_MAX) throw new RangeError('A sealed field is too long');
    out.writeUInt16BE(field.length, at);
    out.set(field, at + 2);
    at += 2 + field.length;
  }
  return out;
}

/** Copies, so that each part can be wiped by itself. Null where the bytes are not exactly `count` fields. */
export function decodeFields(bytes: Buffer, count: number): readonly Buffer[] | null {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < bytes.length && fields.length < count) {
    if (at + 2 > bytes.length) break;
    const length = bytes.readUInt16BE(at);
    if (length > FIELD_BYTES_MAX || at + 2 + length > bytes.length) break;
    fields.push(Buffer.from(bytes.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  if (fields.length === count && at === bytes.length) return fields;
  for (const field of fields) field.fill(0);
  return null;
}
