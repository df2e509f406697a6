/** What the machine knows. Rows are never changed in place: a row in hand stays what it was. */

import type { Decimal } from '../core/decimal.ts';
import type { Fill, FillKey } from '../core/fill.ts';
import type { ClientOrderId, ConnectionId, UserId } from '../core/ids.ts';
import type { Instrument } from '../core/instrument.ts';
import type { OrderStatus, OrderTerms, Quantity, Side } from '../core/order.ts';
import type { SentAs, TradeReport, VenueProfile } from '../core/report.ts';
import type { MoveWish, OrderKey } from './events.ts';
import type { Limits } from './limits.ts';

/** The owner of orders that somebody else placed. */
export const EXTERNAL = 'external';

/** A question about an order that is under way or due, and what was learned so far. */
export type Inquiry = {
  readonly why: 'outcome' | 'cancel' | 'fills' | 'missing' | 'due';
  readonly sinceMs: number;
  /** Questions answered, for the waiting time to the next. */
  readonly tries: number;
  readonly nextAtMs: number;
  /** When the question under way was asked; null: none is. */
  readonly askedAtMs: number | null;
  /** From when on the exchange can no longer accept the request. Null: it always can, and nothing proves absence. */
  readonly quietFromMs: number | null;
  /** A cancellation by name, sent when the order can no longer arrive: whatever lives then, dies. */
  readonly tombstone: 'none' | 'sent' | 'answered';
  readonly tombstoneAtMs: number | null;
  /** When the first look that counts found nothing. */
  readonly absentAtMs: number | null;
};

export type PendingMove = Pick<MoveWish, 'requestId' | 'by' | 'confirmations' | 'now'> & {
  readonly terms: OrderTerms;
  /** What shall be live after the move, as counted when `filledBase` had traded. */
  readonly rest: Decimal;
  readonly filledBase: Decimal;
  readonly atMs: number;
  /** Kept for the rest from when the move was asked for: nobody else may take what the old order gives back. */
  readonly reserve: Reserve | null;
};

export type Reserve = { readonly asset: string; readonly amount: Decimal };

export type Order = {
  readonly key: OrderKey;
  readonly clientId: ClientOrderId | null;
  readonly venueId: string | null;
  /** Counts up with every order that the machine came to know. */
  readonly rank: number;
  /** `m` for manual, the tag of a bot, or `external`. */
  readonly owner: string;
  readonly user: UserId | null;
  /** Of the wish that made it: to place it, or to move the one before. Absent: placed elsewhere, or before this was kept. */
  readonly requestId?: string;
  readonly slot: string | null;
  readonly market: string;
  readonly side: Side;
  /** Null: of a kind that we have no words for, placed elsewhere. */
  readonly terms: OrderTerms | null;
  readonly quantity: Quantity;
  /** What left in its place, as soon as anybody told it. Absent: nothing else did, or it is not known. */
  readonly sentAs?: SentAs;
  readonly status: OrderStatus;
  /** Closed, and its fills add up to what the exchange reports: only now its owner is told. */
  readonly settled: boolean;
  /** The exchange's word about the end, or why it was refused. */
  readonly detail: string | null;
  /** Sums of fills: the truth. */
  readonly filledBase: Decimal;
  readonly filledQuote: Decimal;
  /** The greatest cumulative figure heard: a rumour that the fills have to meet. */
  readonly toldBase: Decimal;
  /** Fills whose fee nobody has told yet. */
  readonly feesPending: number;
  readonly cancelWanted: boolean;
  /** Something about this order cannot be: nothing builds on it until a person has looked. */
  readonly quarantine: string | null;
  readonly createdAtMs: number;
  readonly deadlineMs: number;
  /** How often its place command was given out: custody signs it once, whatever this says. */
  readonly issues: number;
  readonly sentAtMs: number | null;
  /** When a cancellation by its name left because nobody could tell whether it lives. Absent: none did. */
  readonly buriedAtMs?: number;
  /** When we first knew that the exchange has it. */
  readonly acceptedAtMs: number | null;
  /** What it takes out of the free balance. */
  readonly reserve: Reserve | null;
  readonly inquiry: Inquiry | null;
  readonly replaces: OrderKey | null;
  readonly replacedBy: OrderKey | null;
  readonly move: PendingMove | null;
  /** Why a move ended without a new order. */
  readonly moveEnd: string | null;
};

