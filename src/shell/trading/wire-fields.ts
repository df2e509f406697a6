/** Reads what came over a socket field by field: everything is looked at, nothing is assumed. */

import { Decimal } from '../../core/decimal.ts';

/** Something is not what custody says by its protocol. Caught where it was read; it never ends a program. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}

export type Fields = Readonly<Record<string, unknown>>;

/** Longer texts say nothing more, and a journal keeps them. */
const TEXT_MAX = 2_000;

export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable('Not an object');
  return value as Fields;
}

export function textAt(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Unreadable(`${name} is no text`);
  return value.length > TEXT_MAX ? value.slice(0, TEXT_MAX) : value;
}

export function flagAt(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== 'boolean') throw new Unreadable(`${name} is neither true nor false`);
  return value;
}

export function countAt(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Unreadable(`${name} is no number`);
  return value;
}

export function decimalAt(fields: Fields, name: string): Decimal {
  const value = fields[name];
  const decimal = typeof value === 'string' ? Decimal.tryParse(value) : null;
  if (decimal === null) throw new Unreadable(`${name} is no decimal number`);
  return decimal;
}

export function oneOfAt<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T {
  const value = fields[name];
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new Unreadable(`${name} is none of ${allowed.join(', ')}`);
  return found;
}

/** Null stays null, also where the field is missing. */
export function maybe<T>(fields: Fields, name: string, read: (fields: Fields, name: string) => T): T | null {
  return fields[name] === null || fields[name] === undefined ? null : read(fields, name);
}

export function listAt<T>(fields: Fields, name: string, read: (one: unknown) => T): T[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new Unreadable(`${name} is no list`);
  return value.map(read);
}

/** What was read, or why it could not be. Anything but `Unreadable` is our bug and passes through. */
export function attempt<T>(
  read: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; why: string } {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, why: `Custody's answer could not be read: ${error.message}` };
  }
}
