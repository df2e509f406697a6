/** Codes of an authenticator app (RFC 6238 with the settings that every app knows: SHA-1, six digits, 30 s). */

import { generateURI, verifySync } from 'otplib/functional';
import type { Random } from '../../shell/random.ts';

const STEP_SEC = 30;
/** 160 bits, as RFC 4226 recommends; 20 bytes are exactly 32 base-32 signs. */
const SECRET_BYTES = 20;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function newTotpSecret(random: Random): string {
  let bits = 0n;
  for (const byte of random.bytes(SECRET_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let shift = SECRET_BYTES * 8 - 5; shift >= 0; shift -= 5)
    text += ALPHABET[Number((bits >> BigInt(shift)) & 31n)] ?? '';
  return text;
}

export function totpUri(name: string, secret: string): string {
  return generateURI({ issuer: 'Gapless', label: name, secret });
}

/** The time step a code belongs to, now or one step away on either side; null where it belongs to none of them. */
export function totpStep(secret: string, code: string, nowMs: number): number | null {
  // otplib 13 throws on a code of another length instead of refusing it (its issue 762).
  if (!/^\d{6}$/.test(code)) return null;
  const result = verifySync({ secret, token: code, epoch: Math.floor(nowMs / 1_000), epochTolerance: STEP_SEC });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}
