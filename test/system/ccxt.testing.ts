/** ccxt's WhiteBIT classes, pointed at a practice exchange. Loaded by file address: the whole package takes seconds. */

import { type PracticeKey, practiceCall, SAFE_GROUPS } from '../practice-api.ts';

export type Json = Readonly<Record<string, unknown>>;
export type CcxtMarket = {
  readonly precision: { readonly amount: number; readonly price: number };
  readonly limits: { readonly amount: { readonly min: number }; readonly cost: { readonly min: number } };
  readonly taker: number;
};
export type Ticker = {
  readonly last: number;
  readonly high: number;
  readonly low: number;
  readonly bid?: number;
  readonly ask?: number;
  readonly percentage: number;
  readonly baseVolume: number;
};
export type Balances = Readonly<
  Record<string, { readonly free: number; readonly used: number; readonly total: number }>
>;
export type Level = readonly [price: number, amount: number];
export type Book = { readonly asks: readonly Level[]; readonly bids: readonly Level[] };
export type Order = {
  readonly id: string;
  readonly clientOrderId?: string;
  readonly status: string;
  readonly filled: number;
  readonly remaining: number;
};
export type Trade = {
  readonly id: string;
  readonly order: string;
  readonly price: number;
  readonly amount: number;
  readonly cost: number;
  readonly side: string;
};

export interface Ccxt {
  urls: Json;
  httpAgent: unknown;
  readonly markets: Readonly<Record<string, CcxtMarket>>;
  nonce(): number;
  loadMarkets(): Promise<Readonly<Record<string, CcxtMarket>>>;
  fetchTickers(symbols?: readonly string[]): Promise<Readonly<Record<string, Ticker>>>;
  fetchTicker(symbol: string): Promise<Ticker>;
  fetchOrderBook(symbol: string, limit?: number): Promise<Book>;
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<number[][]>;
  fetchTrades(symbol: string, since?: number, limit?: number): Promise<Trade[]>;
  fetchBalance(params?: Json): Promise<Balances>;
  fetchTime(): Promise<number>;
  fetchStatus(): Promise<{ readonly status: string }>;
  fetchTradingFees(): Promise<Readonly<Record<string, { readonly maker: number; readonly taker: number }>>>;
  fetchDepositAddress(code: string, params?: Json): Promise<{ readonly address: string; readonly currency: string }>;
  fetchOrder(id: string, symbol: string): Promise<Order>;
  fetchOrders(symbol: string): Promise<Order[]>;
  fetchOpenOrders(symbol?: string): Promise<Order[]>;
  fetchClosedOrders(symbol: string): Promise<Order[]>;
  fetchMyTrades(symbol?: string): Promise<Trade[]>;
  fetchOrderTrades(id: string, symbol: string): Promise<Trade[]>;
  fetchDeposits(code?: string): Promise<{ readonly amount: number; readonly currency: string }[]>;
  createOrder(
    symbol: string,
    type: 'limit' | 'market',
    side: 'buy' | 'sell',
    amount: number,
    price?: number,
    params?: Json,
  ): Promise<Order>;
  createMarketBuyOrderWithCost(symbol: string, cost: number): Promise<Order>;
  editOrder(
    id: string,
    symbol: string,
    type: 'limit' | 'market',
    side: 'buy' | 'sell',
    amount?: number,
    price?: number,
    params?: Json,
  ): Promise<Order>;
  cancelOrder(id: string, symbol: string): Promise<Order>;
  cancelAllOrders(symbol?: string): Promise<unknown[]>;
  cancelAllOrdersAfter(timeoutMs: number, params: Json): Promise<Json>;
  transfer(code: string, amount: number, from: string, to: string): Promise<unknown>;
  watchTicker(symbol: string): Promise<Ticker>;
  watchOHLCV(symbol: string, timeframe: string): Promise<number[][]>;
  watchTrades(symbol: string): Promise<Trade[]>;
  watchOrderBook(symbol: string, limit: number): Promise<Book>;
  watchOrders(symbol: string): Promise<Order[]>;
  watchMyTrades(symbol: string): Promise<Trade[]>;
  watchBalance(): Promise<Balances>;
  loadHttpProxyAgent(): Promise<unknown>;
  close(): Promise<void>;
}
export type CcxtClass = new (options: Json) => Ccxt;

const load = async (file: string): Promise<CcxtClass> => {
  const address = new URL(`../../node_modules/ccxt/js/src/${file}`, import.meta.url).href;
  return ((await import(address)) as { readonly default: CcxtClass }).default;
};

export async function loadCcxt(): Promise<{ readonly Rest: CcxtClass; readonly Pro: CcxtClass }> {
  const [Rest, Pro] = await Promise.all([load('whitebit.js'), load('pro/whitebit.js')]);
  return { Rest, Pro };
}

/** Only its addresses are changed. `url` of the practice exchange. */
export function ccxtAt(url: string, Class: CcxtClass, key: Partial<PracticeKey> = {}): Ccxt {
  const ex = new Class({ ...key, timeout: 20_000 });
  const text = JSON.stringify(ex.urls)
    .replaceAll('https://whitebit.com/api', `${url}/api`)
    .replaceAll('wss://api.whitebit.com', url.replace('http', 'ws'));
  ex.urls = JSON.parse(text) as Json;
  return ex;
}

/** Somebody with money in the trade wallet and the key that the guide asks for. */
export async function ccxtOf(
  url: string,
  Class: CcxtClass,
  email: string,
  money: Readonly<Record<string, string>>,
): Promise<Ccxt> {
  await practiceCall(url, 'accounts/create', { email, password: 'practice-password' });
  for (const [ticker, available] of Object.entries(money))
    await practiceCall(url, 'wallets/set', { email, wallet: 'trade', ticker, available });
  return ccxtAt(url, Class, await practiceCall<PracticeKey>(url, 'keys/create', { email, groups: SAFE_GROUPS }));
}

/** The class and the words of what it throws. */
export async function failureOf(work: Promise<unknown>): Promise<{ readonly name: string; readonly text: string }> {
  try {
    await work;
  } catch (error) {
    return error instanceof Error
      ? { name: error.constructor.name, text: error.message }
      : { name: 'thrown', text: String(error) };
  }
  throw new Error('was expected to fail');
}
