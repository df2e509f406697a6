import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { record } from '../practice.testing.ts';
import { MARKET, startTrading, type Trader, type Trading } from './trading.testing.ts';

/** The money flows that the documentation works out, followed digit by digit; and all places tell the same of a deal. */

let trading: Trading;
let alice: Trader;
let bob: Trader;

beforeAll(async () => {
  trading = await startTrading();
  ({ alice, bob } = trading);
});
afterAll(() => trading.stop());

const dec = (text: unknown): Decimal => Decimal.parse(String(text));
const FEE = Decimal.parse('0.001');
const rows = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(record) : []);

type Purse = { available: Decimal; freeze: Decimal };
async function purse(trader: Trader, ticker: string): Promise<Purse> {
  const { body } = await trader.ask('trade-account/balance', { ticker });
  return { available: dec(record(body).available), freeze: dec(record(body).freeze) };
}
/** How much more there is than before. */
async function moved(trader: Trader, ticker: string, before: Purse): Promise<{ available: string; freeze: string }> {
  const now = await purse(trader, ticker);
  return {
    available: now.available.sub(before.available).trim().toString(),
    freeze: now.freeze.sub(before.freeze).trim().toString(),
  };
}

const limit = (side: string, percent: number, amount: string, more: object = {}) => ({
  market: MARKET,
  side,
  amount,
  price: trading.price(percent),
  ...more,
});

describe('money', () => {
  test('of a limit buy is frozen, and becomes stock less the fee', async () => {
    const usdt = await purse(alice, 'USDT');
    const btc = await purse(alice, 'BTC');
    const cost = dec(trading.price(100)).mul(dec('0.01')).trim();
    const order = await alice.order('order/new', limit('buy', 100, '0.01'));
    expect(await moved(alice, 'USDT', usdt)).toEqual({ available: cost.neg().toString(), freeze: cost.toString() });
    await bob.order('order/new', limit('sell', 100, '0.01'));
    expect(await moved(alice, 'USDT', usdt)).toEqual({ available: cost.neg().toString(), freeze: '0' });
    expect(await moved(alice, 'BTC', btc)).toEqual({ available: '0.00999', freeze: '0' });
    const { body } = await alice.ask('trade-account/order', { orderId: order.orderId });
    expect(rows(record(body).records)).toMatchObject([
      { amount: '0.01', price: trading.price(100), deal: cost.toString(), fee: '0.00001', feeAsset: 'BTC', role: 1 },
    ]);
  });

  test('of a limit sell is frozen stock, and becomes money less the fee', async () => {
    const usdt = await purse(alice, 'USDT');
    const btc = await purse(alice, 'BTC');
    const gain = dec(trading.price(101)).mul(dec('0.01'));
    await alice.order('order/new', limit('sell', 101, '0.01'));
    expect(await moved(alice, 'BTC', btc)).toEqual({ available: '-0.01', freeze: '0.01' });
    await bob.order('order/new', limit('buy', 101, '0.01'));
    expect(await moved(alice, 'BTC', btc)).toEqual({ available: '-0.01', freeze: '0' });
    expect(await moved(alice, 'USDT', usdt)).toEqual({
      available: gain.sub(gain.mul(FEE)).trim().toString(),
      freeze: '0',
    });
  });

  test('that a market buy cannot spend to the last step stays in left, and with its owner', async () => {
    await alice.order('order/new', limit('sell', 100, '1'));
    const usdt = await purse(bob, 'USDT');
    const bought = await bob.order('order/market', { market: MARKET, side: 'buy', amount: '100' });
    const price = dec(trading.price(100));
    const stock = dec('100').div(price, 6, 'down');
    const spent = stock.mul(price);
    expect(bought).toMatchObject({ dealStock: stock.trim().toString(), dealMoney: spent.trim().toString() });
    expect(bought.left).toBe(dec('100').sub(spent).trim().toString());
    expect(await moved(bob, 'USDT', usdt)).toEqual({ available: spent.neg().trim().toString(), freeze: '0' });
    await alice.ask('order/cancel/all');
  });

  test('of what is left comes back with a cancellation, and history tells of both', async () => {
    const usdt = await purse(alice, 'USDT');
    const price = dec(trading.price(100));
    const order = await alice.order('order/new', limit('buy', 100, '0.04'));
    await bob.order('order/new', limit('sell', 100, '0.01'));
    expect((await moved(alice, 'USDT', usdt)).freeze).toBe(price.mul(dec('0.03')).trim().toString());
    expect(await alice.order('order/cancel', { market: MARKET, orderId: order.orderId })).toMatchObject({
      status: 'CANCELED',
      left: '0.03',
      dealStock: '0.01',
    });
    const spent = price.mul(dec('0.01')).neg().trim().toString();
    expect(await moved(alice, 'USDT', usdt)).toEqual({ available: spent, freeze: '0' });
    const { body } = await alice.ask('trade-account/order/history', { market: MARKET, orderId: order.orderId });
    expect(rows(record(body)[MARKET])).toMatchObject([{ status: 'CANCELED', dealStock: '0.01', dealFee: '0.00001' }]);
  });

  test('moves between wallets as it is told', async () => {
    const usdt = await purse(alice, 'USDT');
    await trading.client.control('wallets/faucet', { email: 'alice@practice.example', ticker: 'USDT', amount: '1000' });
    expect(
      await alice.ask('main-account/transfer', { ticker: 'USDT', amount: '100', from: 'main', to: 'spot' }),
    ).toEqual({
      status: 201,
      body: [],
    });
    expect((await moved(alice, 'USDT', usdt)).available).toBe('100');
    expect(await alice.ask('main-account/balance', { ticker: 'USDT' })).toMatchObject({
      body: { main_balance: '900' },
    });
    expect(
      await alice.ask('main-account/transfer', { ticker: 'USDT', amount: '1000000', from: 'main', to: 'spot' }),
    ).toMatchObject({
      status: 422,
      body: {
        code: 3,
        errors: { amount: ["You don't have such amount for transfer (available 900, in amount: 1000000)"] },
      },
    });
  });

  test('of an ioc order that finds nothing is never missing', async () => {
    expect(await bob.stream.ask('ordersPending_subscribe', MARKET)).toMatchObject({ error: null });
    const usdt = await purse(bob, 'USDT');
    const order = await bob.order('order/new', limit('buy', 90, '0.01', { ioc: true }));
    expect(await moved(bob, 'USDT', usdt)).toEqual({ available: '0', freeze: '0' });
    expect(await bob.ask('orders', { market: MARKET })).toMatchObject({ body: [] });
    const told = (await bob.told()).filter(({ method }) => method === 'ordersPending_update');
    expect(told.map(({ params }) => params?.[0])).toEqual([3]);
    const { body } = await bob.ask('trade-account/order/history', { market: MARKET, orderId: order.orderId });
    expect(rows(record(body)[MARKET])).toMatchObject([{ id: order.orderId, dealStock: '0' }]);
    await bob.stream.ask('ordersPending_unsubscribe');
  });
});

