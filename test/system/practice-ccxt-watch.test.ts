import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Practice, startPractice } from '../../practice/server.ts';
import {
  type Balances,
  type Book,
  type Ccxt,
  ccxtAt,
  ccxtOf,
  loadCcxt,
  type Order,
  type Trade,
} from './ccxt.testing.ts';

/**
 * ccxt's streams: of a market on which the house trades, and of two people's orders on one where nobody else does.
 *
 * Where ccxt 4.5.84 tells something else than the exchange does, this is why; a test here holds each row.
 *
 * | what ccxt does | why |
 * | --- | --- |
 * | the fee of a watched order is in quote, also of a buy | it does not read which asset it is in (of trades it does) |
 * | a cancelled market order is `closed` | what is left of one counts as nothing |
 * | a subscription that is refused never fails | it looks for `code` beside `error`, not in it |
 */

const SYMBOL = 'USDC/USDT';
const LIVELY = 'BTC/USDT';
const LIVELY_MARKET = 'BTC_USDT';
/** The house trades several times a second; a busy machine is slower. */
const PATIENCE_MS = 30_000;

let lively: Practice;
let quiet: Practice;
const opened: Ccxt[] = [];

beforeAll(async () => {
  // Twenty times as fast: as much happens in a second as else in twenty.
  lively = await startPractice({ port: 0, dataDir: null, seed: 'ccxt watch', speed: 20 });
  quiet = await startPractice({ port: 0, dataDir: null, seed: 'ccxt watch', life: false });
});

afterAll(async () => {
  await Promise.all(opened.map((ex) => ex.close()));
  await Promise.all([lively.stop(), quiet.stop()]);
});

/** Everything a watch hands over, copied at once: ccxt goes on writing into what it gave. */
class Heard<T> {
  readonly all: T[] = [];
  #wake: () => void = () => undefined;
  #failure: unknown = null;

  constructor(watch: () => Promise<T>) {
    void this.#listen(watch);
  }

