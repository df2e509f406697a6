import type { Decimal } from '../../src/core/decimal.ts';
import type { AccountId } from '../ports.ts';
import type { KillSwitchView, OrderView } from './events.ts';
import type { MarketRules, MarketStatus } from './market-spec.ts';
import type { Side, Stp } from './order.ts';
import type { Refused } from './refusals.ts';
import type { ProductType } from './seat.ts';

/**
 * Everything that can change the engine. A command carries its own time (Unix microseconds, never before that of the
 * command before), so that the same commands make the same events on any machine, at any speed.
 */
export type Command = { readonly atUs: number } & (
  | { readonly kind: 'place'; readonly account: AccountId; readonly order: NewOrder }
  | {
      readonly kind: 'bulk';
      readonly account: AccountId;
      readonly orders: readonly NewOrder[];
      readonly stopOnFail: boolean;
    }
  | { readonly kind: 'cancel'; readonly account: AccountId; readonly order: OrderName }
  | { readonly kind: 'cancel-bulk'; readonly account: AccountId; readonly orders: readonly OrderName[] }
  | CancelAll
  | { readonly kind: 'modify'; readonly account: AccountId; readonly order: OrderName; readonly change: OrderChange }
  | SetKillSwitch
  /** Only lets time pass, so that timers that are due go off. Every other command does that first, too. */
  | { readonly kind: 'tick' }
  /** Money into the account's trade wallet from outside, or out of it. */
  | {
      readonly kind: 'credit' | 'debit';
      readonly account: AccountId;
      readonly ticker: string;
      readonly amount: Decimal;
    }
  /** Ratios ("0.001"); null goes back to the listed rates. Applies to orders made from now on. */
  | SetFees
  /** A market's owner at work: halting, opening, delisting (which cancels every order), other steps and minimums. */
  | { readonly kind: 'market-status'; readonly market: string; readonly status: MarketStatus }
  | { readonly kind: 'market-rules'; readonly market: string; readonly rules: MarketRules }
);

export type CancelAll = {
  readonly kind: 'cancel-all';
  readonly account: AccountId;
  /** Null: every market. */
  readonly market: string | null;
  /** Null: every type. There is only spot here, so a list without it cancels nothing. */
  readonly types: readonly ProductType[] | null;
};

export type SetKillSwitch = {
  readonly kind: 'kill-switch';
  readonly account: AccountId;
  readonly market: string;
  /** Null takes the timer away. */
  readonly timeoutSec: number | null;
  readonly types: readonly ProductType[] | null;
};

export type SetFees = {
  readonly kind: 'fees';
  readonly account: AccountId;
  readonly market: string;
  readonly rates: { readonly maker: Decimal; readonly taker: Decimal } | null;
};

/** 1: stand in the queue (buy at the best bid). 2: meet the counterparty (buy at the best ask). */
export type BboRole = 1 | 2;

type Common = {
  readonly market: string;
  readonly side: Side;
  /** In base; in quote for a `market` or `stop market` buy. */
  readonly amount: Decimal;
  /** Null: none. */
  readonly clientOrderId: string | null;
  readonly stp: Stp;
};

export type NewOrder = Common &
  (
    | {
        readonly type: 'limit';
        /** May be null with a `bboRole`, which finds the price itself. */
        readonly price: Decimal | null;
        readonly postOnly: boolean;
        readonly ioc: boolean;
        readonly bboRole: BboRole | null;
      }
    | { readonly type: 'market' | 'stock market' }
    | {
        readonly type: 'stop limit';
        readonly price: Decimal | null;
        readonly activationPrice: Decimal;
        readonly bboRole: BboRole | null;
      }
    | { readonly type: 'stop market'; readonly activationPrice: Decimal }
  );

export type OrderName = { readonly market: string } & (
  | { readonly orderId: number }
  | { readonly clientOrderId: string }
);

/** Null: as it was. `total` (quote) is for a stop-market buy, `amount` (base) for everything else. */
export type OrderChange = {
  readonly amount: Decimal | null;
  readonly total: Decimal | null;
  readonly price: Decimal | null;
  readonly activationPrice: Decimal | null;
  readonly stp: Stp | null;
};

export type OrderReply = { readonly ok: true; readonly order: OrderView } | Refused;

/** What the caller is answered. */
export type Reply =
  | OrderReply
  /** One an order, in the order they were given; fewer where `stopOnFail` stopped. */
  | { readonly ok: true; readonly orders: readonly OrderReply[] }
  | { readonly ok: true; readonly killSwitch: KillSwitchView | null }
  | { readonly ok: true };
