import { Decimal } from '../../src/core/decimal.ts';
import type { Params } from './answer.ts';

/** Reading of call parameters, and the exchange's words where they do not fit. */

export function present(params: Params, name: string): boolean {
  const value = params[name];
  return value !== undefined && value !== null && value !== '';
}

/** Numeric text or number as clients send them (limits, ids, amounts); null for anything else. */
export function decimalOf(value: unknown): Decimal | null {
  if (typeof value === 'string') return Decimal.tryParse(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  // A plain JSON number below 0.000001 reaches us as 1e-7: the parser, not the client, wrote the exponent.
  const [mantissa = '', exponent] = String(value).split('e');
  const digits = Decimal.tryParse(mantissa);
  if (digits === null || exponent === undefined) return digits;
  return Math.abs(Number(exponent)) > EXPONENT_MAX ? null : digits.mul(Decimal.power(Number(exponent)));
}

export function integerOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : null;
}

export function textOf(params: Params, name: string): string | null {
  const value = params[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Beyond this no amount means anything. */
const EXPONENT_MAX = 30;

/** Collects messages by field in the order they were found. */
export class Faults {
  readonly errors: Record<string, string[]> = {};

  add(field: string, message: string): void {
    const known = this.errors[field];
    if (known === undefined) this.errors[field] = [message];
    else known.push(message);
  }

  get any(): boolean {
    return Object.keys(this.errors).length > 0;
  }
}

export type Page = { readonly limit: number; readonly offset: number };
export type PageRule = { readonly limitDefault: number; readonly limitMax: number; readonly offsetMax: number };

/** The main account's style: `The limit must be at least 1.` The upper bound's wording is inferred from it. */
export function mainPage(params: Params, rule: PageRule, faults: Faults): Page {
  const limit = present(params, 'limit') ? integerOf(params.limit) : rule.limitDefault;
  const offset = present(params, 'offset') ? integerOf(params.offset) : 0;
  if (limit === null) faults.add('limit', 'The limit must be an integer.');
  else if (limit < 1) faults.add('limit', 'The limit must be at least 1.');
  else if (limit > rule.limitMax) faults.add('limit', `The limit may not be greater than ${rule.limitMax}.`);
  if (offset === null) faults.add('offset', 'The offset must be an integer.');
  else if (offset < 0) faults.add('offset', 'The offset must be at least 0.');
  else if (offset + (limit ?? 0) > rule.offsetMax)
    faults.add('offset', `Offset is too big. Please use offset + limit less than ${rule.offsetMax}.`);
  return { limit: limit ?? rule.limitDefault, offset: offset ?? 0 };
}

/** The trade endpoints' style: `Limit should not be greater than 100.`; the other wordings are inferred from it. */
export function tradePage(params: Params, rule: PageRule, faults: Faults): Page {
  const limit = present(params, 'limit') ? integerOf(params.limit) : rule.limitDefault;
  const offset = present(params, 'offset') ? integerOf(params.offset) : 0;
  if (limit === null) faults.add('limit', 'Limit field should be an integer.');
  else if (limit < 1) faults.add('limit', 'Limit should be at least 1.');
  else if (limit > rule.limitMax) faults.add('limit', `Limit should not be greater than ${rule.limitMax}.`);
  if (offset === null) faults.add('offset', 'Offset field should be an integer.');
  else if (offset < 0) faults.add('offset', 'Offset should be at least 0.');
  else if (offset > rule.offsetMax) faults.add('offset', `Offset should not be greater than ${rule.offsetMax}.`);
  return { limit: limit ?? rule.limitDefault, offset: offset ?? 0 };
}
