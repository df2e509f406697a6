import { describe, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { OrderTerms } from '../../core/order.ts';
import { order } from './outcome-table.testing.ts';
import {
  cancelAllRequest,
  cancelManyRequest,
  cancelRequest,
  inBulks,
  killSwitchRequest,
  placeManyRequest,
  placeRequest,
  UnsayableError,
} from './requests.ts';

const decimal = (text: string) => Decimal.parse(text);
const limit = (over: object = {}): OrderTerms => ({
  kind: 'limit',
  price: decimal('87500.010'),
  postOnly: false,
  ioc: false,
  ...over,
});
const quote = { unit: 'quote', amount: decimal('99.90') } as const;
const said = ({ path, parameters, nonceWindow }: ReturnType<typeof placeRequest>) =>
  `${path} ${nonceWindow} ${JSON.stringify(parameters)}`;

describe('every request has one spelling', () => {
  test.each([
    [
      'limit',
      order({ terms: limit() }),
      '/api/v4/order/new true {"market":"BTC_USDT","side":"buy","amount":"0.5","price":"87500.01","clientOrderId":"g7-1-m-1"}',
    ],
    [
      'post only',
      order({ terms: limit({ postOnly: true }) }),
      '/api/v4/order/new true {"market":"BTC_USDT","side":"buy","amount":"0.5","price":"87500.01","clientOrderId":"g7-1-m-1","postOnly":true}',
    ],
    [
      'IOC',
      order({ side: 'sell', terms: limit({ ioc: true }) }),
      '/api/v4/order/new true {"market":"BTC_USDT","side":"sell","amount":"0.5","price":"87500.01","clientOrderId":"g7-1-m-1","ioc":true}',
    ],
    [
      'market buy for an amount of quote',
      order({ terms: { kind: 'market' }, quantity: quote }),
      '/api/v4/order/market true {"market":"BTC_USDT","side":"buy","amount":"99.9","clientOrderId":"g7-1-m-1"}',
    ],
    [
      'market buy of an amount of base',
      order({ terms: { kind: 'market' } }),
      '/api/v4/order/stock_market true {"market":"BTC_USDT","side":"buy","amount":"0.5","clientOrderId":"g7-1-m-1"}',
    ],
    [
      'market sale',
      order({ side: 'sell', terms: { kind: 'market' } }),
      '/api/v4/order/market true {"market":"BTC_USDT","side":"sell","amount":"0.5","clientOrderId":"g7-1-m-1"}',
    ],
    [
      'stop limit',
      order({ terms: { kind: 'stop-limit', price: decimal('90000'), activation: decimal('89000') } }),
      '/api/v4/order/stop_limit true {"market":"BTC_USDT","side":"buy","amount":"0.5","price":"90000","activation_price":"89000","clientOrderId":"g7-1-m-1"}',
    ],
    [
      'stop market sale',
      order({ side: 'sell', terms: { kind: 'stop-market', activation: decimal('80000') } }),
      '/api/v4/order/stop_market true {"market":"BTC_USDT","side":"sell","amount":"0.5","activation_price":"80000","clientOrderId":"g7-1-m-1"}',
    ],
    [
      'stop market buy',
      order({ terms: { kind: 'stop-market', activation: decimal('90000') }, quantity: quote }),
      '/api/v4/order/stop_market true {"market":"BTC_USDT","side":"buy","amount":"99.9","activation_price":"90000","clientOrderId":"g7-1-m-1"}',
    ],
  ])('%s', (_name, placed, expected) => {
    expect(said(placeRequest(placed))).toBe(expected);
  });

  test('bulks, cancellations and the kill switch', () => {
    expect(said(placeManyRequest([order({ seq: 1 }), order({ seq: 2 })]))).toBe(
      '/api/v4/order/bulk true {"orders":[{"market":"BTC_USDT","side":"buy","amount":"0.5","price":"87500.01","clientOrderId":"g7-1-m-1"},{"market":"BTC_USDT","side":"buy","amount":"0.5","price":"87500.01","clientOrderId":"g7-1-m-2"}]}',
    );
    const ours = { clientId: 'a.b_c-1', venueId: null, market: 'BTC_USDT' };
    const theirs = { clientId: 'a.b_c-1', venueId: '1212901344783', market: 'BTC_USDT' };
    expect(said(cancelRequest(ours))).toBe('/api/v4/order/cancel true {"market":"BTC_USDT","clientOrderId":"a.b_c-1"}');
    expect(said(cancelManyRequest([ours, theirs]))).toBe(
      '/api/v4/order/cancel/bulk true {"orders":[{"market":"BTC_USDT","clientOrderId":"a.b_c-1"},{"market":"BTC_USDT","orderId":1212901344783}]}',
    );
    expect(said(cancelAllRequest('BTC_USDT'))).toBe(
      '/api/v4/order/cancel/all true {"market":"BTC_USDT","type":["spot"]}',
    );
    expect(said(killSwitchRequest('BTC_USDT', 60))).toBe(
      '/api/v4/order/kill-switch true {"market":"BTC_USDT","timeout":"60","types":["spot"]}',
    );
    expect(said(killSwitchRequest('BTC_USDT', null))).toBe(
      '/api/v4/order/kill-switch true {"market":"BTC_USDT","timeout":null,"types":["spot"]}',
    );
  });

  test.each([
    ['a limit order in quote', () => placeRequest(order({ quantity: quote }))],
    ['a sale in quote', () => placeRequest(order({ side: 'sell', terms: { kind: 'market' }, quantity: quote }))],
    [
      'a stop market buy in base',
      () => placeRequest(order({ terms: { kind: 'stop-market', activation: decimal('1') } })),
    ],
    ['post only and IOC', () => placeRequest(order({ terms: limit({ postOnly: true, ioc: true }) }))],
    ['nothing', () => placeRequest(order({ quantity: { unit: 'base', amount: Decimal.ZERO } }))],
    ['a price below zero', () => placeRequest(order({ terms: limit({ price: decimal('-1') }) }))],
    ['a market of another kind', () => placeRequest(order({ market: 'BTC-USDT' }))],
    ['a name with a space', () => cancelRequest({ clientId: 'a b', venueId: null, market: 'BTC_USDT' })],
    ['an id that is no number', () => cancelRequest({ clientId: null, venueId: '1e5', market: 'BTC_USDT' })],
    ['a bulk with a market order', () => placeManyRequest([order({ terms: { kind: 'market' } })])],
    ['a bulk with one order twice', () => placeManyRequest([order(), order()])],
    ['21 orders', () => placeManyRequest(Array.from({ length: 21 }, (_, seq) => order({ seq })))],
    [
      '101 cancellations',
      () =>
        cancelManyRequest(Array.from({ length: 101 }, () => ({ clientId: 'a', venueId: null, market: 'BTC_USDT' }))),
    ],
  ])('%s cannot be said', (_name, make) => {
    expect(make).toThrow(UnsayableError);
  });

  test('orders of one market go together, as many as a bulk takes', () => {
    const orders = Array.from({ length: 45 }, (_, seq) =>
      order({ seq, market: seq % 9 === 0 ? 'ETH_USDT' : 'BTC_USDT' }),
    );
    const bulks = inBulks(orders, 20);
    expect(bulks.map((bulk) => [bulk[0]?.market, bulk.length])).toEqual([
      ['ETH_USDT', 5],
      ['BTC_USDT', 20],
      ['BTC_USDT', 20],
    ]);
    expect(
      bulks
        .flat()
        .map(({ clientId }) => clientId)
        .toSorted(),
    ).toEqual(orders.map(({ clientId }) => clientId).toSorted());
  });
});
