/**
 * Strict reading of answers: unknown fields are ignored, a wrong type is named with its place. Numbers keep their
 * digits as text, because a `number` would already have lost some.
 */

import { Decimal } from '../../core/decimal.ts';

/** A JSON number as it was written. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = string | boolean | null | NumberText | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The answer had a shape that we do not know; `message` says where. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}

type ReviverContext = { readonly source?: string };

/** Undefined where the text is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    // TypeScript's library does not know the third argument yet (ES2026, "JSON.parse source text access").
    const keepDigits = (_key: string, value: unknown, context?: ReviverContext): unknown =>
      typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value;
    return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown) as Json;
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

export function asObject(value: Json | undefined, where: string): JsonObject {
  if (!isObject(value)) throw new ShapeError(`${where} is no object`);
  return value;
}

export function asArray(value: Json | undefined, where: string): readonly Json[] {
  if (!Array.isArray(value)) throw new ShapeError(`${where} is no list`);
  return value;
}

export function asText(value: Json | undefined, where: string): string {
  if (typeof value !== 'string') throw new ShapeError(`${where} is no text`);
  return value;
}

/** Amounts are strings almost everywhere; where an endpoint prints numbers, their digits are exact here too. */
export function asDecimal(value: Json | undefined, where: string): Decimal {
  const text = value instanceof NumberText ? value.text : asText(value, where);
  const plain = Decimal.tryParse(text);
  if (plain !== null) return plain;
  // Printers of floating point write small amounts as 1e-7; the value is still exact.
  const match = /^(-?\d+(?:\.\d+)?)[eE]([+-]?\d{1,2})$/.exec(text);
  const mantissa = Decimal.tryParse(match?.[1] ?? '');
  const exponent = Number(match?.[2] ?? Number.NaN);
  if (mantissa === null || !Number.isInteger(exponent) || Math.abs(exponent) > 30)
    throw new ShapeError(`${where} is no decimal number`);
  return mantissa.mul(Decimal.power(exponent));
}

/** A whole number, given as a number or as digits. */
export function asInteger(value: Json | undefined, where: string): number {
  const text = value instanceof NumberText ? value.text : asText(value, where);
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new ShapeError(`${where} is no whole number`);
  return number;
}

/** An id, numeric or not, as the text it is. */
export function asId(value: Json | undefined, where: string): string {
  const text = value instanceof NumberText ? value.text : asText(value, where);
  if (!/^[\x21-\x7e]{1,100}$/.test(text)) throw new ShapeError(`${where} is no id`);
  return text;
}

/** The name of an asset or market: visible ASCII, so that no name can dress up as another on the page. */
export function asName(text: string, where: string): string {
  if (!/^[A-Za-z0-9][\x20-\x7e]{0,39}$/.test(text)) throw new ShapeError(`${where} is no name`);
  return text;
}
