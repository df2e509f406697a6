import { beforeEach, describe, expect, test } from 'vitest';
import type { LiveBook, LiveMessage } from '../../../src/contract/live.ts';
import type { Fill, Order, TradingAccount } from '../../../src/contract/trading.ts';
import { books, ended, fills, forgetTrading, lastEventAtMs, marketKey, orders, takeTrading } from './stores.ts';

// Only what a store looks at; the rest of an order is long.
const order = (key: string, state: Order['state'], connection = 'a'): LiveMessage => ({
  type: 'order',
  order: { connection, key, state } as Order,
});
const fill = (key: string): LiveMessage => ({ type: 'fill', fill: { connection: 'a', key } as Fill });

beforeEach(forgetTrading);

describe('a frame of messages', () => {
  test('takes out what closed and keeps the rest, of two connections with the same key too', () => {
    takeTrading([order('1', 'open'), order('1', 'open', 'b'), order('2', 'submitting')]);
    takeTrading([order('1', 'closed')]);
    expect(orders.all().map(({ connection, key }) => connection + key)).toEqual(['b1', 'a2']);
  });

  test('an order that was cancelled to be moved was gone before the next one stood in its place', () => {
    const told = (change: Partial<Order>): LiveMessage => ({
      type: 'order',
      order: { connection: 'a', key: '1', state: 'closed', moving: true, ...change } as Order,
    });
    takeTrading([told({})]);
    expect(orders.all()).toHaveLength(1);
    takeTrading([told({ moving: false, replacedBy: '2' as Order['key'] }), order('2', 'submitting')]);
    expect(orders.all().map(({ key }) => key)).toEqual(['2']);
    expect(ended.get('a 1')?.replacedBy).toBe('2');
  });

  test('keeps every fill, and a fill that is told again with its fee is one', () => {
    takeTrading([fill('1'), fill('2'), fill('1')]);
    expect(fills.all()).toHaveLength(2);
  });

  test('lets go of the oldest fills of a day with thousands, which were all kept before', () => {
    const one = (n: number): LiveMessage => ({
      type: 'fill',
      fill: { connection: 'a', key: String(n), atMs: n } as Fill,
    });
    takeTrading(Array.from({ length: 2_500 }, (_, n) => one(n)));
    expect(fills.all()).toHaveLength(2_500);
    takeTrading([one(2_500)]);
    expect(fills.all()).toHaveLength(2_000);
    expect(Math.min(...fills.all().map(({ atMs }) => atMs))).toBe(501);
  });

  test('takes the orders of a removed connection along', () => {
    takeTrading([order('1', 'open'), order('1', 'open', 'b')]);
    takeTrading([{ type: 'connection-removed', id: 'a' }]);
    expect(orders.all().map(({ connection }) => connection)).toEqual(['b']);
  });

  test('the last event was "0 s ago" with every word of the desk about itself, while the stream was lost', () => {
    const told = (updatedAtMs: number): LiveMessage => ({
      type: 'order',
      order: { connection: 'a', key: '1', state: 'open', updatedAtMs } as Order,
    });
    expect(lastEventAtMs('a')).toBeNull();
    takeTrading([told(5_000), told(4_000)]);
    takeTrading([
      { type: 'trading', account: { connection: 'a' } as TradingAccount },
      { type: 'trade-balances', connection: 'a', balances: [] },
    ]);
    expect(lastEventAtMs('a')).toBe(5_000);
    takeTrading([{ type: 'fill', fill: { connection: 'a', key: '1', atMs: 6_000 } as Fill }]);
    expect(lastEventAtMs('a')).toBe(6_000);
    expect(lastEventAtMs('b')).toBeNull();
  });
});

test('a book wakes whoever looks at its market, and is forgotten with the market', () => {
  const book: LiveBook = { atMs: 1, bids: [], asks: [], trouble: '', silentSinceMs: null };
  const woken: string[] = [];
  const key = marketKey('whitebit', 'BTC_USDT');
  const stop = books.subscribe(key, () => woken.push('btc'));
  books.subscribe(marketKey('whitebit', 'ETH_USDT'), () => woken.push('eth'));
  takeTrading([{ type: 'book', venue: 'whitebit', market: 'BTC_USDT', book }]);
  expect(woken).toEqual(['btc']);
  expect(books.get(key)).toBe(book);
  books.keep((kept) => kept !== key);
  expect(books.get(key)).toBeUndefined();
  expect(woken).toEqual(['btc', 'btc']);
  stop();
  books.set(key, book);
  expect(woken).toHaveLength(2);
});
