/**
 * Every trading request that we ever make, spelled out: path, parameters and their order in the body. One thing has one
 * spelling, so that a second wall can compare what leaves with what was meant, byte for byte.
 *
 * All of them carry a nonce window: a request that was held up somewhere cannot act later than five seconds after its
 * time, and requests of one key need not wait for each other.
 */

import type { Decimal } from '../../core/decimal.ts';
import type { OrderName, PlaceOrder } from '../trading.ts';
import type { CallParameters, TradeRequest } from './call.ts';

/** Orders of one bulk; documented. */
export const PLACE_BULK_MAX = 20;
export const CANCEL_BULK_MAX = 100;
/** Rows of a page: what every version of the interface allows for open orders, and for finished ones. */
export const OPEN_PAGE = 100;
export const HISTORY_PAGE = 500;
/** Documented bounds of the kill switch. */
const KILL_SWITCH_MIN_SEC = 5;
const KILL_SWITCH_MAX_SEC = 600;

const MARKET = /^[A-Z0-9]{1,20}_[A-Z0-9]{1,20}$/;
/** Documented: letters, digits, dash, point, underscore, 64 at most. */
const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;
const VENUE_ID = /^[1-9]\d{0,15}$/;

/** Why an order cannot be said in this exchange's words; it is not sent. */
export class UnsayableError extends Error {
  override name = 'UnsayableError';
}

const PATHS = {
  limit: '/api/v4/order/new',
  market: '/api/v4/order/market',
  'stock-market': '/api/v4/order/stock_market',
  'stop-limit': '/api/v4/order/stop_limit',
  'stop-market': '/api/v4/order/stop_market',
} as const;

/** Throws `UnsayableError`. */
export function placeRequest(order: PlaceOrder): TradeRequest {
  const { terms, quantity, side } = order;
  const head = { market: marketOf(order.market), side, amount: positive(quantity.amount, 'The quantity') };
  const clientOrderId = clientIdOf(order.clientId);
  switch (terms.kind) {
    case 'limit':
      return request(PATHS.limit, limitParameters(order));
    case 'market':
      // One endpoint takes a buy in quote and a sell in base, the other both in base.
      if (quantity.unit === 'quote') inQuote(order);
      return request(side === 'buy' && quantity.unit === 'base' ? PATHS['stock-market'] : PATHS.market, {
        ...head,
        clientOrderId,
      });
    case 'stop-limit':
      inBase(order);
      return request(PATHS['stop-limit'], {
        ...head,
        price: positive(terms.price, 'The price'),
        activation_price: positive(terms.activation, 'The activation price'),
        clientOrderId,
      });
    case 'stop-market':
      if (side === 'buy') inQuote(order);
      else inBase(order);
      return request(PATHS['stop-market'], {
        ...head,
        activation_price: positive(terms.activation, 'The activation price'),
        clientOrderId,
      });
  }
}

/** Limit orders of one market. Without `stopOnFail`: each is an order of its own, and a refused one stops no other. */
export function placeManyRequest(orders: readonly PlaceOrder[]): TradeRequest {
  bounded(orders, PLACE_BULK_MAX);
  if (new Set(orders.map((order) => order.clientId)).size !== orders.length)
    throw new UnsayableError('An order is in the bulk twice');
  return request('/api/v4/order/bulk', { orders: orders.map(limitParameters) });
}

export function cancelRequest(order: OrderName): TradeRequest {
  return request('/api/v4/order/cancel', nameOf(order));
}

export function cancelManyRequest(orders: readonly OrderName[]): TradeRequest {
  bounded(orders, CANCEL_BULK_MAX);
  return request('/api/v4/order/cancel/bulk', { orders: orders.map(nameOf) });
}

/** Spot alone: margin and futures positions of the account are none of ours. */
export function cancelAllRequest(market: string): TradeRequest {
  return request('/api/v4/order/cancel/all', { market: marketOf(market), type: ['spot'] });
}

/** Null takes the switch away. The timeout is a text in this interface. */
export function killSwitchRequest(market: string, timeoutSec: number | null): TradeRequest {
  const isWhole = timeoutSec === null || Number.isInteger(timeoutSec);
  if (!isWhole || (timeoutSec !== null && (timeoutSec < KILL_SWITCH_MIN_SEC || timeoutSec > KILL_SWITCH_MAX_SEC)))
    throw new UnsayableError(`A kill switch takes ${KILL_SWITCH_MIN_SEC} to ${KILL_SWITCH_MAX_SEC} seconds`);
  const timeout = timeoutSec === null ? null : String(timeoutSec);
  return request('/api/v4/order/kill-switch', { market: marketOf(market), timeout, types: ['spot'] });
}

/** Open orders of every market, stops included. */
export function openOrdersRequest(offset: number): TradeRequest {
  return request('/api/v4/orders', { limit: OPEN_PAGE, offset });
}

