/** Waits until it is known what became of an order, and no longer than a person would. */

import type { Order } from '../contract/trading.ts';
import type { Workplace } from './workplace.ts';

const POLL_MS = 100;
/** An answer that was lost is mostly found within this; whoever waits longer looks at `gapless orders`. */
const WAIT_MAX_MS = 15_000;

/** The order as last read; `isDone` may still be false then. */
export async function followOrder(work: Workplace, first: Order, isDone: (order: Order) => boolean): Promise<Order> {
  const untilMs = work.clock.nowMs() + WAIT_MAX_MS;
  let order = first;
  while (!isDone(order) && work.clock.nowMs() < untilMs) {
    await work.pause(POLL_MS);
    const params = { id: order.connection, order: order.key };
    order = await work.desk.call('orders.read', { params });
  }
  return order;
}
