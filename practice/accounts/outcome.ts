import type { Outcome, Refusal } from '../ports.ts';

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refuse(code: string, message: string): Refusal {
  return { ok: false, code, message };
}
