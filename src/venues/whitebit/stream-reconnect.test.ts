import { describe, expect, test } from 'vitest';
import type { Answer } from '../venue.ts';
import { failure, moveBook } from './fake-exchange.testing.ts';
import { ACCOUNT, BOOK, DEAL, methods, openStream } from './stream.testing.ts';

describe('the end of the private part', () => {
  test('every connection takes a token of its own', async () => {
    const { time, exchange, tokens } = openStream(ACCOUNT);
    for (let round = 0; round < 3; round += 1) {
      await time.advance(40_000);
      exchange.last().cut();
    }
    await time.advance(5_000);
    expect(tokens).toHaveLength(4);
    expect(methods(exchange)[0]).toBe('authorize ["token 4","public"]');
  });

  test('an authorisation that has ended is renewed with a fresh token', async () => {
    const { time, exchange, stream, tokens } = openStream([...ACCOUNT]);
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
    const { time, exchange, states } = openStream(ACCOUNT, { token: async () => answer });
    await time.advance(19_000);
    expect(exchange.attempts).toHaveLength(1);
    const why = 'the exchange grants ten new streams a minute for this address';
    const { word, why: said, nextAttemptAtMs } = states.at(-1) ?? {};
    expect({ word, said }).toEqual({ word: 'waiting', said: why });
    // Of a minute's wait a tenth more would be six seconds.
    expect(Math.abs((nextAttemptAtMs ?? 0) - time.nowMs() - 1_000)).toBeLessThan(100);
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
      const { time, exchange, stream } = openStream([BOOK, ...ACCOUNT]);
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

  test('a moment of the next attempt was told in fractions, and the outage began anew with every attempt', async () => {
    const { time, exchange, states } = openStream([BOOK]);
    await time.advance(40_000);
    exchange.isDown = true;
    const before = states.length;
    exchange.last().cut();
    await time.advance(60_000);
    const outage = states.slice(before);
    expect(outage.filter(({ word }) => word === 'waiting').length).toBeGreaterThan(3);
    for (const { nextAttemptAtMs } of outage)
      if (nextAttemptAtMs !== null) expect(nextAttemptAtMs).toSatisfy(Number.isInteger);
    expect(new Set(outage.map(({ sinceMs }) => sinceMs)).size).toBe(1);
  });

  test('an hour without the exchange: bounded attempts, nothing grows, and back', async () => {
    const { time, exchange, stream, states } = openStream([BOOK]);
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
    const { time, exchange, states } = openStream([BOOK], { mayConnect: () => ({ ok: false, waitMs: 7_000 }) });
    await time.advance(20_000);
    expect(exchange.attempts).toEqual([]);
    expect(states.at(-1)?.why).toBe('too many connections from this address');
  });

  test('what traded while it was away, and is more than a picture holds, is called a gap', async () => {
    const { time, exchange, events } = openStream([{ kind: 'trades', market: 'BTC_USDT' }]);
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
    const { time, exchange, events, stream, words } = openStream([BOOK, ...ACCOUNT]);
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
    const { time, exchange, words } = openStream([BOOK]);
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
    const { time, exchange, words } = openStream([BOOK]);
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
  const { time, exchange, events, stream, states } = openStream([BOOK, ...ACCOUNT]);
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