export function openOrderRequest(order: OrderName): TradeRequest {
  return request('/api/v4/orders', { ...nameOf(order), limit: OPEN_PAGE, offset: 0 });
}

/** What `closedOrderRequest` finds does not depend on a time. */
export function closedOrderRequest(order: OrderName): TradeRequest {
  return request('/api/v4/trade-account/order/history', { ...nameOf(order), limit: HISTORY_PAGE, offset: 0 });
}

/** Whole seconds of the exchange's clock, at most 31 days apart. */
export type Span = { readonly startSec: number; readonly endSec: number };

export function closedOrdersRequest({ startSec, endSec }: Span, offset: number): TradeRequest {
  return request('/api/v4/trade-account/order/history', {
    startDate: startSec,
    endDate: endSec,
    limit: HISTORY_PAGE,
    offset,
  });
}

/** Trades of every market, or of one. */
export function tradesRequest(market: string | null, { startSec, endSec }: Span, offset: number): TradeRequest {
  return request('/api/v4/trade-account/executed-history', {
    ...(market === null ? {} : { market: marketOf(market) }),
    startDate: startSec,
    endDate: endSec,
    limit: HISTORY_PAGE,
    offset,
  });
}

/** Older versions of the interface allow 100 rows here. */
export const ORDER_TRADES_PAGE = 100;
export function tradesOfOrderRequest(venueId: string, offset: number): TradeRequest {
  return request('/api/v4/trade-account/order', { orderId: venueIdOf(venueId), limit: ORDER_TRADES_PAGE, offset });
}

export function tradeBalancesRequest(): TradeRequest {
  return request('/api/v4/trade-account/balance', {});
}

export function streamTokenRequest(): TradeRequest {
  return request('/api/v4/profile/websocket_token', {});
}

/** Lists of at most `size`, each of one market, in the order given: what one bulk can carry. */
export function inBulks<Order extends { readonly market: string }>(
  orders: readonly Order[],
  size: number,
): readonly (readonly Order[])[] {
  const bulks: Order[][] = [];
  const filling = new Map<string, Order[]>();
  for (const order of orders) {
    const last = filling.get(order.market);
    if (last !== undefined && last.length < size) last.push(order);
    else {
      const next = [order];
      filling.set(order.market, next);
      bulks.push(next);
    }
  }
  return bulks;
}

function request(path: string, parameters: CallParameters): TradeRequest {
  return { path, parameters, nonceWindow: true };
}

function limitParameters(order: PlaceOrder): CallParameters {
  const { terms } = order;
  if (terms.kind !== 'limit') throw new UnsayableError('Only limit orders go into a bulk');
  if (terms.postOnly && terms.ioc) throw new UnsayableError('Post only and IOC exclude each other');
  inBase(order);
  return {
    market: marketOf(order.market),
    side: order.side,
    amount: positive(order.quantity.amount, 'The quantity'),
    price: positive(terms.price, 'The price'),
    clientOrderId: clientIdOf(order.clientId),
    ...(terms.postOnly ? { postOnly: true } : {}),
    ...(terms.ioc ? { ioc: true } : {}),
  };
}

/** Exactly one id. The exchange's own is exact for all time; ours is unique only among open orders. */
function nameOf({ market, venueId, clientId }: OrderName): CallParameters {
  const name = marketOf(market);
  if (venueId !== null) return { market: name, orderId: venueIdOf(venueId) };
  return { market: name, clientOrderId: clientIdOf(clientId) };
}

function venueIdOf(venueId: string): number {
  const id = VENUE_ID.test(venueId) ? Number(venueId) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw new UnsayableError('Not an order id of this exchange');
  return id;
}

function marketOf(market: string): string {
  if (!MARKET.test(market)) throw new UnsayableError('Not the name of a market');
  return market;
}

function clientIdOf(clientId: string | null): string {
  if (clientId === null || !CLIENT_ID.test(clientId)) throw new UnsayableError('Not a client order id');
  return clientId;
}

/** The canonical text: plain digits, no exponent, no zeros at its end. */
function positive(value: Decimal, what: string): string {
  if (value.sign() !== 1) throw new UnsayableError(`${what} must be above zero`);
  return value.toString();
}

function inBase(order: PlaceOrder): void {
  if (order.quantity.unit !== 'base') throw new UnsayableError('This order takes its quantity in the base asset');
}

function inQuote(order: PlaceOrder): void {
  if (order.side !== 'buy' || order.quantity.unit !== 'quote')
    throw new UnsayableError(
      order.side === 'buy'
        ? 'This exchange takes stop market buys only for an amount of the quote asset'
        : 'This exchange takes sells only in the base asset',
    );
}

function bounded(orders: readonly unknown[], max: number): void {
  if (orders.length === 0 || orders.length > max) throw new UnsayableError(`A bulk takes 1 to ${max} orders`);
}
