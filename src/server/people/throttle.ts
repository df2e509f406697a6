/**
 * Slows guessing down without locking anybody out: after a few free tries every further one has to wait, ever longer
 * up to a bound. Counted by account, by address and over all together, so that neither many accounts from one place
 * nor one account from many places gets more. A try is counted before it is looked at: a thousand at once are one.
 * Kept in memory: a restart forgets, and is nothing a stranger can cause.
 */

import type { Clock } from '../../shell/clock.ts';
import { throttled } from '../../shell/refusal.ts';

type Rule = { readonly free: number; readonly firstDelayMs: number; readonly delayMaxMs: number };

const RULES = {
  /** Five tries as they come, then 1, 2, 4 … 30 s apart: under 30 in ten minutes. */
  account: { free: 5, firstDelayMs: 1_000, delayMaxMs: 30_000 },
  /** A household behind one address shares it. */
  address: { free: 10, firstDelayMs: 1_000, delayMaxMs: 15_000 },
  /** All together: at most about 60 in ten minutes. */
  everybody: { free: 15, firstDelayMs: 1_000, delayMaxMs: 15_000 },
} as const satisfies Record<string, Rule>;

/**
 * `place`: somebody whom nobody knows yet, so the place and all together count as well. `account`: a person with a
 * session of their own proves themselves again; what strangers do elsewhere must not keep them from it.
 */
export type Scope = 'place' | 'account';

/** A quiet quarter of an hour wipes the slate. */
const FORGET_MS = 15 * 60_000;
/** Bounds the memory; the entries longest untouched go first. */
const ENTRIES_MAX = 10_000;

type Entry = { tries: number; nextMs: number; touchedMs: number };
export type Subject = { readonly account: string; readonly address: string };

export class Throttle {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one try, or throws the refusal with the time to wait. */
  admit(subject: Subject, scope: Scope = 'place'): void {
    const nowMs = this.#clock.nowMs();
    const keys = this.#keys(subject, scope);
    const waitMs = Math.max(...keys.map(([key, rule]) => this.#waitMs(key, rule, nowMs)));
    if (waitMs > 0) throw throttled(waitMs);
    for (const [key, rule] of keys) this.#count(key, rule, nowMs);
  }

  /** The try was right: this account and this place start anew. What all did together stays counted, less this one. */
  succeeded(subject: Subject, scope: Scope = 'place'): void {
    this.#entries.delete(`account ${subject.account}`);
    if (scope === 'account') return;
    this.#entries.delete(`address ${subject.address}`);
    const everybody = this.#entries.get('everybody');
    if (everybody !== undefined) everybody.tries = Math.max(0, everybody.tries - 1);
  }

  #keys(subject: Subject, scope: Scope): readonly (readonly [string, Rule])[] {
    const own = [`account ${subject.account}`, RULES.account] as const;
    if (scope === 'account') return [own];
    return [own, [`address ${subject.address}`, RULES.address], ['everybody', RULES.everybody]];
  }

  #waitMs(key: string, rule: Rule, nowMs: number): number {
    const entry = this.#entries.get(key);
    if (entry === undefined) return 0;
    if (nowMs - entry.touchedMs > FORGET_MS) {
      this.#entries.delete(key);
      return 0;
    }
    const waitMs = entry.nextMs - nowMs;
    // Longer than any wait that was ever imposed: the clock was set back, and nobody is to wait for that.
    return waitMs > rule.delayMaxMs ? 0 : waitMs;
  }

  #count(key: string, rule: Rule, nowMs: number): void {
    const tries = (this.#entries.get(key)?.tries ?? 0) + 1;
    const over = tries - rule.free;
    const delayMs = over < 0 ? 0 : Math.min(rule.delayMaxMs, rule.firstDelayMs * 2 ** Math.min(over, 20));
    // Removed and set again: the map's order is then the order of touching.
    this.#entries.delete(key);
    this.#entries.set(key, { tries, nextMs: nowMs + delayMs, touchedMs: nowMs });
    if (this.#entries.size > ENTRIES_MAX) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
  }
}
