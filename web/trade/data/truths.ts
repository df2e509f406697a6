/**
 * Rows that are told in two ways: all at once by a request, one by one by the live line. A request answers with what was
 * true when it was answered, so whatever the line said after the request began is newer and stands.
 */

type Held<T> = { readonly value: T | null; readonly toldAt: number; readonly atMs: number };

/** A row that ended is remembered for this long, so that a slow answer of before does not bring it back. */
const ENDED_KEPT_MS = 60_000;

export class Truths<T> {
  readonly #rows = new Map<string, Held<T>>();
  readonly #listeners = new Set<() => void>();
  readonly #nowMs: () => number;
  #count = 0;
  #changed = false;
  #all: readonly T[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same array until something changes. */
  all = (): readonly T[] => this.#all;

  get(key: string): T | undefined {
    return this.#rows.get(key)?.value ?? undefined;
  }

  /** By the live line; null: it ended. Shown after `settle`, so that a burst is one change. */
  told(key: string, value: T | null): void {
    this.#count += 1;
    this.#rows.set(key, { value, toldAt: this.#count, atMs: this.#nowMs() });
    this.#changed = true;
  }

  /** As an answer to something that was done: perhaps older than what the line said meanwhile. */
  answered(key: string, value: T, isNewer: (than: T) => boolean): void {
    const known = this.#rows.get(key);
    if (known !== undefined && (known.value === null || !isNewer(known.value))) return;
    this.told(key, value);
    this.settle();
  }

  /** Before a request for all of them is sent. */
  begin(): number {
    return this.#count;
  }

  /** Everything there is, as asked for at `begun`. */
  read(begun: number, rows: Iterable<readonly [string, T]>): void {
    const forgottenMs = this.#nowMs() - ENDED_KEPT_MS;
    const seen = new Set<string>();
    for (const [key, value] of rows) {
      seen.add(key);
      const known = this.#rows.get(key);
      if (known !== undefined && (known.toldAt > begun || known.value === null)) continue;
      this.#rows.set(key, { value, toldAt: known?.toldAt ?? 0, atMs: this.#nowMs() });
    }
    for (const [key, { value, toldAt, atMs }] of this.#rows) {
      if (value === null ? atMs < forgottenMs : toldAt <= begun && !seen.has(key)) this.#rows.delete(key);
    }
    this.#changed = true;
    this.settle();
  }

  /** Not ended, only no longer kept here: an answer may bring them back. */
  drop(keys: readonly string[]): void {
    for (const key of keys) this.#rows.delete(key);
    this.#changed = true;
    this.settle();
  }

  forget(): void {
    this.#rows.clear();
    this.#changed = true;
    this.settle();
  }

  settle(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#all = [...this.#rows.values()].flatMap(({ value }) => (value === null ? [] : [value]));
    for (const listener of this.#listeners) listener();
  }
}
