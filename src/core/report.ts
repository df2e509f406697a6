/**
 * What an exchange can tell us, in our words. An adapter makes these from whatever the wire says; the engine believes
 * nothing else. Times are milliseconds; amounts are exact; nothing here is guessed.
 */

import type { Decimal } from './decimal.ts';
import type { Fee } from './fill.ts';
import type { ClosedWhy, OrderTerms, Quantity, Side } from './order.ts';

/** What is known of one order at one moment. A report never says when it was true: figures only grow, ends are final. */
export type OrderReport = {
  /** Null or absent on the wire: placed by hand at the exchange, or by a client that names nothing. */
  readonly clientId: string | null;
  readonly venueId: string;
  readonly market: string;
  readonly side: Side;
  readonly type: 'limit' | 'market' | 'stop-limit' | 'stop-market' | 'other';
  /** Null where the order has none, or the exchange does not tell. */
  readonly price: Decimal | null;
  readonly activation: Decimal | null;
  readonly postOnly: boolean;
  readonly ioc: boolean;
  readonly quantity: Quantity;
  /** Cumulative, of the whole life of the order. */
  readonly filledBase: Decimal;
  /** Null where the exchange does not tell it. */
  readonly filledQuote: Decimal | null;
  readonly status:
    | { readonly kind: 'open' }
    | {
        readonly kind: 'closed';
        readonly why: Exclude<ClosedWhy, 'never-placed'>;
        /** The exchange's own word, where it has one: `CANCELED_STP`. */
        readonly detail: string | null;
      };
  /** By the exchange's clock. */
  readonly createdAtMs: number | null;
  readonly updatedAtMs: number | null;
};

export type TradeReport = {
  /** Null where the exchange tells none. */
  readonly tradeId: string | null;
  readonly clientId: string | null;
  readonly venueOrderId: string | null;
  readonly market: string;
  readonly side: Side;
  readonly price: Decimal;
  readonly quantity: Decimal;
  /** In the quote asset; null: the exchange does not say, and price times quantity is it. */
  readonly value: Decimal | null;
  readonly fee: Fee;
  readonly role: 'maker' | 'taker' | null;
  /** By the exchange's clock. */
  readonly atMs: number;
  /** The exchange took this trade back. Absent: an ordinary trade. */
  readonly reversed?: boolean;
};

/** Absolute figures, never differences. */
export type BalanceReport = {
  /** By our clock, the latest moment these figures are sure to include: when they were asked for, or a push arrived. */
  readonly asOfMs: number;
  /** True: an asset that is not listed holds nothing. */
  readonly complete: boolean;
  readonly balances: readonly { readonly asset: string; readonly free: Decimal; readonly locked: Decimal }[];
};

/**
 * Everything at once. `trades` holds every trade of the account from `sinceCursor` up to the reading of `balances`, and
 * none was missed in between: the adapter reads trades before and after the balances, and again when they moved.
 */
export type Snapshot = {
  /** By our clock: when its first and its last request were sent, before and after. */
  readonly askedAtMs: number;
  readonly asOfMs: number;
  /** All of them, of every page and market. */
  readonly openOrders: readonly OrderReport[];
  readonly closedOrders: readonly OrderReport[];
  readonly trades: readonly TradeReport[];
  readonly balances: BalanceReport;
  /** Where the next snapshot goes on; the adapter overlaps by itself. */
  readonly cursor: string;
};

/** An answer to "what became of this order?". An error while asking is `failed`, and says nothing about the order. */
export type FindResult =
  /** `trades`: all of this order; null where they could not be read, which leaves the order's end open. */
  | { readonly kind: 'found'; readonly report: OrderReport; readonly trades: readonly TradeReport[] | null }
  | {
      readonly kind: 'absent';
      readonly lookedAt: { readonly open: boolean; readonly history: boolean; readonly trades: boolean };
      /** By our clock, when the first of the questions was sent. */
      readonly atMs: number;
    }
  | { readonly kind: 'failed'; readonly why: string };

export type RejectCode =
  | 'funds'
  /** Tick, lot, minimum, maximum, price band: the rules we know are not the exchange's. */
  | 'rules'
  | 'post-only'
  | 'market-closed'
  | 'too-many-orders'
  | 'rate-limited'
  | 'permission'
  /** The exchange has an order of this name: ours, most likely. */
  | 'duplicate-id'
  /** For a cancellation: no such open order. It may have filled, may be cancelled, may never have been. */
  | 'not-found'
  | 'other';

/** The order that left in the place of the one asked for: a price that bounds what an order without one could cost. */
export type SentAs = { readonly terms: OrderTerms; readonly quantity: Quantity };

/** How a write ended, as far as anybody can say. */
export type Outcome =
  | {
      readonly kind: 'accepted';
      readonly venueId: string | null;
      readonly report: OrderReport | null;
      readonly sentAs?: SentAs;
    }
  | {
      readonly kind: 'rejected';
      readonly code: RejectCode;
      /** The exchange's words. */
      readonly text: string;
      /** True: the exchange documents that this is said before matching. False is as good as ambiguous. */
      readonly definite: boolean;
    }
  /** It was refused on our side of the wire, or never got onto it. */
  | { readonly kind: 'not-sent'; readonly why: string }
  | {
      readonly kind: 'ambiguous';
      readonly why: string;
      /** The time inside the signed request, by our clock; null where that is not known. */
      readonly signedAtMs: number | null;
    };

/** What of an exchange's behaviour the engine has to know, as data. */
export type VenueProfile = {
  /** How long after its time a signed request can still be accepted. Null: for ever, and nothing proves absence. */
  readonly validityMs: number | null;
  /** How long something that happened may stay invisible to whoever asks. */
  readonly settleMs: number;
  /** Within what a client order id must be unique at the exchange. Ours never repeat, whatever stands here. */
  readonly uniqueness: 'open-only-per-market' | 'open-only' | 'always';
  /** From what a fee of a buy is taken: the coins bought, or the money paid (which then has to be there on top). */
  readonly buyFeeFrom: 'base' | 'quote';
};
