/**
 * What an unwelcome answer means. The words decide before the status does, because the statuses mislead: 401 has four
 * meanings, and 429 with "Too many requests." is a nonce that did not grow. Sentences and codes are those of WhiteBIT's
 * documentation and of answers that other clients recorded; `code` numbers are reused across services and serve only
 * beside a status.
 */

import type { VenueFault, VenueFaultCode } from '../venue.ts';
import type { RawReply } from './call.ts';
import { isObject, type Json, NumberText, parseJson } from './json.ts';

/** `auth`: the request was signed, so words about keys and nonces are meant for us. `data`: public, they cannot be. */
export type FaultContext = 'auth' | 'data';

/** Enough for the exchange's sentence, too little for a page of HTML. */
const RAW_LENGTH_MAX = 300;
/** Real errors nest three deep (a legacy envelope in lists); more is not looked at. */
const TEXT_DEPTH_MAX = 6;
const TEXTS_MAX = 50;

/** Of two sentences where one contains the other, the longer comes first: the order of the rows matters. */
const SIGNED_SENTENCES: readonly (readonly [RegExp, VenueFaultCode])[] = [
  [/enable your key in api settings/i, 'key-off'],
  // Answered to withdrawals when the account's second factor is off (412): the account's state, not the key's.
  [/enable two-factor authentication/i, 'account-blocked'],
  [/nonce is more than \d+ seconds/i, 'clock'],
  [/invalid api key, signature,? or nonce/i, 'key-or-secret'],
  [/^unauthorized request\.?$/i, 'key-or-secret'],
  [/not authorized to perform this action/i, 'right-missing'],
  [/don['’]t have permission to use this endpoint/i, 'right-missing'],
  [/^this action is unauthorized\.?$/i, 'right-missing'],
  [/^too many requests\.?$/i, 'nonce'],
  [/^(?:nonce|payload|request) not provided\.?$/i, 'invalid-request'],
  [/^invalid (?:payload|noncewindow)\.?$/i, 'invalid-request'],
];

const ANY_SENTENCES: readonly (readonly [RegExp, VenueFaultCode])[] = [
  [/too many attempts/i, 'rate-limited'],
  [/account must be verified/i, 'account-blocked'],
  [/account (?:is|was|has been) (?:temporarily )?(?:blocked|suspended|frozen|restricted|disabled)/i, 'account-blocked'],
  [/system maintenance/i, 'down'],
];

/** Total: any reply gives a fault, nothing throws. A reply that was read well must not be handed in. */
export function classify(reply: RawReply, context: FaultContext): VenueFault {
  if (reply.kind === 'no-reply') {
    if (reply.heldBackMs !== undefined)
      return { code: 'rate-limited', status: null, raw: shorten(reply.reason), retryAfterMs: reply.heldBackMs };
    return { code: 'unreachable', status: null, raw: shorten(reply.reason) };
  }
  const json = parseJson(reply.body);
  const texts = json === undefined ? [] : textsOf(json);
  const code = bySentence(texts, context) ?? byStatus(reply.status, json, texts);
  const fault = { code, status: reply.status, raw: shorten(reply.body) };
  return reply.retryAfterMs === null ? fault : { ...fault, retryAfterMs: reply.retryAfterMs };
}

/** The exchange says 429 of a nonce as well; that is no limit. */
export function isOverLimit(reply: RawReply): boolean {
  return reply.kind === 'reply' && reply.status === 429 && classify(reply, 'auth').code !== 'nonce';
}

/** An answer that came well but has a shape we do not know: the place first, then the exchange's words. */
export function notUnderstood(reply: RawReply, why: string): VenueFault {
  const body = reply.kind === 'reply' ? reply.body : '';
  return {
    code: 'not-understood',
    status: reply.kind === 'reply' ? reply.status : null,
    raw: shorten(`${why}: ${body}`),
  };
}

function bySentence(texts: readonly string[], context: FaultContext): VenueFaultCode | null {
  const rows = context === 'auth' ? [...SIGNED_SENTENCES, ...ANY_SENTENCES] : ANY_SENTENCES;
  for (const [pattern, code] of rows) {
    if (texts.some((text) => pattern.test(text.trim()))) return code;
  }
  return null;
}

function byStatus(status: number, json: Json | undefined, texts: readonly string[]): VenueFaultCode {
  if (status === 429) return 'rate-limited';
  if (status >= 500) return 'down';
  // Not served in this region, or to this account before full listing.
  if (status === 451 || status === 453) return 'account-blocked';
  // Anything else without JSON did not come from the exchange's own interface but from something before it.
  if (json === undefined) return 'not-understood';
  if (status === 401 && numberAt(json, 'code') === '4') return 'right-missing';
  if (status === 401 && numberAt(json, 'code') === '10') return 'key-or-secret';
  if ((status === 400 || status === 422 || status === 412) && texts.length > 0) return 'invalid-request';
  // v1 answers a refused request with 200 and success:false.
  if (status === 200 && isObject(json) && json.success === false) return 'invalid-request';
  return 'not-understood';
}

/** Every text in an error body: a message, a list of messages, lists of lists (legacy), fields with lists or a bare text. */
function textsOf(json: Json): readonly string[] {
  const texts: string[] = [];
  const visit = (value: Json, depth: number): void => {
    if (depth > TEXT_DEPTH_MAX || texts.length >= TEXTS_MAX) return;
    if (typeof value === 'string') texts.push(value.slice(0, 1_000));
    else if (Array.isArray(value)) for (const item of value.slice(0, TEXTS_MAX)) visit(item, depth + 1);
    else if (isObject(value)) for (const item of Object.values(value).slice(0, TEXTS_MAX)) visit(item, depth + 1);
  };
  visit(json, 0);
  return texts;
}

function numberAt(json: Json, name: string): string | null {
  if (!isObject(json)) return null;
  const value = json[name];
  return value instanceof NumberText ? value.text : null;
}

/** One line, nothing invisible (no control, bidirectional or half characters), at most 300 UTF-16 units. */
function shorten(text: string): string {
  const line = text
    .slice(0, RAW_LENGTH_MAX * 4)
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  const cut = line.slice(0, RAW_LENGTH_MAX);
  // A cut through the middle of a character leaves half of it.
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
