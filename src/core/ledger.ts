/** What moved, asset by asset: what arrived, what it cost, what was paid for it, and what others moved. */

import type { Decimal } from './decimal.ts';
import type { Fill } from './fill.ts';

export type LedgerKind =
  /** What an order brought or cost, before fees. */
  | 'trade'
  | 'fee'
  /** A trade that the exchange took back: the opposite of what it had booked. */
  | 'reversal'
  /** Not of our making: the opening balance, deposits, withdrawals, whatever the exchange's figure says beyond us. */
  | 'external';

export type LedgerEntry = {
  /** Counts up by one; an entry is written once and never changed. */
  readonly seq: number;
  readonly atMs: number;
  readonly kind: LedgerKind;
  readonly asset: string;
  /** Positive: it arrived. */
  readonly change: Decimal;
  /** Ours, or moved by somebody else on the same account: the second is no profit of ours. */
  readonly flow: 'own' | 'external';
  /** The trade it comes from, or null for a difference found in the balances. */
  readonly fill: string | null;
};

export type Movement = Pick<LedgerEntry, 'kind' | 'asset' | 'change'>;

/** What a trade moves without its fee: base one way, quote the other. */
export function movementsOf(
  fill: Pick<Fill, 'side' | 'quantity' | 'value'>,
  market: { readonly base: string; readonly quote: string },
): readonly Movement[] {
  const buys = fill.side === 'buy';
  return [
    { kind: 'trade', asset: market.base, change: buys ? fill.quantity : fill.quantity.neg() },
    { kind: 'trade', asset: market.quote, change: buys ? fill.value.neg() : fill.value },
  ];
}

/** A known fee leaves the account; a rebate (a fee below zero) arrives. Nothing for one that is pending or nil. */
export function feeMovements(fill: Pick<Fill, 'fee'>): readonly Movement[] {
  if (fill.fee.kind === 'pending' || fill.fee.amount.isZero()) return [];
  return [{ kind: 'fee', asset: fill.fee.asset, change: fill.fee.amount.neg() }];
}

/** The opposite of what a trade had moved, its fee included. */
export function reversalMovements(
  fill: Pick<Fill, 'side' | 'quantity' | 'value' | 'fee'>,
  market: { readonly base: string; readonly quote: string },
): readonly Movement[] {
  return [...movementsOf(fill, market), ...feeMovements(fill)].map(({ asset, change }) => ({
    kind: 'reversal',
    asset,
    change: change.neg(),
  }));
}
