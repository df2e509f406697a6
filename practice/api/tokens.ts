import type { Random } from '../accounts/random.ts';
import { randomHex } from '../accounts/random.ts';
import type { AccountId, Clock } from '../ports.ts';

/** No source tells how long a token lives, only that it is short: one minute is the window of its rate limit (inferred). */
const LIFE_MS = 60_000;

/** One-time tokens that open a WebSocket for an account. In memory: a restart closes every socket anyway. */
export interface WebsocketTokens {
  issue(account: AccountId): string;
  /** The account, once; null for a token that is unknown, used or too old. */
  take(token: string): AccountId | null;
}

export function createWebsocketTokens(clock: Clock, random: Random): WebsocketTokens {
  const issued = new Map<string, { readonly account: AccountId; readonly expiresAtMs: number }>();
  return {
    issue(account) {
      const nowMs = clock.nowMs();
      for (const [token, { expiresAtMs }] of issued) {
        // Insertion order is order of age.
        if (expiresAtMs > nowMs) break;
        issued.delete(token);
      }
      const token = randomHex(random, 32);
      issued.set(token, { account, expiresAtMs: nowMs + LIFE_MS });
      return token;
    },
    take(token) {
      const found = issued.get(token);
      issued.delete(token);
      return found === undefined || found.expiresAtMs <= clock.nowMs() ? null : found.account;
    },
  };
}
