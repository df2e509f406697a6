import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SWITCHABLE_ENDPOINTS } from '../api/permission-groups.ts';
import { sign } from '../api/signed-call.testing.ts';
import { type Client, DEMO, type Key, record, startClient } from '../practice.testing.ts';
import { checkReply } from './checked.testing.ts';
import { ORDERS_OF_2022 } from './samples.testing.ts';
import { shapeOfReply } from './shapes.ts';

/**
 * Requests as a client that is in use everywhere writes them, rebuilt by hand from its tests: texts where numbers could
 * be, ids as texts, fields of its own. Each is carried out or refused as the real exchange would.
 */

let client: Client;
let key: Key;
let nonce: number;

beforeAll(async () => {
  client = await startClient();
  await client.control('wallets/set', { email: DEMO, wallet: 'trade', ticker: 'USDT', available: '100000' });
  key = await client.key({
    groups: ['trade-read', 'wallet-read', 'orders', 'deposit', 'transfer', 'convert', 'sub-accounts'],
  });
  nonce = client.practice.clock.nowMs();
});
afterAll(() => client.stop());

/** The nonce is a text, `nonceWindow` is said although it is off, and both stand before the parameters. */
async function send(path: string, params: object): Promise<{ status: number; body: unknown }> {
  nonce += 1;
  const body = JSON.stringify({ request: path, nonce: String(nonce), nonceWindow: false, ...params });
  const { payload, signature } = sign(key.secret, body);
  const headers = { 'x-txc-apikey': key.apiKey, 'x-txc-payload': payload, 'x-txc-signature': signature };
  const reply = await client.post(path, body, headers);
  checkReply(path, { ...params }, reply);
  return { status: reply.status, body: reply.body };
}

const CLIENT_ORDER_ID = 'ccxt79f2861ea4fbae3';
const doge = (amount: string, more: object = {}) => ({ market: 'DOGE_USDT', side: 'buy', amount, ...more });

type Case = readonly [name: string, path: string, params: object, status: number];
const CASES: readonly Case[] = [
  ['a limit buy', 'order/new', doge('100', { clientOrderId: `${CLIENT_ORDER_ID}0`, price: '0.06' }), 200],
  ['a market buy of stock', 'order/stock_market', doge('100', { clientOrderId: `${CLIENT_ORDER_ID}1` }), 200],
  [
    'a stop market buy',
    'order/stop_market',
    doge('100', { clientOrderId: `${CLIENT_ORDER_ID}2`, activation_price: '0.5' }),
    200,
  ],
  [
    'a stop limit buy',
    'order/stop_limit',
    doge('100', { clientOrderId: `${CLIENT_ORDER_ID}3`, activation_price: '0.5', price: '0.4' }),
    200,
  ],
  [
    'a market buy for money',
    'order/market',
    { market: 'BTC_USDT', side: 'buy', amount: '7.1', clientOrderId: 'ccxt014ab638a4a5883b' },
    200,
  ],
  [
    'a limit buy that takes or ends',
    'order/new',
    doge('100', { clientOrderId: `${CLIENT_ORDER_ID}4`, ioc: true, price: '0.06' }),
    200,
  ],
  [
    'a limit buy that only makes',
    'order/new',
    doge('100', { clientOrderId: `${CLIENT_ORDER_ID}5`, postOnly: true, price: '0.06' }),
    200,
  ],
  [
    'a change of an order that is not there',
    'order/modify',
    { market: 'DOGE_USDT', orderId: '123456789', amount: '100', price: '0.06' },
    400,
  ],
  ['a cancellation by a number', 'order/cancel', { market: 'DOGE_USDT', orderId: 2560087414918 }, 400],
  ['one open order', 'orders', { orderId: '2560087414918', market: 'DOGE_USDT' }, 200],
  ['some open orders', 'orders', { market: 'DOGE_USDT', limit: 2 }, 200],
  ['one finished order', 'trade-account/order/history', { orderId: '2558095898746', market: 'DOGE_USDT' }, 200],
  ['some finished orders', 'trade-account/order/history', { market: 'DOGE_USDT', limit: 2 }, 200],
  ['deals of a market', 'trade-account/executed-history', { market: 'DOGE_USDT' }, 200],
  ['deals of all markets', 'trade-account/executed-history', {}, 200],
  [
    'deals of an order, with a market too many',
    'trade-account/order',
    { orderId: 2558095898746, market: 'DOGE_USDT' },
    200,
  ],
  ['cancel all: spot', 'order/cancel/all', { market: 'BTC_USDT', type: ['spot'] }, 200],
  ['cancel all: margin', 'order/cancel/all', { market: 'BTC_USDT', type: ['margin'] }, 200],
  ['a timer', 'order/kill-switch', { market: 'BTC_USDT', timeout: '10' }, 200],
  // The text "null", a slip of that client: refused, so that it shows.
  ['a timer taken away wrongly', 'order/kill-switch', { market: 'BTC_USDT', timeout: 'null' }, 422],
  ['the trade balance', 'trade-account/balance', {}, 200],
  ['the main balance', 'main-account/balance', {}, 200],
  ['the collateral balance', 'collateral-account/balance', {}, 200],
  ['an address', 'main-account/address', { ticker: 'BTC' }, 200],
  ['movements of a ticker', 'main-account/history', { ticker: 'USDT' }, 201],
  ['deposits', 'main-account/history', { transactionMethod: 1, limit: 2, offset: 0, ticker: 'USDT' }, 201],
  [
    'withdrawals, the method as a text',
    'main-account/history',
    { ticker: 'USDT', limit: 2, transactionMethod: '2' },
    201,
  ],
  [
    'a deposit by a name nobody documents',
    'main-account/history',
    { transactionMethod: 1, uniqueId: '5593377049', limit: 1, offset: 0, ticker: 'USDT' },
    201,
  ],
  [
    'a transfer that needs two hops',
    'main-account/transfer',
    { ticker: 'USDT', amount: '1', from: 'collateral', to: 'spot' },
    400,
  ],
  ['sub-accounts', 'sub-account/list', {}, 403],
  ['converted so far', 'convert/history', { fromTicker: 'USDT' }, 200],
];

