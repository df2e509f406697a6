/** Equal wishes, equal text; who asks is part of it. */

import { MANUAL_OWNER } from '../core/ids.ts';
import type { OrderDraft } from '../core/order.ts';
import type { Asker, MoveWish, PlaceWish } from './events.ts';
import { canonical, toPlain } from './plain.ts';

export function ownerOf(by: Asker): string {
  return by.bot ?? MANUAL_OWNER;
}

export function printOf(owner: string, market: string, draft: OrderDraft): string {
  return `${owner} ${market} ${canonical(toPlain(draft))}`;
}

/** What a request asked for: the same id with another text was used for two wishes. */
export function printOfWish(wish: PlaceWish | MoveWish): string {
  if (wish.kind === 'place') return printOf(ownerOf(wish.by), wish.market, wish.draft);
  const { order: key, price, activation, quantity } = wish;
  return canonical(toPlain({ key, price, activation, quantity }));
}
