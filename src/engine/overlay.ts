/**
 * A state over another one: what is read comes from below, what is written stays above. An account has up to 75,000 rows,
 * and trying a wish touches a dozen of them, so nothing is copied.
 */

import type { Marks, State, Table } from './state.ts';

/**
 * Reads and iterates exactly as a copy would, also while it is being changed. True only as long as nobody writes below.
 * Rows are never changed in place. Earlier refusals are left out: they do not slow a preview down.
 */
export function overlayOf(state: State): State {
  return {
    machine: { ...state.machine, refusals: [] },
    orders: new TableOver(state.orders),
    fills: new TableOver(state.fills),
    balances: new TableOver(state.balances),
    instruments: new TableOver(state.instruments),
    requests: new TableOver(state.requests),
    byVenueId: new TableOver(state.byVenueId),
    bySlot: new TableOver(state.bySlot),
    fillsByOrder: new SetsOver(state.fillsByOrder),
    unsettled: new MarksOver(state.unsettled),
    asking: new MarksOver(state.asking),
    reserving: new MarksOver(state.reserving),
  };
}

export class TableOver<K, V> implements Table<K, V> {
  readonly #below: Table<K, V>;
  /** New values of keys below that kept their place. */
  readonly #changed = new Map<K, V>();
  /** Keys below that were deleted; set again, they are new and come last. */
  readonly #gone = new Set<K>();
  readonly #added = new Map<K, V>();

  constructor(below: Table<K, V>) {
    this.#below = below;
  }

  get size(): number {
    return this.#below.size - this.#gone.size + this.#added.size;
  }

  has(key: K): boolean {
    return this.#added.has(key) || this.#keeps(key);
  }

  get(key: K): V | undefined {
    if (this.#added.has(key)) return this.#added.get(key);
    if (this.#gone.has(key)) return undefined;
    return this.#changed.has(key) ? this.#changed.get(key) : this.#below.get(key);
  }

  set(key: K, value: V): void {
    if (this.#keeps(key)) this.#changed.set(key, value);
    else this.#added.set(key, value);
  }

  delete(key: K): boolean {
    if (this.#added.delete(key)) return true;
    if (!this.#keeps(key)) return false;
    this.#changed.delete(key);
    this.#gone.add(key);
    return true;
  }

  *keys(): Generator<K> {
    for (const key of this.#below.keys()) if (!this.#gone.has(key)) yield key;
    yield* this.#added.keys();
  }

  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  *entries(): Generator<[K, V]> {
    for (const [key, value] of this.#below.entries())
      if (!this.#gone.has(key)) yield [key, this.#changed.has(key) ? (this.#changed.get(key) as V) : value];
    yield* this.#added.entries();
  }

  #keeps(key: K): boolean {
    return !this.#gone.has(key) && this.#below.has(key);
  }
}

export class MarksOver<K> implements Marks<K> {
  readonly #below: Marks<K>;
  readonly #gone = new Set<K>();
  readonly #added = new Set<K>();

  constructor(below: Marks<K>) {
    this.#below = below;
  }

  get size(): number {
    return this.#below.size - this.#gone.size + this.#added.size;
  }

  has(key: K): boolean {
    return this.#added.has(key) || this.#keeps(key);
  }

  add(key: K): void {
    if (!this.#keeps(key)) this.#added.add(key);
  }

  delete(key: K): boolean {
    if (this.#added.delete(key)) return true;
    if (!this.#keeps(key)) return false;
    this.#gone.add(key);
    return true;
  }

  *[Symbol.iterator](): Generator<K> {
    for (const key of this.#below) if (!this.#gone.has(key)) yield key;
    yield* this.#added;
  }

  #keeps(key: K): boolean {
    return !this.#gone.has(key) && this.#below.has(key);
  }
}

/** Of sets: each is laid over when it is first asked for, because whoever asks may add to it. */
class SetsOver<K, V> extends TableOver<K, Marks<V>> {
  override get(key: K): Marks<V> | undefined {
    const marks = super.get(key);
    if (marks === undefined || marks instanceof MarksOver) return marks;
    const over = new MarksOver(marks);
    this.set(key, over);
    return over;
  }
}
