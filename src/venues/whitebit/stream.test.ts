import { describe, expect, test } from 'vitest';
import type { StreamEvent, StreamState, Topic } from '../streams.ts';
import type { Answer } from '../venue.ts';
import { FakeBook, type FakeExchange, failure, fakeExchange, moveBook } from './fake-exchange.testing.ts';
import { createWhitebitStream, type StreamOptions } from './stream.ts';
import { manualTime } from './time.testing.ts';

const BOOK: Topic = { kind: 'book', market: 'BTC_USDT' };
const ACCOUNT: readonly Topic[] = [{ kind: 'orders', market: 'BTC_USDT' }, { kind: 'deals' }, { kind: 'balances' }];
const DEAL = (id: number) => ({
  id: null,
  method: 'deals_update',
  params: [id, 1738251095.345432, 'BTC_USDT', 12, '100', '0.5', '0.0005', 'g7-1-m-1', 2, 2, 'BTC'],
});

function open(topics: readonly Topic[], over: Partial<StreamOptions> = {}) {
  const time = manualTime();
  const exchange = fakeExchange(time);
  exchange.books.set('BTC_USDT', new FakeBook('BTC_USDT'));
  const events: StreamEvent[] = [];
  const states: StreamState[] = [];
  const tokens: number[] = [];
  let chance = 0;
  const stream = createWhitebitStream({
    open: exchange.open,
    url: 'wss://stub',
    clock: time,
    random: () => {
      chance = (chance * 16_807 + 7_919) % 2_147_483_647;
      return chance / 2_147_483_647;
    },
    token: async () => {
      tokens.push(time.nowMs());
      return { ok: true, value: `token ${tokens.length}` };
    },
    topics,
    onEvent: (event) => void events.push(event),
    onState: (state) => void states.push(state),
    ...over,
  });
  const words = () => states.map(({ word }) => word);
  return { time, exchange, events, states, tokens, stream, words };
}

const methods = (exchange: FakeExchange) =>
  exchange.last().requests.map(({ method, params }) => `${method} ${JSON.stringify(params)}`);
const kinds = (events: readonly StreamEvent[]) => events.map(({ kind }) => kind);

describe('coming alive', () => {
  test('public: subscribed, and the first picture is the book', async () => {
    const { time, exchange, stream, words, tokens } = open([BOOK], { token: null });
    await time.advance(100);
    expect(methods(exchange)).toEqual(['depth_subscribe ["BTC_USDT",100,"0",true]']);
    expect(words()).toEqual(['connecting', 'live']);
    expect(stream.book('BTC_USDT')?.best('bid')?.price.toString()).toBe('100');
    expect(tokens).toEqual([]);
  });

  test('private: a fresh token first, and what is public need not wait for it', async () => {
    const { time, exchange, words } = open([BOOK, ...ACCOUNT]);
    await time.advance(100);
    expect(methods(exchange)).toEqual([
      'depth_subscribe ["BTC_USDT",100,"0",true]',
      'authorize ["token 1","public"]',
      'deals_subscribe [[]]',
      'balanceSpot_subscribe []',
      'ordersPending_subscribe ["BTC_USDT"]',
    ]);
    expect(words()).toEqual(['connecting', 'live']);
  });

  test('events are told in our words', async () => {
    const { time, exchange, events } = open([
      ...ACCOUNT,
      { kind: 'trades', market: 'BTC_USDT' },
      { kind: 'ticker', market: 'BTC_USDT' },
      { kind: 'candles', market: 'BTC_USDT', intervalSec: 60 },
    ]);
    await time.advance(100);
    const trade = (id: number) => ({ id, time: 1738251095.3, price: '100', amount: '1', type: 'sell', rpi: false });
    const push = (method: string, params: unknown) => exchange.last().push({ id: null, method, params });
    exchange.last().push(DEAL(5));
    push('balanceSpot_update', [{ BTC: { available: '1', freeze: '0' } }]);
    push('trades_update', ['BTC_USDT', [trade(9), trade(8)]]);
    push('trades_update', ['BTC_USDT', [trade(10), trade(9)]]);
    push('market_update', [
      'BTC_USDT',
      { period: 86400, last: '100', open: '90', close: '100', high: '110', low: '80', volume: '5', deal: '500' },
    ]);
    push('candles_update', [[1738251060, '1', '2', '3', '0.5', '10', '20', 'BTC_USDT']]);
    push('novel_update', [1]);
    await time.advance(100);
    expect(kinds(events)).toEqual(['deal', 'balances', 'trades', 'trades', 'ticker', 'candles']);
    const told = events.filter((event) => event.kind === 'trades').map(({ trades }) => trades.map(({ id }) => id));
    expect(told).toEqual([[8, 9], [10]]);
    expect(events.find((event) => event.kind === 'candles')?.candles[0]?.high.toString()).toBe('3');
  });
});

