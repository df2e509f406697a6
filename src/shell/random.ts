/** Chance comes through here and nowhere else, so that tests can repeat it. */

import { randomBytes } from 'node:crypto';
import { idFrom } from '../core/ids.ts';

export interface Random {
  bytes(count: number): Uint8Array;
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

export function newId(random: Random): string {
  return idFrom(random.bytes(26));
}

/** From 0 up to, not including, 1; for jitter, never for secrets. */
export function unit(random: Random): number {
  let value = 0;
  for (const byte of random.bytes(6)) value = value * 256 + byte;
  return value / 2 ** 48;
}

/** `spanMs` give or take `share` of it, so that many connections do not knock at the same moment. */
export function jittered(spanMs: number, share: number, random: Random): number {
  return Math.round(spanMs * (1 - share + 2 * share * unit(random)));
}
