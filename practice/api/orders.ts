import type { Market } from '../ports.ts';
import type { Answer, Call, Handler, Handlers, Params } from './answer.ts';
import { invalid, json } from './answer.ts';
import type { OrderDesk } from './order-desk.ts';
import type { OrderForm } from './order-validation.ts';
import { findListing, orderFaults, refused } from './order-validation.ts';
import { integerOf, present, textOf } from './parameters.ts';

/** Making, changing and cancelling orders: validation here, the rest at the desk. */

const BULK_MAX = 20;
const CANCEL_BULK_MAX = 100;
const TIMEOUT_MIN_SEC = 5;
const TIMEOUT_MAX_SEC = 600;

const LIMIT: OrderForm = { required: ['amount', 'market', 'price', 'side'], marketBuyInQuote: false };
const MARKET: OrderForm = { required: ['amount', 'market', 'side'], marketBuyInQuote: true };
const BASE_MARKET: OrderForm = { ...MARKET, marketBuyInQuote: false };
const STOP_LIMIT: OrderForm = {
  required: ['activation_price', 'amount', 'market', 'price', 'side'],
  marketBuyInQuote: false,
};
const STOP_MARKET: OrderForm = { required: ['activation_price', 'amount', 'market', 'side'], marketBuyInQuote: true };

const FORMS: Readonly<Record<string, OrderForm>> = {
  'order/new': LIMIT,
  'order/market': MARKET,
  'order/stock_market': BASE_MARKET,
  'order/stop_limit': STOP_LIMIT,
  'order/stop_market': STOP_MARKET,
  'order/collateral/limit': LIMIT,
  'order/collateral/market': BASE_MARKET,
  'order/collateral/stop-limit': STOP_LIMIT,
  'order/collateral/trigger-market': { ...STOP_MARKET, marketBuyInQuote: false },
  'order/collateral/oco': STOP_LIMIT,
};

const NOT_FOUND = { orderId: ['Unexecuted order was not found.'] } as const;

type Parts = { readonly market: Market; readonly desk: OrderDesk };

export function orderHandlers(parts: Parts): Handlers {
  const place = Object.entries(FORMS).map(([name, form]): [string, Handler] => [
    `/api/v4/${name}`,
    ({ account, path, params }) => {
      const faults = orderFaults(parts.market, params, form);
      return faults === null ? parts.desk.submit(account, path, params) : refused(faults);
    },
  ]);
  return {
    ...Object.fromEntries(place),
    '/api/v4/order/bulk': (call) => bulk(parts, call),
    '/api/v4/order/collateral/bulk': (call) => bulk(parts, call),
    '/api/v4/order/modify': (call) => modify(parts, call),
    '/api/v4/order/cancel': (call) => cancel(parts, call, 'orderId', 'OrderId'),
    '/api/v4/order/oco-cancel': (call) => cancel(parts, call, 'orderId', 'OrderId'),
    '/api/v4/order/oto-cancel': (call) => cancel(parts, call, 'otoId', 'OtoId'),
    '/api/v4/order/conditional-cancel': (call) => cancel(parts, call, 'id', 'Id'),
    '/api/v4/order/cancel/bulk': (call) => cancelBulk(call),
    '/api/v4/order/cancel/all': (call) => cancelAll(parts, call),
    '/api/v4/order/kill-switch': (call) => killSwitch(parts, call),
    '/api/v4/collateral-account/position/close': (call) => closePosition(parts, call),
  };
}

function listOf(params: Params, max: number): readonly unknown[] | Answer {
  const orders: unknown = params.orders;
  if (!Array.isArray(orders)) return invalid(422, 30, { orders: ['The orders must be an array.'] });
  // The two bounds' wordings are inferred.
  if (orders.length === 0) return invalid(422, 30, { orders: ['The orders must have at least 1 item.'] });
  if (orders.length > max) return invalid(422, 30, { orders: [`The orders may not have more than ${max} items.`] });
  return orders;
}

