/**
 * Cancellations that went to the exchange while nothing could be written down. They are told beside what the machine
 * knows, until it has compared its books with the exchange again: then the exchange's word is the truth.
 */

import { isLive } from '../../core/order.ts';
import type { Outcome } from '../../core/report.ts';
import type { AccountQuery } from '../../engine/account.ts';
import type { OrderKey } from '../../engine/events.ts';
import type { MachineRow, Order } from '../../engine/state.ts';

type Note = { readonly text: string; readonly sinceMs: number };

export class Unwritten {
  readonly #notes = new Map<OrderKey, Note>();

  /** What never left this machine is no cancellation. */
  note(order: OrderKey, outcome: Outcome, why: string, sinceMs: number): void {
    const told = wordsOf(outcome);
    if (told !== null) this.#notes.set(order, { text: `${told} It is not written down yet: ${why}`, sinceMs });
  }

  /** A transaction holds. Returns what is told by the machine alone from now on. */
  overtaken({ sync }: MachineRow): readonly OrderKey[] {
    if (this.#notes.size === 0 || !sync.reconciled) return [];
    const comparedAtMs = sync.asOfMs ?? Number.NEGATIVE_INFINITY;
    const over = [...this.#notes].flatMap(([key, { sinceMs }]) => (sinceMs < comparedAtMs ? key : []));
    for (const key of over) this.#notes.delete(key);
    return over;
  }

  over(query: AccountQuery): AccountQuery {
    if (this.#notes.size === 0) return query;
    const seen = (order: Order): Order => {
      const note = this.#notes.get(order.key);
      if (note === undefined || !isLive(order.status)) return order;
      return { ...order, status: { kind: 'cancelling', sinceMs: note.sinceMs, cancel: 'unknown' } };
    };
    return {
      ...query,
      get machine() {
        return query.machine;
      },
      order: (key) => {
        const order = query.order(key);
        return order === null ? null : seen(order);
      },
      orders: () => query.orders().map(seen),
      doing: (key) => {
        const note = this.#notes.get(key);
        const order = query.order(key);
        if (note === undefined || order === null || !isLive(order.status)) return query.doing(key);
        return { code: 'cancelling', text: note.text, sinceMs: note.sinceMs, nextAtMs: null };
      },
    };
  }
}

/** Null: the order stands as it stood. */
function wordsOf(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'accepted':
      return 'The exchange has cancelled it.';
    case 'rejected':
      return outcome.code === 'not-found' ? 'The exchange has no such open order any more.' : null;
    case 'ambiguous':
      return `A cancellation was sent, and its outcome is not known (${outcome.why}).`;
    case 'not-sent':
      return null;
  }
}
