/**
 * Everything that can happen to an account, in the order of its mailbox, and everything the machine asks for in return.
 * Both are plain data: the journal keeps events, the outbox keeps commands.
 */

import type { Decimal } from '../core/decimal.ts';
import type { Prices } from '../core/fit.ts';
import type { ClientOrderId, UserId } from '../core/ids.ts';
import type { Instrument } from '../core/instrument.ts';
import type { OrderDraft, OrderTerms, Quantity, Side } from '../core/order.ts';
import type { BalanceReport, FindResult, OrderReport, Outcome, Snapshot, TradeReport } from '../core/report.ts';
import type { Confirmation, Limits } from './limits.ts';

/** The name of an order inside the machine: our client order id, or `ext:` and the exchange's id for one of others. */
export type OrderKey = string & { readonly __brand: 'OrderKey' };

/** Prices at the moment of deciding; they travel with the wish, so that a replay decides alike. */
export type MarketNow = Prices & { readonly asOfMs: number };

/** Who asks: a person, or a bot by its tag. */
export type Asker = { readonly user: UserId | null; readonly bot: string | null };

export type PlaceWish = {
  readonly kind: 'place';
  /** Made by whoever asks, once for one intention: the same id again is the same order. */
  readonly requestId: string;
  readonly by: Asker;
  readonly market: string;
  readonly draft: OrderDraft;
  /** A bot's place in its plan; null for manual orders. */
  readonly slot: string | null;
  readonly confirmations: readonly Confirmation[];
  readonly now: MarketNow | null;
};

export type MoveWish = {
  readonly kind: 'move';
  readonly requestId: string;
  readonly by: Asker;
  readonly order: OrderKey;
  /** Null: as it was. */
  readonly price: Decimal | null;
  readonly activation: Decimal | null;
  /** What shall be live after the move, counted when asked; what fills in between comes off. Null: all that is left. */
  readonly quantity: Decimal | null;
  readonly confirmations: readonly Confirmation[];
  readonly now: MarketNow | null;
};

/** What was learned or wished; `atMs` is our own clock, which never runs faster than time itself. */
export type AccountEvent = { readonly atMs: number } & (
  | PlaceWish
  | MoveWish
  | { readonly kind: 'cancel'; readonly by: Asker; readonly order: OrderKey }
  /** Ours only: what others placed is cancelled one by one, by hand. */
  | { readonly kind: 'cancel-all'; readonly by: Asker; readonly market: string | null }
  /** A person looked at the exchange and says that a doubtful order is not there. */
  | { readonly kind: 'declare-absent'; readonly by: Asker; readonly order: OrderKey }
  /** The shell handed a place command over. */
  | { readonly kind: 'sent'; readonly clientId: ClientOrderId }
  | { readonly kind: 'place-outcome'; readonly clientId: ClientOrderId; readonly outcome: Outcome }
  | { readonly kind: 'cancel-outcome'; readonly order: OrderKey; readonly outcome: Outcome }
  | {
      readonly kind: 'find-result';
      readonly order: OrderKey;
      /** When the first question of this very look went out: an older look may come in after a younger one. */
      readonly askedAtMs: number;
      readonly result: FindResult;
    }
  | { readonly kind: 'order-report'; readonly report: OrderReport }
  | { readonly kind: 'trade-report'; readonly report: TradeReport }
  | { readonly kind: 'balance-report'; readonly report: BalanceReport }
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'snapshot-failed'; readonly why: string }
  /** `live`: subscribed and heard. `gap`: events may be missing. */
  | { readonly kind: 'stream'; readonly state: 'live' | 'lost' | 'gap'; readonly why: string }
  /** `complete`: a market that is not listed is gone. */
  | { readonly kind: 'instruments'; readonly complete: boolean; readonly instruments: readonly Instrument[] }
  | { readonly kind: 'halt' | 'resume'; readonly by: string; readonly why: string }
  | { readonly kind: 'limits'; readonly limits: Limits }
  /** A process began. A greater `epoch` says that a backup was restored. */
  | { readonly kind: 'boot'; readonly epoch: number }
  | { readonly kind: 'time' }
);

export type Command =
  | {
      readonly kind: 'place';
      readonly clientId: ClientOrderId;
      readonly market: string;
      readonly side: Side;
      readonly terms: OrderTerms;
      readonly quantity: Quantity;
      /** Nothing may be signed after this. */
      readonly deadlineMs: number;
    }
  | {
      readonly kind: 'cancel';
      readonly order: OrderKey;
      /** One of the two is known; the exchange's id is preferred where both are. */
      readonly clientId: ClientOrderId | null;
      readonly venueId: string | null;
      readonly market: string;
    }
  | {
      readonly kind: 'find';
      readonly order: OrderKey;
      readonly clientId: ClientOrderId | null;
      readonly venueId: string | null;
      readonly market: string;
      /** Trades from here on. */
      readonly sinceMs: number;
    }
  | { readonly kind: 'snapshot'; readonly sinceCursor: string | null }
  | { readonly kind: 'instruments-refresh'; readonly market: string | null };
