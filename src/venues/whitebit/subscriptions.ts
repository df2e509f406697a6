/**
 * What one connection should be subscribed to, what it is, and the requests that lead from one to the other: at most one
 * under way for each channel, never more than the connection may send.
 */

import type { Topic } from '../streams.ts';
import type { Reply } from './stream-frames.ts';
import { isSuccess } from './stream-frames.ts';
import { type Plan, plansOf } from './stream-plan.ts';

/** An answer that takes longer than this is none: WhiteBIT answers in milliseconds. */
export const REPLY_MS = 8_000;
/** What the exchange does not have, or does not allow, is asked for again after a minute: a market may be listed. */
const REFUSED_MS = 60_000;
/** After "too many requests", and after an error of the exchange's own. */
const SLOW_DOWN_MS = 10_000;
const TRY_AGAIN_MS = 2_000;
/** An error of the exchange's own, this often in a row: another connection may be luckier. */
const FAILURES_MAX = 3;
const NO_SUCH_MARKET = /^market (\S+) does not exist$/;

/** Sends a request and answers with its id, or null where the connection has sent as many as it may. */
export type Send = (method: string, params: readonly unknown[]) => number | null;

type UnderWay = { readonly plan: Plan; readonly leaves: boolean; readonly sentAtMs: number };

export type Replied = { readonly kind: 'stray' | 'done' } | { readonly kind: 'end'; readonly why: string };

export class Subscriptions {
  readonly #send: Send;
  #topics: readonly Topic[] = [];
  #wanted: ReadonlyMap<string, Plan> = new Map();
  /** By key: what was acknowledged. */
  readonly #held = new Map<string, { readonly plan: Plan; readonly text: string }>();
  readonly #underWay = new Map<number, UnderWay>();
  readonly #busy = new Set<string>();
  /** Keys to be left first and taken again, for a fresh picture. */
  readonly #renew = new Set<string>();
  /** Markets and keys. */
  readonly #refused = new Map<string, { readonly why: string; readonly untilMs: number }>();
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** Private channels are asked for only then. */
  mayAskPrivate = false;

  constructor(send: Send) {
    this.#send = send;
  }

  want(topics: readonly Topic[]): void {
    this.#topics = topics;
    this.#plan();
  }

  get wantsPrivate(): boolean {
    return [...this.#wanted.values()].some((plan) => plan.isPrivate);
  }

  /** Everything wanted was taken, but for what is refused. */
  get isComplete(): boolean {
    for (const plan of this.#wanted.values())
      if (!this.#refused.has(plan.key) && this.#held.get(plan.key)?.text !== textOf(plan)) return false;
    return true;
  }

  get refused(): readonly { readonly topic: string; readonly why: string }[] {
    return [...this.#refused].map(([topic, { why }]) => ({ topic, why }));
  }

  isHeld(key: string): boolean {
    return this.#held.has(key);
  }

  /** What the exchange last agreed to tell: until it agrees to something else, updates are of this. */
  heldParams(key: string): readonly unknown[] | null {
    return this.#held.get(key)?.plan.params ?? null;
  }

  /** Leaves and takes again, which brings a new picture. */
  renew(key: string): void {
    if (this.#wanted.has(key)) this.#renew.add(key);
  }

  /** True where an answer is overdue. */
  isStuck(nowMs: number): boolean {
    for (const { sentAtMs } of this.#underWay.values()) if (nowMs - sentAtMs > REPLY_MS) return true;
    return false;
  }

  /** Sends what can be sent now. */
  pump(nowMs: number): void {
    if (this.#forget(nowMs)) this.#plan();
    if (nowMs < this.#notBeforeMs) return;
    for (const { plan } of this.#held.values()) {
      const gone = !this.#wanted.has(plan.key);
      if ((gone || this.#renew.has(plan.key)) && !this.#ask(plan, true, nowMs)) return;
    }
    for (const plan of this.#wanted.values()) {
      if (this.#held.get(plan.key)?.text === textOf(plan) || this.#refused.has(plan.key)) continue;
      if (plan.isPrivate && !this.mayAskPrivate) continue;
      if (!this.#ask(plan, false, nowMs)) return;
    }
  }

  /**
   * `stray`: an answer to nothing we asked. `end`: the connection is of no use any more.
   */
  reply(reply: Reply, nowMs: number): Replied {
    const asked = this.#underWay.get(reply.id);
    if (asked === undefined) return { kind: 'stray' };
    this.#underWay.delete(reply.id);
    const { plan, leaves } = asked;
    this.#busy.delete(plan.key);
    if (isSuccess(reply)) {
      this.#failures = 0;
      if (leaves) {
        this.#held.delete(plan.key);
        this.#renew.delete(plan.key);
      } else this.#held.set(plan.key, { plan, text: textOf(plan) });
      return { kind: 'done' };
    }
    return this.#failed(plan, reply, nowMs);
  }

  #failed(plan: Plan, { error }: Reply, nowMs: number): Replied {
    const why = error === null ? 'an answer without success or error' : `${error.code} ${error.message}`;
    switch (error?.code) {
      case 6:
        return { kind: 'end', why: `the authorisation has ended: ${why}` };
      case 7:
        this.#notBeforeMs = nowMs + SLOW_DOWN_MS;
        return { kind: 'done' };
      case 1:
      case 4:
      case 9: {
        const market = NO_SUCH_MARKET.exec(error.message)?.[1] ?? '';
        // One market must not keep the others of its channel away.
        const subject = plan.markets.includes(market) ? market : plan.key;
        this.#refused.set(subject, { why, untilMs: nowMs + REFUSED_MS });
        this.#plan();
        return { kind: 'done' };
      }
      default:
        this.#failures += 1;
        this.#notBeforeMs = nowMs + TRY_AGAIN_MS;
        return this.#failures >= FAILURES_MAX ? { kind: 'end', why: `subscribing fails: ${why}` } : { kind: 'done' };
    }
  }

  /** False where nothing more may be sent now. */
  #ask(plan: Plan, leaves: boolean, nowMs: number): boolean {
    if (this.#busy.has(plan.key)) return true;
    const id = leaves ? this.#send(plan.leaveMethod, plan.leaveParams) : this.#send(plan.method, plan.params);
    if (id === null) return false;
    this.#underWay.set(id, { plan, leaves, sentAtMs: nowMs });
    this.#busy.add(plan.key);
    return true;
  }

  #plan(): void {
    const markets = new Set(this.#refused.keys());
    this.#wanted = plansOf(this.#topics, markets);
    for (const key of this.#renew) if (!this.#wanted.has(key)) this.#renew.delete(key);
  }

  #forget(nowMs: number): boolean {
    let any = false;
    for (const [subject, { untilMs }] of this.#refused) {
      if (nowMs < untilMs) continue;
      this.#refused.delete(subject);
      any = true;
    }
    return any;
  }
}

const textOf = (plan: Plan): string => `${plan.method} ${JSON.stringify(plan.params)}`;
