/**
 * The machine's data as JSON and back, exactly: a decimal is text behind an equals sign, text that begins with one gets
 * a second. No schema to forget a field in.
 */

import { Decimal } from '../core/decimal.ts';

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** What begins a text that is not meant as it stands. */
const MARK = '=';

export function toPlain(value: unknown): Plain {
  if (isItself(value)) return value;
  if (typeof value === 'string') return `${MARK}${value}`;
  // Times and counters only; JSON would turn these into null.
  if (typeof value === 'number') throw new TypeError('A number that JSON cannot hold');
  if (value instanceof Decimal) return `${MARK}${value.toString()}`;
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) throw new TypeError(`Not data: ${typeof value}`);
  // Copied as a whole: an object that is built key by key takes twice as long to make, and to print.
  const plain: Record<string, unknown> = { ...value };
  for (const key in plain) {
    const inner = plain[key];
    if (inner === undefined) delete plain[key];
    else if (!isItself(inner)) plain[key] = toPlain(inner);
  }
  return plain as Plain;
}

function isItself(value: unknown): value is null | boolean | number | string {
  if (typeof value === 'string') return !value.startsWith(MARK);
  return value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** The caller names the type: the text is our own, written by `toPlain`. */
export function fromPlain<T>(plain: Plain): T {
  return revive(plain) as T;
}

function revive(plain: Plain): unknown {
  if (typeof plain === 'string') return plain.startsWith(MARK) ? unmarked(plain.slice(MARK.length)) : plain;
  if (plain === null || typeof plain !== 'object') return plain;
  if (Array.isArray(plain)) return plain.map(revive);
  const value: Record<string, unknown> = { ...plain };
  for (const key in value) {
    const inner = value[key];
    if (typeof inner === 'string' ? inner.startsWith(MARK) : typeof inner === 'object' && inner !== null)
      value[key] = revive(inner as Plain);
  }
  return value;
}

function unmarked(text: string): string | Decimal {
  return text.startsWith(MARK) ? text : Decimal.parse(text);
}

/** Equal values, equal text: keys in order. */
export function canonical(plain: Plain): string {
  if (plain === null || typeof plain !== 'object') return JSON.stringify(plain);
  if (Array.isArray(plain)) return `[${plain.map(canonical).join(',')}]`;
  const entries = Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
