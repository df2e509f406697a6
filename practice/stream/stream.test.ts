import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Decimal } from '../../src/core/decimal.ts';
import { createMarket } from '../market/market.ts';
import type { AccountId, Accounts, Wallet, WalletBalance } from '../ports.ts';
import { attachStream, type Stream } from './stream.ts';
import { Client } from './test-client.ts';

const START_MS = Date.UTC(2026, 10, 23, 1, 30, 12);
const NEVER_MS = 3_600_000;
const ALICE = 'alice' as AccountId;
const market = createMarket({ seed: 'test' });

/** The part of the accounts that the stream uses, with a balance the test moves. */
class FakeAccounts {
  readonly listeners = new Set<Parameters<Accounts['onBalance']>[0]>();
  readonly wallet = new Map<string, WalletBalance>();

  balances(): ReadonlyMap<string, WalletBalance> {
    return this.wallet;
  }

  onBalance(listener: Parameters<Accounts['onBalance']>[0]): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  set(ticker: string, available: string, wallet: Wallet = 'trade', account: AccountId = ALICE): void {
    if (wallet === 'trade' && account === ALICE)
      this.wallet.set(ticker, { available: Decimal.parse(available), freeze: Decimal.ZERO });
    for (const listener of this.listeners) listener(account, wallet, [ticker]);
  }
}

let server: Server;
let stream: Stream;
let accounts: FakeAccounts;
let nowMs: number;
let clients: Client[];

const connect = async (): Promise<Client> => {
  const client = new Client((server.address() as AddressInfo).port);
  clients.push(client);
  return client.open();
};
const pass = (ms: number): void => {
  nowMs += ms;
  stream.beat();
};

