/** One trade of one order: the only thing that moves money. */

import type { Decimal } from './decimal.ts';
import type { Side } from './order.ts';

/** A fee that is not told yet is pending, never zero. */
export type Fee =
  | { readonly kind: 'known'; readonly asset: string; readonly amount: Decimal }
  | { readonly kind: 'pending' };

export type FillSource = 'stream' | 'look-up' | 'snapshot';

/** By this a trade is known again, whatever brings it. */
export type FillKey = string & { readonly __brand: 'FillKey' };

/**
 * A trade between two orders of one account comes twice under one id, once for each side: the side belongs to the key.
 * Where an exchange tells no id, the content stands in for it; two equal trades of one millisecond then look like one,
 * which the cumulative figure of the order uncovers.
 */
export function fillKey(trade: {
  readonly tradeId: string | null;
  readonly venueOrderId: string | null;
  readonly market: string;
  readonly side: Side;
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly atMs: number;
}): FillKey {
  const { tradeId, market, side } = trade;
  if (tradeId !== null) return `${market} ${side} ${tradeId}` as FillKey;
  const content = `${trade.venueOrderId ?? ''} ${trade.atMs} ${trade.price.toString()} ${trade.quantity.toString()}`;
  return `${market} ${side} ~ ${content}` as FillKey;
}

export type Fill = {
  readonly key: FillKey;
  readonly tradeId: string | null;
  /** The order of ours, or null where somebody else placed it. */
  readonly order: string | null;
  readonly venueOrderId: string | null;
  readonly market: string;
  readonly side: Side;
  readonly price: Decimal;
  readonly quantity: Decimal;
  /** In the quote asset: what the exchange says, or price times quantity, which is exact. */
  readonly value: Decimal;
  readonly fee: Fee;
  readonly role: 'maker' | 'taker' | null;
  /** When it traded, by the exchange's clock. */
  readonly atMs: number;
  readonly source: FillSource;
};
