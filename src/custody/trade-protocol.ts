/**
 * What can be said to custody about orders, and what it answers. As in protocol.ts: nothing here can express a
 * withdrawal, a transfer, a conversion, margin or a key. Amounts and prices are canonical decimal texts on the wire.
 */

import type { Decimal } from '../core/decimal.ts';
import type { ConnectionId, UserId } from '../core/ids.ts';
import type { Side } from '../core/order.ts';
import type { FindResult, OrderReport, Outcome, RejectCode, Snapshot } from '../core/report.ts';
import type { StreamEvent, StreamState } from '../venues/streams.ts';
import type { Problem } from './protocol.ts';

/** What `JSON.stringify` makes of it: exact numbers become texts. */
export type Wire<T> = T extends Decimal
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [Name in keyof T]: Wire<T[Name]> };

export const PLACE_MAX = 20;
export const CANCEL_MAX = 100;
/** A request to sign an order that is not signed by then is not wanted any more. */
export const PLACE_DEADLINE_MAX_MS = 10_000;

export type WireTerms =
  | { readonly kind: 'limit'; readonly price: string; readonly postOnly: boolean; readonly ioc: boolean }
  | { readonly kind: 'market' }
  | { readonly kind: 'stop-limit'; readonly price: string; readonly activation: string }
  | { readonly kind: 'stop-market'; readonly activation: string };
export type WireQuantity = { readonly unit: 'base' | 'quote'; readonly amount: string };
export type WireOrder = {
  /** Made by `clientOrderId` with custody's epoch. Used once, ever. */
  readonly clientId: string;
  readonly market: string;
  readonly side: Side;
  readonly terms: WireTerms;
  readonly quantity: WireQuantity;
};
/** One of the two ids is there. */
export type WireOrderName = {
  readonly market: string;
  readonly clientId: string | null;
  readonly venueId: string | null;
};

/** Which check stopped an order, in the order in which they are made. */
export type PlaceRule =
  | 'key'
  | 'halted'
  | 'deadline'
  | 'epoch'
  | 'client-id'
  | 'market'
  | 'market-rules'
  | 'reference'
  | 'value'
  | 'price-band'
  | 'order-size'
  | 'open-orders'
  | 'order-rate'
  | 'exposure'
  | 'turnover'
  | 'adverse'
  | 'journal'
  | 'exchange-limits'
  | 'clock'
  | 'wall';

export type PlaceResult =
  | {
      readonly kind: 'accepted';
      readonly venueId: string | null;
      readonly report: Wire<OrderReport> | null;
      /** Set where custody sent another order than was asked: market orders leave as limit orders at the band's edge. */
      readonly sentAs: SentAs | null;
    }
  | { readonly kind: 'rejected'; readonly code: RejectCode; readonly text: string; readonly definite: boolean }
  /** Nothing was signed, or nothing left this machine. Final for this client id. */
  | { readonly kind: 'not-sent'; readonly rule: PlaceRule | null; readonly why: string }
  | { readonly kind: 'ambiguous'; readonly why: string; readonly signedAtMs: number | null }
  /** Signed before, outcome unknown: never signed again. `find` is the way on. */
  | { readonly kind: 'in-doubt'; readonly firstSignedAtMs: number }
  /** The id was used for something else. */
  | { readonly kind: 'conflict' };
export type SentAs = { readonly terms: WireTerms; readonly quantity: WireQuantity };

export type Halt = {
  /** Null: every connection. */
  readonly connection: ConnectionId | null;
  readonly atMs: number;
  readonly why: string;
};

/** Texts are decimals. Percentages are of the account's equity unless they say otherwise. */
export type PolicyLimits = {
  /** No other market is ever touched. */
  readonly markets: readonly string[];
  /** How far beyond the reference price an order may reach, in percent of that price. */
  readonly bandPercent: string;
  readonly orderPercent: string;
  /** An order of this value (in USDT) is never too large: a percentage of a small account is below every minimum. */
  readonly orderFloor: string;
  /** What execution prices and fees may cost in 24 hours. */
  readonly adversePercent: string;
  /** Times equity in 24 hours. */
  readonly turnover: string;
  readonly ordersPerMinute: number;
  readonly openPerMarket: number;
  readonly openOrders: number;
  /** How much of the account one asset may come to by buying, USDT left out. From 100 on there is no such limit. */
  readonly assetPercent: string;
};

