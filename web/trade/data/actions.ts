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

type Look = (shown: readonly Order[]) => void;
const lookers = new Set<Look>();

/** For lists of orders: what was asked and got no answer may be among them. */
export function metOrders(shown: readonly Order[]): void {
  // The ticket first: it is emptied before the next press could be another intention.
  for (const look of lookers) look(shown);
  intentions.met(shown);
}
for (const told of [orders, ended]) told.subscribe(() => metOrders(told.all()));

export const listedNow = (): readonly Order[] => [...orders.all(), ...ended.all()];

/** Every order that any list shows from now on, and those that are shown already. */
export function onListed(look: Look): () => void {
  lookers.add(look);
  look(listedNow());
  return () => lookers.delete(look);
}

/** Silence, and a desk that stumbled, leave open whether it was done. */
export const isAnswer = (error: unknown): boolean => error instanceof Problem && error.status > 0 && error.status < 500;

function shown(order: Order): Order {
  if (order.state !== 'closed') orders.answered(orderId(order), order, (than) => order.updatedAtMs > than.updatedAtMs);
  return order;
}

/** `earlier`: not what was pressed now, but the order of a press before that had no answer. */
type Placed = { readonly order: Order; readonly earlier: boolean };

const PLACE = 'place';
/** What was confirmed is said about an order and is no part of it: the desk sees the same order, too. */
const placing = ({ confirmations: _, ...order }: PlaceAsk): string => JSON.stringify([PLACE, order]);

/** What it would be sent under now: whoever keeps what was sent keeps this beside it. */
export const requestIdOf = (ask: PlaceAsk): string => intentions.idOf(placing(ask));

/**
 * An ask without an answer keeps its request id, so sending it again cannot place it twice. Any other order ends that:
 * whoever then comes back to the first ask means a new order. Whoever kept the id says it: then it is that order again,
 * whatever is known of it here.
 */
export async function placeOrder(ask: PlaceAsk, heldId: string | null = null): Promise<Placed> {
  const intention = placing(ask);
  intentions.drop((other) => other !== intention && other.startsWith(`["${PLACE}",`));
  const wasOpen = intentions.isOpen(intention);
  if (heldId !== null) intentions.hold(intention, heldId);
  const pressedAtMs = Date.now();
  const order = await intentions.run(
    intention,
    (requestId) => call('orders.place', { body: { ...ask, requestId } }),
    isAnswer,
  );
  return { order: shown(order), earlier: wasOpen && order.createdAtMs < pressedAtMs };
}

/** What became of it is known, so the same ask is a new order. */
export function endPlacing(requestId: string): void {
  intentions.end(requestId);
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
