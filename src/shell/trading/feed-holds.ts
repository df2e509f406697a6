/** Markets whose books are kept on although nobody may look at them: orders stand there, or somebody decides by them. */

const HELD_MS = 300_000;
/** More than anybody decides by at once; who asks for more must not take the line from everybody. */
const DECIDED_BY_ONE_MAX = 20;

export class Holds {
  /** Until when. */
  readonly #ordered = new Map<string, number>();
  /** By person; the market that was asked for longest ago first. */
  readonly #decided = new Map<string, Map<string, number>>();

  /** Orders stand in it. */
  keep(market: string, nowMs: number): void {
    this.#ordered.set(market, nowMs + HELD_MS);
  }

  decide(person: string, market: string, nowMs: number): void {
    const own = this.#decided.get(person) ?? new Map<string, number>();
    this.#decided.set(person, own);
    own.delete(market);
    own.set(market, nowMs + HELD_MS);
    const [oldest] = own.keys();
    if (own.size > DECIDED_BY_ONE_MAX && oldest !== undefined) own.delete(oldest);
  }

  ordered(): Iterable<string> {
    return this.#ordered.keys();
  }

  *decided(): Iterable<string> {
    for (const own of this.#decided.values()) yield* own.keys();
  }

  forget(nowMs: number): void {
    const drop = (held: Map<string, number>): void => {
      for (const [market, untilMs] of held) if (untilMs <= nowMs) held.delete(market);
    };
    drop(this.#ordered);
    for (const [person, own] of this.#decided) {
      drop(own);
      if (own.size === 0) this.#decided.delete(person);
    }
  }
}
