/** What a person can do. Every one returns when the desk has it in writing, or throws a `Problem`; a repeat is harmless. */

import type { Body, Reply } from '../../../src/contract/contract.ts';
import type { Order } from '../../../src/contract/trading.ts';
import { call, Problem } from '../../api/client.ts';
import { newRequestId } from '../../connect/request-id.ts';
import { Intentions } from './intentions.ts';
import { keptInTab } from './kept-in-tab.ts';
import { ended, orderId, orders } from './stores.ts';

export type PlaceAsk = Omit<Body<'orders.place'>, 'requestId'>;
export type MoveChange = Omit<Body<'orders.move'>, 'requestId'>;
type Which = Pick<Order, 'connection' | 'key'>;

const intentions = new Intentions(keptInTab(), () => newRequestId((bytes) => crypto.getRandomValues(bytes)));

/** For lists of orders: what a page before this one asked and got no answer to may be among them. */
export const metOrders = (shown: readonly Order[]): void => intentions.met(shown);
for (const told of [orders, ended]) told.subscribe(() => metOrders(told.all()));

/** Silence, and a desk that stumbled, leave open whether it was done. */
export const isAnswer = (error: unknown): boolean => error instanceof Problem && error.status > 0 && error.status < 500;

function shown(order: Order): Order {
  if (order.state !== 'closed') orders.answered(orderId(order), order, (than) => order.updatedAtMs > than.updatedAtMs);
  return order;
}

/** `earlier`: not what was pressed now, but the order of a press before that had no answer. */
type Placed = { readonly order: Order; readonly earlier: boolean };

const PLACE = 'place';

/**
 * An ask without an answer keeps its request id, so sending it again cannot place it twice. Any other order ends that:
 * whoever then comes back to the first ask means a new order.
 */
export async function placeOrder(ask: PlaceAsk): Promise<Placed> {
  const intention = JSON.stringify([PLACE, ask]);
  intentions.drop((other) => other !== intention && other.startsWith(`["${PLACE}",`));
  const wasOpen = intentions.isOpen(intention);
  const pressedAtMs = Date.now();
  const order = await intentions.run(
    intention,
    (requestId) => call('orders.place', { body: { ...ask, requestId } }),
    isAnswer,
  );
  return { order: shown(order), earlier: wasOpen && order.createdAtMs < pressedAtMs };
}

/** What is left out of `change` stays as it is. */
export async function moveOrder(order: Which, change: MoveChange): Promise<Order> {
  const moved = await intentions.run(
    JSON.stringify(['move', order.connection, order.key, change]),
    (requestId) =>
      call('orders.move', {
        params: { id: order.connection, order: order.key },
        body: { ...change, requestId },
      }),
    isAnswer,
  );
  return shown(moved);
}

export async function cancelOrder(order: Which): Promise<Order> {
  return shown(await call('orders.cancel', { params: { id: order.connection, order: order.key } }));
}

/** Ours only; null is every connection, every market. Tells how many were asked to go. */
export async function cancelAll(connection: string | null, market: string | null): Promise<number> {
  return (await call('orders.cancelAll', { body: { connection, market } })).asked;
}

export function previewOrder(ask: Body<'orders.preview'>): Promise<Reply<'orders.preview'>> {
  return call('orders.preview', { body: ask });
}

export async function declareAbsent(order: Which): Promise<Order> {
  return shown(await call('orders.declareAbsent', { params: { id: order.connection, order: order.key } }));
}
