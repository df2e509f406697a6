/** What arrived at the private API, for tests that prove what never did. Nothing secret: no body, no signature. */

export type LoggedRequest = {
  readonly number: number;
  readonly atMs: number;
  readonly path: string;
  /** The public part as sent, proven or not; at most 64 characters. */
  readonly apiKey: string;
  readonly status: number;
};

export interface RequestLog {
  record(path: string, apiKey: string, status: number, atMs: number): void;
  /** Oldest first, numbered after `afterNumber`; only the newest 10,000 are kept. */
  list(afterNumber: number): readonly LoggedRequest[];
  /** By path since the start, never forgotten. Paths that do not exist are counted together as `other`. */
  counts(): Readonly<Record<string, number>>;
  clear(): void;
}

const KEPT_MAX = 10_000;
const KEY_LENGTH_MAX = 64;

export function createRequestLog(known: (path: string) => boolean): RequestLog {
  const ring: LoggedRequest[] = [];
  const counters = new Map<string, number>();
  let number = 0;
  return {
    record(path, apiKey, status, atMs) {
      number += 1;
      ring[(number - 1) % KEPT_MAX] = { number, atMs, path, apiKey: apiKey.slice(0, KEY_LENGTH_MAX), status };
      const counter = known(path) ? path : 'other';
      counters.set(counter, (counters.get(counter) ?? 0) + 1);
    },
    list(afterNumber) {
      return ring.filter((entry) => entry.number > afterNumber).sort((a, b) => a.number - b.number);
    },
    counts: () => Object.fromEntries([...counters].sort(([a], [b]) => (a < b ? -1 : 1))),
    clear() {
      ring.length = 0;
      counters.clear();
      number = 0;
    },
  };
}
