/**
 * WhiteBIT's request limits, kept from our side: a request that would pass one is refused here, at once, with the time
 * until there is room. The exchange counts by IP address, over all keys behind it, so one budget serves all of them.
 *
 * Why not a token bucket: one that holds N and refills N in ten seconds lets nearly 2 N through within ten seconds.
 * The exchange's window is counted here instead, in slots of a hundredth of it.
 *
 * The exchange counts what arrives, and when that is nobody here knows: somewhere between leaving and its answer. So a
 * request counts from the moment it may leave until a window after its answer, and a line that stands still for
 * seconds and then brings everything at once brings no more than the limit.
 */

import type { RawReply } from './call.ts';
import { isOverLimit } from './faults.ts';

/** What the limits are counted by. A request may count in several. */
type Scope =
  | 'default'
  | 'public'
  | 'orderbook'
  | 'v1-public'
  | 'trade-read'
  | 'orders'
  | 'main'
  | 'main-history'
  | 'ws-token'
  | 'ws-connect';

type Limit = { readonly requests: number; readonly windowMs: number };

/** Published limits per IP address; over them the gateway answers 429 and may block the address for a while. */
export const WHITEBIT_LIMITS: Readonly<Record<Scope, Limit>> = {
  default: { requests: 10_000, windowMs: 10_000 },
  public: { requests: 20_000, windowMs: 10_000 },
  orderbook: { requests: 600, windowMs: 10_000 },
  'v1-public': { requests: 1_000, windowMs: 10_000 },
  'trade-read': { requests: 12_000, windowMs: 10_000 },
  orders: { requests: 10_000, windowMs: 10_000 },
  main: { requests: 1_000, windowMs: 10_000 },
  'main-history': { requests: 200, windowMs: 10_000 },
  'ws-token': { requests: 10, windowMs: 60_000 },
  'ws-connect': { requests: 1_000, windowMs: 60_000 },
};
/** Asked before a WebSocket is opened, in place of a path. */
export const WS_CONNECT = '/ws';
/** Every public endpoint has this limit of its own, beside that of the group. */
const PUBLIC_ENDPOINT: Limit = { requests: 2_000, windowMs: 10_000 };

/** The rest is for what nobody counts here: a request that arrives after we gave it up, a restart, another program. */
const SHARE_PERCENT = 97;
/**
 * Of the limit that orders and cancels share, only cancels may use the last part: whatever a grid is doing, what is
 * live can be taken back. 300 of the 10,000 requests in ten seconds, each for up to 100 orders.
 */
const CANCEL_RESERVE_PERCENT = 3;
const CANCELLING = /^\/api\/v4\/order\/(?:cancel(?:\/all|\/bulk)?|kill-switch)$/;
const SLOTS = 100;
const SET_BACK_SLOTS = 10;
/** After a 429 that we did not foresee (another program on this address): 1 s, doubling to 30 s, as WhiteBIT advises. */
const PAUSE_FIRST_MS = 1_000;
const PAUSE_MAX_MS = 30_000;

/** Leave to send one request. */
export type Pass = {
  readonly ok: true;
  /** To be called when the answer is there or not waited for any more: only from then on does its window pass. */
  readonly over: (sent: boolean) => void;
};
type Take = Pass | { readonly ok: false; readonly waitMs: number };

export type Budget = {
  /** Counts the request in every limit it falls under, or in none, until it is `over`. `path` may carry a query. */
  take(path: string): Take;
  /** Call on a real rate limit answer: everything waits, longer each time until `relax`. */
  pause(retryAfterMs: number | null): void;
  /** Call on an answer that was none: the next pause begins at its shortest again. */
  relax(): void;
  /** Call every few seconds: only a look shows that the clock was set back, and a window then begins anew. */
  look(): void;
};

export function createWhitebitBudget(options: {
  readonly clock: { nowMs(): number };
  /** In [0, 1): spreads the end of a pause, so that not everybody comes back at once. */
  readonly random: () => number;
}): Budget {
  const { clock, random } = options;
  const windows = new Map<string, SlotWindow>();
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let pausedFromMs = Number.NEGATIVE_INFINITY;
  let pauseMs = PAUSE_FIRST_MS;

  const windowOf = (name: string, limit: Limit): SlotWindow => {
    const known = windows.get(name);
    if (known !== undefined) return known;
    const made = new SlotWindow(limit, name === 'orders');
    windows.set(name, made);
    return made;
  };

  return {
    take(path) {
      const nowMs = clock.nowMs();
      // A clock that was set back meanwhile must not make a pause of seconds one of minutes.
      if (nowMs >= pausedFromMs && nowMs < pausedUntilMs)
        return { ok: false, waitMs: Math.ceil(pausedUntilMs - nowMs) };
      const counted = limitsOf(path).map(([name, limit]) => windowOf(name, limit));
      const keepPercent = CANCELLING.test(path) ? 0 : CANCEL_RESERVE_PERCENT;
      const waitMs = Math.max(0, ...counted.map((window) => window.waitMs(nowMs, window.isShared ? keepPercent : 0)));
      if (waitMs > 0) return { ok: false, waitMs };
      for (const window of counted) window.begin();
      let isOver = false;
      const over = (sent: boolean): void => {
        if (isOver) return;
        isOver = true;
        for (const window of counted) window.end(clock.nowMs(), sent);
      };
      return { ok: true, over };
    },
    pause(retryAfterMs) {
      const waitMs = Math.max(retryAfterMs ?? 0, pauseMs) * (1 + random() / 4);
      const nowMs = clock.nowMs();
      pausedUntilMs = nowMs < pausedFromMs ? nowMs + waitMs : Math.max(pausedUntilMs, nowMs + waitMs);
      pausedFromMs = nowMs;
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
    },
    relax() {
      pauseMs = PAUSE_FIRST_MS;
    },
    look() {
      for (const window of windows.values()) window.moveTo(clock.nowMs());
    },
  };
}

