import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Practice, startPractice } from '../../practice/server.ts';
import { type Ccxt, ccxtOf, failureOf, loadCcxt, type Order } from './ccxt.testing.ts';

/**
 * ccxt trades on a practice exchange on which nobody else does: every number it understands is known beforehand.
 *
 * Where ccxt 4.5.84 tells something else than the exchange does, this is why; a test here holds each row.
 *
 * | what ccxt does | why |
 * | --- | --- |
 * | the fee of an order is in quote, also of a buy | it does not read `feeAsset` of orders (of trades it does) |
 * | a cancelled order in `fetchClosedOrders` is `closed` | it overwrites the status of every item |
 * | a market buy by cost has the bought amount as `amount` | it replaces what was asked for by what was filled |
 * | an open stop market buy has no `amount` and no `remaining` | for the same reason; nothing is filled yet |
 * | `fetchOrderTrades` names the counterparty's order | it takes `dealOrderId` for the order's own id |
 * | `editOrder` does not move the trigger of a stop order | it sends `activation_price`; only `activationPrice` is documented |
 * | `editOrder` of the trigger alone is refused | for the same reason: nothing that can be changed is sent |
 * | `cancelAllOrdersAfter(0)` is refused | it sends the text "null" where the documents say null |
 * | `fetchTradingFees` has not the fees of the market | it reads those of the base asset from the list of assets |
 * | a post-only order that would take is an `ExchangeError` | its words are not in its table of errors |
 * | `cancelAllOrders` tells no orders | the exchange answers `[]`, as documented |
 */

const SYMBOL = 'USDC/USDT';
const MARKET = 'USDC_USDT';

let practice: Practice;
let alice: Ccxt;
let bob: Ccxt;

beforeAll(async () => {
  practice = await startPractice({ port: 0, dataDir: null, seed: 'ccxt orders', life: false });
  const { Rest } = await loadCcxt();
  alice = await ccxtOf(practice.url, Rest, 'alice@practice.example', { USDT: '10000' });
  bob = await ccxtOf(practice.url, Rest, 'bob@practice.example', { USDC: '5000' });
});

afterAll(async () => {
  await Promise.all([alice.close(), bob.close()]);
  await practice.stop();
});

const usdt = async (ex: Ccxt) => (await ex.fetchBalance()).USDT;
const usdc = async (ex: Ccxt) => (await ex.fetchBalance()).USDC;

