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
export function waitsUntil(step: Step, wished: string): number | null {
  const print = shortPrint(wished);
  const memory = step.state.machine.refusals.find((one) => one.print === print);
  return memory !== undefined && memory.untilMs > step.atMs ? memory.untilMs : null;
}

export function noteRefusal(step: Step, wished: string): void {
  const print = shortPrint(wished);
  const { refusals } = step.state.machine;
  const before = refusals.find((one) => one.print === print);
  const others = refusals.filter((one) => one.print !== print && isKept(step, one));
  const count = before !== undefined && isKept(step, before) ? before.count + 1 : 1;
  const doublings = count - REFUSALS_FREE - 1;
  const waitMs =
    doublings < 0 ? 0 : Math.min(REFUSAL_WAIT_MAX_MS, REFUSAL_WAIT_FIRST_MS * 2 ** Math.min(doublings, 16));
  const memory: RefusalMemory = { print, count, atMs: step.atMs, untilMs: step.atMs + waitMs };
  step.machine({ refusals: [...others, memory].slice(-REFUSALS_REMEMBERED) });
}

/** They are written with every step: what counts no more does not stay until the next refusal. */
export function forgetRefusals(step: Step): void {
  const { refusals } = step.state.machine;
  // The oldest comes first.
  const [oldest] = refusals;
  if (oldest !== undefined && !isKept(step, oldest))
    step.machine({ refusals: refusals.filter((one) => isKept(step, one)) });
}

function isKept(step: Step, { atMs }: RefusalMemory): boolean {
  return atMs + REFUSAL_KEEP_MS > step.atMs;
}

const [HASH_BEGIN, HASH_OTHER_BEGIN, HASH_FACTOR, HASH_OTHER_FACTOR] = [0x811c9dc5, 0x7a3fd21b, 0x01000193, 0x5bd1e995];
const RADIX = 36;

/** 64 bits in place of 200 letters. Two wishes that share them would slow each other down; no more comes of it. */
function shortPrint(wished: string): string {
  let [hash, other] = [HASH_BEGIN, HASH_OTHER_BEGIN];
  for (let at = 0; at < wished.length; at += 1) {
    const code = wished.charCodeAt(at);
    hash = Math.imul(hash ^ code, HASH_FACTOR);
    other = Math.imul(other ^ code, HASH_OTHER_FACTOR) ^ (other >>> 15);
  }
  return `${(hash >>> 0).toString(RADIX)}.${(other >>> 0).toString(RADIX)}`;
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
