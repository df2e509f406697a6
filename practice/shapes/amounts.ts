import { Decimal } from '../../src/core/decimal.ts';

/** Exact arithmetic over texts, for the rules that tie the fields of one message together. */

/** True when the parts add up to `total`, to the last digit. */
export function addsUp(total: string, ...parts: readonly string[]): boolean {
  return Decimal.sum(parts.map((part) => Decimal.parse(part))).eq(Decimal.parse(total));
}

/** True when `price` times `amount` is `total`, to the last digit. */
export function multiplies(price: string, amount: string, total: string): boolean {
  return Decimal.parse(price).mul(Decimal.parse(amount)).eq(Decimal.parse(total));
}

export function atMost(left: string, right: string): boolean {
  return Decimal.parse(left).lte(Decimal.parse(right));
}

/** True when every price is strictly on the right side of the one before it. */
export function ordered(prices: readonly string[], direction: 'rising' | 'falling'): boolean {
  const wanted = direction === 'rising' ? 1 : -1;
  return prices.every((price, index) => {
    const before = prices[index - 1];
    return before === undefined || Decimal.parse(price).compare(Decimal.parse(before)) === wanted;
  });
}
