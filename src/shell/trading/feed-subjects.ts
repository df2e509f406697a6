/**
 * Who looks at what of one exchange, and what they were told last. A subject that changed is told at most ten times a
 * second: changes in between are counted into the next message, which is made once for all who look.
 */

import type { LiveMessage } from '../../contract/live.ts';
import type { CandleInterval } from '../../core/candle.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { MarketViewer } from './ports.ts';

/** Eyes do not read faster, and a page paints no faster what it is told at this pace. */
const TELL_EVERY_MS = 100;

export type Subject =
  | { readonly kind: 'book' | 'trades' | 'ticker'; readonly market: string }
  | { readonly kind: 'candles'; readonly market: string; readonly interval: CandleInterval };

export function keyOf(subject: Subject): string {
  return subject.kind === 'candles'
    ? `candles ${subject.market} ${subject.interval}`
    : `${subject.kind} ${subject.market}`;
}

type Watched = { readonly subject: Subject; readonly viewers: Set<MarketViewer>; told: LiveMessage | null };

export class Subjects {
  readonly #clock: Clock;
  /** Null: nothing is known yet. */
  readonly #build: (subject: Subject) => LiveMessage | null;
  readonly #watched = new Map<string, Watched>();
  readonly #viewers = new Map<MarketViewer, ReadonlyMap<string, Subject>>();
  readonly #due = new Set<string>();
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #cancelTelling: Cancel | null = null;

  constructor(clock: Clock, build: (subject: Subject) => LiveMessage | null) {
    this.#clock = clock;
    this.#build = build;
  }

  viewers(): Iterable<MarketViewer> {
    return this.#viewers.keys();
  }

  has(viewer: MarketViewer): boolean {
    return this.#viewers.has(viewer);
  }

  /** In the order in which they were first looked at. */
  *all(): Iterable<Subject> {
    for (const { subject } of this.#watched.values()) yield subject;
  }

  isWatched(subject: Subject): boolean {
    return this.#watched.has(keyOf(subject));
  }

  /** The whole set of a viewer. Whoever comes to a subject that was told already is told the same at once. */
  watch(viewer: MarketViewer, wanted: ReadonlyMap<string, Subject>): readonly Subject[] {
    const before = this.#viewers.get(viewer) ?? new Map<string, Subject>();
    for (const key of before.keys()) {
      if (wanted.has(key)) continue;
      const watched = this.#watched.get(key);
      watched?.viewers.delete(viewer);
      if (watched?.viewers.size === 0) this.#watched.delete(key);
    }
    if (wanted.size === 0) this.#viewers.delete(viewer);
    else this.#viewers.set(viewer, wanted);
    const begun: Subject[] = [];
    for (const [key, subject] of wanted) {
      if (before.has(key)) continue;
      const watched = this.#watched.get(key);
      if (watched === undefined) {
        this.#watched.set(key, { subject, viewers: new Set([viewer]), told: null });
        begun.push(subject);
      } else {
        watched.viewers.add(viewer);
        if (watched.told !== null) viewer.say(watched.told);
      }
    }
    return begun;
  }

  changed(subject: Subject): void {
    const key = keyOf(subject);
    if (!this.#watched.has(key)) return;
    this.#due.add(key);
    if (this.#cancelTelling !== null) return;
    // A clock that was set back must not hold everything up.
    const waitMs = Math.min(TELL_EVERY_MS, Math.max(0, this.#toldAtMs + TELL_EVERY_MS - this.#clock.nowMs()));
    this.#cancelTelling = this.#clock.after(waitMs, () => this.#tell());
  }

  close(): void {
    this.#cancelTelling?.();
    this.#watched.clear();
    this.#viewers.clear();
    this.#due.clear();
  }

  #tell(): void {
    this.#cancelTelling = null;
    this.#toldAtMs = this.#clock.nowMs();
    const due = [...this.#due];
    this.#due.clear();
    for (const key of due) {
      const watched = this.#watched.get(key);
      const message = watched === undefined ? null : this.#build(watched.subject);
      if (watched === undefined || message === null) continue;
      watched.told = message;
      for (const viewer of watched.viewers) viewer.say(message);
    }
  }
}