describe('the set of topics', () => {
  test('a channel is always asked for whole, because a second request replaces the first', async () => {
    const { time, exchange, stream } = open([{ kind: 'trades', market: 'BTC_USDT' }]);
    await time.advance(100);
    stream.want(['ETH_USDT', 'BTC_USDT', 'ADA_USDT'].map((market) => ({ kind: 'trades', market })));
    await time.advance(100);
    stream.want([{ kind: 'trades', market: 'ADA_USDT' }, BOOK]);
    await time.advance(100);
    stream.want([]);
    await time.advance(100);
    expect(methods(exchange)).toEqual([
      'trades_subscribe ["BTC_USDT"]',
      'trades_subscribe ["ADA_USDT","BTC_USDT","ETH_USDT"]',
      'trades_subscribe ["ADA_USDT"]',
      'depth_subscribe ["BTC_USDT",100,"0",true]',
      'trades_unsubscribe []',
      'depth_unsubscribe ["BTC_USDT"]',
    ]);
    expect(stream.book('BTC_USDT')).toBeNull();
  });

  test('a change while a request is under way is sent after its answer, and only the last of several', async () => {
    const { time, exchange, stream } = open([{ kind: 'trades', market: 'A_B' }]);
    await time.advance(7);
    for (const market of ['B_C', 'C_D', 'D_E']) stream.want([{ kind: 'trades', market }]);
    await time.advance(100);
    expect(methods(exchange)).toEqual(['trades_subscribe ["A_B"]', 'trades_subscribe ["D_E"]']);
  });

  test('whatever is wished for in whatever order, the exchange is left with exactly that', async () => {
    const all: readonly Topic[] = ['A_B', 'B_C', 'C_D'].flatMap((market): Topic[] => [
      { kind: 'trades', market },
      { kind: 'book', market },
      { kind: 'orders', market },
    ]);
    let seed = 7;
    const { time, exchange, stream } = open([]);
    for (const market of ['A_B', 'B_C', 'C_D']) exchange.books.set(market, new FakeBook(market));
    await time.advance(100);
    for (let round = 0; round < 60; round += 1) {
      const wanted = all.filter(() => {
        seed = (seed * 16_807) % 2_147_483_647;
        return seed % 2 === 0;
      });
      stream.want(wanted);
      await time.advance(round % 3 === 0 ? 3 : 11_000);
      if (round % 7 === 0) exchange.last().cut();
    }
    const wanted = all.slice(0, 5);
    stream.want(wanted);
    await time.advance(90_000);
    const { subscribed } = exchange.last();
    const expected = new Map<string, readonly unknown[]>([
      ['trades', ['A_B', 'B_C']],
      ['ordersPending', ['A_B']],
      ['depth A_B', ['A_B', 100, '0', true]],
      ['depth B_C', ['B_C', 100, '0', true]],
    ]);
    expect(new Map([...subscribed].toSorted())).toEqual(new Map([...expected].toSorted()));
  });

  test('a market that is not there keeps none of the others away, and is asked for again', async () => {
    let known = false;
    const { time, exchange, stream, states } = open([
      { kind: 'trades', market: 'NEW_USDT' },
      { kind: 'trades', market: 'BTC_USDT' },
    ]);
    exchange.answer = (method, params) =>
      method === 'trades_subscribe' && params.includes('NEW_USDT') && !known
        ? failure(9, 'market NEW_USDT does not exist')
        : undefined;
    await time.advance(200);
    expect(exchange.last().subscribed.get('trades')).toEqual(['BTC_USDT']);
    expect(states.at(-1)?.word).toBe('live');
    expect(stream.state().refused).toEqual([{ topic: 'NEW_USDT', why: '9 market NEW_USDT does not exist' }]);
    known = true;
    await time.advance(62_000);
    expect(exchange.last().subscribed.get('trades')).toEqual(['BTC_USDT', 'NEW_USDT']);
    expect(stream.state().refused).toEqual([]);
  });

  test('a connection never sends more than it may in a minute, and gets all of it done', async () => {
    const topics = Array.from({ length: 500 }, (_, at): Topic => ({ kind: 'book', market: `M${at}_USDT` }));
    const { time, exchange, stream } = open(topics, { token: null });
    for (const topic of topics) if (topic.kind === 'book') exchange.books.set(topic.market, new FakeBook(topic.market));
    await time.advance(200_000);
    expect(exchange.connections).toHaveLength(1);
    const { requests, subscribed } = exchange.last();
    expect(subscribed.size).toBe(500);
    expect(stream.state().word).toBe('live');
    for (const { atMs } of requests) {
      const within = requests.filter((other) => other.atMs > atMs - 60_000 && other.atMs <= atMs);
      expect(within.length).toBeLessThanOrEqual(200);
    }
  });
});

