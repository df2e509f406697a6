import { randomBytes } from 'node:crypto';

/** Chance comes through here, so that a test can repeat a run. */
export type Random = (bytes: number) => Uint8Array;

export const machineRandom: Random = (bytes) => randomBytes(bytes);

/** Twice as many lower-case hex characters as `bytes`. */
export function randomHex(random: Random, bytes: number): string {
  return Buffer.from(random(bytes)).toString('hex');
}

/** A version 4 UUID. */
export function randomUuid(random: Random): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
