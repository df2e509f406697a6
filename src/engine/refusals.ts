/** The same wish refused again and again slows down; a market whose rules were contradicted waits for new ones. */

import type { RejectCode } from '../core/report.ts';
import {
  REFRESH_EVERY_MS,
  REFUSAL_KEEP_MS,
  REFUSAL_WAIT_FIRST_MS,
  REFUSAL_WAIT_MAX_MS,
  REFUSALS_FREE,
  REFUSALS_REMEMBERED,
  SUSPECT_MAX_MS,
} from './limits.ts';
import type { Order, RefusalMemory } from './state.ts';
import type { Step } from './step.ts';
import { printOf } from './wish-print.ts';

/** Until when this wish is refused without looking; null: not at all. */
export function waitsUntil(step: Step, print: string): number | null {
  const memory = step.state.machine.refusals.find((one) => one.print === print);
  return memory !== undefined && memory.untilMs > step.atMs ? memory.untilMs : null;
}

export function noteRefusal(step: Step, print: string): void {
  const { refusals } = step.state.machine;
  const before = refusals.find((one) => one.print === print);
  const others = refusals.filter((one) => one.print !== print && one.atMs + REFUSAL_KEEP_MS > step.atMs);
  const count = before !== undefined && before.atMs + REFUSAL_KEEP_MS > step.atMs ? before.count + 1 : 1;
  const doublings = count - REFUSALS_FREE - 1;
  const waitMs =
    doublings < 0 ? 0 : Math.min(REFUSAL_WAIT_MAX_MS, REFUSAL_WAIT_FIRST_MS * 2 ** Math.min(doublings, 16));
  const memory: RefusalMemory = { print, count, atMs: step.atMs, untilMs: step.atMs + waitMs };
  step.machine({ refusals: [...others, memory].slice(-REFUSALS_REMEMBERED) });
}

/** The exchange itself refused. A rule that it names and we did not know closes the market to us until we know it. */
export function noteRejection(step: Step, order: Order, code: RejectCode): void {
  if (order.terms !== null) {
    const { side, terms, quantity } = order;
    noteRefusal(step, printOf(order.owner, order.market, { side, terms, quantity }));
  }
  if (code !== 'rules' && code !== 'market-closed') return;
  const { suspects, refreshAskedAtMs } = step.state.machine;
  const others = suspects.filter(({ market }) => market !== order.market);
  step.machine({ suspects: [...others, { market: order.market, sinceMs: step.atMs }] });
  if (refreshAskedAtMs !== null && refreshAskedAtMs + REFRESH_EVERY_MS > step.atMs) return;
  step.command({ kind: 'instruments-refresh', market: order.market });
  step.machine({ refreshAskedAtMs: step.atMs });
}

export function isSuspect(step: Step, market: string): boolean {
  return step.state.machine.suspects.some((one) => one.market === market && one.sinceMs + SUSPECT_MAX_MS > step.atMs);
}
