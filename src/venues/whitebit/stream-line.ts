/**
 * Who may ask for a token next. The exchange grants ten a minute to an address, which is all that keeps accounts from
 * their streams when many connect: so they stand in line, each is told at once when to come again, and whoever connects
 * again and again stands behind those who wait. Nobody waits for a token in silence.
 */

import type { VenueFault } from '../venue.ts';
import { type Budget, heldBack } from './budget.ts';
import type { RawReply, TradeReply } from './call.ts';
import { isOverLimit } from './faults.ts';
import { paceOf } from './pace.ts';
import { streamTokenRequest } from './requests.ts';

export const STREAM_TOKEN_PATH = streamTokenRequest().path;
export const STREAMS_FULL = 'the exchange grants ten new streams a minute for this address';

/**
 * After a refusal that we did not foresee (custody was started again, or another program is on this address) nobody
 * knows when the exchange's minute is over: it is asked eight times a minute, so even one that counted what it refuses
 * would let somebody in.
 */
const ASK_AGAIN_MS = 7_500;
/** Those who come for the same moment come one after the other. */
const STAGGER_MS = 250;
/** Connecting anew takes a while; who has not come by then does not want it any more. */
const ABSENT_MS = 10_000;

type Waiting = { comesAtMs: number; isAsking: boolean };

export class StreamLine {
  readonly #budget: Pick<Budget, 'take'>;
  readonly #paceMs: () => number;
  /** In the order in which they first came. */
  readonly #line = new Map<string, Waiting>();
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** The last answer was a refusal: one asks, the others wait for what it is told. */
  #isRefused = false;

  constructor(options: { readonly budget: Pick<Budget, 'take'>; readonly clock: { nowMs(): number } }) {
    this.#budget = options.budget;
    this.#paceMs = paceOf(options.clock);
  }

  /** `send` is called at once or not at all; then the answer says when `who` is to come again. */
  async run(who: string, send: () => Promise<TradeReply>): Promise<TradeReply> {
    const { waiting, place } = this.#stand(who);
    const leastMs = this.#leastMs(place);
    const taken = leastMs > 0 ? ({ ok: false, waitMs: 0 } as const) : this.#budget.take(STREAM_TOKEN_PATH);
    if (!taken.ok) {
      const waitMs = Math.max(leastMs, taken.waitMs);
      waiting.comesAtMs = this.#paceMs() + waitMs;
      return { reply: heldBack(waitMs, STREAMS_FULL), signedAtMs: null };
    }
    waiting.isAsking = true;
    let reply: RawReply | null = null;
    try {
      const answer = await send();
      reply = answer.reply;
      if (reply.kind !== 'reply' || !isOverLimit(reply)) return answer;
      return { ...answer, reply: { ...reply, retryAfterMs: this.#refused(who, waiting, reply.retryAfterMs ?? 0) } };
    } finally {
      waiting.isAsking = false;
      // What threw may have left before. What was refused is not counted.
      taken.over(reply === null || (reply.kind === 'reply' ? !isOverLimit(reply) : reply.sent));
      if (reply === null || !isOverLimit(reply)) this.#leave(who, reply);
    }
  }

  #stand(who: string): { readonly waiting: Waiting; readonly place: number } {
    const nowMs = this.#paceMs();
    for (const [other, { comesAtMs, isAsking }] of this.#line)
      if (other !== who && !isAsking && nowMs - comesAtMs > ABSENT_MS) this.#line.delete(other);
    const waiting = this.#line.get(who) ?? { comesAtMs: nowMs, isAsking: false };
    this.#line.set(who, waiting);
    let place = 0;
    for (const [other, { isAsking }] of this.#line) {
      if (other === who) break;
      if (!isAsking) place += 1;
    }
    return { waiting, place };
  }

  /** Zero: it is its turn, as far as the others go. */
  #leastMs(place: number): number {
    const nowMs = this.#paceMs();
    const behindMs = place * STAGGER_MS;
    const pauseMs = this.#notBeforeMs - nowMs;
    if (pauseMs > 0) return pauseMs + behindMs;
    const others = [...this.#line.values()];
    if (this.#isRefused && others.some(({ isAsking }) => isAsking)) return STAGGER_MS + behindMs;
    if (place === 0) return 0;
    const first = others.find(({ isAsking }) => !isAsking);
    return Math.max(STAGGER_MS, (first?.comesAtMs ?? nowMs) - nowMs) + behindMs;
  }

  /** It keeps its place. */
  #refused(who: string, waiting: Waiting, retryAfterMs: number): number {
    const waitMs = Math.max(ASK_AGAIN_MS, retryAfterMs);
    this.#isRefused = true;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#paceMs() + waitMs);
    waiting.comesAtMs = this.#notBeforeMs;
    this.#line.set(who, waiting);
    return waitMs;
  }

  #leave(who: string, reply: RawReply | null): void {
    this.#line.delete(who);
    if (reply?.kind !== 'reply') return;
    this.#isRefused = false;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
  }
}

/** Why there is no token, for whoever looks at the stream. */
export function noTokenWords(fault: VenueFault): string {
  if (fault.raw === STREAMS_FULL || (fault.code === 'rate-limited' && fault.status === 429)) return STREAMS_FULL;
  return `no token: ${fault.code} ${fault.raw}`.slice(0, 300);
}
