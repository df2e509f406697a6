/** What a row says about an order in numbers. Exact text in, exact text out; pure. */

import type { Order } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';

type Sized = Pick<Order, 'quantity' | 'filledBase' | 'filledQuote'>;

const filledOf = ({ quantity, filledBase, filledQuote }: Sized): Decimal =>
  Decimal.tryParse(quantity.unit === 'base' ? filledBase : filledQuote) ?? Decimal.ZERO;

/** What is still to be filled, in the asset that the order counts in. */
export function leftOf(order: Sized): string {
  const whole = Decimal.tryParse(order.quantity.amount) ?? Decimal.ZERO;
  return Decimal.max(whole.sub(filledOf(order)), Decimal.ZERO)
    .trim()
    .toString();
}

/** Whole percent for a bar, cut: 100 only where all of it is filled. */
export function filledPercent(order: Sized): number {
  const whole = Decimal.tryParse(order.quantity.amount);
  if (whole === null || whole.sign() <= 0) return 0;
  const percent = filledOf(order).mul(Decimal.fromInteger(100n)).div(whole, 0, 'floor');
  return Math.min(100, Math.max(0, Number(percent.toString())));
}

/** `<1 %` where something is filled, but not a whole percent. */
export function filledWords(order: Sized): string {
  const percent = filledPercent(order);
  return percent === 0 && filledOf(order).sign() > 0 ? '<1' : `${percent}`;
}

/** In quote; null where only the market will tell. */
export function worthOf({ terms, quantity }: Pick<Order, 'terms' | 'quantity'>): string | null {
  if (quantity.unit === 'quote') return quantity.amount;
  if (terms === null || terms.kind === 'market' || terms.kind === 'stop-market') return null;
  const price = Decimal.tryParse(terms.price);
  const amount = Decimal.tryParse(quantity.amount);
  return price === null || amount === null ? null : price.mul(amount).trim().toString();
}

export function priceOf({ terms }: Pick<Order, 'terms'>): string | null {
  return terms === null || terms.kind === 'market' || terms.kind === 'stop-market' ? null : terms.price;
}

/** The worst price at which a stop without a limit trades once it wakes; null where it has none, or it is not known. */
export function boundOf({ terms, sentPrice }: Pick<Order, 'terms' | 'sentPrice'>): string | null {
  return terms?.kind === 'stop-market' ? sentPrice : null;
}

export function activationOf({ terms }: Pick<Order, 'terms'>): string | null {
  return terms === null || terms.kind === 'market' || terms.kind === 'limit' ? null : terms.activation;
}
