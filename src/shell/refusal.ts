/**
 * Every refusal of the desk, by its stable code: what a person reads is cause and cure, what a program reads is the
 * code. A fault of ours has its own code and never tells more than that.
 */

import type { Confirmation } from '../contract/trading.ts';
import type { ProblemReply } from '../contract/words.ts';
import type { RefusalCode as EngineCode } from '../engine/applied.ts';

type Underscored<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Text;
/** What the account machine refuses, by its own code: `order_not_enough`. */
export type OrderCode = `order_${Underscored<EngineCode>}`;

type DeskCode =
  /** Malformed, unknown or missing fields; `field` names the first. */
  | 'bad_request'
  | 'not_json'
  | 'too_large'
  | 'not_found'
  | 'wrong_host'
  | 'cross_origin'
  /** Nobody has claimed the desk yet. */
  | 'unclaimed'
  | 'already_claimed'
  | 'wrong_setup_code'
  | 'not_signed_in'
  | 'not_allowed'
  | 'step_up_required'
  | 'wrong_login'
  | 'wrong_code'
  | 'wrong_password'
  | 'wrong_passkey'
  | 'passkeys_unavailable'
  | 'wrong_invitation'
  | 'weak_password'
  | 'name_taken'
  | 'throttled'
  | 'busy'
  | 'conflict'
  | 'limit_reached'
  | 'not_connectable'
  /** Custody is locked, halted or not answering. */
  | 'custody_locked'
  | 'custody_halted'
  | 'custody_unreachable'
  | 'wrong_passphrase'
  /** The connection takes no orders now: watched only, no market chosen, still being read, or in trouble. */
  | 'not_trading'
  /** What was asked could not be written down, so it was not done. */
  | 'not_written'
  /** Whether the same request was done before cannot be told now; it may be repeated under its id. */
  | 'not_known'
  /** The exchange did not tell its prices. */
  | 'market_data_unavailable'
  /** Rules of custody's that an order would break; it would refuse to sign it. */
  | 'custody_market'
  | 'custody_price_band'
  | 'custody_order_size'
  | 'custody_open_orders'
  | 'custody_turnover'
  | 'custody_reference'
  | 'custody_adverse'
  | 'internal';
export type RefusalCode = DeskCode | OrderCode;

const STATUS: Readonly<Record<DeskCode, number>> & Partial<Readonly<Record<OrderCode, number>>> = {
  bad_request: 400,
  not_json: 415,
  too_large: 413,
  not_found: 404,
  wrong_host: 403,
  cross_origin: 403,
  unclaimed: 403,
  already_claimed: 409,
  wrong_setup_code: 403,
  not_signed_in: 401,
  not_allowed: 403,
  step_up_required: 403,
  // 401 is kept for "your session is over" alone, so that the page can act on it without looking further.
  wrong_login: 403,
  wrong_code: 403,
  wrong_password: 403,
  wrong_passkey: 403,
  passkeys_unavailable: 409,
  wrong_invitation: 403,
  weak_password: 400,
  name_taken: 409,
  throttled: 429,
  busy: 429,
  conflict: 409,
  limit_reached: 409,
  not_connectable: 409,
  custody_locked: 409,
  custody_halted: 409,
  custody_unreachable: 409,
  wrong_passphrase: 403,
  not_trading: 409,
  not_written: 409,
  // Not a refusal: programs that repeat what a server's fault left open do right.
  not_known: 503,
  market_data_unavailable: 409,
  custody_market: 409,
  custody_price_band: 409,
  custody_order_size: 409,
  custody_open_orders: 409,
  custody_turnover: 409,
  custody_reference: 409,
  custody_adverse: 409,
  internal: 500,
  order_unknown_market: 404,
  order_unknown_order: 404,
  order_slow_down: 429,
  order_too_many_requests: 429,
};
/** For the description of the API. */
export const PROBLEM_CODES: readonly DeskCode[] = (Object.keys(STATUS) as RefusalCode[]).filter(
  (code): code is DeskCode => !code.startsWith('order_'),
);
const ENGINE_CODES: Readonly<Record<EngineCode, true>> = {
  'unknown-market': true,
  'unknown-order': true,
  'does-not-fit': true,
  halted: true,
  'not-reconciled': true,
  'too-much-unsettled': true,
  'market-not-allowed': true,
  'rules-in-doubt': true,
  'too-large': true,
  'no-limit-for-asset': true,
  'too-many-open': true,
  'far-from-market': true,
  'price-unknown': true,
  'activation-passed': true,
  'without-stream': true,
  'balances-unknown': true,
  'not-enough': true,
  'slot-used': true,
  'bad-bot-tag': true,
  'slow-down': true,
  'request-id-reused': true,
  'too-many-requests': true,
  'already-closed': true,
  'not-ours': true,
  'in-doubt': true,
  'cannot-be-moved': true,
  'not-in-doubt': true,
};
export const ORDER_CODES: readonly OrderCode[] = (Object.keys(ENGINE_CODES) as EngineCode[]).map(orderCode);
/** A refusal of an order is no fault of the request's form: the same one may pass in a minute. */
const ORDER_STATUS = 409;

export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;
  readonly cure: string;
  readonly field: string | null;
  readonly retryAfterMs: number | null;
  readonly confirm: Confirmation | null;

  constructor(
    code: RefusalCode,
    message: string,
    cure: string,
    more: {
      readonly field?: string | null;
      readonly retryAfterMs?: number | null;
      readonly confirm?: Confirmation | null;
    } = {},
  ) {
    super(message);
    this.code = code;
    this.cure = cure;
    this.field = more.field ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.confirm = more.confirm ?? null;
  }

  get status(): number {
    return STATUS[this.code] ?? ORDER_STATUS;
  }

  reply(requestId: string): ProblemReply {
    const { code, message, cure, field, confirm, retryAfterMs } = this;
    return { error: { code, message, cure, field, confirm, requestId, retryAfterMs } };
  }
}

/** Other people's rows and rows that never were look the same. */
export function notFound(what: string): Refusal {
  return new Refusal('not_found', `There is no such ${what}.`, 'Look at the list again; it may have been removed.');
}

export function orderCode(code: EngineCode): OrderCode {
  return `order_${code.replaceAll('-', '_')}` as OrderCode;
}

export function throttled(retryAfterMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return new Refusal(
    'throttled',
    'Too many tries in a short time.',
    `Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} and try again. A passkey works at any time.`,
    { retryAfterMs },
  );
}
