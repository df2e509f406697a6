/** Values by key, each with its own listeners: a ticker that moves wakes the one row that shows it. */
export class Keyed<T> {
  readonly #values = new Map<string, T>();
  readonly #listeners = new Map<string, Set<() => void>>();

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: T): void {
    this.#values.set(key, value);
    this.#tell(key);
  }

  /** What nobody asks for any more would be shown as fresh when somebody asks again. */
  keep(wanted: (key: string) => boolean): void {
    for (const key of this.#values.keys()) {
      if (wanted(key)) continue;
      this.#values.delete(key);
      this.#tell(key);
    }
  }

  subscribe(key: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  #tell(key: string): void {
    for (const listener of this.#listeners.get(key) ?? []) listener();
  }
}
