/**
 * What was sent and not answered yet, kept for this tab: after a reload in flight the ticket stands as it stood and says
 * so. It keeps its request id itself: whatever the lists told meanwhile, sent again it cannot be placed twice.
 */

import type { Order } from '../../../src/contract/trading.ts';
import type { PlaceAsk } from '../data/actions.ts';
import type { Kept } from '../data/kept-in-tab.ts';
import { EMPTY, type Form, KINDS } from './form.ts';

export type Sent = {
  readonly ask: PlaceAsk;
  readonly requestId: string;
  readonly form: Form;
  readonly atMs: number;
};

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
    const { ask, requestId, form, atMs } = read;
    return isAsk(ask) && isForm(form) && typeof requestId === 'string' ? { ask, requestId, form, atMs } : null;
  } catch {
    return null;
  }
}

/** Under which id this ask was sent before; null where it is another order, or nothing is open. */
export function idOfSame(sent: Sent | null, ask: PlaceAsk): string | null {
  const plain = ({ connection, market, draft }: PlaceAsk): string => JSON.stringify([connection, market, draft]);
  return sent !== null && plain(sent.ask) === plain(ask) ? sent.requestId : null;
}

export const foundIn = (sent: Sent | null, shown: readonly Order[]): Order | null =>
  (sent === null ? undefined : shown.find(({ requestId }) => requestId === sent.requestId)) ?? null;

/** Whether the form still holds what was sent; what was confirmed about it meanwhile is no other order. */
export function holds(form: Form, sent: Form): boolean {
  const plain = (one: Form): string => JSON.stringify(Object.keys(EMPTY).map((key) => one[key as keyof Form]));
  return plain({ ...form, confirmations: [] }) === plain({ ...sent, confirmations: [] });
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
