import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { ClientOrderId } from '../core/ids.ts';
import type { CallParameters, TradeRequest } from '../venues/whitebit/call.ts';
import * as requests from '../venues/whitebit/requests.ts';
import { signRequest } from '../venues/whitebit/sign.ts';
import { ORDER_PATHS } from './order-wall.ts';
import { admit, admitPublic, verify, WallError } from './wall.ts';
import { WHITEBIT_PRIVATE_PATHS } from './whitebit-paths.testing.ts';

const publicKey = 'a'.repeat(32);
const origin = 'https://whitebit.com';
const pinned = { venue: 'whitebit', origin, publicKey } as const;
const secret = createSecretKey(Buffer.from('b'.repeat(32)));

function passes(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof WallError) return false;
    throw error;
  }
}
const admitted = (path: string, parameters: CallParameters) => passes(() => admit('whitebit', path, parameters, true));
function leaves(path: string, parameters: CallParameters, nonceWindow = true): boolean {
  const signed = signRequest({ path, parameters, nonce: 1_700_000_000_000, nonceWindow, publicKey, secret });
  return passes(() => verify({ origin, method: 'POST', path, ...signed }, pinned));
}

/** Two lists are asked in one way; which page of them is all the same here. */
const said = (parameters: CallParameters) => JSON.stringify(parameters).replace(/"offset":\d+/, '"offset":0');
const d = Decimal.parse;
const order = (terms: Parameters<typeof requests.placeRequest>[0]['terms']) => ({
  clientId: 'test-1-m-1' as ClientOrderId,
  market: 'BTC_USDT',
  side: 'buy' as const,
  terms,
  quantity: { unit: 'base' as const, amount: d('0.10') },
});
const limit = order({ kind: 'limit', price: d('100'), postOnly: false, ioc: false });
const byClient = { market: 'BTC_USDT', clientId: 'test-1-m-1', venueId: null };
const byVenue = { market: 'BTC_USDT', clientId: null, venueId: '12' };
const span = { startSec: 1_700_000_000, endSec: 1_700_000_100 };

const MADE: readonly TradeRequest[] = [
  requests.placeRequest(limit),
  requests.placeRequest(order({ kind: 'limit', price: d('100'), postOnly: true, ioc: false })),
  requests.placeRequest(order({ kind: 'limit', price: d('100'), postOnly: false, ioc: true })),
  requests.placeRequest(order({ kind: 'stop-limit', price: d('100'), activation: d('99') })),
  requests.placeManyRequest([limit, { ...limit, clientId: 'test-1-m-2' as ClientOrderId }]),
  requests.cancelRequest(byClient),
  requests.cancelRequest(byVenue),
  requests.cancelManyRequest([byClient, byVenue]),
  requests.openOrdersRequest(100),
  requests.openOrderRequest(byClient),
  requests.openOrderRequest(byVenue),
  requests.closedOrderRequest(byClient),
  requests.closedOrderRequest(byVenue),
  requests.closedOrdersRequest(span, 500),
  requests.tradesRequest(null, span, 0),
  requests.tradesRequest('BTC_USDT', span, 0),
  requests.tradesOfOrderRequest('12', 0),
  requests.tradeBalancesRequest(),
  requests.streamTokenRequest(),
];
/** Said by the venue's code, and on purpose not here. */
const NEVER: readonly TradeRequest[] = [
  requests.placeRequest(order({ kind: 'market' })),
  requests.placeRequest({ ...order({ kind: 'market' }), side: 'sell' }),
  requests.placeRequest({ ...order({ kind: 'stop-market', activation: d('99') }), side: 'sell' }),
  requests.cancelAllRequest('BTC_USDT'),
  requests.killSwitchRequest('BTC_USDT', 60),
];

test('what the venue says for trading passes, and every path is used', () => {
  for (const { path, parameters } of MADE) {
    expect([path, parameters, admitted(path, parameters), leaves(path, parameters)]).toEqual([
      path,
      parameters,
      true,
      true,
    ]);
  }
  expect(new Set(MADE.map(({ path }) => path))).toEqual(new Set(ORDER_PATHS));
});

test('orders without a price, cancelling all of a market and the kill switch never pass', () => {
  for (const { path, parameters } of NEVER) expect(admitted(path, parameters) || leaves(path, parameters)).toBe(false);
});