describe('a deal', () => {
  test('is the same in every list and on the stream, for both sides', async () => {
    for (const { stream } of [alice, bob]) await stream.ask('deals_subscribe', [MARKET]);
    const made = await alice.order('order/new', limit('sell', 100, '0.0123', { clientOrderId: 'maker' }));
    const took = await bob.order('order/stock_market', { market: MARKET, side: 'buy', amount: '0.0023' });
    for (const [trader, order] of [
      [alice, made],
      [bob, took],
    ] as const) {
      const executed = await trader.ask('trade-account/executed-history', { market: MARKET, limit: 1 });
      const byMarket = await trader.ask('trade-account/executed-history', { limit: 1 });
      const ofOrder = await trader.ask('trade-account/order', { orderId: order.orderId });
      const asked = await trader.stream.ask('deals_request', MARKET, 0, 1);
      const [told] = (await trader.told()).filter(({ method }) => method === 'deals_update');
      const [deal] = rows(executed.body);
      if (deal === undefined || told === undefined) throw new Error('no deal');
      expect(rows(record(byMarket.body)[MARKET])).toEqual([deal]);
      const { side, orderId, ...same } = deal;
      const [counted] = rows(record(ofOrder.body).records);
      expect(counted).toMatchObject(same);
      expect(orderId).toBe(order.orderId);
      const sideNumber = side === 'buy' ? 2 : 1;
      expect(told.params).toEqual([
        deal.id,
        deal.time,
        MARKET,
        orderId,
        deal.price,
        deal.amount,
        deal.fee,
        deal.clientOrderId,
        sideNumber,
        deal.role,
        deal.feeAsset,
      ]);
      expect(rows(record(asked.result).records)).toMatchObject([
        {
          id: deal.id,
          time: deal.time,
          side: sideNumber,
          deal: deal.deal,
          order_id: orderId,
          fee_asset: deal.feeAsset,
        },
      ]);
      // The order of the other side.
      expect(counted?.dealOrderId).toBe(order === made ? took.orderId : made.orderId);
    }
  });

  test('pays its rate of what was received, and an order the sum of its deals', async () => {
    let seen = 0;
    for (const trader of [alice, bob]) {
      const { body } = await trader.ask('trade-account/executed-history', { market: MARKET, limit: 500 });
      const byOrder = new Map<unknown, Decimal>();
      for (const deal of rows(body)) {
        const received = deal.side === 'buy' ? dec(deal.amount) : dec(deal.deal);
        expect(dec(deal.fee).eq(received.mul(FEE))).toBe(true);
        byOrder.set(deal.orderId, (byOrder.get(deal.orderId) ?? Decimal.ZERO).add(dec(deal.fee)));
        seen += 1;
      }
      const history = await trader.ask('trade-account/order/history', { market: MARKET, limit: 500 });
      for (const order of rows(record(history.body)[MARKET]))
        expect(dec(order.dealFee).eq(byOrder.get(order.id) ?? Decimal.ZERO)).toBe(true);
    }
    expect(seen).toBeGreaterThan(8);
  });

  test('is in the public trades, with names turned round', async () => {
    const { body } = await trading.client.get(`/api/v4/public/trades/${MARKET}`);
    expect(rows(body)[0]).toMatchObject({ price: trading.price(100), quote_volume: '0.0023', type: 'buy' });
  });
});
