/**
 * WhiteBIT's request signature. The message that is signed is the base64 *text*, not the JSON beneath it, and the body
 * must be byte for byte the JSON that was encoded (official docs; JSON with spaces is refused as "Invalid payload.").
 */

import { createHmac, type KeyObject } from 'node:crypto';
import type { CallParameters, CallValue } from './call.ts';

export type SignInput = {
  /** With leading slash, no host, no query: `/api/v4/trade-account/balance`. */
  readonly path: string;
  readonly parameters: CallParameters;
  /** Greater than every nonce used with this key before; Unix milliseconds are what WhiteBIT advises. */
  readonly nonce: number;
  /** True: the nonce must be within five seconds of the exchange's clock, and new, instead of growing. */
  readonly nonceWindow: boolean;
  readonly publicKey: string;
  readonly secret: KeyObject;
};

export type SignedRequest = { readonly body: string; readonly headers: Readonly<Record<string, string>> };

/** What a caller's parameters may never replace: these three say which request this is and that it is new. */
const RESERVED = new Set(['request', 'nonce', 'nonceWindow', '__proto__']);
const PATH = /^\/api\/v[0-9]+(?:\/[a-z0-9_-]+)+$/;
/** Visible ASCII only, so that a key can never carry a second header into the request. */
const HEADER_SAFE = /^[\x21-\x7e]{1,128}$/;

/** A bulk is a list of objects of texts; nothing nests deeper. */
const DEPTH_MAX = 3;

/** JSON would print NaN as null, and digits past 2^53 would be lost in silence. Amounts travel as strings. */
function keepsDigits(value: CallValue, depth: number): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth < DEPTH_MAX && Object.values(value).every((part: CallValue) => keepsDigits(part, depth + 1));
}

/** Throws `TypeError` where the input cannot be a request of ours: that is a mistake of the program, never of a person. */
export function signRequest(input: SignInput): SignedRequest {
  const { path, parameters, nonce, nonceWindow, publicKey, secret } = input;
  if (!PATH.test(path)) throw new TypeError('Not a path of the private interface');
  if (!HEADER_SAFE.test(publicKey)) throw new TypeError('The public key cannot stand in a header');
  if (!Number.isSafeInteger(nonce) || nonce <= 0) throw new TypeError('A nonce is a positive whole number');
  for (const [name, value] of Object.entries(parameters)) {
    if (RESERVED.has(name)) throw new TypeError(`The parameter ${name} is not the caller's to set`);
    if (!keepsDigits(value, 0)) throw new TypeError(`${name} loses digits as JSON`);
  }
  const body = JSON.stringify({ request: path, nonce, nonceWindow, ...parameters });
  const payload = Buffer.from(body, 'utf8').toString('base64');
  const signature = createHmac('sha512', secret).update(payload).digest('hex');
  return {
    body,
    headers: {
      'Content-type': 'application/json',
      'X-TXC-APIKEY': publicKey,
      'X-TXC-PAYLOAD': payload,
      'X-TXC-SIGNATURE': signature,
    },
  };
}
