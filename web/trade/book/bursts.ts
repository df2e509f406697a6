/** Trades of one moment and one direction are one order that took several: read as one line, opened on demand. */

import type { MarketTrade } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';

export type Burst = {
  /** The oldest trade's id: more of the same moment may still come, and the line stays the same line. */
  readonly key: string;
  readonly side: MarketTrade['side'];
  readonly atMs: number;
  /** The worst price that was paid: where the market stood afterwards. */
  readonly price: string;
  /** Where it began, if elsewhere; empty otherwise. */
  readonly from: string;
  readonly quantity: string;
  /** Newest first. */
  readonly trades: readonly MarketTrade[];
};

/** `trades` newest first, as they are told. */
export function burstsOf(trades: readonly MarketTrade[]): readonly Burst[] {
  const bursts: MarketTrade[][] = [];
  for (const trade of trades) {
    const current = bursts.at(-1);
    const before = current?.[0];
    if (current !== undefined && before?.atMs === trade.atMs && before.side === trade.side) current.push(trade);
    else bursts.push([trade]);
  }
  return bursts.flatMap((members) => {
    const newest = members[0];
    const oldest = members.at(-1);
    if (newest === undefined || oldest === undefined) return [];
    return [
      {
        key: oldest.id,
        side: newest.side,
        atMs: newest.atMs,
        price: newest.price,
        from: oldest.price === newest.price ? '' : oldest.price,
        quantity: members.length === 1 ? newest.quantity : sumOf(members),
        trades: members,
      },
    ];
  });
}

function sumOf(trades: readonly MarketTrade[]): string {
  return Decimal.sum(trades.map(({ quantity }) => Decimal.tryParse(quantity) ?? Decimal.ZERO)).toString();
}
