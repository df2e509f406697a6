/**
 * A refusal is final for whoever hears it: they may ask for the same under another id. So it has to be true of the
 * request, and not only of this attempt, which may be the second one of an order that stands.
 */

import type { MoveWish, OrderKey, PlaceWish } from '../../engine/events.ts';
import { printOfWish } from '../../engine/wish-print.ts';
import type { TradeStore } from '../../store/trade-store.ts';
import { Refusal } from '../refusal.ts';
import type { Whose } from './trading-desk-accounts.ts';

/** The order that the same wish made before, by what is on the disk; otherwise throws the refusal. */
export async function madeBefore(
  store: Pick<TradeStore, 'asked'>,
  { owner, connection }: Whose,
  wish: PlaceWish | MoveWish,
  refusal: Refusal,
): Promise<OrderKey> {
  const row = await store.asked(owner, connection, wish.requestId).catch(() => {
    throw new Refusal(
      'not_known',
      `${refusal.message} Whether this request was carried out before cannot be read now.`,
      'Send it again as it is, under the same id: it is never placed twice.',
    );
  });
  if (row === null || row.print !== printOfWish(wish)) throw refusal;
  return row.order;
}
