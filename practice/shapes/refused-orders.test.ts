import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MARKET, startTrading, type Trader, type Trading } from './trading.testing.ts';

/** Orders that the exchange refuses: with a known code, at a known field, in a known sentence. */

let trading: Trading;
let alice: Trader;

beforeAll(async () => {
  trading = await startTrading();
  ({ alice } = trading);
});
afterAll(() => trading.stop());

const price = (percent: number): string => trading.price(percent);
const limit = (side: string, percent: number, amount: string) => ({
  market: MARKET,
  side,
  amount,
  price: price(percent),
});

describe('what cannot be done', () => {
  const good = () => limit('buy', 90, '0.01');
  const refused: readonly [string, () => object, number | null][] = [
    ['nothing', () => ({}), 30],
    ['no market of that name', () => ({ ...good(), market: 'NO_SUCH' }), 31],
    ['a market that is a number', () => ({ ...good(), market: 5 }), 31],
    ['an empty market', () => ({ ...good(), market: '' }), null],
    ['a market in the wrong format', () => ({ ...good(), market: 'btc/usdt' }), null],
    ['no such side', () => ({ ...good(), side: 'up' }), 30],
    ['an amount that is a word', () => ({ ...good(), amount: 'much' }), 32],
    ['an amount of nothing', () => ({ ...good(), amount: '0' }), 32],
    ['an amount too small', () => ({ ...good(), amount: '0.000009' }), 32],
    ['an amount too fine', () => ({ ...good(), amount: '0.0100001' }), 32],
    [
      'an amount that is not a multiple',
      () => ({ market: 'PEPE_USDT', side: 'buy', amount: '1234567', price: '0.00001' }),
      32,
    ],
    ['a price that is a word', () => ({ ...good(), price: 'dear' }), 33],
    ['a price of nothing', () => ({ ...good(), price: '0' }), 33],
    ['a price too fine', () => ({ ...good(), price: '50000.123' }), 33],
    ['a price out of bands', () => ({ ...good(), price: price(900), side: 'buy' }), 250],
    ['a total too small', () => ({ ...good(), amount: '0.00001' }), 30],
    ['more than there is', () => ({ ...good(), side: 'sell', amount: '101' }), 10],
    ['a total too big', () => ({ ...good(), amount: '100000' }), 30],
    ['both postOnly and ioc', () => ({ ...good(), postOnly: true, ioc: true }), 37],
    ['a client order id with a blank', () => ({ ...good(), clientOrderId: 'a b' }), 36],
    ['a client order id that is a number', () => ({ ...good(), clientOrderId: 7 }), 36],
    ['an stp of its own making', () => ({ ...good(), stp: 'perhaps' }), null],
    ['a role of its own making', () => ({ ...good(), bboRole: 3 }), null],
    ['a role and postOnly', () => ({ ...good(), bboRole: 1, postOnly: true }), null],
  ];

  test.each(refused)('%s', async (_name, params, code) => {
    const { status, body } = await alice.ask('order/new', { ...params() });
    expect([400, 422]).toContain(status);
    if (code !== null) expect(body).toMatchObject({ code });
  });

  test('a client order id of an open order, on the same market', async () => {
    await alice.order('order/new', { ...good(), clientOrderId: 'twice' });
    expect(await alice.ask('order/new', { ...good(), clientOrderId: 'twice' })).toMatchObject({
      status: 422,
      body: { code: 36 },
    });
  });

  test.each(['market', 'stock_market', 'stop_limit', 'stop_market'])(
    'order/%s with nothing and with too much',
    async (path) => {
      expect(await alice.ask(`order/${path}`)).toMatchObject({ status: 422, body: { code: 30 } });
      const activation = { activation_price: price(120), price: price(121) };
      const dear = await alice.ask(`order/${path}`, { market: MARKET, side: 'sell', amount: '100000', ...activation });
      expect([400, 422]).toContain(dear.status);
      const small = await alice.ask(`order/${path}`, {
        market: MARKET,
        side: 'buy',
        amount: '0.000001',
        ...activation,
      });
      expect([400, 422]).toContain(small.status);
      const wrong = await alice.ask(`order/${path}`, {
        market: MARKET,
        side: 'buy',
        amount: '0.01',
        price: price(90),
        activation_price: 'x',
      });
      if (path.startsWith('stop')) expect(wrong.status).toBe(422);
    },
  );

  test('cancelling what is not there', async () => {
    expect(await alice.ask('order/cancel', { market: MARKET })).toMatchObject({ status: 422, body: { code: 30 } });
    expect(await alice.ask('order/cancel', { market: MARKET, orderId: 1 })).toMatchObject({
      status: 400,
      body: { code: 2 },
    });
    for (const wrong of [
      {},
      { orderId: 1 },
      { market: MARKET, orderId: 'x' },
      { market: MARKET, clientOrderId: 'never' },
      { market: 'NO_SUCH', orderId: 1 },
    ])
      expect((await alice.ask('order/cancel', wrong)).status).toBeGreaterThanOrEqual(400);
  });

  test.each(['halted', 'post-only', 'delisted'])('trading on a market that is %s', async (status) => {
    await trading.client.control('markets/status', { market: 'ETH_USDT', status });
    const order = { market: 'ETH_USDT', side: 'sell', amount: '1' };
    expect((await alice.ask('order/market', order)).status).toBeGreaterThanOrEqual(400);
    await alice.ask('order/new', { ...order, price: '3000' });
    await trading.client.control('markets/status', { market: 'ETH_USDT', status: 'open' }).catch(() => undefined);
  });
});
