import { generateSync, generateURI, verifySync } from 'otplib/functional';

/** RFC 6238 defaults, the only ones every authenticator app understands. */
const STEP_SEC = 30;
const CODE = /^\d{6}$/;
/** 160 bits, the length RFC 4226 recommends. */
export const TOTP_SECRET_BYTES = 20;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** From 20 random bytes to 32 base-32 characters without padding (20 bytes are exactly 32 groups of five bits). */
export function totpSecret(random: Uint8Array): string {
  let bits = 0n;
  for (const byte of random.subarray(0, TOTP_SECRET_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let secret = '';
  for (let shift = TOTP_SECRET_BYTES * 8 - 5; shift >= 0; shift -= 5)
    secret += BASE32[Number((bits >> BigInt(shift)) & 31n)] ?? '';
  return secret;
}

export function totpUri(email: string, secret: string): string {
  return generateURI({ issuer: 'Practice Exchange', label: email, secret });
}

export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / 1000 / STEP_SEC);
}

export function totpCode(secret: string, nowMs: number): { code: string; step: number; expiresInMs: number } {
  const step = totpStep(nowMs);
  return {
    code: generateSync({ secret, epoch: step * STEP_SEC }),
    step,
    expiresInMs: (step + 1) * STEP_SEC * 1000 - nowMs,
  };
}

/** The time step `code` belongs to, one step of drift allowed either way; null where it belongs to none. */
export function totpStepOf(secret: string, code: string, nowMs: number): number | null {
  // otplib 13 throws on a code of another length instead of refusing it.
  if (!CODE.test(code)) return null;
  const result = verifySync({ secret, token: code, epoch: Math.floor(nowMs / 1000), epochTolerance: STEP_SEC });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}
