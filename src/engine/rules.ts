/**
 * The decisions on which no lost and no doubled order depend, each a small function by itself. They are handed to the
 * machine, so that a test can put a known mistake in the place of one and see that it is caught.
 */

import type { FillKey } from '../core/fill.ts';
import { isOurs, parseClientOrderId } from '../core/ids.ts';
import type { OrderNews, OrderState, Transition } from '../core/order.ts';
import { TRANSITIONS } from '../core/order.ts';
import type { BalanceReport, FindResult, Outcome, VenueProfile } from '../core/report.ts';
import { MOVE_PATIENCE_MS } from './limits.ts';
import type { BalanceRow, FillRow, Inquiry, MachineRow, Order } from './state.ts';

export type Rules = {
  readonly transition: (state: OrderState, news: OrderNews) => Transition;
  readonly isOurs: (install: string, clientId: string) => boolean;
  /** The outcome of placing, read with what is known of the order. */
  readonly placed: (order: Order, outcome: Outcome) => 'accepted' | 'rejected' | 'not-sent' | 'ambiguous';
  /** After a restart: may the same place command be given out again? Custody signs one id once. */
  readonly mayIssueAgain: (order: Order, machine: MachineRow) => boolean;
  readonly knowsFill: (fills: Pick<ReadonlyMap<FillKey, FillRow>, 'has'>, key: FillKey) => boolean;
  readonly isBooked: (machine: MachineRow, atMs: number) => boolean;
  readonly overfills: (order: Order, fill: Pick<FillRow, 'quantity' | 'value'>) => boolean;
  /** Whether an ended order's fills meet what the exchange says. */
  readonly addsUp: (order: Order) => boolean;
  /** Whether a look that found nothing counts towards absence. */
  readonly counts: (order: Order, inquiry: Inquiry, look: FindResult & { kind: 'absent' }, settleMs: number) => boolean;
  readonly provesAbsence: (inquiry: Inquiry, look: FindResult & { kind: 'absent' }, profile: VenueProfile) => boolean;
  /** A reservation counts until the balances must show it. */
  readonly isReserved: (order: Order, balance: BalanceRow | undefined, profile: VenueProfile) => boolean;
  readonly isNewer: (report: BalanceReport, balance: BalanceRow | undefined) => boolean;
  /** Whether the rest of a moved order may be placed now that the old one has ended. */
  readonly mayPlaceRest: (order: Order, atMs: number) => boolean;
};

export const RULES: Rules = {
  transition: (state, news) => TRANSITIONS[state][news],

  isOurs,

  placed(order, outcome) {
    switch (outcome.kind) {
      case 'accepted':
      case 'ambiguous':
        return outcome.kind;
      case 'rejected':
        // An order of this name exists: it is ours, from a send whose answer was lost. Look, and adopt it.
        return outcome.definite && outcome.code !== 'duplicate-id' ? 'rejected' : 'ambiguous';
      case 'not-sent':
        // Given out twice, "this time it was not sent" says nothing about the first time.
        return order.issues === 1 ? 'not-sent' : 'ambiguous';
    }
  },

  mayIssueAgain: (order, machine) =>
    order.status.kind === 'submitting' &&
    machine.halt === null &&
    machine.nowMs < order.deadlineMs &&
    // A restored backup does not know what became of the names it holds.
    parseClientOrderId(order.clientId ?? '')?.epoch === machine.epoch,

  knowsFill: (fills, key) => fills.has(key),

  isBooked: (machine, atMs) => atMs < machine.sync.horizonMs,

  overfills({ quantity, filledBase, filledQuote }, fill) {
    return quantity.unit === 'base'
      ? filledBase.add(fill.quantity).gt(quantity.amount)
      : filledQuote.add(fill.value).gt(quantity.amount);
  },

  addsUp: (order) => order.filledBase.eq(order.toldBase),

  counts(order, inquiry, look, settleMs) {
    const { open, history, trades } = look.lookedAt;
    if (!open || !history || !trades) return false;
    // Once seen, it needs only to be gone from everywhere, after it had time to show.
    if (order.acceptedAtMs !== null) return look.atMs > order.acceptedAtMs + settleMs;
    if (inquiry.quietFromMs === null || inquiry.tombstone !== 'answered') return false;
    return look.atMs >= inquiry.quietFromMs && look.atMs >= (inquiry.tombstoneAtMs ?? 0);
  },

  provesAbsence: (inquiry, look, profile) =>
    inquiry.absentAtMs !== null && look.atMs >= inquiry.absentAtMs + profile.settleMs,

  isReserved(order, balance, profile) {
    if (order.reserve === null) return false;
    if (order.status.kind === 'closed' && order.filledBase.isZero() && order.toldBase.isZero()) return false;
    if (order.acceptedAtMs === null || balance === undefined) return true;
    return balance.asOfMs <= order.acceptedAtMs + profile.settleMs;
  },

  isNewer: (report, balance) => balance === undefined || report.asOfMs >= balance.asOfMs,

  mayPlaceRest: (order, atMs) =>
    order.move !== null &&
    order.status.kind === 'closed' &&
    order.settled &&
    order.status.why === 'cancelled' &&
    atMs <= order.move.atMs + MOVE_PATIENCE_MS,
};