/** In the order in which they stand: each goes on where the one before it has ended. */
describe('an order from its birth to its end', () => {
  let order: Order;

  test('a limit order rests, and its money is frozen', async () => {
    order = await alice.createOrder(SYMBOL, 'limit', 'buy', 100, 0.99, { clientOrderId: 'mine-1' });
    expect(order).toMatchObject({
      ...{ symbol: SYMBOL, clientOrderId: 'mine-1', type: 'limit', side: 'buy', status: 'open' },
      ...{ price: 0.99, amount: 100, filled: 0, remaining: 100, cost: 0, postOnly: false },
    });
    expect(await usdt(alice)).toEqual({ free: 9901, used: 99, total: 10_000 });
    expect(await bob.fetchOrderBook(SYMBOL)).toMatchObject({ bids: [[0.99, 100]], asks: [] });
    expect(await alice.fetchOpenOrders(SYMBOL)).toMatchObject([{ id: order.id, remaining: 100, status: 'open' }]);
    expect(await bob.fetchOpenOrders()).toEqual([]);
  });

  test('edited, it has a new id and its own name, and the old one is gone', async () => {
    const old = order.id;
    order = await alice.editOrder(old, SYMBOL, 'limit', 'buy', 120, 0.98);
    expect(order).toMatchObject({ clientOrderId: 'mine-1', price: 0.98, amount: 120, remaining: 120, status: 'open' });
    expect(Number(order.id)).toBeGreaterThan(Number(old));
    expect(await failureOf(alice.editOrder(old, SYMBOL, 'limit', 'buy', 1, 1))).toMatchObject({
      name: 'OrderNotFound',
    });
    expect(await usdt(alice)).toEqual({ free: 9882.4, used: 117.6, total: 10_000 });
  });

  test('a market sell takes from it: fees in what each side receives', async () => {
    const sold = await bob.createOrder(SYMBOL, 'market', 'sell', 50);
    expect(sold).toMatchObject({
      ...{ type: 'market', side: 'sell', status: 'closed', amount: 50, filled: 50, remaining: 0, cost: 49 },
      ...{ average: 0.98, fee: { cost: 0.0245, currency: 'USDT' } },
    });
    expect(await usdt(bob)).toEqual({ free: 48.9755, used: 0, total: 48.9755 });
    expect(await usdc(alice)).toEqual({ free: 49.975, used: 0, total: 49.975 });
    expect(await usdt(alice)).toEqual({ free: 9882.4, used: 68.6, total: 9951 });
    // The fee was 0.025 USDC; ccxt gives every order's fee in quote.
    expect(await alice.fetchOrder(order.id, SYMBOL)).toMatchObject({
      ...{ status: 'open', filled: 50, remaining: 70, cost: 49, average: 0.98 },
      fee: { cost: 0.025, currency: 'USDT' },
    });
    const [deal] = await alice.fetchMyTrades(SYMBOL);
    expect(deal).toMatchObject({
      ...{ order: order.id, side: 'buy', takerOrMaker: 'maker', price: 0.98, amount: 50, cost: 49 },
      fee: { cost: 0.025, currency: 'USDC' },
    });
    expect(await bob.fetchMyTrades()).toMatchObject([
      { id: deal?.id, order: sold.id, side: 'sell', takerOrMaker: 'taker', fee: { cost: 0.0245, currency: 'USDT' } },
    ]);
    expect(await alice.fetchOrderTrades(order.id, SYMBOL)).toMatchObject([{ id: deal?.id, order: sold.id }]);
    expect(await alice.fetchTrades(SYMBOL)).toContainEqual(
      expect.objectContaining({ id: deal?.id, side: 'sell', price: 0.98, amount: 50, cost: 49 }),
    );
    expect((await alice.fetchTicker(SYMBOL)).last).toBe(0.98);
  });

  test('cancelled, it keeps its fills and gives the rest back', async () => {
    expect(await alice.cancelOrder(order.id, SYMBOL)).toMatchObject({
      ...{ id: order.id, status: 'canceled', filled: 50, remaining: 70, cost: 49 },
    });
    expect(await failureOf(alice.cancelOrder(order.id, SYMBOL))).toMatchObject({ name: 'OrderNotFound' });
    expect(await usdt(alice)).toEqual({ free: 9951, used: 0, total: 9951 });
    expect(await alice.fetchOpenOrders(SYMBOL)).toEqual([]);
    expect(await alice.fetchOrder(order.id, SYMBOL)).toMatchObject({ status: 'canceled', filled: 50 });
    // What the history tells is told as closed by ccxt, whatever it says.
    expect(await alice.fetchClosedOrders(SYMBOL)).toMatchObject([
      { price: 0.99, filled: 0, status: 'closed', info: { status: 'CANCELED' } },
      { id: order.id, filled: 50, cost: 49, status: 'closed', info: { status: 'CANCELED' } },
    ]);
    expect(await failureOf(alice.fetchOrder('999', SYMBOL))).toMatchObject({ name: 'OrderNotFound' });
  });
});

