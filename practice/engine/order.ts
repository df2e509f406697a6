import type { Level } from './ladder.ts';
import type { Seat } from './seat.ts';

export type Side = 'buy' | 'sell';
export type OrderType = 'limit' | 'market' | 'stock market' | 'stop limit' | 'stop market';

/** Self-trade prevention of the incoming order: trade anyway, cancel both, cancel the new one, cancel the old one. */
export type Stp = 'no' | 'cb' | 'cn' | 'co';

export type FinalStatus = 'FILLED' | 'CANCELED' | 'CANCELED_STP' | 'CANCELED_TAKER_BAND';
/** Inferred: OPEN while resting, partly filled or not. */
export type OrderStatus = 'OPEN' | FinalStatus;

/** What a trader asked for and what an order must remember to be put back after a restart. */
export type OrderTerms = {
  readonly id: number;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly stp: Stp;
  readonly postOnly: boolean;
  readonly ioc: boolean;
  /** In lots; in quote units where `amountInQuote`. */
  readonly amount: bigint;
  /** A market or stop-market buy names what it spends instead of what it gets. */
  readonly amountInQuote: boolean;
  /** 0 where the order has no price of its own. */
  readonly priceTicks: number;
  /** 0 where the order is no stop order. */
  readonly activationTicks: number;
  /** Fee ratios in units of 10^-RATE_PLACES, fixed when the order came in. */
  readonly makerRate: bigint;
  readonly takerRate: bigint;
  readonly ctimeUs: number;
};

/** What changes while an order lives. Amounts as in `amount`; money in quote units, fee in units of the fee's asset. */
export type OrderProgress = {
  left: bigint;
  dealStock: bigint;
  dealMoney: bigint;
  dealFee: bigint;
  /** What the order still holds back of its owner's balance: quote units of a buy, base units of a sell. */
  frozen: bigint;
  activated: boolean;
  activatedAtUs: number;
  mtimeUs: number;
  status: OrderStatus;
};

export type Order = OrderTerms &
  OrderProgress & {
    readonly seat: Seat;
    /** Quote units of one lot at the order's own price; 0n where it has none. */
    readonly moneyPerLot: bigint;
    /** Where it stands in a book; null while it stands in none. */
    level: Level | null;
    previous: Order | null;
    next: Order | null;
  };

export function isStop(order: OrderTerms): boolean {
  return order.activationTicks !== 0;
}

/** A stop order that has not been activated yet. */
export function isWaiting(order: OrderTerms & OrderProgress): boolean {
  return order.activationTicks !== 0 && !order.activated;
}
