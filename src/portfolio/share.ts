/** Percentages that add up to exactly one hundred. */

import { Decimal } from '../core/decimal.ts';

const HUNDRED = Decimal.fromInteger(100n);

/**
 * The share of each value in the sum of all, in percent at `places` places, by largest remainder: all are rounded
 * down, and what is missing to 100 goes in smallest steps to those that lost most; at a tie, to the earlier one.
 * Debts (below zero) have a share of zero and do not shrink the sum. All null when nothing is above zero.
 */
export function shares(values: readonly Decimal[], places: number): readonly (Decimal | null)[] {
  const counted = values.map((value) => Decimal.max(value, Decimal.ZERO));
  const total = Decimal.sum(counted);
  if (total.isZero()) return values.map(() => null);
  const parts = counted.map((value, index) => {
    const floor = value.mul(HUNDRED).div(total, places, 'down');
    return { index, floor, lost: value.mul(HUNDRED).sub(floor.mul(total)) };
  });
  const step = Decimal.power(-places);
  const missing = HUNDRED.sub(Decimal.sum(parts.map((part) => part.floor))).div(step, 0, 'down').coefficient;
  const winners = new Set(
    parts
      .toSorted((a, b) => b.lost.compare(a.lost) || a.index - b.index)
      .slice(0, Number(missing))
      .map((part) => part.index),
  );
  return parts.map((part) => (winners.has(part.index) ? part.floor.add(step) : part.floor));
}
