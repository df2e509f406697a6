import type { Account, ApiKey, Refusal } from '../ports.ts';

/** What goes back to the caller. `text` is what a gateway in front of the exchange says: not JSON. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'text'; readonly status: number; readonly body: string };

/** The parameters of a call, the three of authentication among them. */
export type Params = Readonly<Record<string, unknown>>;

/** A call that has passed every check of authentication. */
export type Call = {
  readonly account: Account;
  readonly key: ApiKey;
  readonly path: string;
  readonly params: Params;
  readonly nowMs: number;
};

/** Whoever writes answers when it is on the disk, so it may take a while. */
export type Handler = (call: Call) => Answer | Promise<Answer>;
/** Stands around a handler after every check of authentication; faults do. */
export type AroundHandler = (call: Call, handle: (call: Call) => Promise<Answer>) => Promise<Answer>;
export type Handlers = Readonly<Record<string, Handler>>;

/** Messages by field, several a field together in one list. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

export function json(status: number, body: unknown): Answer {
  return { kind: 'json', status, body };
}

/** The envelope of section "private errors": code, message, errors by field. */
export function invalid(status: number, code: number, errors: FieldErrors, message = 'Validation failed'): Answer {
  return json(status, { code, message, errors });
}

/** How one refusal of the account domain looks on the wire. */
export type RefusalShape = {
  readonly status: number;
  readonly code: number;
  readonly field: string;
  readonly message?: string;
};

/** A refusal without a row in the table is a fault of the table, but the caller still learns why. */
export function refusalAnswer(refusal: Refusal, shapes: Readonly<Record<string, RefusalShape>>): Answer {
  const shape = shapes[refusal.code] ?? { status: 422, code: 0, field: 'request' };
  return invalid(shape.status, shape.code, { [shape.field]: [shape.message ?? refusal.message] });
}