  /** All so far; throws what ended the watch. */
  check(): readonly T[] {
    if (this.#failure !== null) throw this.#failure;
    return this.all;
  }

  async until(isThere: (heard: readonly T[]) => boolean): Promise<void> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    while (!isThere(this.check())) {
      if (late.aborted) throw new Error(`Not heard among ${JSON.stringify(this.all.slice(-3))}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        late.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  async #listen(watch: () => Promise<T>): Promise<void> {
    try {
      for (;;) {
        this.all.push(structuredClone(await watch()));
        this.#wake();
      }
    } catch (error) {
      // At the end of the tests, or earlier if somebody still waits.
      this.#failure = error;
      this.#wake();
    }
  }
}

async function proOf(practice: Practice, email: string, money: Readonly<Record<string, string>>): Promise<Ccxt> {
  const { Pro } = await loadCcxt();
  const ex = await ccxtOf(practice.url, Pro, email, money);
  opened.push(ex);
  // ccxt wants it before its first socket without TLS.
  await ex.loadHttpProxyAgent();
  return ex;
}

describe('a market that lives', () => {
  let ex: Ccxt;
  beforeAll(async () => {
    const { Pro } = await loadCcxt();
    ex = ccxtAt(lively.url, Pro);
    opened.push(ex);
    await ex.loadMarkets();
    await ex.loadHttpProxyAgent();
  });

  test('every order book it holds is one that the exchange had', async () => {
    const had = new Set<string>();
    const remember = (): void => {
      const { asks, bids } = lively.market.book(LIVELY_MARKET, lively.clock.nowMs(), 10);
      const numbers = [asks, bids].map((side) => side.map((level) => level.map((one) => one.toNumberInexact())));
      had.add(JSON.stringify(numbers));
    };
    remember();
    const stop = lively.exchange.on(remember);
    const books = new Heard<Book>(async () => {
      const { asks, bids } = await ex.watchOrderBook(LIVELY, 10);
      return {
        asks: asks.map(([price, amount]) => [price, amount]),
        bids: bids.map(([price, amount]) => [price, amount]),
      };
    });
    await books.until((heard) => heard.length >= 20);
    stop();
    for (const { asks, bids } of books.all) {
      expect(asks).toHaveLength(10);
      expect(had).toContain(JSON.stringify([asks, bids]));
    }
    expect(new Set(books.all.map((book) => JSON.stringify(book))).size).toBeGreaterThan(5);
  });

  test('every trade is one of the tape, each told once', async () => {
    const trades = new Heard<Trade[]>(() => ex.watchTrades(LIVELY));
    await trades.until((heard) => heard.length >= 4);
    const heard = trades.all.flat();
    expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length);
    const tape = lively.market.trades(LIVELY_MARKET, lively.clock.nowMs(), 1_000);
    const known = new Map(tape.map(({ id, price, amount, side }) => [String(id), [price, amount, side]]));
    for (const { id, price, amount, side } of heard)
      expect([price, amount, side]).toEqual(
        known.get(id)?.map((one) => (typeof one === 'string' ? one : one.toNumberInexact())),
      );
  });

  test('ticker and candle follow the trades', async () => {
    const tickers = new Heard(() => ex.watchTicker(LIVELY));
    const candles = new Heard(() => ex.watchOHLCV(LIVELY, '1m'));
    await tickers.until((heard) => heard.length >= 3);
    await candles.until((heard) => heard.length >= 3);
    const prices = new Set(
      lively.market.trades(LIVELY_MARKET, lively.clock.nowMs(), 1_000).map(({ price }) => price.toNumberInexact()),
    );
    for (const { last, high, low } of tickers.all) {
      expect(prices).toContain(last);
      expect(high).toBeGreaterThanOrEqual(last);
      expect(low).toBeLessThanOrEqual(last);
    }
    for (const [atMs = 0, open = 0, high = 0, low = 0, close = 0] of candles.all.map((rows) => rows.at(-1) ?? [])) {
      expect(atMs % 60_000).toBe(0);
      expect(prices).toContain(close);
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
    }
  });
});

/** In the order in which they stand: each goes on where the one before it has ended. */
describe('two people on a quiet market', () => {
  let alice: Ccxt;
  let bob: Ccxt;
  let orders: Heard<Order[]>;
  let trades: Heard<Trade[]>;
  let balances: Heard<Balances>;
  const told = (id: string) => orders.all.flat().filter((order) => order.id === id);

  beforeAll(async () => {
    alice = await proOf(quiet, 'alice@practice.example', { USDT: '10000' });
    bob = await proOf(quiet, 'bob@practice.example', { USDC: '5000' });
    orders = new Heard(() => alice.watchOrders(SYMBOL));
    // Nothing tells that a subscription stands but the first change that is heard of.
    await knock(() => orders.check().length > 0);
    trades = new Heard(() => alice.watchMyTrades(SYMBOL));
    balances = new Heard(() => alice.watchBalance());
    await knock(() => balances.check().length > 1);
  });

  async function knock(isHeard: () => boolean): Promise<void> {
    while (!isHeard()) {
      const { id } = await alice.createOrder(SYMBOL, 'limit', 'buy', 10, 0.9);
      await alice.cancelOrder(id, SYMBOL);
    }
  }

  test('an order: made, filled by half, filled; with its trades and the money of every moment', async () => {
    const { id } = await alice.createOrder(SYMBOL, 'limit', 'buy', 100, 0.99, { clientOrderId: 'watched' });
    await orders.until(() => told(id).length === 1);
    await balances.until((heard) => heard.at(-1)?.USDT?.used === 99);
    await bob.createOrder(SYMBOL, 'market', 'sell', 40);
    await orders.until(() => told(id).length === 2);
    await trades.until((heard) => heard.flat().length === 1);
    await balances.until((heard) => heard.at(-1)?.USDC?.free === 39.98);
    expect(balances.all.at(-1)).toMatchObject({
      USDT: { free: 9901, used: 59.4, total: 9960.4 },
      USDC: { free: 39.98, used: 0, total: 39.98 },
    });
    await bob.createOrder(SYMBOL, 'limit', 'sell', 60, 0.99);
    await orders.until(() => told(id).length === 3);
    await trades.until((heard) => heard.flat().length === 2);
    await balances.until((heard) => heard.at(-1)?.USDC?.free === 99.95);
    expect(balances.all.at(-1)).toMatchObject({ USDT: { free: 9901, used: 0, total: 9901 } });
    const common = { clientOrderId: 'watched', symbol: SYMBOL, type: 'limit', side: 'buy', price: 0.99, amount: 100 };
    expect(told(id)).toMatchObject([
      { ...common, status: 'open', filled: 0, remaining: 100, cost: 0 },
      { ...common, status: 'open', filled: 40, remaining: 60, cost: 39.6, fee: { cost: 0.02, currency: 'USDT' } },
      { ...common, status: 'closed', filled: 100, remaining: 0, cost: 99, fee: { cost: 0.05, currency: 'USDT' } },
    ]);
    const deal = { order: id, symbol: SYMBOL, side: 'buy', takerOrMaker: 'maker', price: 0.99 };
    expect(trades.all.flat()).toMatchObject([
      { ...deal, amount: 40, cost: 39.6, fee: { cost: 0.02, currency: 'USDC' } },
      { ...deal, amount: 60, cost: 59.4, fee: { cost: 0.03, currency: 'USDC' } },
    ]);
    const asked = (await alice.fetchMyTrades(SYMBOL)).map((trade) => trade.id).toSorted();
    expect(trades.all.flat().map((trade) => trade.id)).toEqual(asked);
  });

  test('an edited order is told as one that ends and one that begins', async () => {
    const { id } = await alice.createOrder(SYMBOL, 'limit', 'buy', 20, 0.95, { clientOrderId: 'edited' });
    const { id: next } = await alice.editOrder(id, SYMBOL, 'limit', 'buy', 30, 0.96);
    await alice.cancelOrder(next, SYMBOL);
    await orders.until(() => told(next).length === 2);
    expect(told(id).map(({ status }) => status)).toEqual(['open', 'canceled']);
    expect(told(next)).toMatchObject([
      { status: 'open', clientOrderId: 'edited', price: 0.96, amount: 30, remaining: 30 },
      { status: 'canceled', clientOrderId: 'edited', filled: 0, remaining: 30 },
    ]);
  });

  test('a market order that finds nobody is told once: cancelled, though ccxt says closed', async () => {
    expect((await alice.fetchOrderBook(SYMBOL)).asks).toEqual([]);
    const { id } = await alice.createOrder(SYMBOL, 'market', 'buy', 10);
    await orders.until(() => told(id).length === 1);
    expect(told(id)).toMatchObject([{ type: 'market', status: 'closed', filled: 0, remaining: 0 }]);
    const [finished] = (await alice.fetchClosedOrders(SYMBOL)).filter((order) => order.id === id);
    expect(finished).toMatchObject({ info: { status: 'CANCELED' } });
  });

  test('the public streams of the same market, to the last number', async () => {
    const books = new Heard<Book>(async () => {
      const { asks, bids } = await bob.watchOrderBook(SYMBOL, 5);
      return {
        asks: asks.map(([price, amount]) => [price, amount]),
        bids: bids.map(([price, amount]) => [price, amount]),
      };
    });
    const publicTrades = new Heard<Trade[]>(() => bob.watchTrades(SYMBOL));
    const tickers = new Heard(() => bob.watchTicker(SYMBOL));
    await books.until((heard) => heard.length > 0);
    await publicTrades.until((heard) => heard.length > 0);
    await alice.createOrder(SYMBOL, 'limit', 'buy', 50, 0.97);
    await alice.createOrder(SYMBOL, 'limit', 'buy', 25, 0.98);
    await books.until((heard) => heard.at(-1)?.bids.length === 2);
    expect(books.all.at(-1)).toEqual({
      asks: [],
      bids: [
        [0.98, 25],
        [0.97, 50],
      ],
    });
    const before = publicTrades.all.flat().length;
    const sold = await bob.createOrder(SYMBOL, 'market', 'sell', 35);
    await books.until((heard) => heard.at(-1)?.bids.length === 1);
    expect(books.all.at(-1)).toEqual({ asks: [], bids: [[0.97, 40]] });
    await publicTrades.until((heard) => heard.flat().length === before + 2);
    expect(publicTrades.all.flat().slice(before)).toMatchObject([
      { side: 'sell', price: 0.98, amount: 25, cost: 24.5 },
      { side: 'sell', price: 0.97, amount: 10, cost: 9.7 },
    ]);
    expect(sold).toMatchObject({ filled: 35, cost: 34.2 });
    await tickers.until((heard) => heard.at(-1)?.last === 0.97);
    const candles = new Heard(() => bob.watchOHLCV(SYMBOL, '1m'));
    await candles.until((heard) => heard.length > 0);
    const rest = await bob.fetchOHLCV(SYMBOL, '1m', undefined, 2);
    const watched = candles.all.at(-1)?.at(-1);
    expect(rest).toContainEqual(watched);
    expect(watched?.[4]).toBe(0.97);
  });

  test('a subscription that is refused is not noticed by ccxt', async () => {
    // The exchange has no depth of seven and answers with code 1, before it answers anything that was asked later.
    const refused = bob.watchOrderBook('ETH/USDT', 7).then(
      () => 'heard',
      () => 'failed',
    );
    await bob.watchTicker('ETH/USDT');
    expect(await Promise.race([refused, Promise.resolve('waiting')])).toBe('waiting');
  });
});
