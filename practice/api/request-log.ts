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
/** A program sends the same names in the same order again and again, so these many orders of them are known at once. */
const SPELLINGS_MAX = 1_000;
const AUTHENTICATING = new Set(['request', 'nonce', 'nonceWindow']);

export function createRequestLog(known: (path: string) => boolean): RequestLog {
  const ring: LoggedRequest[] = [];
  const counters = new Map<string, Counter>();
  const shapes = new Map<string, Counter>();
  /** Counters of shapes, by path and names as they were sent: sorting them is for the first time only. */
  const spellings = new Map<string, Counter>();
  let number = 0;

  function shapeCounter(path: string, names: string): Counter {
    const shape = `${path}?${names}`.slice(0, SHAPE_LENGTH_MAX);
    return counterOf(shapes, shapes.has(shape) || shapes.size < SHAPES_MAX ? shape : 'more');
  }

  function spelledCounter(path: string, params: Params): Counter {
    const spelling = `${path}\n${Object.keys(params).join('\n')}`;
    const seen = spellings.get(spelling);
    if (seen !== undefined) return seen;
    const counter = shapeCounter(path, namesOf(params));
    if (spellings.size < SPELLINGS_MAX && spelling.length <= SHAPE_LENGTH_MAX) spellings.set(spelling, counter);
    return counter;
  }

  return {
    record({ path, apiKey, body }, status, atMs, params) {
      number += 1;
      ring[(number - 1) % KEPT_MAX] = { number, atMs, path, apiKey: apiKey.slice(0, KEY_LENGTH_MAX), status };
      const counter = counters.get(path) ?? counterOf(counters, known(path) ? path : 'other');
      counter.count += 1;
      const shape = params === null ? shapeCounter(path, namesIn(body)) : spelledCounter(path, params);
      shape.count += 1;
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
      spellings.clear();
      number = 0;
    },
  };
}

type Counter = { count: number };

function counterOf(counters: Map<string, Counter>, name: string): Counter {
  const known = counters.get(name);
  if (known !== undefined) return known;
  const counter = { count: 0 };
  counters.set(name, counter);
  return counter;
}

function inOrder(counters: ReadonlyMap<string, Counter>): Readonly<Record<string, number>> {
  const rows = [...counters].map(([name, { count }]): [string, number] => [name, count]);
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
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
