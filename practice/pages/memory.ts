import type { Clock } from '../ports.ts';

/** Forgotten oldest first beyond this: a flood of half-done logins must not eat the memory. */
const ENTRIES_MAX = 1_000;

/** Small things between two pages: kept in memory only, each for a short time. A restart forgets them on purpose. */
export class ShortMemory<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly untilMs: number }>();
  readonly #clock: Clock;
  readonly #lifetimeMs: number;

  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  put(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, untilMs: this.#clock.nowMs() + this.#lifetimeMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= ENTRIES_MAX) break;
      this.#entries.delete(oldest);
    }
  }

  get(key: string): Value | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (entry.untilMs > this.#clock.nowMs()) return entry.value;
    this.#entries.delete(key);
    return null;
  }

  /** Gets and forgets. */
  take(key: string): Value | null {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  drop(key: string): void {
    this.#entries.delete(key);
  }
}