/** The answer to a request that never left. */
export function heldBack(waitMs: number, reason = 'held back by our own budget'): RawReply {
  return { kind: 'no-reply', sent: false, reason, tookMs: 0, heldBackMs: waitMs };
}

/** Our own count of the exchange's limits was wrong, or somebody else shares the address. */
export function noteLimits(budget: Budget, reply: RawReply): void {
  if (reply.kind !== 'reply') return;
  if (isOverLimit(reply)) budget.pause(reply.retryAfterMs);
  else if (reply.status !== 429) budget.relax();
}

/** Sends what was allowed, and tells the budget when that is over, whatever becomes of it. */
export async function sendWith<T>(pass: Pass, send: () => Promise<T>, replyOf: (sent: T) => RawReply): Promise<T> {
  // What threw may have left before.
  let sent = true;
  try {
    const result = await send();
    const reply = replyOf(result);
    sent = reply.kind === 'reply' || reply.sent;
    return result;
  } finally {
    pass.over(sent);
  }
}

function limitsOf(pathAndQuery: string): readonly (readonly [string, Limit])[] {
  const path = pathAndQuery.split('?', 1)[0] ?? '';
  const scope = (name: Scope): readonly [string, Limit] => [name, WHITEBIT_LIMITS[name]];
  if (path.startsWith('/api/v1/public/')) return [scope('v1-public')];
  const endpoint = /^\/api\/v\d+\/public\/([a-z-]+(?:\/depth)?)/.exec(path)?.[1];
  if (endpoint === 'orderbook') return [scope('public'), scope('orderbook')];
  if (endpoint !== undefined) return [scope('public'), [`public ${endpoint}`, PUBLIC_ENDPOINT]];
  if (path === WS_CONNECT) return [scope('ws-connect')];
  if (path === '/api/v4/profile/websocket_token') return [scope('ws-token')];
  if (path === '/api/v4/main-account/history') return [scope('main'), scope('main-history')];
  if (/^\/api\/v4\/(?:main-account|sub-account|codes|mining|card-token)\//.test(path)) return [scope('main')];
  if (/^\/api\/v4\/(?:order|convert)\//.test(path)) return [scope('orders')];
  if (/^\/api\/v4\/(?:trade-account|collateral-account)\//.test(path)) return [scope('trade-read')];
  if (/^\/api\/v4\/(?:orders|oco-orders|conditional-orders)$/.test(path)) return [scope('trade-read')];
  return [scope('default')];
}

/**
 * Requests under way, and those that were over within the last window, in slots. A slot counts until all of it has left
 * the window, so the count errs high.
 */
class SlotWindow {
  /** Cancels have a part of it to themselves. */
  readonly isShared: boolean;
  readonly #requests: number;
  readonly #slotMs: number;
  /** Ring of `SLOTS + 1`: the running slot and the hundred before it, which together cover any window. */
  readonly #counts = new Uint32Array(SLOTS + 1);
  #slot = Number.NEGATIVE_INFINITY;
  #total = 0;
  #underWay = 0;

  constructor(limit: Limit, isShared: boolean) {
    this.isShared = isShared;
    this.#requests = limit.requests;
    this.#slotMs = limit.windowMs / SLOTS;
  }

  /** Zero: there is room now, with `keepPercent` of the limit left to others. */
  waitMs(nowMs: number, keepPercent: number): number {
    this.moveTo(nowMs);
    let excess = this.#total + this.#underWay - Math.floor((this.#requests * (SHARE_PERCENT - keepPercent)) / 100) + 1;
    if (excess <= 0) return 0;
    // The oldest slots make room first; more than one may have to go where the others went into the part that is kept.
    for (let age = SLOTS; age >= 0; age -= 1) {
      excess -= this.#count(this.#slot - age);
      if (excess <= 0) {
        const freeAtMs = (this.#slot - age + SLOTS + 1) * this.#slotMs;
        return Math.max(1, Math.ceil(freeAtMs - nowMs));
      }
    }
    // Room is in the hands of requests under way: one that were over now would make it in a window.
    return Math.ceil((this.#slot + SLOTS + 1) * this.#slotMs - nowMs);
  }

  begin(): void {
    this.#underWay += 1;
  }

  end(nowMs: number, sent: boolean): void {
    this.#underWay -= 1;
    if (!sent) return;
    this.moveTo(nowMs);
    const index = this.#index(this.#slot);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  /**
   * A clock set back a little does not move the window back: the limit then errs on the careful side until time catches
   * up. Set back by more, all that was counted counts as of now: a window of a minute must not last for five.
   */
  moveTo(nowMs: number): void {
    const slot = Math.floor(nowMs / this.#slotMs);
    if (slot < this.#slot - SET_BACK_SLOTS) {
      this.#counts.fill(0);
      this.#slot = slot;
      this.#counts[this.#index(slot)] = this.#total;
    }
    if (slot <= this.#slot) return;
    if (slot - this.#slot > SLOTS) {
      this.#counts.fill(0);
      this.#total = 0;
    } else {
      for (let passed = this.#slot + 1; passed <= slot; passed += 1) {
        const index = this.#index(passed);
        this.#total -= this.#counts[index] ?? 0;
        this.#counts[index] = 0;
      }
    }
    this.#slot = slot;
  }

  #index(slot: number): number {
    return slot % (SLOTS + 1);
  }

  #count(slot: number): number {
    return slot < 0 ? 0 : (this.#counts[this.#index(slot)] ?? 0);
  }
}
