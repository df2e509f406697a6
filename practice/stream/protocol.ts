import type { AccountId } from '../ports.ts';
import type { Update } from './update.ts';

/** The numbers and texts of WhiteBIT's WebSocket errors. */
const ERRORS = {
  1: 'invalid argument',
  2: 'internal error',
  3: 'service unavailable',
  4: 'method not found',
  6: 'require authentication',
  7: 'too many requests',
} as const;

export type StreamError = { readonly code: number; readonly message: string };
export type Reply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: StreamError };

export const answer = (result: unknown): Reply => ({ ok: true, result });
export const SUCCESS = answer({ status: 'success' });
export const fail = (code: keyof typeof ERRORS): Reply => ({ ok: false, error: { code, message: ERRORS[code] } });
/** Seen in a capture of the real stream for a name that is not listed. */
export const noSuchMarket = (name: string): Reply => ({
  ok: false,
  error: { code: 9, message: `market ${name} does not exist` },
});
/** No source shows the answer to a bad token; code 6 is inferred, and chosen here alone. */
export const BAD_TOKEN = fail(6);

/** `nowMs` is what the exchange's clock says; `wireMs` counts the client's patience, however fast that clock runs. */
export type Moment = { readonly nowMs: number; readonly wireMs: number };

/** One subscription's own memory. Some push at once, others are asked on every beat for what is new. */
export type Feed = {
  poll?(moment: Moment): readonly Update[];
  /** Called when the subscription ends, however it ends. */
  stop?(): void;
};

/** What a method may see and change of the connection it was called on. */
export interface Session {
  readonly nowMs: number;
  readonly account: AccountId | null;
  authorize(account: AccountId): void;
  /** Sends an update now. Feeds may keep it; the answer to the running request goes out first. */
  push(update: Update): void;
  /** Puts these feeds in the place of all the channel had. */
  replaceFeeds(channel: string, feeds: ReadonlyMap<string, Feed>): void;
  addFeed(channel: string, key: string, feed: Feed): void;
  dropFeed(channel: string, key: string): void;
}

/** Their subscriptions end when the connection becomes another account's. */
export const PRIVATE_CHANNELS = ['balanceSpot', 'ordersPending', 'ordersExecuted', 'deals'] as const;

export type Method = {
  readonly needsAccount: boolean;
  run(params: readonly unknown[], session: Session): Reply;
};

export type Request = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };
export type Parsed =
  | { readonly kind: 'request'; readonly request: Request }
  /** JSON, but no request: the answer carries the id where there is one. */
  | { readonly kind: 'wrong'; readonly id: number | null }
  | { readonly kind: 'not-json' };

export function parseRequest(text: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'not-json' };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'wrong', id: null };
  const id = 'id' in value && Number.isSafeInteger(value.id) ? Number(value.id) : null;
  const method = 'method' in value ? value.method : undefined;
  const params = 'params' in value ? value.params : undefined;
  if (id === null || typeof method !== 'string' || !Array.isArray(params)) return { kind: 'wrong', id };
  return { kind: 'request', request: { id, method, params } };
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
