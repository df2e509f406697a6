/** The one way to the server: `call('connections.list')`. Types come from the contract, the path from its table. */

import type { Body, Params, Query, Reply } from '../../src/contract/contract.ts';
import { ROUTES, type RouteName } from '../../src/contract/routes.ts';
import type { Confirmation } from '../../src/contract/trading.ts';
import type { ProblemReply } from '../../src/contract/words.ts';

type Empty = Record<string, never>;
type Slot<K extends string, T> = [T] extends [undefined]
  ? { readonly [P in K]?: undefined }
  : [T] extends [Empty]
    ? { readonly [P in K]?: T }
    : { readonly [P in K]: T };
export type Input<N extends RouteName> = Slot<'params', Params<N>> &
  Slot<'body', Body<N>> & { readonly query?: Query<N> };
type Arguments<N extends RouteName> =
  Empty extends Input<N>
    ? [input?: Input<N>]
    : Record<never, never> extends Input<N>
      ? [input?: Input<N>]
      : [input: Input<N>];

/** A refusal with cause (`message`) and cure, or a desk that does not answer. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: string;
  readonly cure: string;
  readonly field: string | null;
  /** Said explicitly, the same wish would pass. */
  readonly confirm: Confirmation | null;
  readonly requestId: string;
  readonly retryAfterMs: number | null;
  readonly status: number;

  constructor(status: number, error: ProblemReply['error']) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.cure = error.cure;
    this.field = error.field;
    this.confirm = error.confirm;
    this.requestId = error.requestId;
    this.retryAfterMs = error.retryAfterMs;
  }
}

const unreachable = (): Problem =>
  new Problem(0, {
    code: 'desk_unreachable',
    message: 'The desk does not answer.',
    cure: 'See whether it still runs on its machine. This page tries again by itself.',
    field: null,
    confirm: null,
    requestId: '',
    retryAfterMs: null,
  });

const notUnderstood = (status: number): Problem =>
  new Problem(status, {
    code: 'answer_not_understood',
    message: `The desk answered in a way this page does not understand (status ${status}).`,
    cure: 'Reload the page. If a proxy stands in front of the desk, look at its log.',
    field: null,
    confirm: null,
    requestId: '',
    retryAfterMs: null,
  });

export type Listeners = {
  /** Asked when the server wants a second look; true when it was proven. */
  readonly stepUp: () => Promise<boolean>;
  /** The session ended. */
  readonly signedOut: () => void;
};
let listeners: Listeners = { stepUp: () => Promise.resolve(false), signedOut: () => {} };
export function listen(to: Listeners): void {
  listeners = to;
}

/** Paths are filled before they are sent, so an id with a slash cannot become another path. */
export function address(name: RouteName, params: Readonly<Record<string, string>>, query: object | undefined): string {
  const path = ROUTES[name].path.replace(/:([a-z]+)/gi, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(key, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}

/**
 * A desk that hangs keeps a line open for ever. Orders are answered when they are written down, long before this; then
 * it is a question what became of one. Connecting asks an exchange a dozen things, one after the other.
 */
const ANSWERED_MS = 120_000;
const ORDERS_ANSWERED_MS = 20_000;

type Sent = { readonly params?: unknown; readonly query?: unknown; readonly body?: unknown };

async function send(name: RouteName, input: Sent): Promise<unknown> {
  const { method } = ROUTES[name];
  const hasBody = method === 'POST' || method === 'PATCH';
  const waiting = new AbortController();
  const withinMs = name.startsWith('orders.') ? ORDERS_ANSWERED_MS : ANSWERED_MS;
  const timer = setTimeout(() => waiting.abort(), withinMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(
      address(name, (input.params ?? {}) as Record<string, string>, input.query as object | undefined),
      {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: waiting.signal,
        headers: hasBody ? { 'content-type': 'application/json' } : {},
        ...(hasBody ? { body: JSON.stringify(input.body ?? {}) } : {}),
      },
    );
    text = await response.text();
  } catch {
    throw unreachable();
  } finally {
    clearTimeout(timer);
  }
  let reply: unknown;
  try {
    reply = text === '' ? {} : JSON.parse(text);
  } catch {
    throw notUnderstood(response.status);
  }
  if (response.ok) return reply;
  const error = (reply as Partial<ProblemReply>).error;
  throw error === undefined ? notUnderstood(response.status) : new Problem(response.status, error);
}

/**
 * One request. A wish for a second look opens the dialog and the request goes on by itself afterwards; an ended session
 * shows the door. Throws `Problem`, always.
 */
export async function call<N extends RouteName>(name: N, ...[input]: Arguments<N>): Promise<Reply<N>> {
  const sent: Sent = input ?? {};
  try {
    return (await send(name, sent)) as Reply<N>;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'step_up_required' && (await listeners.stepUp())) return (await send(name, sent)) as Reply<N>;
    // The door's own refusals (wrong password) are 401 as well and belong to their form.
    if (error.status === 401 && ROUTES[name].access !== 'door' && ROUTES[name].access !== 'open') listeners.signedOut();
    throw error;
  }
}