beforeEach(async () => {
  nowMs = START_MS;
  accounts = new FakeAccounts();
  clients = [];
  server = createServer();
  const tokens = new Map([['good-token', ALICE]]);
  stream = attachStream({
    server,
    market,
    accounts: accounts as unknown as Accounts,
    clock: { nowMs: () => nowMs },
    beatMs: NEVER_MS,
    tokens: {
      take: (token) => {
        const account = tokens.get(token) ?? null;
        tokens.delete(token);
        return account;
      },
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const client of clients) client.stop();
  stream.close();
  await new Promise((resolve) => server.close(resolve));
});

const SUCCESS = { result: { status: 'success' }, error: null };
const refused = (code: number, message: string): object => ({ result: null, error: { code, message } });

describe('requests', () => {
  test('ping and time', async () => {
    const client = await connect();
    expect(await client.ask('ping')).toEqual({ id: 1, result: 'pong', error: null });
    expect(await client.ask('time')).toEqual({ id: 2, result: START_MS / 1000, error: null });
  });

  test.each([
    ['no_such_method', [], 4, 'method not found'],
    ['lastprice_request', [], 1, 'invalid argument'],
    ['lastprice_request', [7], 1, 'invalid argument'],
    ['lastprice_request', ['NO_SUCH'], 9, 'market NO_SUCH does not exist'],
    ['lastprice_subscribe', [], 1, 'invalid argument'],
    ['lastprice_subscribe', ['BTC_USDT', 'NO_SUCH'], 9, 'market NO_SUCH does not exist'],
    ['market_request', ['BTC_USDT'], 1, 'invalid argument'],
    ['market_request', ['BTC_USDT', 0], 1, 'invalid argument'],
    ['candles_request', ['BTC_USDT', 10, 5, 60], 1, 'invalid argument'],
    ['candles_request', ['BTC_USDT', 0, 1_700_000_000, 60], 1, 'invalid argument'],
    ['candles_subscribe', ['BTC_USDT', 7], 1, 'invalid argument'],
    ['depth_subscribe', ['BTC_USDT', 7, '0'], 1, 'invalid argument'],
    ['depth_subscribe', ['BTC_USDT', 5, '3'], 1, 'invalid argument'],
    ['trades_request', ['BTC_USDT', 101, 0], 1, 'invalid argument'],
    ['balanceSpot_request', [], 6, 'require authentication'],
    ['balanceSpot_subscribe', ['BTC'], 6, 'require authentication'],
    ['balanceSpot_unsubscribe', [], 6, 'require authentication'],
    ['ordersPending_subscribe', ['BTC_USDT'], 6, 'require authentication'],
    ['authorize', ['good-token'], 1, 'invalid argument'],
    ['authorize', ['bad-token', 'public'], 6, 'require authentication'],
  ])('%s %j is refused with code %i', async (method, params, code, message) => {
    const client = await connect();
    expect(await client.ask(method, ...params)).toMatchObject(refused(code, message));
  });

  test('JSON that is no request is refused with its id, if it has one', async () => {
    const client = await connect();
    client.send('{"id":5,"method":"ping"}');
    expect(await client.next()).toEqual({ id: 5, ...refused(1, 'invalid argument') });
    client.send('{"id":"5","method":"ping","params":[]}');
    expect(await client.next()).toEqual({ id: null, ...refused(1, 'invalid argument') });
    client.send('[]');
    expect(await client.next()).toMatchObject({ id: null, error: { code: 1 } });
  });

  test.each(['{"id":1,', '', Buffer.from([1, 2, 3])])('what is not JSON text ends the connection: %j', async (data) => {
    const client = await connect();
    client.send(data);
    expect(await client.closed).toBe(1007);
  });

  test('more than 200 requests a minute are refused until the minute is over', async () => {
    const client = await connect();
    for (let i = 0; i < 200; i += 1) expect((await client.ask('ping')).error).toBeNull();
    expect(await client.ask('ping')).toMatchObject(refused(7, 'too many requests'));
    nowMs += 59_999;
    expect((await client.ask('ping')).error?.code).toBe(7);
    nowMs += 1;
    expect((await client.ask('ping')).error).toBeNull();
  });

  test('60 seconds without a word of the client end the connection, pushes or not', async () => {
    const client = await connect();
    const talker = await connect();
    await client.ask('lastprice_subscribe', 'BTC_USDT');
    pass(59_999);
    expect(await talker.quiet()).toBe(true);
    pass(1);
    expect(await client.closed).toBe(1008);
    expect(await talker.quiet()).toBe(true);
  });

  test('another path is no stream', async () => {
    const port = (server.address() as AddressInfo).port;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/other`);
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(error.message).toContain('404');
  });
});

describe('quotes', () => {
  const last = (name: string): string => market.statistics(name, nowMs, 1).last.toString();

  test('lastprice: query, subscribe, replace, unsubscribe', async () => {
    const client = await connect();
    expect((await client.ask('lastprice_request', 'ETH_BTC')).result).toBe(last('ETH_BTC'));
    expect(await client.ask('lastprice_subscribe', 'ETH_BTC', 'BTC_USDT')).toMatchObject(SUCCESS);
    pass(0);
    expect(await client.next()).toEqual({ id: null, method: 'lastprice_update', params: ['ETH_BTC', last('ETH_BTC')] });
    expect(await client.next()).toMatchObject({ params: ['BTC_USDT', last('BTC_USDT')] });
    pass(500);
    expect(await client.quiet()).toBe(true);
    await client.ask('lastprice_subscribe', 'SOL_USDT');
    pass(0);
    expect(await client.next()).toMatchObject({ params: ['SOL_USDT', last('SOL_USDT')] });
    for (let i = 0; i < 20; i += 1) {
      const before = last('SOL_USDT');
      pass(1000);
      if (last('SOL_USDT') !== before) expect((await client.next()).params).toEqual(['SOL_USDT', last('SOL_USDT')]);
    }
    // Had BTC_USDT or ETH_BTC still been subscribed, one of them would stand before this answer.
    expect(await client.ask('lastprice_unsubscribe')).toMatchObject(SUCCESS);
  });

  test('a price that did not move is not pushed', async () => {
    const client = await connect();
    await client.ask('lastprice_subscribe', 'BTC_USDT');
    pass(0);
    let shown = (await client.next()).params?.[1];
    let pushes = 0;
    let moves = 0;
    for (let i = 0; i < 50; i += 1) {
      pass(1000);
      const now = last('BTC_USDT');
      if (now === shown) {
        expect(await client.quiet()).toBe(true);
        continue;
      }
      moves += 1;
      shown = now;
      expect((await client.next()).params).toEqual(['BTC_USDT', now]);
      pushes += 1;
      // The client must say something now and then, or it is let go.
      if (i % 20 === 0) expect(await client.quiet()).toBe(true);
    }
    expect(pushes).toBe(moves);
    expect(moves).toBeGreaterThan(10);
  });

  test('unsubscribe ends the pushes', async () => {
    const client = await connect();
    await client.ask('market_subscribe', 'BTC_USDT');
    pass(0);
    await client.next();
    expect(await client.ask('market_unsubscribe')).toMatchObject(SUCCESS);
    pass(1000);
    expect(await client.quiet()).toBe(true);
  });

  test('market: any period on request, a day by subscription', async () => {
    const client = await connect();
    const { result } = await client.ask('market_request', 'BTC_USDT', 3600);
    const hour = market.statistics('BTC_USDT', nowMs, 3600);
    expect(result).toEqual({
      period: 3600,
      last: hour.last.toString(),
      open: hour.open.toString(),
      close: hour.last.toString(),
      high: hour.high.toString(),
      low: hour.low.toString(),
      volume: hour.volumeStock.toString(),
      deal: hour.volumeMoney.toString(),
    });
    await client.ask('market_subscribe', 'BTC_USDT');
    pass(0);
    const day = market.statistics('BTC_USDT', nowMs, 86_400);
    expect(await client.next()).toMatchObject({
      id: null,
      method: 'market_update',
      params: ['BTC_USDT', { period: 86_400, high: day.high.toString(), volume: day.volumeStock.toString() }],
    });
  });

  test('marketToday begins at midnight UTC', async () => {
    const client = await connect();
    const { result } = await client.ask('marketToday_query', 'BTC_USDT');
    const sinceMidnightSec = (START_MS / 1000) % 86_400;
    const today = market.statistics('BTC_USDT', nowMs, sinceMidnightSec);
    expect(Object.keys(result ?? {})).toEqual(['last', 'open', 'high', 'low', 'volume', 'deal']);
    expect(result).toMatchObject({ open: today.open.toString(), deal: today.volumeMoney.toString() });
    expect(await client.ask('marketToday_subscribe', 'BTC_USDT')).toMatchObject(SUCCESS);
    pass(0);
    expect(await client.next()).toMatchObject({ method: 'marketToday_update', params: ['BTC_USDT', result] });
  });
});

describe('candles', () => {
  test('request gives eight fields, open, close, high, low', async () => {
    const client = await connect();
    const start = START_MS / 1000 - 12 - 300;
    const { result } = await client.ask('candles_request', 'BTC_USDT', start, start + 120, 60);
    const candles = market.candles('BTC_USDT', 60, start, start + 180);
    expect(result).toEqual(
      candles.map((candle) => [
        candle.timeSec,
        candle.open,
        candle.close,
        candle.high,
        candle.low,
        candle.volumeStock,
        candle.volumeMoney,
        'BTC_USDT',
      ]),
    );
  });

  test('subscribe pushes the running candle, and its last state with the next one', async () => {
    const client = await connect();
    expect(await client.ask('candles_subscribe', 'BTC_USDT', 60)).toMatchObject(SUCCESS);
    const minute = START_MS / 1000 - 12;
    pass(0);
    const first = await client.next();
    expect(first).toMatchObject({ id: null, method: 'candles_update' });
    expect(first.params).toHaveLength(1);
    expect((first.params as string[][])[0]?.[0]).toBe(minute);
    pass(49_000);
    const both = (await client.next()).params as (string | number)[][];
    expect(both.map(([time]) => time)).toEqual([minute, minute + 60]);
    const [whole] = market.candles('BTC_USDT', 60, minute, minute + 60);
    expect(both[0]?.slice(1, 6)).toEqual([whole?.open, whole?.close, whole?.high, whole?.low, whole?.volumeStock]);
    pass(1000);
    const next = (await client.next()).params as (string | number)[][];
    expect(next.map(([time]) => time)).toEqual([minute + 60]);
  });
});

describe('trades', () => {
  test('a picture newest first, then only what is new', async () => {
    const client = await connect();
    await client.ask('trades_subscribe', 'BTC_USDT');
    pass(0);
    type Item = { readonly id: number; readonly time: number; readonly rpi: boolean };
    const [name, picture] = (await client.next()).params as [string, Item[]];
    expect(name).toBe('BTC_USDT');
    expect(picture).toHaveLength(100);
    expect(picture[0]?.rpi).toBe(false);
    pass(10_000);
    const [, fresh] = (await client.next()).params as [string, Item[]];
    expect(Math.min(...fresh.map(({ id }) => id))).toBeGreaterThan(picture[0]?.id ?? 0);
    expect(fresh[0]?.time).toBeGreaterThan(START_MS / 1000);
    const { result } = await client.ask('trades_request', 'BTC_USDT', 3, picture[0]?.id ?? 0);
    expect(result).toEqual(picture.slice(0, 3));
  });
});

describe('depth', () => {
  type Data = {
    readonly update_id: number;
    readonly past_update_id?: number;
    readonly asks: [string, string][];
    readonly bids: [string, string][];
  };

  test('a book kept from the updates is the book', async () => {
    const client = await connect();
    expect(await client.ask('depth_subscribe', 'BTC_USDT', 20, '0')).toMatchObject(SUCCESS);
    pass(0);
    const [whole, first, name] = (await client.next()).params as [boolean, Data, string];
    expect([whole, name, first.past_update_id]).toEqual([true, 'BTC_USDT', undefined]);
    const asks = new Map(first.asks);
    const bids = new Map(first.bids);
    let updateId = first.update_id;
    for (let i = 0; i < 30; i += 1) {
      pass(1000);
      const [full, data] = (await client.next()).params as [boolean, Data];
      expect(full).toBe(false);
      expect(data.past_update_id).toBe(updateId);
      updateId = data.update_id;
      for (const [side, levels] of [
        [asks, data.asks],
        [bids, data.bids],
      ] as const) {
        for (const [price, amount] of levels) {
          if (amount === '0') side.delete(price);
          else side.set(price, amount);
        }
      }
      const book = market.book('BTC_USDT', nowMs, 20);
      expect(new Map(book.asks.map(([price, amount]) => [String(price), String(amount)]))).toEqual(asks);
      expect(new Map(book.bids.map(([price, amount]) => [String(price), String(amount)]))).toEqual(bids);
    }
    expect((await client.ask('depth_request', 'BTC_USDT', 20, '0')).result).toMatchObject({
      asks: market.book('BTC_USDT', nowMs, 20).asks.map((level) => level.map(String)),
    });
  });

  test('a second market replaces the first unless it asks to stand beside it', async () => {
    const client = await connect();
    await client.ask('depth_subscribe', 'BTC_USDT', 1, '0');
    await client.ask('depth_subscribe', 'ETH_USDT', 1, '0', true);
    pass(0);
    expect([(await client.next()).params?.[2], (await client.next()).params?.[2]]).toEqual(['BTC_USDT', 'ETH_USDT']);
    await client.ask('depth_subscribe', 'SOL_USDT', 1, '0', false);
    pass(0);
    expect((await client.next()).params?.[2]).toBe('SOL_USDT');
    expect(await client.ask('depth_unsubscribe', 'SOL_USDT')).toMatchObject(SUCCESS);
    pass(1000);
    expect(await client.quiet()).toBe(true);
  });

  test('bookTicker gives the best of both sides when they change', async () => {
    const client = await connect();
    await client.ask('bookTicker_subscribe', 'BTC_USDT');
    pass(0);
    const { method, params } = await client.next();
    const { asks, bids, updateId } = market.book('BTC_USDT', nowMs, 1);
    expect(method).toBe('bookTicker_update');
    expect(params).toEqual([
      [START_MS / 1000, START_MS / 1000, 'BTC_USDT', updateId, ...[...(bids[0] ?? []), ...(asks[0] ?? [])].map(String)],
    ]);
  });
});

describe('balances', () => {
  test('authorize with a token once, then ask', async () => {
    accounts.set('USDT', '9812.10');
    const client = await connect();
    expect(await client.ask('authorize', 'good-token', 'public')).toMatchObject(SUCCESS);
    expect((await client.ask('balanceSpot_request', 'USDT', 'BTC')).result).toEqual({
      USDT: { available: '9812.1', freeze: '0' },
      BTC: { available: '0', freeze: '0' },
    });
    const all = (await client.ask('balanceSpot_request')).result;
    expect(Object.keys(all ?? {})).toEqual(market.assets().map(({ ticker }) => ticker));
    expect(await client.ask('balanceSpot_request', 'NO_SUCH')).toMatchObject(refused(1, 'invalid argument'));
    const second = await connect();
    expect(await second.ask('authorize', 'good-token', 'public')).toMatchObject(refused(6, 'require authentication'));
  });

  test('pushes what changed, at most once a second, and only of the own trade wallet', async () => {
    accounts.set('USDT', '100');
    const client = await connect();
    await client.ask('authorize', 'good-token', 'public');
    expect(await client.ask('balanceSpot_subscribe')).toMatchObject(SUCCESS);
    pass(100);
    expect(await client.quiet()).toBe(true);
    accounts.set('USDT', '90');
    accounts.set('BTC', '1');
    pass(100);
    expect(await client.next()).toEqual({
      id: null,
      method: 'balanceSpot_update',
      params: [{ BTC: { available: '1', freeze: '0' }, USDT: { available: '90', freeze: '0' } }],
    });
    accounts.set('USDT', '80');
    pass(900);
    expect(await client.quiet()).toBe(true);
    accounts.set('USDT', '70');
    pass(100);
    expect((await client.next()).params).toEqual([{ USDT: { available: '70', freeze: '0' } }]);
    accounts.set('USDT', '1', 'main');
    accounts.set('BTC', '1');
    accounts.set('ETH', '5', 'trade', 'bob' as AccountId);
    pass(2000);
    expect((await client.ask('ping')).result).toBe('pong');
    expect(await client.ask('balanceSpot_unsubscribe')).toMatchObject(SUCCESS);
    accounts.set('USDT', '60');
    pass(2000);
    expect(await client.quiet()).toBe(true);
    expect(accounts.listeners.size).toBe(0);
  });

  test('a client that leaves takes its listener along', async () => {
    const client = await connect();
    await client.ask('authorize', 'good-token', 'public');
    await client.ask('balanceSpot_subscribe');
    expect(accounts.listeners.size).toBe(1);
    client.stop();
    await expect.poll(() => accounts.listeners.size).toBe(0);
  });

  test('channels that come with trading say that they are not there yet', async () => {
    const client = await connect();
    await client.ask('authorize', 'good-token', 'public');
    expect(await client.ask('ordersPending_subscribe', 'BTC_USDT')).toMatchObject(refused(3, 'service unavailable'));
  });
});