describe('signs of life', () => {
  test('something is said every twenty seconds, whatever is heard', async () => {
    const { time, exchange } = open([BOOK]);
    await time.advance(600_000);
    expect(exchange.connections).toHaveLength(1);
    const times = exchange.last().requests.map(({ atMs }) => atMs);
    for (const [at, atMs] of times.entries())
      if (at > 0) expect(atMs - (times[at - 1] ?? 0)).toBeLessThanOrEqual(20_000);
  });

  test('a socket that says nothing is dead within ten seconds, and another is open at once', async () => {
    const { time, exchange, states, stream } = open([BOOK]);
    await time.advance(60_000);
    exchange.last().isMute = true;
    const book = stream.book('BTC_USDT');
    const mutedAtMs = time.nowMs();
    await time.advance(10_000);
    const died = states.find(({ word, sinceMs }) => word === 'waiting' && sinceMs > mutedAtMs);
    expect(died).toMatchObject({ why: 'nothing was heard for ten seconds' });
    expect((died?.sinceMs ?? 0) - mutedAtMs).toBeLessThanOrEqual(10_000);
    expect(book?.trouble).toBe('disconnected');
    expect(book?.best('bid')).toBeNull();
    await time.advance(1_000);
    expect(stream.state().word).toBe('live');
  });

  test('binance-connector 135: pongs prove the socket, not the feed: a silent book is asked for again, alone', async () => {
    const { time, exchange, stream, events } = open([BOOK, { kind: 'trades', market: 'BTC_USDT' }]);
    await time.advance(1_000);
    // The exchange forgets the subscription: pings are answered all the same.
    exchange.last().subscribed.delete('depth BTC_USDT');
    await time.advance(13_500);
    expect(kinds(events).filter((kind) => kind === 'book').length).toBeGreaterThan(2);
    expect(exchange.connections).toHaveLength(1);
    expect(exchange.last().subscribed.has('depth BTC_USDT')).toBe(true);
    expect(stream.book('BTC_USDT')?.trouble).toBeNull();
    expect(stream.counts().resyncs).toBe(1);
  });

  test('a machine that slept does not believe what it last heard', async () => {
    const { time, exchange, states } = open([BOOK]);
    await time.advance(5_000);
    exchange.last().isMute = true;
    await time.advance(600_000);
    expect(exchange.connections.length).toBeGreaterThan(1);
    expect(states.some(({ why }) => why === 'nothing was heard for ten seconds')).toBe(true);
  });

  test('a request that is never answered ends the connection', async () => {
    const { time, exchange, states } = open([BOOK]);
    exchange.answer = (method) => (method === 'depth_subscribe' ? null : undefined);
    await time.advance(12_000);
    expect(states.some(({ why }) => why === 'a request was not answered')).toBe(true);
  });
});