describe('other kinds of orders', () => {
  test('market buys, by cost and by amount', async () => {
    const ask = await bob.createOrder(SYMBOL, 'limit', 'sell', 200, 1.01);
    const before = await usdt(alice);
    // 50 USDT buy 49.50 USDC at 1.01: 49.995, and half a cent stays.
    expect(await alice.createMarketBuyOrderWithCost(SYMBOL, 50)).toMatchObject({
      ...{ type: 'market', status: 'closed', amount: 49.5, filled: 49.5, cost: 49.995, average: 1.01 },
      info: { type: 'market', amount: '50', left: '0.005', dealFee: '0.02475', feeAsset: 'USDC' },
    });
    expect(await alice.createOrder(SYMBOL, 'market', 'buy', 20)).toMatchObject({
      ...{ status: 'closed', amount: 20, filled: 20, cost: 20.2, info: { type: 'stock market', left: '0' } },
    });
    expect((await usdt(alice))?.total).toBeCloseTo((before?.total ?? 0) - 70.195, 9);
    expect(await bob.fetchOrder(ask.id, SYMBOL)).toMatchObject({ status: 'open', filled: 69.5, remaining: 130.5 });
    await bob.cancelOrder(ask.id, SYMBOL);
  });

  test('an immediate-or-cancel order takes what is there and ends', async () => {
    await bob.createOrder(SYMBOL, 'limit', 'sell', 30, 1.01);
    expect(await alice.createOrder(SYMBOL, 'limit', 'buy', 50, 1.01, { timeInForce: 'IOC' })).toMatchObject({
      ...{ status: 'canceled', timeInForce: 'IOC', filled: 30, remaining: 20, cost: 30.3 },
    });
    expect(await alice.fetchOrderBook(SYMBOL)).toMatchObject({ bids: [], asks: [] });
  });

  test('a post-only order rests, and is refused where it would take', async () => {
    const bid = await alice.createOrder(SYMBOL, 'limit', 'buy', 10, 0.95, { postOnly: true });
    expect(bid).toMatchObject({ status: 'open', postOnly: true, timeInForce: 'PO' });
    const { name, text } = await failureOf(bob.createOrder(SYMBOL, 'limit', 'sell', 10, 0.95, { postOnly: true }));
    expect(name).toBe('ExchangeError');
    expect(text).toContain("This order couldn't be executed as a maker order and was canceled.");
    await alice.cancelOrder(bid.id, SYMBOL);
  });

  test('a stop limit order wakes when the price gets there; ccxt cannot move its trigger', async () => {
    const stop = await alice.createOrder(SYMBOL, 'limit', 'buy', 10, 1.03, { triggerPrice: 1.02 });
    expect(stop).toMatchObject({ type: 'limit', price: 1.03, triggerPrice: 1.02, status: 'open', remaining: 10 });
    const edited = await alice.editOrder(stop.id, SYMBOL, 'limit', 'buy', 12, 1.03, { triggerPrice: 1.025 });
    expect(edited).toMatchObject({ triggerPrice: 1.02, amount: 12 });
    const alone = alice.editOrder(edited.id, SYMBOL, 'limit', 'buy', undefined, undefined, { triggerPrice: 1.025 });
    expect(await failureOf(alone)).toMatchObject({ name: 'ExchangeError' });
    await bob.createOrder(SYMBOL, 'limit', 'sell', 20, 1.02);
    expect(await alice.fetchOrder(edited.id, SYMBOL)).toMatchObject({ filled: 0, info: { activated: 0 } });
    await alice.createOrder(SYMBOL, 'market', 'buy', 5);
    expect(await alice.fetchOrder(edited.id, SYMBOL)).toMatchObject({ status: 'closed', filled: 12, cost: 12.24 });
    await bob.cancelAllOrders(SYMBOL);
  });

  test('a stop market sell wakes as well; the buy is told without an amount', async () => {
    const buy = await alice.createOrder(SYMBOL, 'market', 'buy', 10, undefined, { triggerPrice: 1.2 });
    expect(buy).toMatchObject({ type: 'market', triggerPrice: 1.2, status: 'open', filled: 0, info: { amount: '10' } });
    expect(buy).toMatchObject({ amount: undefined, remaining: undefined });
    const sell = await bob.createOrder(SYMBOL, 'market', 'sell', 10, undefined, { triggerPrice: 0.97 });
    expect(sell).toMatchObject({ type: 'market', triggerPrice: 0.97, status: 'open', filled: 0 });
    await alice.createOrder(SYMBOL, 'limit', 'buy', 40, 0.96);
    await bob.createOrder(SYMBOL, 'market', 'sell', 5);
    expect(await bob.fetchOrder(sell.id, SYMBOL)).toMatchObject({ status: 'closed', filled: 10, cost: 9.6 });
    expect((await alice.fetchOpenOrders(SYMBOL)).map(({ filled }) => filled)).toEqual([0, 15]);
  });

  test('cancel all: nothing is left open or frozen', async () => {
    await alice.createOrder(SYMBOL, 'limit', 'buy', 10, 0.9);
    expect((await alice.fetchOpenOrders(SYMBOL)).length).toBeGreaterThanOrEqual(3);
    expect(await alice.cancelAllOrders(SYMBOL)).toEqual([]);
    expect(await alice.fetchOpenOrders()).toEqual([]);
    expect((await usdt(alice))?.used).toBe(0);
    const orders = await alice.fetchOrders(SYMBOL);
    expect(orders.every(({ status }) => status === 'closed')).toBe(true);
    expect(new Set(orders.map(({ id }) => id)).size).toBe(orders.length);
  });
});

