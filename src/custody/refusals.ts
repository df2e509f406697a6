/** Refused requests in the audit trail, a few a minute each; a flood becomes a number, not a full disk. */

import type { AuditTrail } from './audit.ts';
import type { Clock } from './seams.ts';

const WINDOW_MS = 60_000;
const WRITTEN_MAX = 10;

type Count = { sinceMs: number; written: number; dropped: number };

export class Refusals {
  readonly #audit: AuditTrail;
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();
  readonly #allowed = new Map<string, { readonly sinceMs: number; made: number }>();

  constructor(audit: AuditTrail, clock: Clock) {
    this.#audit = audit;
    this.#clock = clock;
  }

  /** `kind` is one of a few constants. Never throws: what is refused stays refused whether or not it can be written. */
  note(kind: string, about: { readonly connection?: string; readonly owner?: string; readonly detail?: string }): void {
    const count = this.#counts.get(kind) ?? { sinceMs: this.#clock.nowMs(), written: 0, dropped: 0 };
    this.#counts.set(kind, count);
    if (Math.abs(this.#clock.nowMs() - count.sinceMs) >= WINDOW_MS) this.#flush(kind, count);
    if (count.written >= WRITTEN_MAX) {
      count.dropped += 1;
      return;
    }
    count.written += 1;
    this.#append(kind, about);
  }

  /** Counts, for what anybody may do but nobody needs to do often. */
  allows(kind: string, perMinute: number): boolean {
    const nowMs = this.#clock.nowMs();
    const known = this.#allowed.get(kind);
    const count =
      known !== undefined && Math.abs(nowMs - known.sinceMs) < WINDOW_MS ? known : { sinceMs: nowMs, made: 0 };
    count.made += 1;
    this.#allowed.set(kind, count);
    return count.made <= perMinute;
  }

  /** For the timer: the numbers of windows that are over. */
  flush(): void {
    for (const [kind, count] of this.#counts) {
      if (Math.abs(this.#clock.nowMs() - count.sinceMs) >= WINDOW_MS) this.#flush(kind, count);
    }
  }

  #flush(kind: string, count: Count): void {
    if (count.dropped > 0) this.#append(kind, { detail: `${count.dropped} more of this kind` });
    count.sinceMs = this.#clock.nowMs();
    count.written = 0;
    count.dropped = 0;
  }

  #append(
    kind: string,
    about: { readonly connection?: string; readonly owner?: string; readonly detail?: string },
  ): void {
    try {
      this.#audit.append(kind, about);
    } catch {
      // The trail itself knows, and halts.
    }
  }
}
