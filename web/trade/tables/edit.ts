/** What of an order can be changed, and what was. Exact text; pure. */

import type { Confirmation, Order } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';
import { readNumber, type Typed } from '../ticket/typed.ts';
import { activationOf, leftOf, priceOf } from './figures.ts';

/** As typed. Null: this order has no such thing. */
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
    // As the ticket reads it: 1,500 is not guessed to be one and a half.
    const typed = readNumber(text);
    const value = typed.state === 'number' ? Decimal.tryParse(typed.text) : null;
    if (typed.state !== 'number' || value === null || value.sign() <= 0) return 'wrong';
    return value.eq(Decimal.parse(before)) ? null : typed.text;
  };
  const [price, activation, quantity] = [of('price'), of('activation'), of('amount')];
  if (price === 'wrong' || activation === 'wrong' || quantity === 'wrong') return 'wrong';
  return price === null && activation === null && quantity === null
    ? null
    : { price, activation, quantity, confirmations: [] };
}

type Wrong = Extract<Typed, { readonly state: 'wrong' }>;

/** The first field that cannot be read, with what it could mean. */
export function wrongOf(edited: Edited): (Wrong & { readonly name: keyof Edited }) | null {
  for (const name of ['activation', 'price', 'amount'] as const) {
    const typed = readNumber(edited[name] ?? '');
    if (typed.state === 'wrong') return { ...typed, name };
  }
  return null;
}
