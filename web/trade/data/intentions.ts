/**
 * One request id for one intention. While an ask has no answer, or none came, the very same ask is the same intention: a
 * double click, a second Enter, a reload in between. With an answer, good or bad, the next one is a new intention. For
 * what a page before this one left open, the order that stands in a list is an answer, too.
 */

type Kept = Pick<Storage, 'getItem' | 'setItem'>;

const KEPT_AS = 'gapless-intentions';
/** More open questions than this have a deeper reason; the oldest are answered by the list of orders. */
const INTENTIONS_MAX = 50;

export class Intentions {
  readonly #kept: Kept;
  readonly #newId: () => string;
  readonly #running = new Map<string, Promise<unknown>>();
  #open: Readonly<Record<string, string>>;
  /** Asks of a page before this one. Who pressed here waits here for the answer, whatever a list says meanwhile. */
  readonly #inherited: Set<string>;

  constructor(kept: Kept, newId: () => string) {
    this.#kept = kept;
    this.#newId = newId;
    this.#open = this.#read();
    this.#inherited = new Set(Object.keys(this.#open));
  }

  /** `isAnswer` tells whether what was thrown is an answer, or only silence after which nobody knows. */
  run<T>(ask: string, send: (requestId: string) => Promise<T>, isAnswer: (error: unknown) => boolean): Promise<T> {
    const running = this.#running.get(ask);
    if (running !== undefined) return running as Promise<T>;
    const work = this.#send(ask, send, isAnswer).finally(() => this.#running.delete(ask));
    this.#running.set(ask, work);
    return work;
  }

  /** Orders that a list shows: whoever looks at them knows what became of their asks. */
  met(orders: Iterable<{ readonly requestId: string | null }>): void {
    if (this.#inherited.size === 0) return;
    const made = new Set([...orders].map(({ requestId }) => requestId));
    const known = [...this.#inherited].filter((ask) => made.has(this.#open[ask] ?? ''));
    for (const ask of known) this.#inherited.delete(ask);
    if (known.length > 0) this.drop((ask) => known.includes(ask));
  }

  /** Sent before, and nobody knows what became of it. */
  isOpen(ask: string): boolean {
    return this.#open[ask] !== undefined;
  }

  /** Of the intention as it is open, or of the one that it would be now. */
  idOf(ask: string): string {
    return this.#open[ask] ?? this.#newId();
  }

  /** It was sent under this id before, by whoever kept it. */
  hold(ask: string, requestId: string): void {
    if (this.#running.has(ask)) return;
    this.#inherited.delete(ask);
    this.#write({ ...this.#open, [ask]: requestId });
  }

  end(requestId: string): void {
    this.drop((ask) => this.#open[ask] === requestId);
  }

  /** Asks that nobody will ask again: the same ask later is another intention. One on its way stays. */
  drop(isDropped: (ask: string) => boolean): void {
    const open = Object.entries(this.#open).filter(([ask]) => this.#running.has(ask) || !isDropped(ask));
    this.#write(Object.fromEntries(open));
  }

  async #send<T>(ask: string, send: (id: string) => Promise<T>, isAnswer: (error: unknown) => boolean): Promise<T> {
    this.#inherited.delete(ask);
    const requestId = this.#open[ask] ?? this.#newId();
    this.#write({ ...this.#open, [ask]: requestId });
    try {
      const reply = await send(requestId);
      this.#settle(ask);
      return reply;
    } catch (error) {
      if (isAnswer(error)) this.#settle(ask);
      throw error;
    }
  }

  #settle(ask: string): void {
    const { [ask]: _, ...rest } = this.#open;
    this.#write(rest);
  }

  #read(): Readonly<Record<string, string>> {
    try {
      const read: unknown = JSON.parse(this.#kept.getItem(KEPT_AS) ?? '{}');
      return typeof read === 'object' && read !== null ? (read as Record<string, string>) : {};
    } catch {
      return {};
    }
  }

  #write(intentions: Readonly<Record<string, string>>): void {
    this.#open = Object.fromEntries(Object.entries(intentions).slice(-INTENTIONS_MAX));
    try {
      this.#kept.setItem(KEPT_AS, JSON.stringify(this.#open));
    } catch {
      // A full or closed storage: then an intention lives as long as the page.
    }
  }
}
