/**
 * What was sent and not answered yet, kept for this tab: after a reload in flight the ticket stands as it stood and says
 * so. Each keeps its request id itself: whatever the lists told meanwhile and whatever was sent since, sent again it
 * cannot be placed twice.
 */

import type { Order, OrderDraft } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';
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

/** More open questions than this have a deeper reason; the oldest are answered by the list of orders. */
const SENT_MAX = 20;

/** Once for each request id, the newest last. */
export function keepSent(kept: Kept, sent: Sent): void {
  const others = readSent(kept, sent.atMs).filter(({ requestId }) => requestId !== sent.requestId);
  write(kept, [...others, sent].slice(-SENT_MAX));
}

export function forgetSent(kept: Kept, requestId: string, nowMs: number): void {
  write(
    kept,
    readSent(kept, nowMs).filter((sent) => sent.requestId !== requestId),
  );
}

function write(kept: Kept, sent: readonly Sent[]): void {
  try {
    if (sent.length === 0) kept.removeItem(KEPT_AS);
    else kept.setItem(KEPT_AS, JSON.stringify(sent));
  } catch {
    // Storage is switched off or full: then a reload forgets, and the list of orders tells.
  }
}

export function readSent(kept: Kept, nowMs: number): readonly Sent[] {
  try {
    const read: unknown = JSON.parse(kept.getItem(KEPT_AS) ?? '[]');
    return Array.isArray(read) ? read.filter((one) => isSent(one) && one.atMs + KNOWN_FOR_MS >= nowMs) : [];
  } catch {
    return [];
  }
}

/** What was sent of this very order before; null where it is another one, or its fate is known. */
export function sameAs(sent: readonly Sent[], ask: PlaceAsk): Sent | null {
  const wanted = plainAsk(ask);
  return sent.findLast((one) => plainAsk(one.ask) === wanted) ?? null;
}

/** `0.010` is the order of `0.01`. */
const plainAsk = ({ connection, market, draft }: PlaceAsk): string =>
  JSON.stringify([connection, market, plain(draft)]);
const plain = ({ side, terms, quantity }: OrderDraft): unknown =>
  [side, terms, quantity].map((part) => JSON.parse(JSON.stringify(part), (_, value: unknown) => byValue(value)));
const byValue = (value: unknown): unknown =>
  (typeof value === 'string' ? Decimal.tryParse(value)?.trim().toString() : undefined) ?? value;

export const foundIn = (sent: Sent, shown: readonly Order[]): Order | null =>
  shown.find(({ requestId }) => requestId === sent.requestId) ?? null;

/** Whether the form still holds what was sent; what was confirmed about it meanwhile is no other order. */
export function holds(form: Form, sent: Form): boolean {
  const fields = (one: Form): string => JSON.stringify(Object.keys(EMPTY).map((key) => one[key as keyof Form]));
  return fields({ ...form, confirmations: [] }) === fields({ ...sent, confirmations: [] });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Written by this page; a page that was replaced meanwhile may have written another shape. */
function isSent(value: unknown): value is Sent {
  if (!isRecord(value) || typeof value.atMs !== 'number' || typeof value.requestId !== 'string') return false;
  return isAsk(value.ask) && isForm(value.form);
}
function isAsk(value: unknown): value is PlaceAsk {
  return isRecord(value) && ['connection', 'market', 'draft'].every((key) => value[key] !== undefined);
}
function isForm(value: unknown): value is Form {
  if (!isRecord(value) || !KINDS.some((kind) => kind === value.kind)) return false;
  return Object.entries(EMPTY).every(([key, empty]) => empty === null || typeof value[key] === typeof empty);
}