export type FillRow = Fill & {
  readonly rank: number;
  /** False: known and kept apart, because it cannot be true or was taken back before it came. */
  readonly booked: boolean;
  readonly reversed: boolean;
  /** A snapshot listed it, so that its balances hold it; before, it may have traded after they were read. */
  readonly compared: boolean;
};

export type BalanceRow = {
  readonly asset: string;
  readonly free: Decimal;
  readonly locked: Decimal;
  readonly asOfMs: number;
  /** Pushed, or from when a look that finds the same makes sure of it. Absent in rows of older versions. */
  readonly sureFromMs?: number;
  /** Sum of the ledger: what the total should be. */
  readonly booked: Decimal;
  /** Orders of ours that these figures are known to show, and when the last of them was seen to be. */
  readonly shows?: readonly OrderKey[];
  readonly shownAtMs?: number;
  /** Orders on the move whose frozen part these figures still lack. */
  readonly holds?: readonly OrderKey[];
};

export type RequestRow = {
  readonly requestId: string;
  readonly rank: number;
  readonly order: OrderKey;
  /** What was asked, so that an id used for something else is noticed. */
  readonly print: string;
  readonly atMs: number;
};

export type RefusalMemory = {
  readonly print: string;
  readonly count: number;
  readonly atMs: number;
  readonly untilMs: number;
};

export type MachineRow = {
  readonly install: string;
  readonly epoch: number;
  readonly connection: ConnectionId;
  readonly profile: VenueProfile;
  readonly limits: Limits;
  /** The next order's number, the next row's rank, the next ledger entry. */
  readonly seq: number;
  readonly rank: number;
  readonly ledgerSeq: number;
  /** The latest time heard of: it never goes back. */
  readonly nowMs: number;
  readonly halt: { readonly by: string; readonly why: string; readonly sinceMs: number } | null;
  readonly stream: { readonly state: 'live' | 'lost' | 'gap'; readonly why: string; readonly sinceMs: number };
  readonly sync: {
    /** A snapshot came since the last boot. */
    readonly reconciled: boolean;
    readonly lastAtMs: number | null;
    /** What the last one was true for: an older one changes less. */
    readonly asOfMs: number | null;
    readonly askedAtMs: number | null;
    readonly dueAtMs: number;
    readonly failures: number;
    readonly why: string | null;
    readonly cursor: string | null;
    /** Every trade before this is booked. */
    readonly horizonMs: number;
    readonly balancesOpened: boolean;
  };
  /** Markets whose rules the exchange contradicted. */
  readonly suspects: readonly { readonly market: string; readonly sinceMs: number }[];
  readonly refreshAskedAtMs: number | null;
  readonly refusals: readonly RefusalMemory[];
  /** Trades that nobody claims yet; `listed`: a snapshot held it. */
  readonly orphans: readonly { readonly trade: TradeReport; readonly listed: boolean }[];
};

/** What is used of a `Map`: a preview has its own kind. In the order in which keys were first set. */
export type Table<K, V> = Pick<ReadonlyMap<K, V>, 'size' | 'has' | 'get'> & {
  set(key: K, value: V): unknown;
  delete(key: K): boolean;
  keys(): Iterable<K>;
  values(): Iterable<V>;
  entries(): Iterable<readonly [K, V]>;
};

/** What is used of a `Set`. */
export type Marks<K> = Pick<ReadonlySet<K>, 'size' | 'has'> & {
  add(key: K): unknown;
  delete(key: K): boolean;
  [Symbol.iterator](): Iterator<K>;
};

/** All of it. Maps keep the order in which things came, which a reload restores by rank. */
export type State = {
  machine: MachineRow;
  readonly orders: Table<OrderKey, Order>;
  readonly fills: Table<FillKey, FillRow>;
  readonly balances: Table<string, BalanceRow>;
  readonly instruments: Table<string, Instrument>;
  readonly requests: Table<string, RequestRow>;
  /** Derived, never saved: by market and the exchange's id. */
  readonly byVenueId: Table<string, OrderKey>;
  /** Derived, never saved: by owner and slot. */
  readonly bySlot: Table<string, OrderKey>;
  /** Derived, never saved: fills by the name of their order, in the order of `fills`. */
  readonly fillsByOrder: Table<string, Marks<FillKey>>;
  /** Orders that are not closed, or closed and not settled. */
  readonly unsettled: Marks<OrderKey>;
  /** Orders with a question under way or due. */
  readonly asking: Marks<OrderKey>;
  /** Orders whose reservation a balance may not yet show. */
  readonly reserving: Marks<OrderKey>;
};
