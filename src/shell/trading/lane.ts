/** So many at once, the others in line: questions must not fill custody's line and keep orders out of it. */

export class Lane {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #active = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** The length of the line is bounded by those who ask: an account has so many questions, each once. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active >= this.#max) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#active += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on, so that nobody slips in between.
      if (next === undefined) this.#active -= 1;
      else next();
    }
  }
}
