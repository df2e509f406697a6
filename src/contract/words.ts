/** Schemas of the words that several routes share. Money is a string of plain digits; times are Unix milliseconds. */

import { z } from 'zod';

export const decimalText = z.string().regex(/^-?\d{1,60}(\.\d{1,60})?$/, 'plain digits, like 1250.75');
export const id = z.string().regex(/^[a-z2-7]{26}$/, 'an id of this desk');
export const atMs = z.int().nonnegative();
export const venue = z.enum(['whitebit', 'practice']);
export const purpose = z.enum(['watch', 'trade']);
/** A name people give; no control characters, so that it cannot forge a line in a log. */
export const label = z
  .string()
  .trim()
  .min(1, 'needs at least one character')
  .max(40, 'at most 40 characters')
  .regex(/^[^\p{C}]*$/u, 'no invisible characters');
export const currency = z.enum(['USDT', 'USD', 'EUR', 'BTC']);

const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'base64url');
/** See `src/custody/protocol.ts`: encrypted before it left the page; the server cannot open it. */
export const sealed = z.strictObject({ v: z.literal(1), epk: base64url(88), iv: base64url(16), ct: base64url(2048) });

/** What a person can say they mean nevertheless; the desk asks for it once and by name. */
export const confirmation = z.enum([
  'far-from-market',
  'price-unknown',
  'without-stream',
  'activation-passed',
  'no-limit-for-asset',
]);

/** Every refusal: cause, cure, and the field it belongs to. `code` is stable and documented. */
export const problemReply = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    cure: z.string(),
    field: z.string().nullable(),
    /** Said explicitly, the same wish would pass here; null: nothing can be confirmed. */
    confirm: confirmation.nullable(),
    requestId: z.string(),
    retryAfterMs: z.int().nullable(),
  }),
});
export type ProblemReply = z.infer<typeof problemReply>;

export const nothing = z.strictObject({});
