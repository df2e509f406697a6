import type { Params } from './answer.ts';

/** What arrived at the private API, for tests that prove what never did. Nothing secret: no body, no signature. */

export type LoggedRequest = {
  readonly number: number;
  readonly atMs: number;
  readonly path: string;
  /** The public part as sent, proven or not; at most 64 characters. */
  readonly apiKey: string;
  readonly status: number;
};

export type ArrivedRequest = { readonly path: string; readonly apiKey: string; readonly body: Buffer };

export interface RequestLog {
  /** `params` as they have been read from the body already; null where nobody has. */
  record(request: ArrivedRequest, status: number, atMs: number, params: Params | null): void;
  /** Oldest first, numbered after `afterNumber`; only the newest 10,000 are kept. */
  list(afterNumber: number): readonly LoggedRequest[];
  /** By path since the start, never forgotten. Paths that do not exist are counted together as `other`. */
  counts(): Readonly<Record<string, number>>;
  /**
   * By path and the names of the parameters that came along, sorted, as `/api/v4/order/cancel?market,orderId`: what
   * authenticates a request (`request`, `nonce`, `nonceWindow`) is left out. Never forgotten, unknown paths included.
   */
  shapes(): Readonly<Record<string, number>>;
  clear(): void;
}

const KEPT_MAX = 10_000;
const KEY_LENGTH_MAX = 64;
/** More ways to ask than any client has; past it they are counted together as `more`, so that no flood fills the memory. */
const SHAPES_MAX = 100_000;
const SHAPE_LENGTH_MAX = 500;
const AUTHENTICATING = new Set(['request', 'nonce', 'nonceWindow']);

export function createRequestLog(known: (path: string) => boolean): RequestLog {
  const ring: LoggedRequest[] = [];
  const counters = new Map<string, number>();
  const shapes = new Map<string, number>();
  let number = 0;
  return {
    record({ path, apiKey, body }, status, atMs, params) {
      number += 1;
      ring[(number - 1) % KEPT_MAX] = { number, atMs, path, apiKey: apiKey.slice(0, KEY_LENGTH_MAX), status };
      const counter = known(path) ? path : 'other';
      counters.set(counter, (counters.get(counter) ?? 0) + 1);
      const shape = `${path}?${params === null ? namesIn(body) : namesOf(params)}`.slice(0, SHAPE_LENGTH_MAX);
      const counted = shapes.has(shape) || shapes.size < SHAPES_MAX ? shape : 'more';
      shapes.set(counted, (shapes.get(counted) ?? 0) + 1);
    },
    list(afterNumber) {
      return ring.filter((entry) => entry.number > afterNumber).sort((a, b) => a.number - b.number);
    },
    counts: () => inOrder(counters),
    shapes: () => inOrder(shapes),
    clear() {
      ring.length = 0;
      counters.clear();
      shapes.clear();
      number = 0;
    },
  };
}

function inOrder(counters: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counters].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function namesIn(body: Buffer): string {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return '(no object)';
    return namesOf(value);
  } catch {
    return '(no JSON)';
  }
}

function namesOf(params: object): string {
  const names = Object.keys(params).filter((name) => !AUTHENTICATING.has(name));
  return names.sort().join(',');
}