function paramsOf(value: unknown): Params {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function bulk({ market, desk }: Parts, { account, path, params }: Call): Answer {
  const orders = listOf(params, BULK_MAX);
  if ('kind' in orders) return orders;
  const results: { result: unknown; error: unknown }[] = [];
  for (const order of orders) {
    const faults = orderFaults(market, paramsOf(order), LIMIT);
    const answer = faults === null ? desk.submit(account, path, paramsOf(order)) : refused(faults);
    const failed = answer.status >= 400;
    results.push({ result: failed ? null : answer.body, error: failed ? answer.body : null });
    if (failed && params.stopOnFail === true) break;
  }
  return json(200, results);
}

/** Exactly one id that names an order, on a market that exists; then the answer is that there is no such order. */
function idFaults(market: Market, params: Params, name: string, title: string): Answer | null {
  const byClient = name === 'orderId' && textOf(params, 'clientOrderId') !== null;
  if (!byClient && !present(params, name)) return invalid(422, 30, { [name]: [`${title} field is required.`] });
  if (!byClient && integerOf(params[name]) === null)
    return invalid(422, 30, { [name]: [`${title} field should be an integer.`] });
  if (!present(params, 'market')) return invalid(422, 30, { market: ['Market field is required.'] });
  const listing = findListing(market, params.market);
  return 'code' in listing ? refused(listing) : null;
}

function cancel({ market }: Parts, { params }: Call, name: string, title: string): Answer {
  // No order can be open while the desk is closed, so a well-formed cancellation finds none: the true answer.
  return idFaults(market, params, name, title) ?? invalid(400, 2, NOT_FOUND, 'Inner validation failed');
}

function modify({ market }: Parts, { params }: Call): Answer {
  const faults = idFaults(market, params, 'orderId', 'OrderId');
  if (faults !== null) return faults;
  if (present(params, 'amount') && present(params, 'total'))
    return invalid(422, 30, { amount: ['Either amount or total field is allowed.'] });
  if (!['amount', 'total', 'price', 'activationPrice', 'stp'].some((name) => present(params, name)))
    return invalid(422, 30, { amount: ['At least one field to modify is required.'] });
  return invalid(400, 2, NOT_FOUND);
}

function cancelBulk({ params }: Call): Answer {
  const orders = listOf(params, CANCEL_BULK_MAX);
  if ('kind' in orders) return orders;
  return json(
    200,
    orders.map((order) => {
      const named = present(paramsOf(order), 'orderId') || present(paramsOf(order), 'clientOrderId');
      const error = named
        ? { code: 404, message: 'Inner validation failed', errors: NOT_FOUND }
        : { code: 30, message: 'Validation failed', errors: { orderId: ['OrderId field is required.'] } };
      return { result: null, error };
    }),
  );
}

function cancelAll({ market }: Parts, { params }: Call): Answer {
  if (present(params, 'type') && !Array.isArray(params.type))
    return invalid(422, 30, { type: ['The type must be an array.'] });
  if (present(params, 'market')) {
    const listing = findListing(market, params.market);
    if ('code' in listing) return refused(listing);
  }
  return json(200, []);
}

function killSwitch({ market, desk }: Parts, { account, path, params }: Call): Answer {
  const timeout = params.timeout;
  const fault = (message: string): Answer => invalid(422, 30, { timeout: [message] });
  if (timeout === undefined) return fault('Timeout field is required.');
  const listing = findListing(market, params.market);
  if ('code' in listing) return refused(listing);
  // Nothing is set, so taking it away is done already.
  if (timeout === null) return json(200, []);
  if (typeof timeout !== 'string') return fault('Timeout field should be a string.');
  const seconds = integerOf(timeout);
  if (seconds === null) return fault('Timeout field should be an integer.');
  if (seconds < TIMEOUT_MIN_SEC) return fault(`Timeout should be at least ${TIMEOUT_MIN_SEC}.`);
  if (seconds > TIMEOUT_MAX_SEC) return fault(`Timeout should not be greater than ${TIMEOUT_MAX_SEC}.`);
  return desk.submit(account, path, params);
}

function closePosition({ market }: Parts, { params }: Call): Answer {
  if (integerOf(params.positionId) === null)
    return invalid(422, 30, { positionId: ['The PositionId must be an integer.'] });
  const listing = findListing(market, params.market);
  if ('code' in listing) return refused(listing);
  return invalid(422, 104, { positionId: ["position doesn't exist."] });
}