describe('requests of a client in wide use', () => {
  test.each(CASES)('%s', async (_name, path, params, status) => {
    const answered = await send(`/api/v4/${path}`, params);
    expect(answered, JSON.stringify(answered.body)).toMatchObject({ status });
  });

  test('an order is changed and cancelled with its id as a text', async () => {
    const made = await send('/api/v4/order/new', doge('100', { price: '0.06' }));
    const orderId = String(record(made.body).orderId);
    const changed = await send('/api/v4/order/modify', { market: 'DOGE_USDT', orderId, amount: '101', price: '0.061' });
    expect(changed).toMatchObject({ status: 200, body: { amount: '101', price: '0.061' } });
    const fresh = String(record(changed.body).orderId);
    expect(await send('/api/v4/order/cancel', { market: 'DOGE_USDT', orderId: fresh })).toMatchObject({
      status: 200,
      body: { status: 'CANCELED', left: '101' },
    });
  });

  test('a change of a trigger under the name that creation uses changes nothing', async () => {
    const made = await send('/api/v4/order/stop_limit', doge('100', { activation_price: '0.5', price: '0.4' }));
    const { orderId } = record(made.body);
    const changed = await send('/api/v4/order/modify', {
      market: 'DOGE_USDT',
      orderId,
      amount: '100',
      activation_price: '0.51',
      price: '0.4',
    });
    if (changed.status === 200) expect(changed.body).toMatchObject({ activation_price: '0.5' });
    else expect(changed.status).toBe(422);
  });
});

describe('orders of 2022 made again', () => {
  const requests: readonly (readonly [string, object])[] = [
    ['order/new', { price: '3000', amount: '0.002', clientOrderId: '25' }],
    ['order/market', { amount: '99.9', clientOrderId: '31' }],
    ['order/stock_market', { amount: '0.001', clientOrderId: '61' }],
    ['order/stop_limit', { amount: '0.002', activation_price: '330000', price: '3000', clientOrderId: '71' }],
  ];

  test.each(requests.map((request, index) => [...request, ORDERS_OF_2022[index] ?? ''] as const))(
    '%s has every field that it had',
    async (path, params, sample) => {
      const { body } = await send(`/api/v4/${path}`, { market: 'BTC_USDT', side: 'buy', ...params });
      const now = record(body);
      for (const [name, value] of Object.entries(record(JSON.parse(sample))))
        expect(typeof now[name], name).toBe(typeof value);
      expect(now).toMatchObject({ type: record(JSON.parse(sample)).type });
    },
  );
});

test('every endpoint that a key can be given has a shape of what it answers', () => {
  // Business-only families and margin trading answer refusals alone.
  const refused =
    /\/(sub-account|mining|credit-line|smart|smart-flex|order\/collateral|oco-cancel|oto-cancel|conditional-cancel|position\/close|convert\/estimate|convert\/confirm|refund-deposit)/;
  const paths = [...SWITCHABLE_ENDPOINTS];
  const shapeless = paths.filter(
    (path) => !refused.test(path) && [200, 201].every((status) => shapeOfReply(path, status) === null),
  );
  expect(paths.length).toBeGreaterThan(60);
  expect(shapeless).toEqual([]);
});
