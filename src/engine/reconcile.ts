/**
 * Our books held against the exchange's, at boot, after every gap and from time to time: one function. Trades first, then
 * what ended, then what is open, then what is missing, then the balances. What streamed in meanwhile needs no order:
 * fills are known by their id, figures only grow, and ends are final.
 */

import type { Snapshot } from '../core/report.ts';
import { applyBalances, bookDifferences, figuresWake } from './balances.ts';
import { applyTrade, claimOrphans } from './fills.ts';
import { hurry, inquire } from './inquiry.ts';
import { hear, tend } from './life.ts';
import {
  CLOSED_KEEP_MS,
  CLOSED_MAX,
  SNAPSHOT_BACKOFF_MAX_MS,
  SNAPSHOT_IDLE_MS,
  SNAPSHOT_LIVE_MS,
  SNAPSHOT_LOST_AFTER_MS,
  SNAPSHOT_WITHOUT_STREAM_MS,
  TRADE_OVERLAP_MS,
} from './limits.ts';
import { forgetOldRequests } from './place.ts';
import { applyReport } from './reports.ts';
import type { Rules } from './rules.ts';
import type { Order, State } from './state.ts';
import { EXTERNAL } from './state.ts';
import type { Step } from './step.ts';

export function applySnapshot(step: Step, snapshot: Snapshot): void {
  const { sync } = step.state.machine;
  const first = sync.lastAtMs === null;
  const newer = sync.asOfMs === null || snapshot.asOfMs >= sync.asOfMs;
  // What traded before our books begin is part of the opening balance.
  if (first) step.sync({ horizonMs: snapshot.asOfMs });
  for (const trade of snapshot.trades) applyTrade(step, trade, 'snapshot');
  for (const report of snapshot.closedOrders) applyReport(step, report, snapshot.askedAtMs);
  for (const report of snapshot.openOrders) applyReport(step, report, snapshot.askedAtMs);
  claimOrphans(step);
  applyBalances(step, snapshot.balances);
  // Overtaken by another: what it lists is heard, what it lacks says nothing.
  if (!newer) return;
  missOthers(step, snapshot);
  bookDifferences(step, snapshot);
  closeGap(step, snapshot);
  step.sync({
    reconciled: true,
    lastAtMs: step.atMs,
    asOfMs: snapshot.asOfMs,
    askedAtMs: null,
    failures: 0,
    why: null,
    cursor: snapshot.cursor,
    horizonMs: Math.max(step.state.machine.sync.horizonMs, snapshot.asOfMs - TRADE_OVERLAP_MS),
  });
  step.sync({ dueAtMs: step.atMs + intervalMs(step.state) });
  hurry(step, snapshot.askedAtMs);
  forgetOld(step);
  forgetOldRequests(step);
}

/** Orders that we hold for open and the exchange does not list: not an answer yet, but a question. */
function missOthers(step: Step, snapshot: Snapshot): void {
  const listed = new Set(
    [...snapshot.openOrders, ...snapshot.closedOrders].map(({ market, venueId }) => `${market} ${venueId}`),
  );
  const seenBeforeMs = snapshot.askedAtMs - step.state.machine.profile.settleMs;
  for (const order of step.ranked(step.state.unsettled)) {
    if (order.venueId === null || listed.has(`${order.market} ${order.venueId}`)) continue;
    if (order.acceptedAtMs === null || order.acceptedAtMs >= seenBeforeMs) continue;
    if (order.status.kind !== 'open' && order.status.kind !== 'cancelling') continue;
    if (order.owner === EXTERNAL && order.status.kind === 'open') {
      const text = 'no longer open at the exchange';
      tend(step, hear(step, order, 'seen-closed', { why: 'exchange', text }));
    } else if (order.inquiry === null) inquire(step, order, 'missing', step.atMs);
  }
}

/** Ended orders and old trades leave memory, never the database: late news about them is told apart by the horizon. */
function forgetOld(step: Step): void {
  const { horizonMs } = step.state.machine.sync;
  const ended: Order[] = [];
  for (const order of step.state.orders.values())
    if (order.status.kind === 'closed' && order.settled && order.status.atMs < horizonMs) ended.push(order);
  let tooMany = ended.length - CLOSED_MAX;
  for (const order of ended) {
    const calm = order.status.kind === 'closed' && order.quarantine === null;
    const old = calm && order.status.atMs + CLOSED_KEEP_MS <= step.atMs;
    if (old || tooMany > 0) step.forget('orders', order.key);
    tooMany -= 1;
  }
  for (const fill of step.state.fills.values()) {
    const remembered = fill.order !== null && step.state.orders.has(fill.order as Order['key']);
    if (!remembered && fill.atMs < horizonMs && fill.fee.kind === 'known') step.forget('fills', fill.key);
  }
}

export function applySnapshotFailed(step: Step, why: string): void {
  const failures = step.state.machine.sync.failures + 1;
  const waitMs = Math.min(SNAPSHOT_BACKOFF_MAX_MS, 1_000 * 2 ** Math.min(failures - 1, 16));
  step.sync({ askedAtMs: null, failures, why, dueAtMs: step.atMs + waitMs });
}

export function applyStream(step: Step, state: 'live' | 'lost' | 'gap', why: string): void {
  // A gap in news that do not come at all does not make them come.
  if (state !== 'gap' || step.state.machine.stream.state !== 'lost')
    step.machine({ stream: { state, why, sinceMs: step.atMs } });
  const dueAtMs = state === 'lost' ? step.atMs + SNAPSHOT_WITHOUT_STREAM_MS : step.atMs;
  // A snapshot that was asked for before the stream came back may have missed what happened in between.
  if (state !== 'lost') step.sync({ askedAtMs: null, dueAtMs });
  else step.sync({ dueAtMs: Math.min(step.state.machine.sync.dueAtMs, dueAtMs) });
}

/** What was missed has been read: nobody tells the stream's life again while it simply goes on. */
function closeGap(step: Step, { askedAtMs }: Snapshot): void {
  const { state, sinceMs } = step.state.machine.stream;
  if (state === 'gap' && askedAtMs >= sinceMs) step.machine({ stream: { state: 'live', why: '', sinceMs } });
}

/** Asks for a snapshot when it is time; one at a time. */
export function compareWhenDue(step: Step): void {
  if (snapshotWake(step.state, step.rules) > step.atMs) return;
  step.command({ kind: 'snapshot', sinceCursor: step.state.machine.sync.cursor });
  step.sync({ askedAtMs: step.atMs });
}

export function snapshotWake(state: State, rules: Rules): number {
  const { sync } = state.machine;
  if (sync.askedAtMs !== null) return sync.askedAtMs + SNAPSHOT_LOST_AFTER_MS;
  if (sync.failures > 0) return sync.dueAtMs;
  // With an order alive, sooner: the time was set when none was.
  const liveMs = state.unsettled.size > 0 && sync.lastAtMs !== null ? sync.lastAtMs + SNAPSHOT_LIVE_MS : sync.dueAtMs;
  return Math.min(sync.dueAtMs, liveMs, figuresWake(state, rules));
}

function intervalMs({ machine, unsettled }: State): number {
  if (machine.stream.state !== 'live') return SNAPSHOT_WITHOUT_STREAM_MS;
  return unsettled.size > 0 ? SNAPSHOT_LIVE_MS : SNAPSHOT_IDLE_MS;
}