export type Proposal = {
  /** Hash of exactly this change; what is approved is what was shown. */
  readonly id: string;
  readonly limits: PolicyLimits;
  /** The change in plain words, written by custody. */
  readonly words: readonly string[];
  readonly proposedAtMs: number;
  readonly delayMs: number;
  /** Null until the owner approved it. */
  readonly inForceAtMs: number | null;
};

export type PolicyView = {
  readonly version: number;
  readonly limits: PolicyLimits;
  readonly proposal: Proposal | null;
  /** On the practice exchange there are no delays: the money is practice money. */
  readonly practice: boolean;
  /** In USDT; null before custody has measured it. */
  readonly equity: string | null;
  /** `…Open`: the part of open orders, which count with all that they may still come to. */
  readonly used: {
    readonly adverse: string;
    readonly turnover: string;
    readonly adverseOpen: string;
    readonly turnoverOpen: string;
    readonly openOrders: number;
  };
};

export type TradingStatus = {
  /** Part of every client id; grows with a restore. */
  readonly epoch: number;
  readonly halts: readonly Halt[];
  /** Where the owner lets sales pass, and nothing else. A halt beside it is the stricter. */
  readonly reducing: readonly Halt[];
  /** Why no order can be signed at all, or an empty text. */
  readonly trouble: string;
  readonly ordersHead: { readonly seq: number; readonly hash: string };
};

/** What an exchange's private stream tells. */
export type AccountEvent = Extract<StreamEvent, { readonly kind: 'order' | 'deal' | 'balances' | 'gap' }>;
export type FollowEvent =
  | { readonly kind: 'venue'; readonly event: Wire<AccountEvent> }
  /** Coming to `live` means that a snapshot is due: what was told while it was not, is not told again. */
  | { readonly kind: 'state'; readonly state: StreamState }
  /** Events were dropped because nobody read them: a snapshot must be taken. */
  | { readonly kind: 'gap'; readonly dropped: number };

type Of = { readonly connection: ConnectionId; readonly owner: UserId };

export type TradeOperations = {
  'trading-status': { request: Record<never, never>; reply: TradingStatus };
  place: {
    request: Of & { readonly orders: readonly WireOrder[]; readonly epoch: number; readonly deadlineMs: number };
    reply: { readonly results: readonly PlaceResult[] };
  };
  cancel: {
    request: Of & { readonly orders: readonly WireOrderName[] };
    reply: { readonly results: readonly Wire<Outcome>[] };
  };
  find: {
    request: Of & WireOrderName & { readonly sinceMs: number };
    reply: Wire<FindResult>;
  };
  snapshot: {
    request: Of & { readonly cursor: string | null };
    reply: { readonly snapshot: Wire<Snapshot> } | { readonly problem: Problem };
  };
  /** Ends when the socket closes, or with the session. Events: `FollowEvent`. */
  follow: {
    request: Of & { readonly markets: readonly string[] };
    reply: { readonly ended: string };
  };
  /** From anybody, at once, without the queue. */
  halt: {
    request: { readonly connection: ConnectionId | null; readonly why: string };
    reply: TradingStatus;
  };
  policy: { request: Of; reply: PolicyView };
  /** The owner's choice at connecting: works once, before there is any policy. */
  'first-markets': { request: Of & { readonly markets: readonly string[] }; reply: PolicyView };
  /** What only tightens is in force at once; anything else waits for the owner and its delay. */
  'propose-policy': { request: Of & { readonly limits: PolicyLimits }; reply: PolicyView };
  'withdraw-policy': { request: Of & { readonly proposal: string }; reply: PolicyView };
};

/** On the owner socket only: everything that lets more happen. */
export type TradeOwnerOperations = {
  resume: { request: { readonly connection: ConnectionId | null }; reply: TradingStatus };
  /** In a halt's place: from here on what sells coins passes. */
  'reduce-only': { request: { readonly connection: ConnectionId | null; readonly why: string }; reply: TradingStatus };
  'approve-policy': { request: Of & { readonly proposal: string }; reply: PolicyView };
};
