/** Where the words of the live line about trading are kept, and how they get there. No view and no request here. */

import type { LiveBook, LiveMessage, LiveTicker, PriceLine } from '../../../src/contract/live.ts';
import type {
  CandleRow,
  Fill,
  HaltState,
  MarketTrade,
  Order,
  TradeBalance,
  TradingAccount,
} from '../../../src/contract/trading.ts';
import type { CandleInterval } from '../../../src/core/candle.ts';
import { Keyed } from './keyed.ts';
import { heardAfter } from './outage.ts';
import { Truths } from './truths.ts';

const nowMs = (): number => Date.now();

/** All that are not closed, of every connection. */
export const orders = new Truths<Order>(nowMs);
/** What closed while this page looks on: the list of the past begins with them. */
export const ended = new Truths<Order>(nowMs);
export const accounts = new Truths<TradingAccount>(nowMs);
export const balances = new Truths<{ readonly connection: string; readonly rows: readonly TradeBalance[] }>(nowMs);
export const fills = new Truths<Fill>(nowMs);
export const halts = new Truths<HaltState>(nowMs);
/** There is one state of halts for a person. */
export const THE_HALT = 'halt';

export const tickers = new Keyed<LiveTicker>();
export const books = new Keyed<LiveBook>();
export const trades = new Keyed<{ readonly trades: readonly MarketTrade[]; readonly gap: boolean }>();
export const lastCandles = new Keyed<readonly CandleRow[]>();
export const priceLines = new Keyed<PriceLine>();

/** When an order or a trade of a connection last changed. Not a row: asked for by whoever shows its age. */
const eventAtMs = new Map<string, number>();
export const lastEventAtMs = (connection: string): number | null => eventAtMs.get(connection) ?? null;

/** By the date of what is told: the desk repeats itself to a page that opens, and speaks of itself in between. */
function noteEvent(message: LiveMessage): void {
  if (message.type !== 'order' && message.type !== 'fill') return;
  const [{ connection }, atMs] =
    message.type === 'order' ? [message.order, message.order.updatedAtMs] : [message.fill, message.fill.atMs];
  eventAtMs.set(connection, Math.max(atMs, eventAtMs.get(connection) ?? 0));
}

export const orderId = (order: { readonly connection: string; readonly key: string }): string =>
  `${order.connection} ${order.key}`;
export const marketKey = (venue: string, market: string): string => `${venue} ${market}`;
export const candlesKey = (venue: string, market: string, interval: CandleInterval): string =>
  `${venue} ${market} ${interval}`;

/** Cancelled to be moved, an order stands until its rest is placed elsewhere or is known not to be. */
const isOver = ({ state, moving }: Order): boolean => state === 'closed' && !moving;

function take(message: LiveMessage): void {
  switch (message.type) {
    case 'order':
      orders.told(orderId(message.order), isOver(message.order) ? null : message.order);
      if (isOver(message.order)) ended.told(orderId(message.order), message.order);
      break;
    case 'fill':
      fills.told(orderId(message.fill), message.fill);
      break;
    case 'trading':
      accounts.told(message.account.connection, message.account);
      break;
    case 'trade-balances':
      balances.told(message.connection, { connection: message.connection, rows: message.balances });
      break;
    case 'halt':
      halts.told(THE_HALT, message.halt);
      break;
    case 'ticker':
      tickers.set(marketKey(message.venue, message.market), message.ticker);
      break;
    case 'book':
      books.set(marketKey(message.venue, message.market), message.book);
      break;
    case 'market-trades':
      trades.set(marketKey(message.venue, message.market), { trades: message.trades, gap: message.gap });
      break;
    case 'candles':
      lastCandles.set(candlesKey(message.venue, message.market, message.interval), message.candles);
      break;
    case 'prices':
      priceLines.set(message.venue, heardAfter(priceLines.get(message.venue), message.prices));
      break;
    case 'connection-removed':
      accounts.told(message.id, null);
      balances.told(message.id, null);
      for (const order of orders.all()) if (order.connection === message.id) orders.told(orderId(order), null);
      break;
    case 'hello':
    case 'connection':
    case 'balances':
    case 'attempt':
    case 'custody':
    case 'session-changed':
      break;
  }
}

const TRUTHS = [orders, ended, accounts, balances, fills, halts] as const;

/** A bot can end thousands a day. Past this they are let go, and whoever lists them asks the desk again. */
const ENDED_MAX = 2_000;

/** A bot can trade thousands a day, and whoever looks further back reads pages from the desk. */
const FILLS_MAX = 2_000;
/** Let go of many at once: sorting them all for each new one would be slower than keeping them. */
const FILLS_SPARE = 500;

function trimFills(): void {
  const all = fills.all();
  if (all.length <= FILLS_MAX + FILLS_SPARE) return;
  const oldest = all.toSorted((a, b) => b.atMs - a.atMs).slice(FILLS_MAX);
  fills.drop(oldest.map(orderId));
}

/** A frame's worth: one change for whoever looks, however many messages. */
export function takeTrading(messages: readonly LiveMessage[]): void {
  for (const message of messages) {
    take(message);
    noteEvent(message);
  }
  for (const truths of TRUTHS) truths.settle();
  if (ended.all().length > ENDED_MAX) ended.forget();
  trimFills();
}

/** Another person signs in: nothing of the one before may be seen. */
export function forgetTrading(): void {
  for (const truths of TRUTHS) truths.forget();
  eventAtMs.clear();
  for (const keyed of [tickers, books, trades, lastCandles, priceLines]) keyed.keep(() => false);
}
