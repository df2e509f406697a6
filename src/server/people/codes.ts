/** One-time codes that people read and type: setup, invitations, recovery. */

import { createHash } from 'node:crypto';
import type { Random } from '../../shell/random.ts';

/** No 0/O, 1/I/L: what is read from a terminal or from paper is typed once. 31 signs. */
const SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const GROUP = 4;

/** `groups` groups of four, "K7QM-…"; each sign is drawn evenly from 31. */
export function readableCode(groups: number, random: Random): string {
  let text = '';
  while (text.length < groups * GROUP) {
    for (const byte of random.bytes(32)) {
      // 248 = 8 × 31: bytes above it would favour the first signs.
      if (byte < 248 && text.length < groups * GROUP) text += SIGNS[byte % 31] ?? '';
    }
  }
  return (text.match(/.{4}/g) ?? []).join('-');
}

/** Case, dashes and spaces do not matter. */
export function codeHash(code: string): string {
  return createHash('sha256')
    .update(code.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .digest('hex');
}
