/** What of an order can be changed, and what was. Exact text; pure. */

import type { Confirmation, Order } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';
import { activationOf, leftOf, priceOf } from './figures.ts';

/** Null: this order has no such thing. */
export type Edited = {
  readonly price: string | null;
  readonly activation: string | null;
  /** What is left to fill, in base; an order "for 100 USDT" has none. */
  readonly amount: string | null;
};
type Change = {
  readonly price: string | null;
  readonly activation: string | null;
  readonly quantity: string | null;
  readonly confirmations: Confirmation[];
};

export const startOf = (order: Order): Edited => ({
  price: priceOf(order),
  activation: activationOf(order),
  amount: order.quantity.unit === 'base' ? leftOf(order) : null,
});

/** `same` digits count as unchanged: 0.10 is 0.1. Null: nothing was changed; `wrong`: something is no amount. */
export function changeOf(start: Edited, edited: Edited): Change | null | 'wrong' {
  const of = (name: keyof Edited): string | null | 'wrong' => {
    const before = start[name];
    const text = edited[name];
    if (before === null || text === null) return null;
    const value = Decimal.tryParse(text);
    if (value === null || value.sign() <= 0) return 'wrong';
    return value.eq(Decimal.parse(before)) ? null : text;
  };
  const [price, activation, quantity] = [of('price'), of('activation'), of('amount')];
  if (price === 'wrong' || activation === 'wrong' || quantity === 'wrong') return 'wrong';
  return price === null && activation === null && quantity === null
    ? null
    : { price, activation, quantity, confirmations: [] };
}
