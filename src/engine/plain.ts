/**
 * The machine's data as JSON and back, exactly: a decimal is text behind an equals sign, text that begins with one gets
 * a second. No schema to forget a field in.
 */

import { Decimal } from '../core/decimal.ts';

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

export function toPlain(value: unknown): Plain {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    // Times and counters only; JSON would turn these into null.
    if (!Number.isFinite(value)) throw new TypeError('A number that JSON cannot hold');
    return value;
  }
  if (typeof value === 'string') return value.startsWith('=') ? `=${value}` : value;
  if (value instanceof Decimal) return `=${value.toString()}`;
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object') throw new TypeError(`Not data: ${typeof value}`);
  const plain: Record<string, Plain> = {};
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) plain[key] = toPlain(inner);
  return plain;
}

/** The caller names the type: the text is our own, written by `toPlain`. */
export function fromPlain<T>(plain: Plain): T {
  return revive(plain) as T;
}

function revive(plain: Plain): unknown {
  if (typeof plain === 'string') {
    if (!plain.startsWith('=')) return plain;
    return plain.startsWith('==') ? plain.slice(1) : Decimal.parse(plain.slice(1));
  }
  if (plain === null || typeof plain !== 'object') return plain;
  if (Array.isArray(plain)) return plain.map(revive);
  const value: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(plain)) value[key] = revive(inner);
  return value;
}

/** Equal values, equal text: keys in order. */
export function canonical(plain: Plain): string {
  if (plain === null || typeof plain !== 'object') return JSON.stringify(plain);
  if (Array.isArray(plain)) return `[${plain.map(canonical).join(',')}]`;
  const entries = Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