describe('what the exchange says no to', () => {
  test('too much, too little, and a name that is taken', async () => {
    expect(await failureOf(bob.createOrder(SYMBOL, 'limit', 'buy', 100_000, 1))).toMatchObject({
      name: 'InsufficientFunds',
      text: expect.stringContaining('Not enough balance.'),
    });
    const tooLittle = await failureOf(bob.createOrder(SYMBOL, 'limit', 'sell', 2, 1));
    expect(tooLittle.text).toContain('Total (amount * price) is less than 5');
    const { id } = await alice.createOrder(SYMBOL, 'limit', 'buy', 10, 0.9, { clientOrderId: 'taken' });
    const twice = alice.createOrder(SYMBOL, 'limit', 'buy', 10, 0.9, { clientOrderId: 'taken' });
    expect((await failureOf(twice)).text).toContain('This client order id is already used by the current account.');
    await alice.cancelOrder(id, SYMBOL);
  });

  test('a kill switch is set by ccxt, and cannot be taken back by it', async () => {
    const nowSec = Math.floor(practice.clock.nowMs() / 1000);
    const set = await alice.cancelAllOrdersAfter(10_000, { symbol: SYMBOL });
    expect(set).toMatchObject({ market: MARKET });
    expect(Number(set.startTime) - nowSec).toBeLessThanOrEqual(5);
    expect(Number(set.cancellationTime) - Number(set.startTime)).toBe(10);
    const { name, text } = await failureOf(alice.cancelAllOrdersAfter(0, { symbol: SYMBOL }));
    expect(name).toBe('ExchangeError');
    expect(text).toContain('timeout');
  });
});

describe('the market after it', () => {
  test('rules and fees: of the market in the markets, of the asset in the trading fees', async () => {
    expect(alice.markets[SYMBOL]).toMatchObject({
      ...{ id: MARKET, maker: 0.0005, taker: 0.0005, spot: true, active: true },
      precision: { amount: 0.01, price: 0.0001 },
      limits: { amount: { min: 1 }, cost: { min: 5, max: 10_000_000 } },
    });
    expect((await alice.fetchTradingFees())[SYMBOL]).toMatchObject({ maker: 0.001, taker: 0.001 });
  });

  test('a candle holds exactly what was traded in it, and the tickers agree', async () => {
    await toTheNextMinute();
    await bob.createOrder(SYMBOL, 'limit', 'sell', 60, 1.01);
    await alice.createOrder(SYMBOL, 'limit', 'buy', 60, 0.99);
    await alice.createOrder(SYMBOL, 'market', 'buy', 10);
    await bob.createOrder(SYMBOL, 'market', 'sell', 20);
    await alice.createOrder(SYMBOL, 'market', 'buy', 30);
    const [candle] = (await alice.fetchOHLCV(SYMBOL, '1m', undefined, 1)).slice(-1);
    const minuteMs = Math.floor(practice.clock.nowMs() / 60_000) * 60_000;
    expect(candle).toEqual([minuteMs, expect.any(Number), 1.01, 0.99, 1.01, 60]);
    expect(await alice.fetchOrderBook(SYMBOL)).toMatchObject({ bids: [[0.99, 40]], asks: [[1.01, 20]] });
    expect(await alice.fetchTicker(SYMBOL)).toMatchObject({ last: 1.01, bid: 0.99, ask: 1.01 });
    expect((await alice.fetchTickers([SYMBOL]))[SYMBOL]).toMatchObject({ last: 1.01 });
    expect(
      (await alice.fetchTrades(SYMBOL, undefined, 3)).map(({ price, amount, side }) => [side, price, amount]),
    ).toEqual([
      ['buy', 1.01, 10],
      ['sell', 0.99, 20],
      ['buy', 1.01, 30],
    ]);
  });
});

/** In steps that are no gap: the exchange lives on. */
async function toTheNextMinute(): Promise<void> {
  const restMs = 60_000 - (practice.clock.nowMs() % 60_000);
  for (const stepMs of [restMs / 2, restMs / 2 + 1]) {
    practice.clock.advanceMs(Math.ceil(stepMs));
    await practice.exchange.tick();
  }
}
