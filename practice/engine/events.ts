import type { AccountId } from '../ports.ts';
import type { AssetSpec, MarketSpec } from './market-spec.ts';
import type { Order, OrderProgress, OrderTerms, Side } from './order.ts';
import type { ProductType } from './seat.ts';

/**
 * What a command did, in the order it happened: orders and trades first, then balances and book levels as they are at
 * its end, each told once. Amounts are integers of the market's or asset's units; `render.ts` turns them into
 * WhiteBIT's shapes.
 */
export type EngineEvent = OrderEvent | TradeEvent | DealEvent | BalanceEvent | LevelEvent | KillSwitchEvent;

/** An order as it was at that moment. */
export type OrderView = OrderTerms &
  Readonly<OrderProgress> & { readonly account: AccountId; readonly spec: MarketSpec };

/**
 * `new` 1, `update` 2 and `finish` 3 of the ordersPending channel. An order that is done at once tells only `finish`;
 * an activated stop order tells `new` a second time, with the same id.
 */
export type OrderEvent = {
  readonly kind: 'order';
  readonly change: 'new' | 'update' | 'finish';
  readonly order: OrderView;
};

/** For the public. `side` is the taker's. */
export type TradeEvent = {
  readonly kind: 'trade';
  readonly id: number;
  readonly atUs: number;
  readonly spec: MarketSpec;
  readonly ticks: number;
  readonly lots: bigint;
  readonly money: bigint;
  readonly side: Side;
};

/** One side of a trade, for the account it belongs to. Its id is the trade's: inferred, both sides share it. */
export type DealEvent = {
  readonly kind: 'deal';
  readonly id: number;
  readonly atUs: number;
  readonly account: AccountId;
  readonly spec: MarketSpec;
  readonly orderId: number;
  readonly clientOrderId: string;
  /** The counterparty's order. */
  readonly dealOrderId: number;
  readonly side: Side;
  readonly role: 'maker' | 'taker';
  readonly ticks: number;
  readonly lots: bigint;
  readonly money: bigint;
  /** In units of `feeAsset`: base for a buy, quote for a sell. */
  readonly fee: bigint;
  readonly feeAsset: AssetSpec;
};

/** Absolute, at the end of the command. */
export type BalanceEvent = {
  readonly kind: 'balance';
  readonly account: AccountId;
  readonly asset: AssetSpec;
  readonly available: bigint;
  readonly freeze: bigint;
};

/** Absolute, at the end of the command; 0n where the level is gone. */
export type LevelEvent = {
  readonly kind: 'level';
  readonly spec: MarketSpec;
  readonly side: 'bid' | 'ask';
  readonly ticks: number;
  readonly lots: bigint;
  readonly updateId: number;
};

export type KillSwitchEvent = {
  readonly kind: 'kill-switch';
  readonly change: 'set' | 'removed' | 'fired';
  readonly view: KillSwitchView;
};

export type KillSwitchView = {
  readonly account: AccountId;
  readonly market: string;
  readonly startUs: number;
  readonly dueUs: number;
  readonly types: readonly ProductType[] | null;
};

export function viewOf(order: Order): OrderView {
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    side: order.side,
    type: order.type,
    stp: order.stp,
    postOnly: order.postOnly,
    ioc: order.ioc,
    amount: order.amount,
    amountInQuote: order.amountInQuote,
    priceTicks: order.priceTicks,
    activationTicks: order.activationTicks,
    makerRate: order.makerRate,
    takerRate: order.takerRate,
    ctimeUs: order.ctimeUs,
    left: order.left,
    dealStock: order.dealStock,
    dealMoney: order.dealMoney,
    dealFee: order.dealFee,
    frozen: order.frozen,
    activated: order.activated,
    activatedAtUs: order.activatedAtUs,
    mtimeUs: order.mtimeUs,
    status: order.status,
    account: order.seat.account,
    spec: order.seat.market.spec,
  };
}
