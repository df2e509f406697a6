import type { NewOrder, OrderReply } from '../engine/commands.ts';
import { BULK_MAX } from '../engine/limits.ts';
import type { OrderType } from '../engine/order.ts';
import { restOrder } from '../engine/render.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Answer, Call, Handler, Handlers, Params } from './answer.ts';
import { invalid, json } from './answer.ts';
import type { CodedFaults } from './order-form.ts';
import { newOrderOf, refused } from './order-form.ts';
import { orderAnswer, repliesOf } from './outcome-answer.ts';

/** Making orders, one or several at once. */

const ENDPOINTS: Readonly<Record<string, OrderType>> = {
  new: 'limit',
  market: 'market',
  stock_market: 'stock market',
  stop_limit: 'stop limit',
  stop_market: 'stop market',
};

type Exchange = Pick<DurableExchange, 'query' | 'submit'>;

export function orderHandlers(exchange: Exchange): Handlers {
  const place = Object.entries(ENDPOINTS).map(([name, type]): [string, Handler] => [
    `/api/v4/order/${name}`,
    ({ account, params }) => {
      const order = newOrderOf(exchange.query, params, type);
      if ('code' in order) return refused(order);
      return exchange.submit({ kind: 'place', account: account.id, order }).then(orderAnswer);
    },
  ]);
  return { ...Object.fromEntries(place), '/api/v4/order/bulk': (call) => bulk(exchange, call) };
}

export type BulkItem = { readonly result: unknown; readonly error: unknown };

/**
 * All that are well-formed go to the engine in one command, so that nothing comes between them. With `stopOnFail`,
 * nothing behind the first fault is looked at, be it one of form or one of the engine's.
 */
async function bulk(exchange: Exchange, { account, params }: Call): Promise<Answer> {
  const asked = listOf(params, BULK_MAX);
  if ('kind' in asked) return asked;
  const stopOnFail = params.stopOnFail === true;
  const forms = asked.map((item) => newOrderOf(exchange.query, paramsOf(item), 'limit'));
  const firstFault = forms.findIndex((form) => 'code' in form);
  const looked = stopOnFail && firstFault !== -1 ? forms.slice(0, firstFault + 1) : forms;
  const orders = looked.filter((form): form is NewOrder => !('code' in form));
  const replies =
    orders.length === 0
      ? []
      : repliesOf(await exchange.submit({ kind: 'bulk', account: account.id, orders, stopOnFail }));
  if ('kind' in replies) return replies;
  return json(200, merged(looked, replies, restOrder, stopOnFail));
}

/** Faults of form and replies of the engine in the order of the items; with `stopOnFail` up to the first fault. */
export function merged<Item extends object>(
  items: readonly (Item | CodedFaults)[],
  replies: readonly OrderReply[],
  shown: (order: Extract<OrderReply, { ok: true }>['order']) => unknown,
  stopOnFail = false,
): readonly BulkItem[] {
  const results: BulkItem[] = [];
  let next = 0;
  for (const item of items) {
    if ('code' in item) {
      results.push(failed({ ...item, message: 'Validation failed' }));
      continue;
    }
    const reply = replies[next];
    if (reply === undefined) break;
    next += 1;
    results.push(reply.ok ? { result: shown(reply.order), error: null } : failed(reply));
    // A fault of form may stand behind one of the engine's.
    if (!reply.ok && stopOnFail) break;
  }
  return results;
}

function failed({ code, message, errors }: CodedFaults & { readonly message: string }): BulkItem {
  return { result: null, error: { code, message, errors } };
}

export function listOf(params: Params, max: number): readonly unknown[] | Answer {
  const orders: unknown = params.orders;
  if (!Array.isArray(orders)) return invalid(422, 30, { orders: ['The orders must be an array.'] });
  // The two bounds' wordings are inferred.
  if (orders.length === 0) return invalid(422, 30, { orders: ['The orders must have at least 1 item.'] });
  if (orders.length > max) return invalid(422, 30, { orders: [`The orders may not have more than ${max} items.`] });
  return orders;
}

export function paramsOf(value: unknown): Params {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
