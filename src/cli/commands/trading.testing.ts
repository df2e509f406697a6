/** Orders, previews and accounts as the desk would tell them. */

import { anOrder } from '../../contract/order.testing.ts';
import type { Order, OrderPreview, TradingAccount } from '../../contract/trading.ts';
import { connectionOf, ID, NOW_MS } from './fake-desk.testing.ts';

export const KEY = 'abcd1234-1-m-5';

export function orderOf(over: Partial<Order> = {}): Order {
  return anOrder({
    ...{ connection: ID, key: KEY, clientId: KEY, venueId: '4180284841' },
    terms: { kind: 'limit', price: '43000.10', postOnly: false, ioc: false },
    quantity: { unit: 'base', amount: '0.01' },
    ...{ createdAtMs: NOW_MS, updatedAtMs: NOW_MS },
    ...over,
  });
}

export const FILLED: Partial<Order> = {
  state: 'closed',
  ended: 'filled',
  detail: 'FILLED',
  filledBase: '0.01',
  filledQuote: '430.001',
  averagePrice: '43000.1',
  fees: [{ asset: 'BTC', amount: '0.00001' }],
};

export function previewOf(over: Partial<OrderPreview> = {}): OrderPreview {
  return {
    sentence: 'Buy 0.010000 BTC at 43 000.10 USDT.',
    problems: [],
    quantityBase: '0.01',
    value: '430.001',
    fee: { asset: 'BTC', amount: '0.00001' },
    after: { asset: 'USDT', available: '569.999' },
    distancePercent: '-5',
    sentAs: '',
    ...over,
  };
}

export function accountOf(over: Partial<TradingAccount> = {}): TradingAccount {
  return {
    connection: ID,
    venue: 'whitebit',
    state: 'ready',
    cause: '',
    cure: '',
    sinceMs: NOW_MS,
    stream: { state: 'live', why: '', sinceMs: NOW_MS, nextAttemptAtMs: null },
    reconciledAtMs: NOW_MS,
    halt: null,
    reducing: null,
    markets: ['BTC_USDT'],
    openOrders: 0,
    doubtful: 0,
    ...over,
  };
}

/** One connected exchange that trades. */
export const TRADING = {
  'connections.list': [connectionOf()],
  'trading.list': [accountOf()],
  'orders.list': { orders: [], next: null },
  'orders.preview': previewOf(),
};
