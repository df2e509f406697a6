import { describe, expect, test } from 'vitest';
import type { Topic } from '../streams.ts';
import { FakeBook, failure, moveBook, SUCCESS } from './fake-exchange.testing.ts';
import { ACCOUNT, BOOK, DEAL, kinds, methods, openStream } from './stream.testing.ts';

describe('coming alive', () => {
  test('public: subscribed, and the first picture is the book', async () => {
    const { time, exchange, stream, words, tokens } = openStream([BOOK], { token: null });
    await time.advance(100);
    expect(methods(exchange)).toEqual(['depth_subscribe ["BTC_USDT",100,"0",true]']);
    expect(words()).toEqual(['connecting', 'live']);
    expect(stream.book('BTC_USDT')?.best('bid')?.price.toString()).toBe('100');
    expect(tokens).toEqual([]);
  });

  test('private: a fresh token first, and what is public need not wait for it', async () => {
    const { time, exchange, words } = openStream([BOOK, ...ACCOUNT]);
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
    const { time, exchange, events } = openStream([
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

  test('a candle that was under way while the interval changed was taken for one of the new interval', async () => {
    const candles = (intervalSec: number) => [{ kind: 'candles', market: 'BTC_USDT', intervalSec }] as const;
    const { time, exchange, events, stream } = openStream(candles(60));
    await time.advance(100);
    const row = [1738251000, '1', '2', '3', '0.5', '10', '20', 'BTC_USDT'];
    const push = () => exchange.last().push({ id: null, method: 'candles_update', params: [row] });
    push();
    stream.want(candles(300));
    await time.advance(100);
    push();
    await time.advance(100);
    expect(events.map((event) => event.kind === 'candles' && event.intervalSec)).toEqual([60, 300]);
  });
});

describe('the set of topics', () => {
  test('a channel is always asked for whole, because a second request replaces the first', async () => {
    const { time, exchange, stream } = openStream([{ kind: 'trades', market: 'BTC_USDT' }]);
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
    const { time, exchange, stream } = openStream([{ kind: 'trades', market: 'A_B' }]);
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
    const { time, exchange, stream } = openStream([]);
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
    const { time, exchange, stream, states } = openStream([
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
    const { time, exchange, stream } = openStream(topics, { token: null });
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
    const { time, exchange } = openStream([BOOK]);
    await time.advance(600_000);
    expect(exchange.connections).toHaveLength(1);
    const times = exchange.last().requests.map(({ atMs }) => atMs);
    for (const [at, atMs] of times.entries())
      if (at > 0) expect(atMs - (times[at - 1] ?? 0)).toBeLessThanOrEqual(20_000);
  });

  test('a socket that says nothing is dead within ten seconds, and another is open at once', async () => {
    const { time, exchange, states, stream } = openStream([BOOK]);
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
    const { time, exchange, stream, events } = openStream([BOOK, { kind: 'trades', market: 'BTC_USDT' }]);
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

  test('the new picture of a silent book was lost, and the changes that came after kept it from being asked for again', async () => {
    const { time, exchange, stream } = openStream([BOOK]);
    await time.advance(1_000);
    const book = exchange.books.get('BTC_USDT');
    exchange.last().subscribed.delete('depth BTC_USDT');
    exchange.answer = (method) => (method === 'depth_subscribe' ? SUCCESS : undefined);
    await time.advance(15_000);
    expect(stream.book('BTC_USDT')?.trouble).toBe('disconnected');
    expect(stream.counts().resyncs).toBe(1);
    exchange.answer = () => undefined;
    for (let ms = 0; ms < 30_000 && stream.book('BTC_USDT')?.trouble !== null; ms += 500) {
      exchange.last().push(book?.change());
      await time.advance(500);
    }
    expect(stream.book('BTC_USDT')?.trouble).toBeNull();
    expect(exchange.connections).toHaveLength(1);
  });

  test('a machine that slept does not believe what it last heard', async () => {
    const { time, exchange, states } = openStream([BOOK]);
    await time.advance(5_000);
    exchange.last().isMute = true;
    await time.advance(600_000);
    expect(exchange.connections.length).toBeGreaterThan(1);
    expect(states.some(({ why }) => why === 'nothing was heard for ten seconds')).toBe(true);
  });

  test('the clock was five minutes ahead and set back: a connection that died then was believed for five minutes', async () => {
    const { time, exchange, states } = openStream([BOOK, ...ACCOUNT]);
    await time.advance(1_000);
    time.setDate(300_000);
    await time.advance(6_600);
    expect(states.at(-1)?.word).toBe('live');
    time.setDate(-300_000);
    exchange.last().isMute = true;
    const told = states.length;
    // Ten seconds, and what went by between the last look and the setting.
    await time.advance(11_000);
    expect(states[told]).toMatchObject({ word: 'waiting', why: 'nothing was heard for ten seconds' });
    await time.advance(1_000);
    expect(states.at(-1)?.word).toBe('live');
  });

  test('a request that was under way while the clock was set back was waited for as long as it had been ahead', async () => {
    const { time, exchange, states } = openStream([BOOK]);
    exchange.answer = (method) => (method === 'depth_subscribe' ? null : undefined);
    time.setDate(300_000);
    await time.advance(2_000);
    time.setDate(-300_000);
    await time.advance(10_000);
    expect(states.some(({ why }) => why === 'a request was not answered')).toBe(true);
  });

  test('a request that is never answered ends the connection', async () => {
    const { time, exchange, states } = openStream([BOOK]);
    exchange.answer = (method) => (method === 'depth_subscribe' ? null : undefined);
    await time.advance(12_000);
    expect(states.some(({ why }) => why === 'a request was not answered')).toBe(true);
  });
});

describe('the book', () => {
  test('a gap is seen on the next message, and mended within three seconds', async () => {
    const { time, exchange, stream, events } = openStream([BOOK]);
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
    const { time, exchange } = openStream([BOOK]);
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
      const { time, exchange, stream } = openStream([BOOK]);
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
    const { time, exchange, stream } = openStream([BOOK]);
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
    const { time, exchange, stream, states } = openStream([BOOK]);
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
    const { time, exchange, events } = openStream(ACCOUNT);
    await time.advance(1_000);
    exchange.last().raw('{"id":null,"method":"ordersPending_update","params":[9,{}]}');
    await time.advance(50);
    expect(events).toMatchObject([{ kind: 'gap' }]);
  });
});
