/**
 * What an order would do, asked for while it is being typed. An answer is shown for the very order it was asked about,
 * or not at all: never an older one.
 */

import type { OrderPreview } from '../../../src/contract/trading.ts';
import type { PlaceAsk } from '../data/actions.ts';

/** Shorter than a pause between two keys; longer than the keys of one number. */
const SETTLE_MS = 80;

export type Told =
  | { readonly state: 'none' }
  | { readonly state: 'asking' }
  | { readonly state: 'told'; readonly preview: OrderPreview }
  | { readonly state: 'failed'; readonly error: unknown };

type Seams = {
  readonly ask: (ask: PlaceAsk) => Promise<OrderPreview>;
  readonly after: (delayMs: number, run: () => void) => () => void;
};

const NONE: Told = { state: 'none' };
const ASKING: Told = { state: 'asking' };

export class PreviewLine {
  readonly #seams: Seams;
  readonly #listeners = new Set<() => void>();
  #wanted: { readonly ask: PlaceAsk; readonly text: string } | null = null;
  #told: Told = NONE;
  #asked = 0;
  #cancel: (() => void) | null = null;
  #running: Promise<void> | null = null;

  constructor(seams: Seams) {
    this.#seams = seams;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  told = (): Told => this.#told;

  /** Whether what is told is about this order (as text). */
  isAbout = (text: string): boolean => text === (this.#wanted?.text ?? 'null');

  /** The order as it stands; null while it is none. The same order again changes nothing. */
  want(ask: PlaceAsk | null): void {
    const text = ask === null ? null : JSON.stringify(ask);
    if (text === (this.#wanted?.text ?? null)) return;
    this.#drop();
    this.#wanted = ask === null || text === null ? null : { ask, text };
    this.#tell(ask === null ? NONE : ASKING);
    if (ask !== null) this.#cancel = this.#seams.after(SETTLE_MS, () => void this.#ask());
  }

  /** The market or the account moved: what is shown stays until the new answer comes. */
  again(): void {
    if (this.#wanted !== null && this.#cancel === null && this.#running === null) void this.#ask();
  }

  /** For whoever is about to send it: waits for what is on its way, and does not wait for the pause. */
  async settled(): Promise<Told> {
    const text = this.#wanted?.text ?? null;
    if (this.#cancel !== null || this.#told.state === 'failed') await this.#ask();
    else if (this.#told.state === 'asking') await this.#running;
    return text === (this.#wanted?.text ?? null) ? this.#told : ASKING;
  }

  #ask(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === null) return Promise.resolve();
    this.#drop();
    this.#asked += 1;
    const work = this.#answer(wanted, this.#asked);
    this.#running = work;
    return work;
  }

  async #answer(wanted: { readonly ask: PlaceAsk; readonly text: string }, number: number): Promise<void> {
    const told = await this.#seams.ask(wanted.ask).then(
      (preview): Told => ({ state: 'told', preview }),
      (error: unknown): Told => ({ state: 'failed', error }),
    );
    if (number !== this.#asked) return;
    this.#running = null;
    this.#tell(told);
  }

  /** Whatever is on its way is no longer wanted. */
  #drop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#running = null;
    this.#asked += 1;
  }

  #tell(told: Told): void {
    this.#told = told;
    for (const listener of this.#listeners) listener();
  }
}
