/**
 * When a transaction failed: what is in memory may be ahead of what is on the disk, so it is thrown away. Every account
 * stands still, is read again from the store, and goes on once a transaction holds. A write is never simply repeated.
 */

import type { Logger } from 'pino';
import type { TradeStore } from '../../store/trade-store.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Runner } from './runner.ts';
import { StoreHalt } from './store-halt.ts';

const RETRY_FIRST_MS = 250;
/** A disk that is full is looked at by a person; what waits for it should not wait longer than they do. */
const RETRY_MAX_MS = 10_000;

export type StoreCareParts = {
  readonly store: Pick<TradeStore, 'load'>;
  readonly clock: Clock;
  readonly log: Logger;
};

export class StoreCare {
  readonly #parts: StoreCareParts;
  readonly #runners: () => readonly Runner[];
  readonly #hooks: { readonly boot: (runner: Runner) => Promise<void>; readonly changed: (runner: Runner) => void };
  #halt: { readonly why: string; readonly sinceMs: number } | null = null;
  #failures = 0;
  #timer: Cancel = () => {};

  constructor(
    parts: StoreCareParts,
    runners: () => readonly Runner[],
    hooks: {
      readonly boot: (runner: Runner) => Promise<void>;
      readonly changed: (runner: Runner) => void;
    },
  ) {
    this.#parts = parts;
    this.#runners = runners;
    this.#hooks = hooks;
  }

  /** Null: all is well. */
  get halt(): { readonly why: string; readonly sinceMs: number } | null {
    return this.#halt;
  }

  failed(error: unknown): void {
    const { clock, log } = this.#parts;
    log.error({ err: error }, 'A transaction of trading failed; trading stands still');
    const why = error instanceof Error ? error.message : String(error);
    this.#halt = { why, sinceMs: this.#halt?.sinceMs ?? clock.nowMs() };
    this.#failures += 1;
    const halt = new StoreHalt(`It could not be written to the database: ${why}`);
    for (const runner of this.#runners()) {
      runner.halt(halt);
      this.#hooks.changed(runner);
    }
    this.#again();
  }

  /** A transaction holds. */
  wrote(): void {
    if (this.#halt === null) return;
    this.#parts.log.warn({ sinceMs: this.#halt.sinceMs }, 'Trading goes on: the database can be written again');
    this.#halt = null;
    this.#failures = 0;
    for (const runner of this.#runners()) this.#hooks.changed(runner);
  }

  stop(): void {
    this.#timer();
  }

  #again(): void {
    this.#timer();
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(20, this.#failures - 1));
    this.#timer = this.#parts.clock.after(waitMs, () => {
      this.#reload().catch((error: unknown) => {
        this.#parts.log.error({ err: error }, 'The accounts could not be read again');
        this.#failures += 1;
        this.#again();
      });
    });
  }

  async #reload(): Promise<void> {
    const { store } = this.#parts;
    const runners = this.#runners();
    for (const runner of runners) {
      const saved = await store.load(runner.connection);
      runner.reload(saved);
      this.#hooks.changed(runner);
    }
    await Promise.all(runners.map((runner) => this.#hooks.boot(runner)));
    // Nothing to write: the next step will show.
    if (runners.length === 0) this.#halt = null;
  }
}