describe('the book', () => {
  test('a gap is seen on the next message, and mended within three seconds', async () => {
    const { time, exchange, stream, events } = open([BOOK]);
    await time.advance(1_000);
    moveBook(exchange, 'BTC_USDT');
    await time.advance(10);
    expect(stream.book('BTC_USDT')?.best('bid')?.price.toString()).toBe('101');
    exchange.books.get('BTC_USDT')?.change();
    moveBook(exchange, 'BTC_USDT');
    events.length = 0;
    await time.advance(6);
    expect(events).toMatchObject([{ kind: 'book' }]);
    expect(stream.book('BTC_USDT')?.trouble).toBe('gap');
    await time.advance(3_000);
    expect(stream.book('BTC_USDT')?.best('bid')?.price.toString()).toBe('103');
    expect(methods(exchange).slice(1, 3)).toEqual([
      'depth_unsubscribe ["BTC_USDT"]',
      'depth_subscribe ["BTC_USDT",100,"0",true]',
    ]);
  });

  test('a book that goes bad again and again is not asked for in a loop', async () => {
    const { time, exchange } = open([BOOK]);
    await time.advance(100);
    for (let ms = 0; ms < 120_000; ms += 100) {
      exchange.books.get('BTC_USDT')?.change();
      moveBook(exchange, 'BTC_USDT');
      await time.advance(100);
    }
    const asked = exchange.connections
      .flatMap(({ requests }) => requests)
      .filter(({ method }) => method === 'depth_subscribe');
    expect(exchange.connections).toHaveLength(1);
    expect(asked.length).toBeLessThan(50);
    expect(asked.length).toBeGreaterThan(20);
  });

  test('a crossed book is asked for ever more slowly, a side without orders not at all', async () => {
    for (const [bids, most] of [
      [[['2000', '1']], 12],
      [[], 1],
    ] as const) {
      const { time, exchange, stream } = open([BOOK]);
      exchange.books.clear();
      exchange.answer = (method, _params, connection) => {
        if (method === 'depth_subscribe')
          time.after(1, () =>
            connection.push({
              id: null,
              method: 'depth_update',
              params: [true, { update_id: 1, bids, asks: [['1000', '1']] }, 'BTC_USDT'],
            }),
          );
        return undefined;
      };
      for (let second = 0; second < 120; second += 5) {
        await time.advance(5_000);
        exchange.last().push({
          id: null,
          method: 'depth_update',
          params: [true, { update_id: 2, bids, asks: [['1000', '1']] }, 'BTC_USDT'],
        });
      }
      expect(stream.book('BTC_USDT')?.trouble).toBe(most === 1 ? 'empty' : 'crossed');
      const asked = exchange.last().requests.filter(({ method }) => method === 'depth_subscribe');
      expect(asked.length).toBeLessThanOrEqual(most);
      expect(exchange.connections).toHaveLength(1);
    }
  });

  test('whatever is lost, doubled or cut, it equals the exchange’s or says that it does not', async () => {
    const { time, exchange, stream } = open([BOOK]);
    const book = exchange.books.get('BTC_USDT');
    let seed = 11;
    const dice = (sides: number) => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed % sides;
    };
    await time.advance(100);
    let good = 0;
    /** What the best bid was after each message: one that was lost is noticed with the next. */
    const bids = new Map([[book?.id, book?.bid]]);
    for (let round = 0; round < 4_000; round += 1) {
      const kind = dice(150);
      if (kind === 0) book?.change();
      else if (kind === 1) exchange.last().cut();
      else if (kind === 2) exchange.last().push(book?.change());
      else moveBook(exchange, 'BTC_USDT');
      bids.set(book?.id, book?.bid);
      // Long enough for every frame that is under way.
      await time.advance(20);
      const mirror = stream.book('BTC_USDT');
      if (mirror === null || mirror.trouble !== null) continue;
      good += 1;
      expect(mirror.best('bid')?.price.toString()).toBe(bids.get(mirror.lastId));
    }
    expect(good).toBeGreaterThan(1_500);
  });
});

