/**
 * Requests that need no key, under the exchange's limits. They share one budget, so that a page full of markets waits
 * instead of getting this address blocked; orders are counted apart, by the exchange and by us.
 */

import { type Budget, createWhitebitBudget, heldBack, sendWith } from './budget.ts';
import type { PublicCall, RawReply } from './call.ts';
import type { PinnedHttp } from './http.ts';
import { createTurns } from './turns.ts';

/** A page waits no longer for its turn; what is asked for again every second must not pile up. */
const TURN_MS = 2_000;
const TOO_MANY = 429;

type Parts = {
  readonly http: Pick<PinnedHttp, 'send'>;
  readonly clock: { nowMs(): number; after(delayMs: number, run: () => void): () => void };
  /** In [0, 1). */
  readonly random: () => number;
};

export function createPublicCall({ http, clock, random }: Parts): PublicCall {
  const budget: Budget = createWhitebitBudget({ clock, random });
  const turns = createTurns({ budget, clock });
  return async (path): Promise<RawReply> => {
    const turn = await turns.take(path, 'read', clock.nowMs() + TURN_MS);
    if (!turn.ok) return heldBack(Math.max(1, turn.waitMs));
    const send = () => http.send({ method: 'GET', path, headers: {} });
    const reply = await sendWith(turn, send, (answer) => answer);
    if (reply.kind === 'reply' && reply.status === TOO_MANY) budget.pause(reply.retryAfterMs);
    else if (reply.kind === 'reply') budget.relax();
    return reply;
  };
}
