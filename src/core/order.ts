/**
 * What an order asks for, and the one table by which its state may change. Fills move quantities, never by this table
 * alone; the table says what an order *is*.
 */

import type { Decimal } from './decimal.ts';

export type Side = 'buy' | 'sell';

export type OrderTerms =
  /** `ioc`: whatever does not trade at once is given up. Together with `postOnly` it asks for nothing. */
  | { readonly kind: 'limit'; readonly price: Decimal; readonly postOnly: boolean; readonly ioc: boolean }
  | { readonly kind: 'market' }
  /** A buy comes alive when the last price is at or above `activation`, a sell when it is at or below. */
  | { readonly kind: 'stop-limit'; readonly price: Decimal; readonly activation: Decimal }
  | { readonly kind: 'stop-market'; readonly activation: Decimal };

/** In the quote asset only for market and stop market buys: "for 100 USDT". */
export type Quantity = { readonly unit: 'base' | 'quote'; readonly amount: Decimal };

export type OrderDraft = { readonly side: Side; readonly terms: OrderTerms; readonly quantity: Quantity };

/** Why no more of an order can trade. */
export type ClosedWhy =
  | 'filled'
  | 'cancelled'
  | 'rejected'
  | 'expired'
  /** It never reached the book: not sent, or proven absent. */
  | 'never-placed'
  /** The exchange ended it by itself: self-trade prevention, price band, maintenance, delisting, liquidation. */
  | 'exchange';

export type OrderStatus =
  | { readonly kind: 'submitting' }
  | { readonly kind: 'unknown'; readonly sinceMs: number; readonly why: string }
  | { readonly kind: 'open' }
  | { readonly kind: 'cancelling'; readonly sinceMs: number; readonly cancel: 'sent' | 'unknown' }
  | { readonly kind: 'closed'; readonly why: ClosedWhy; readonly atMs: number };

export type OrderState = OrderStatus['kind'];

/** What can be learned about an order, or wished for it. */
export type OrderNews =
  /** The exchange took it. */
  | 'accepted'
  /** The exchange refused it before matching. */
  | 'rejected'
  /** It never left us. */
  | 'not-sent'
  /** Nobody knows: a time-out, a torn connection, an answer that makes no sense. */
  | 'ambiguous'
  | 'seen-open'
  | 'seen-closed'
  | 'traded'
  /** Looked for everywhere, after the last moment at which it could have arrived, twice. */
  | 'proven-absent'
  | 'declared-absent'
  | 'cancel-wished'
  | 'cancel-accepted'
  | 'cancel-doubted'
  /** Seen alive after the cancellation had failed. */
  | 'cancel-failed';

/** `stay`: nothing new. `surprise`: recorded, and nothing changes. Otherwise the next state. */
export type Transition = OrderState | 'stay' | 'surprise';

/**
 * Every state and everything that can be heard in it. A closed order stays closed: a late acknowledgement must not bring
 * it back to life. An order that is known to live is not doubted again because one reply was lost.
 */
export const TRANSITIONS: Readonly<Record<OrderState, Readonly<Record<OrderNews, Transition>>>> = {
  submitting: {
    accepted: 'open',
    rejected: 'closed',
    'not-sent': 'closed',
    ambiguous: 'unknown',
    'seen-open': 'open',
    'seen-closed': 'closed',
    traded: 'open',
    'proven-absent': 'surprise',
    'declared-absent': 'surprise',
    'cancel-wished': 'stay',
    'cancel-accepted': 'surprise',
    'cancel-doubted': 'surprise',
    'cancel-failed': 'surprise',
  },
  unknown: {
    accepted: 'open',
    rejected: 'closed',
    'not-sent': 'surprise',
    ambiguous: 'stay',
    'seen-open': 'open',
    'seen-closed': 'closed',
    traded: 'open',
    'proven-absent': 'closed',
    'declared-absent': 'closed',
    'cancel-wished': 'stay',
    // The tombstone hit something: it was alive. What became of it is asked, the state waits for the answer.
    'cancel-accepted': 'stay',
    'cancel-doubted': 'stay',
    'cancel-failed': 'stay',
  },
  open: {
    accepted: 'stay',
    rejected: 'surprise',
    'not-sent': 'surprise',
    ambiguous: 'stay',
    'seen-open': 'stay',
    'seen-closed': 'closed',
    traded: 'stay',
    // Some accounts keep no record of cancelled orders: gone from everywhere means ended.
    'proven-absent': 'closed',
    'declared-absent': 'surprise',
    'cancel-wished': 'cancelling',
    'cancel-accepted': 'stay',
    'cancel-doubted': 'stay',
    'cancel-failed': 'stay',
  },
  cancelling: {
    accepted: 'stay',
    rejected: 'surprise',
    'not-sent': 'surprise',
    ambiguous: 'stay',
    'seen-open': 'stay',
    'seen-closed': 'closed',
    traded: 'stay',
    'proven-absent': 'closed',
    'declared-absent': 'surprise',
    'cancel-wished': 'stay',
    'cancel-accepted': 'stay',
    'cancel-doubted': 'cancelling',
    'cancel-failed': 'open',
  },
  closed: {
    accepted: 'stay',
    rejected: 'stay',
    'not-sent': 'stay',
    ambiguous: 'stay',
    'seen-open': 'stay',
    'seen-closed': 'stay',
    traded: 'stay',
    'proven-absent': 'stay',
    'declared-absent': 'stay',
    'cancel-wished': 'stay',
    'cancel-accepted': 'stay',
    'cancel-doubted': 'stay',
    'cancel-failed': 'stay',
  },
};

/** Whether the order may still trade, or may turn out to. */
export function isLive(status: OrderStatus): boolean {
  return status.kind !== 'closed';
}

/** The limit price, or null where the market decides. */
export function limitPrice(terms: OrderTerms): Decimal | null {
  switch (terms.kind) {
    case 'limit':
    case 'stop-limit':
      return terms.price;
    case 'market':
    case 'stop-market':
      return null;
  }
}
