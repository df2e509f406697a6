/** What is asked for over HTTP, as wishes of the machine; the market's prices are put in by whoever judges them. */

import type { Decimal } from '../../core/decimal.ts';
import type { UserId } from '../../core/ids.ts';
import type { OrderDraft, OrderTerms } from '../../core/order.ts';
import type { MoveWish, OrderKey, PlaceWish } from '../../engine/events.ts';
import type { Order } from '../../engine/state.ts';
import type { MoveAsk, PlaceAsk } from './ports.ts';
import { draftOf, exact } from './trading-desk-words.ts';

/** Throws the refusal for figures that are none. */
export function placeWish(userId: string, { requestId, market, draft, confirmations }: PlaceAsk): PlaceWish {
  const by = { user: userId as UserId, bot: null };
  return { kind: 'place', requestId, by, market, draft: draftOf(draft), slot: null, confirmations, now: null };
}

/** Throws the refusal for figures that are none. */
export function moveWish(userId: string, order: OrderKey, ask: MoveAsk): MoveWish {
  const decimal = (text: string | null, field: string) => (text === null ? null : exact(text, field));
  return {
    ...{ kind: 'move', requestId: ask.requestId, by: { user: userId as UserId, bot: null }, order },
    price: decimal(ask.price, 'price'),
    activation: decimal(ask.activation, 'activation'),
    quantity: decimal(ask.quantity, 'quantity'),
    ...{ confirmations: ask.confirmations, now: null },
  };
}

/** The order as it would stand, or null where the machine itself says that it cannot be moved, or is being moved. */
export function movedDraft(
  order: Order | null,
  wanted: { readonly price: Decimal | null; readonly activation: Decimal | null; readonly quantity: Decimal | null },
): OrderDraft | null {
  if (order === null || order.terms === null || order.status.kind !== 'open' || order.move !== null) return null;
  const { terms, side, quantity } = order;
  const price = 'price' in terms ? { price: wanted.price ?? terms.price } : {};
  const activation = 'activation' in terms ? { activation: wanted.activation ?? terms.activation } : {};
  const amount = wanted.quantity ?? quantity.amount.sub(order.filledBase);
  return { side, terms: { ...terms, ...price, ...activation } as OrderTerms, quantity: { unit: 'base', amount } };
}
