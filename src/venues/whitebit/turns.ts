/**
 * Who may send next when the exchange's limits are tight: cancels before orders before reads, each in the order in
 * which they came. Nobody is refused while there is room to wait, and what has waited too long is told so.
 */

import type { Budget, Pass } from './budget.ts';

export type Urgency = 'cancel' | 'order' | 'read';
/** `full`: the line is as long as it may be. `late`: the deadline came first. Nothing was counted against a limit. */
export type Turn = Pass | { readonly ok: false; readonly why: 'full' | 'late'; readonly waitMs: number };

export type Turns = {
  /** Resolves when the request may be sent, and counts it until it is over. `deadlineMs` by the same clock. Never rejects. */
  take(path: string, urgency: Urgency, deadlineMs: number): Promise<Turn>;
  /** How many wait now. */
  waiting(): number;
};

/** Requests that may wait in each line; at a thousand orders a second this is four seconds of them. */
const LINE_MAX = 4_096;
/** A line whose head must wait asks again after this long at most: a pause may have been lifted meanwhile. */
const LOOK_AGAIN_MS = 1_000;
const LINES: readonly Urgency[] = ['cancel', 'order', 'read'];

type Waiting = { readonly path: string; readonly deadlineMs: number; readonly done: (turn: Turn) => void };

export function createTurns(options: {
  readonly budget: Pick<Budget, 'take'>;
  readonly clock: { nowMs(): number; after(delayMs: number, run: () => void): () => void };
}): Turns {
  const { budget, clock } = options;
  const lines: Record<Urgency, Waiting[]> = { cancel: [], order: [], read: [] };
  let cancelTimer: (() => void) | null = null;
  let nextLookMs = Number.POSITIVE_INFINITY;

  /** Whoever has room goes; the answer is how long until the next one may, or null when nobody waits. */
  function serve(): number | null {
    const nowMs = clock.nowMs();
    // A path whose head must wait: those behind it keep their place, those of other limits pass.
    const held = new Map<string, number>();
    let againMs: number | null = null;
    for (const urgency of LINES) {
      const left: Waiting[] = [];
      for (const entry of lines[urgency]) {
        const waitMs = held.get(entry.path) ?? null;
        if (entry.deadlineMs <= nowMs) {
          entry.done({ ok: false, why: 'late', waitMs: waitMs ?? 0 });
          continue;
        }
        const taken = waitMs === null ? budget.take(entry.path) : { ok: false as const, waitMs };
        if (taken.ok) entry.done(taken);
        else {
          held.set(entry.path, taken.waitMs);
          left.push(entry);
          againMs = Math.min(againMs ?? LOOK_AGAIN_MS, taken.waitMs, entry.deadlineMs - nowMs);
        }
      }
      lines[urgency] = left;
    }
    return againMs;
  }

  function look(): void {
    cancelTimer?.();
    const againMs = serve();
    cancelTimer = againMs === null ? null : clock.after(Math.max(1, Math.ceil(againMs)), look);
    nextLookMs = againMs === null ? Number.POSITIVE_INFINITY : clock.nowMs() + againMs;
  }

  /** Somebody of this urgency or above waits for the same: a newcomer must not pass. */
  function mustQueue(path: string, urgency: Urgency): boolean {
    for (const each of LINES) {
      if (lines[each].some((entry) => entry.path === path)) return true;
      if (each === urgency) break;
    }
    return false;
  }

  return {
    take(path, urgency, deadlineMs) {
      const taken = mustQueue(path, urgency) ? null : budget.take(path);
      if (taken?.ok) return Promise.resolve(taken);
      if (lines[urgency].length >= LINE_MAX) return Promise.resolve({ ok: false, why: 'full', waitMs: LOOK_AGAIN_MS });
      return new Promise((done) => {
        lines[urgency].push({ path, deadlineMs, done });
        if (cancelTimer === null || deadlineMs < nextLookMs) look();
      });
    },
    waiting: () => LINES.reduce((sum, urgency) => sum + lines[urgency].length, 0),
  };
}