test('every private path of the exchange with every set of parameters, with the window: only what fits its own path', () => {
  const fits = new Map<string, Set<string>>();
  for (const { path, parameters } of MADE) fits.set(path, (fits.get(path) ?? new Set()).add(said(parameters)));
  let refused = 0;
  for (const path of WHITEBIT_PRIVATE_PATHS) {
    for (const { parameters } of [...MADE, ...NEVER]) {
      const right = fits.get(path)?.has(said(parameters)) === true;
      expect([path, parameters, admitted(path, parameters)]).toEqual([path, parameters, right]);
      expect([path, parameters, leaves(path, parameters)]).toEqual([path, parameters, right]);
      // Without the window orders are nothing that custody says.
      if (path !== '/api/v4/trade-account/balance') expect(leaves(path, parameters, false) && right).toBe(false);
      if (!right) refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(1_500);
});

describe('an order in another spelling', () => {
  const [{ path, parameters }] = [requests.placeRequest(limit)];
  const changed: readonly (readonly [string, CallParameters])[] = [
    ['a number for a text', { ...parameters, amount: 1 }],
    ['a zero at the end', { ...parameters, amount: '0.10' }],
    ['a zero before', { ...parameters, amount: '00.1' }],
    ['nothing', { ...parameters, amount: '0' }],
    ['less than nothing', { ...parameters, amount: '-1' }],
    ['an exponent', { ...parameters, price: '1e3' }],
    ['too many digits', { ...parameters, price: '1234567890123456789' }],
    ['a market in small letters', { ...parameters, market: 'btc_usdt' }],
    ['a market with a path', { ...parameters, market: 'BTC_USDT/../x' }],
    ['another side', { ...parameters, side: 'BUY' }],
    ['no name', { ...parameters, clientOrderId: '' }],
    ['a switch that is off', { ...parameters, postOnly: false }],
    ['a field more', { ...parameters, rpi: true }],
    ['leverage', { ...parameters, leverage: 10 }],
    ['a list', { orders: [parameters] }],
    ['another order of fields', Object.fromEntries(Object.entries(parameters).reverse())],
    ['a field less', Object.fromEntries(Object.entries(parameters).slice(1))],
  ];
  test.each(changed)('%s does not pass', (_name, other) => {
    expect(admitted(path, other)).toBe(false);
    expect(leaves(path, other)).toBe(false);
  });

  test('21 orders in a bulk, or none, do not pass', () => {
    const bulk = '/api/v4/order/bulk';
    expect(admitted(bulk, { orders: Array.from({ length: 20 }, () => parameters) })).toBe(true);
    expect(admitted(bulk, { orders: Array.from({ length: 21 }, () => parameters) })).toBe(false);
    expect(admitted(bulk, { orders: [] })).toBe(false);
    expect(admitted(bulk, { orders: [parameters], stopOnFail: true })).toBe(false);
  });

  test('no single byte of the body can be another and pass, but for values of the same shape', () => {
    const signed = signRequest({ path, parameters, nonce: 1_700_000_000_000, nonceWindow: true, publicKey, secret });
    const shape =
      /^\{"request":"\/api\/v4\/order\/new","nonce":[1-9]\d{12},"nonceWindow":true,"market":"[A-Z0-9]+_[A-Z0-9]+","side":"buy","amount":"[1-9\d.]+","price":"[\d.]+","clientOrderId":"[A-Za-z0-9._-]+"\}$/;
    fc.assert(
      fc.property(fc.nat(signed.body.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const body = signed.body.slice(0, at) + String.fromCharCode(code) + signed.body.slice(at + 1);
        const headers = { ...signed.headers, 'X-TXC-PAYLOAD': Buffer.from(body).toString('base64') };
        if (passes(() => verify({ origin, method: 'POST', path, body, headers }, pinned))) expect(body).toMatch(shape);
      }),
      { numRuns: 3_000 },
    );
  });

  test('the bytes are compared with what they mean: a field twice, a space', () => {
    const signed = signRequest({ path, parameters, nonce: 1_700_000_000_000, nonceWindow: true, publicKey, secret });
    for (const body of [
      signed.body.replace('"side":"buy"', '"side":"sell","side":"buy"'),
      signed.body.replace(',"price"', ', "price"'),
      signed.body.replace('{"request"', '{"nonce":1,"request"'),
      signed.body.replace('"nonceWindow":true', '"nonceWindow":true,"request":"/api/v4/main-account/withdraw"'),
      signed.body.replace('"nonceWindow":true', '"nonceWindow":true,"__proto__":{"x":1}'),
      signed.body.replace('BTC', '\\u0042TC'),
    ]) {
      const headers = { ...signed.headers, 'X-TXC-PAYLOAD': Buffer.from(body).toString('base64') };
      expect(passes(() => verify({ origin, method: 'POST', path, body, headers }, pinned))).toBe(false);
    }
  });
});

test('in public only what the reference needs is asked', () => {
  const may = (path: string) => passes(() => admitPublic(path));
  for (const name of ['ping', 'time', 'markets', 'ticker', 'orderbook/BTC_USDT?limit=100', 'trades/BTC_USDT'])
    expect(may(`/api/v4/public/${name}`)).toBe(true);
  for (const name of ['assets', 'orderbook/BTC_USDT', 'orderbook/../x?limit=100', 'trades/BTC_USDT?type=buy', 'ping?x'])
    expect(may(`/api/v4/public/${name}`)).toBe(false);
});
