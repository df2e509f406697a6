/**
 * What was sent and not answered yet, kept for this tab: after a reload in flight the ticket stands as it stood and says
 * so. Sending it again bears the same request id (`data/actions.ts`), so it cannot be placed twice.
 */

import type { PlaceAsk } from '../data/actions.ts';
import type { Kept } from '../data/kept-in-tab.ts';
import { EMPTY, type Form, KINDS } from './form.ts';

export type Sent = { readonly ask: PlaceAsk; readonly form: Form; readonly atMs: number };

const KEPT_AS = 'gapless-ticket-sent';
/** The desk knows a request id for a day; half of that leaves no doubt that it is the same order. */
const KNOWN_FOR_MS = 43_200_000;

export function keepSent(kept: Kept, sent: Sent): void {
  try {
    kept.setItem(KEPT_AS, JSON.stringify(sent));
  } catch {
    // Storage is switched off or full: then a reload forgets, and the list of orders tells.
  }
}

export function forgetSent(kept: Kept): void {
  try {
    kept.removeItem(KEPT_AS);
  } catch {
    // As above.
  }
}

export function readSent(kept: Kept, nowMs: number): Sent | null {
  try {
    const read: unknown = JSON.parse(kept.getItem(KEPT_AS) ?? 'null');
    if (!isRecord(read) || typeof read.atMs !== 'number' || read.atMs + KNOWN_FOR_MS < nowMs) return null;
    return isAsk(read.ask) && isForm(read.form) ? { ask: read.ask, form: read.form, atMs: read.atMs } : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Written by this page; a page that was replaced meanwhile may have written another shape. */
function isAsk(value: unknown): value is PlaceAsk {
  return isRecord(value) && ['connection', 'market', 'draft'].every((key) => value[key] !== undefined);
}
function isForm(value: unknown): value is Form {
  if (!isRecord(value) || !KINDS.some((kind) => kind === value.kind)) return false;
  return Object.entries(EMPTY).every(([key, empty]) => empty === null || typeof value[key] === typeof empty);
}