describe('frames that are none', () => {
  test.each([
    ['no JSON', '{"id":'],
    ['no object', '[1,2]'],
    ['nested without end', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['no text', Uint8Array.of(0xff, 0xfe, 0x00)],
    ['a book that is none', '{"id":null,"method":"depth_update","params":[true,{"update_id":"x"},"BTC_USDT"]}'],
    ['a deal that is none', '{"id":null,"method":"deals_update","params":[1,2]}'],
  ])('%s: counted, and at the third the connection is given up', async (_name, frame) => {
    const { time, exchange, stream, states } = open([BOOK]);
    await time.advance(1_000);
    const first = exchange.last();
    first.raw(frame);
    first.raw(frame);
    await time.advance(50);
    expect(stream.counts().malformed).toBe(2);
    expect(first.isOpen).toBe(true);
    first.raw(frame);
    await time.advance(50);
    expect(first.isOpen).toBe(false);
    expect(states.at(-1)?.why).toMatch(/^3 frames were not understood/);
    await time.advance(1_000);
    expect(stream.state().word).toBe('live');
    expect(stream.counts()).toMatchObject({ malformed: 3, connections: 2 });
  });

  test('one that told of the account leaves a hole, and says so', async () => {
    const { time, exchange, events } = open(ACCOUNT);
    await time.advance(1_000);
    exchange.last().raw('{"id":null,"method":"ordersPending_update","params":[9,{}]}');
    await time.advance(50);
    expect(events).toMatchObject([{ kind: 'gap' }]);
  });
});

describe('the end of the private part', () => {
  test('every connection takes a token of its own', async () => {
    const { time, exchange, tokens } = open(ACCOUNT);
    for (let round = 0; round < 3; round += 1) {
      await time.advance(40_000);
      exchange.last().cut();
    }
    await time.advance(5_000);
    expect(tokens).toHaveLength(4);
    expect(methods(exchange)[0]).toBe('authorize ["token 4","public"]');
  });

  test('an authorisation that has ended is renewed with a fresh token', async () => {
    const { time, exchange, stream, tokens } = open([...ACCOUNT]);
    await time.advance(1_000);
    exchange.answer = (method, _params, connection) =>
      connection === exchange.connections[0] && method.endsWith('_subscribe')
        ? failure(6, 'require authentication')
        : undefined;
    stream.want([...ACCOUNT, { kind: 'orders', market: 'ETH_USDT' }]);
    await time.advance(2_000);
    expect(tokens).toHaveLength(2);
    expect(stream.state().word).toBe('live');
    expect(exchange.last().subscribed.get('ordersPending')).toEqual(['BTC_USDT', 'ETH_USDT']);
  });

  test('a token that is refused, and one that cannot be had, are said; the wait that was asked for is kept', async () => {
    let answer: Answer<string> = {
      ok: false,
      fault: { code: 'rate-limited', status: 429, raw: 'slowly', retryAfterMs: 20_000 },
    };
    const { time, exchange, states } = open(ACCOUNT, { token: async () => answer });
    await time.advance(19_000);
    expect(exchange.attempts).toHaveLength(1);
    expect(states.at(-1)).toMatchObject({ word: 'waiting', why: 'no token: rate-limited slowly' });
    answer = { ok: true, value: 'bad' };
    exchange.answer = (method) => (method === 'authorize' ? failure(6, 'require authentication') : undefined);
    await time.advance(2_000);
    expect(states.at(-1)?.why).toBe('the token was refused: 6 require authentication');
    exchange.answer = () => undefined;
    await time.advance(6_000);
    expect(states.at(-1)?.word).toBe('live');
  });
});

describe('reconnecting', () => {
  test('never more than 75 attempts in five minutes, and back within five seconds of the network', async () => {
    const delaysMs: number[] = [];
    for (let outage = 0; outage < 60; outage += 1) {
      const { time, exchange, stream } = open([BOOK, ...ACCOUNT]);
      await time.advance(40_000);
      exchange.isDown = true;
      exchange.last().cut();
      await time.advance(20_000 + outage * 977);
      exchange.isDown = false;
      const backAtMs = time.nowMs();
      while (stream.state().word !== 'live') await time.advance(10);
      delaysMs.push(time.nowMs() - backAtMs);
      stream.close();
    }
    delaysMs.sort((a, b) => a - b);
    expect(delaysMs[Math.floor(delaysMs.length / 2)]).toBeLessThanOrEqual(2_500);
    expect(delaysMs.at(-1)).toBeLessThanOrEqual(5_000);
  });

  test('an hour without the exchange: bounded attempts, nothing grows, and back', async () => {
    const { time, exchange, stream, states } = open([BOOK]);
    await time.advance(1_000);
    exchange.isDown = true;
    exchange.last().cut();
    await time.advance(3_600_000);
    for (const atMs of exchange.attempts)
      expect(exchange.attempts.filter((other) => other >= atMs && other < atMs + 300_000).length).toBeLessThanOrEqual(
        80,
      );
    expect(time.waiting()).toBeLessThanOrEqual(4);
    const state = stream.state();
    expect(state).toMatchObject({ word: 'waiting', why: 'ECONNREFUSED' });
    expect(state.attempts).toBeGreaterThan(700);
    exchange.isDown = false;
    await time.advance(5_000);
    expect(stream.state()).toMatchObject({ word: 'live', attempts: 0, why: null });
    expect(states.filter(({ word }) => word === 'live')).toHaveLength(2);
  });

  test('connections are counted by address: none is opened without room', async () => {
    const { time, exchange, states } = open([BOOK], { mayConnect: () => ({ ok: false, waitMs: 7_000 }) });
    await time.advance(20_000);
    expect(exchange.attempts).toEqual([]);
    expect(states.at(-1)?.why).toBe('too many connections from this address');
  });

  test('what traded while it was away, and is more than a picture holds, is called a gap', async () => {
    const { time, exchange, events } = open([{ kind: 'trades', market: 'BTC_USDT' }]);
    const picture = (newest: number) => ({
      id: null,
      method: 'trades_update',
      params: [
        'BTC_USDT',
        Array.from({ length: 100 }, (_, at) => ({
          id: newest - at,
          time: 1738251095.3,
          price: '1',
          amount: '1',
          type: 'buy',
        })),
      ],
    });
    await time.advance(100);
    exchange.last().push(picture(500));
    await time.advance(100);
    exchange.last().cut();
    await time.advance(1_000);
    exchange.last().push(picture(560));
    await time.advance(100);
    exchange.last().cut();
    await time.advance(1_000);
    exchange.last().push(picture(700));
    await time.advance(100);
    const told = events.filter((event) => event.kind === 'trades').map(({ trades, gap }) => [trades.length, gap]);
    expect(told).toEqual([
      [100, false],
      [60, false],
      [100, true],
    ]);
  });
});

describe('before the exchange cuts it after a day', () => {
  test('a fresh connection takes over without a hole, and the old one is left', async () => {
    const { time, exchange, events, stream, words } = open([BOOK, ...ACCOUNT]);
    await time.advance(1_000);
    let deal = 0;
    for (let minutes = 0; minutes < 24 * 60 - 10; minutes += 1) {
      await time.advance(60_000);
      if (minutes < 1_370) continue;
      for (let second = 0; second < 5; second += 1) {
        deal += 1;
        for (const connection of exchange.connections)
          if (connection.isOpen && connection.subscribed.has('deals')) connection.push(DEAL(deal));
        moveBook(exchange, 'BTC_USDT');
        await time.advance(10);
      }
    }
    expect(exchange.connections).toHaveLength(2);
    expect(exchange.connections.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect(words()).toEqual(['connecting', 'live', 'live']);
    const ids = new Set(events.flatMap((event) => (event.kind === 'deal' ? [event.report.tradeId] : [])));
    expect(ids.size).toBe(deal);
    expect(stream.book('BTC_USDT')?.best('bid')?.price.toString()).toBe(exchange.books.get('BTC_USDT')?.bid);
    expect(events.filter((event) => event.kind === 'gap')).toHaveLength(1);
  });

  test('when the fresh one fails, the old one goes on, and it is tried again', async () => {
    const { time, exchange, words } = open([BOOK]);
    await time.advance(1_000);
    exchange.isDown = true;
    await time.advance(23.6 * 3_600_000);
    expect(words()).toEqual(['connecting', 'live']);
    expect(exchange.last().isOpen).toBe(true);
    exchange.isDown = false;
    await time.advance(120_000);
    expect(exchange.connections).toHaveLength(2);
  });

  test('when the old one ends while the fresh one comes alive, the fresh one is it', async () => {
    const { time, exchange, words } = open([BOOK]);
    await time.advance(1_000);
    exchange.answer = (method, _params, connection) =>
      method === 'depth_subscribe' && connection === exchange.connections[1] ? null : undefined;
    while (exchange.connections.length < 2) await time.advance(1_000);
    exchange.connections[0]?.cut();
    expect(words().at(-1)).toBe('connecting');
    exchange.answer = () => undefined;
    await time.advance(15_000);
    expect(words().at(-1)).toBe('live');
  });
});

test('closed for good: nothing is heard, and nothing waits', async () => {
  const { time, exchange, events, stream, states } = open([BOOK, ...ACCOUNT]);
  await time.advance(1_000);
  stream.close();
  stream.close();
  const told = events.length;
  exchange.last().push(DEAL(1));
  await time.advance(100_000);
  expect(events).toHaveLength(told);
  expect(exchange.connections.every(({ isOpen }) => !isOpen)).toBe(true);
  expect(states.at(-1)?.word).toBe('closed');
  expect(time.waiting()).toBeLessThanOrEqual(1);
});
