import type { DurableExchange } from '../exchange/durable-exchange.ts';
import { MAKERS } from './cast.ts';

/** For a start without life: takes back what the makers of a run before left in the books, where nobody looks after it. */
export async function leaveBooks(exchange: Pick<DurableExchange, 'submit' | 'query'>): Promise<void> {
  const present = MAKERS.filter((maker) => exchange.query.openOrders(maker, null).length > 0);
  await Promise.all(
    present.map((account) => exchange.submit({ kind: 'cancel-all', account, market: null, types: null })),
  );
}
