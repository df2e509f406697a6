import type { Decimal } from '../../src/core/decimal.ts';
import type { MarketView } from '../engine/queries.ts';
import { decimalOf, powerOfTen, unitsOf } from '../engine/scale.ts';

/**
 * A market as its rules are at this moment. Prices are whole steps (the smallest the rules allow), amounts whole parts;
 * both may be coarser than the ticks and lots the market is counted in.
 */
export type Grid = {
  readonly market: string;
  /** Ticks of one price step. */
  readonly tickStep: number;
  priceOf(steps: number): Decimal;
  stepsOf(price: Decimal): number;
  /** The whole parts an order at that price may have: `wanted` (in quote currency), kept within the rules. */
  partsFor(money: number, steps: number): bigint;
  amountOf(parts: bigint): Decimal;
};

/** Over the least total by so much, so that an order that trades some ticks lower still counts. */
const LEAST_MONEY = 1.3;
/** Nobody shows the largest order that is allowed. */
const LARGEST_SHARE = 0.25;

export function gridOf({ spec, rules }: MarketView): Grid {
  const stepTicks = powerOfTen(spec.tickScale - rules.moneyPrec);
  const partLots = powerOfTen(spec.lotScale - rules.stockPrec);
  const stepWorth = 10 ** -rules.moneyPrec;
  const partWorth = 10 ** -rules.stockPrec;
  const minTotal = rules.minTotal.toNumberInexact();
  const maxTotal = rules.maxTotal.isZero() ? Number.POSITIVE_INFINITY : rules.maxTotal.toNumberInexact();
  const minParts = partsAtLeast(rules.minAmount, rules.stockPrec);
  return {
    market: spec.name,
    tickStep: Number(stepTicks),
    priceOf: (steps) => decimalOf(BigInt(steps) * stepTicks, spec.tickScale),
    stepsOf: (price) =>
      Math.max(1, Number((unitsOf(price.round(spec.tickScale, 'floor'), spec.tickScale) ?? 0n) / stepTicks)),
    partsFor(money, steps) {
      const partMoney = steps * stepWorth * partWorth;
      const bounded = Math.min(Math.max(money, minTotal * LEAST_MONEY), maxTotal * LARGEST_SHARE);
      const parts = BigInt(Math.ceil(bounded / partMoney));
      return parts > minParts ? parts : minParts;
    },
    amountOf: (parts) => decimalOf(parts * partLots, spec.lotScale),
  };
}

function partsAtLeast(amount: Decimal, prec: number): bigint {
  if (prec >= 0) return unitsOf(amount.round(prec, 'ceil'), prec) ?? 0n;
  const units = unitsOf(amount.round(0, 'ceil'), 0) ?? 0n;
  const step = powerOfTen(-prec);
  return (units + step - 1n) / step;
}
