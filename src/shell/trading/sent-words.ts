/** Custody signs nothing without a price. What left in the place of an order that had none, in words. */

import type { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';
import { limitPrice } from '../../core/order.ts';
import { EXTERNAL, type Order } from '../../engine/state.ts';
import { baseText, grouped, priceText } from './preview-numbers.ts';

/** Null where an order left as it was asked for, did not leave yet, or is not ours to know. */
export function sentPriceOf({ owner, terms, sentAs }: Order): Decimal | null {
  if (owner === EXTERNAL || sentAs === undefined) return null;
  return terms?.kind === 'market' || terms?.kind === 'stop-market' ? limitPrice(sentAs.terms) : null;
}

/** Empty where an order left as it was asked for, or did not leave yet. Without the market's steps figures stand as they are. */
export function sentWords(order: Order, instrument: Instrument | null): string {
  const { terms, quantity, sentAs } = order;
  const price = sentPriceOf(order);
  if (price === null || terms === null || sentAs === undefined) return '';
  const at = instrument === null ? grouped(price.toString()) : priceText(price, instrument);
  const { unit, amount } = sentAs.quantity;
  const isReckoned = unit === 'base' && quantity.unit === 'quote';
  const size = instrument === null ? grouped(amount.toString()) : baseText(amount, instrument);
  const what = isReckoned ? ` for ${size}` : '';
  switch (terms.kind) {
    case 'market':
      return `Sent as a limit order${what} at ${at} that ends at once.`;
    case 'stop-market':
      return `Sent as a stop limit order${what} at ${at}.`;
    case 'limit':
    case 'stop-limit':
      return '';
  }
}
