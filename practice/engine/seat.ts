import type { AccountId } from '../ports.ts';
import type { Market } from './market.ts';
import type { AssetSpec } from './market-spec.ts';
import type { Order } from './order.ts';

/** Exact money of one account in one asset, in the asset's units. Neither part is ever below zero. */
export type Balance = {
  readonly account: AccountId;
  readonly asset: AssetSpec;
  available: bigint;
  freeze: bigint;
  /** Number of the command that changed it last, so that a change is told once. */
  touchedBy: number;
};

/** Rates an account has on a market instead of the listed ones; units of 10^-RATE_PLACES. */
export type FeeRates = { readonly maker: bigint; readonly taker: bigint };

export type ProductType = 'spot' | 'margin' | 'futures';

export type KillSwitch = {
  readonly startUs: number;
  readonly dueUs: number;
  /** Null: every type. */
  readonly types: readonly ProductType[] | null;
};

/** An account on a market: everything one order needs of its owner, found once. */
export type Seat = {
  readonly account: AccountId;
  readonly market: Market;
  readonly base: Balance;
  readonly quote: Balance;
  /** Resting and waiting orders by id; ids ascend, so this is also the order they came in. */
  readonly open: Map<number, Order>;
  /** Only of open orders: a name is free again when its order is finished (documented, since 2026-04-22). */
  readonly byClientId: Map<string, Order>;
  rates: FeeRates | null;
  killSwitch: KillSwitch | null;
};

export type Account = {
  readonly id: AccountId;
  readonly balances: Map<string, Balance>;
  readonly seats: Map<string, Seat>;
};
