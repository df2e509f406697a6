/**
 * Steps of all accounts become durable here, many in one transaction: while one is under way, the next ones gather.
 * Commands are given out after their transaction, never before. One failure stops everything that was stepped upon it.
 */

import type { ConnectionId } from '../../core/ids.ts';
import { AccountsGone, type TradeStore, type Written } from '../../store/trade-store.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { CrashPoints } from './crash-points.ts';

/** A transaction of more would keep a click waiting that came right after it began. */
const STEPS_MAX = 500;
/** The first list of an exchange's markets is a thousand rows, a snapshot some hundred. */
const CHANGES_MAX = 5_000;

/** What nobody waits for is on the disk by then, also where nothing else comes along. */
export const LATER_MS = 1_000;

/** `mayWait`: it goes along with the next step that does not, and needs no transaction of its own. */
export type Stepped<Of> = { readonly of: Of; readonly written: Written; readonly mayWait: boolean };

export type GroupCommitParts<Of> = {
  readonly store: Pick<TradeStore, 'write'>;
  /** Calls back once everything that is there to be read has been read. */
  readonly soon: (run: () => void) => void;
  readonly clock: Pick<Clock, 'after'>;
  readonly crash: CrashPoints;
  readonly committed: (steps: readonly Stepped<Of>[]) => void;
  /** None of these is durable, as far as anybody knows: those whose transaction failed, and all that waited. */
  readonly failed: (steps: readonly Stepped<Of>[], error: unknown) => void;
  /** This account's connection was removed: its steps are not written, those of the others are. */
  readonly gone: (connection: ConnectionId) => void;
};

export class GroupCommit<Of> {
  readonly #parts: GroupCommitParts<Of>;
  #waiting: Stepped<Of>[] = [];
  #isBusy = false;
  /** Nothing more is waited for: the last ones are being written. */
  #isEnding = false;
  #later: Cancel | null = null;
  readonly #onIdle: (() => void)[] = [];

  constructor(parts: GroupCommitParts<Of>) {
    this.#parts = parts;
  }

  add(step: Stepped<Of>): void {
    this.#waiting.push(step);
    this.#schedule();
  }

  /** Those of an account that ended: their rows may be gone already. */
  drop(of: Of): readonly Stepped<Of>[] {
    const dropped = this.#waiting.filter((step) => step.of === of);
    this.#waiting = this.#waiting.filter((step) => step.of !== of);
    return dropped;
  }

  /** At the end: when nothing is under way and nothing waits. */
  async idle(): Promise<void> {
    this.#isEnding = true;
    this.#schedule();
    if (this.#isBusy || this.#waiting.length > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #schedule(): void {
    if (this.#isBusy) return;
    if (this.#waiting.length === 0) {
      for (const resolve of this.#onIdle.splice(0)) resolve();
      return;
    }
    if (!this.#isEnding && this.#waiting.every(({ mayWait }) => mayWait)) {
      this.#later ??= this.#parts.clock.after(LATER_MS, () => this.#begin());
      return;
    }
    this.#begin();
  }

  #begin(): void {
    this.#later?.();
    this.#later = null;
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#parts.soon(() => {
      void this.#commit().finally(() => {
        this.#isBusy = false;
        this.#schedule();
      });
    });
  }

  async #commit(): Promise<void> {
    const { store, crash, committed, failed } = this.#parts;
    const steps = this.#take();
    if (steps.length === 0) return;
    crash.at('before-commit');
    try {
      await store.write(steps.map(({ written }) => written));
    } catch (error) {
      if (error instanceof AccountsGone && steps.some(({ written }) => error.connections.has(written.connection))) {
        // Nothing of it was written, by the database's own word. The rest waits as before, in its order.
        const isLeft = ({ written }: Stepped<Of>): boolean => !error.connections.has(written.connection);
        this.#waiting = [...steps, ...this.#waiting].filter(isLeft);
        for (const connection of error.connections) this.#parts.gone(connection);
        return;
      }
      const lost = [...steps, ...this.#waiting];
      this.#waiting = [];
      failed(lost, error);
      return;
    }
    crash.at('after-commit');
    committed(steps);
  }

  #take(): Stepped<Of>[] {
    let changes = 0;
    let count = 0;
    for (const { written } of this.#waiting) {
      changes += written.applied.changes.length;
      if (count === STEPS_MAX || (count > 0 && changes > CHANGES_MAX)) break;
      count += 1;
    }
    const steps = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return steps;
  }
}
