/** Market data over the practice exchange with its life on: what a page is told is what the exchange has. */

import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Practice, startPractice } from '../../practice/server.ts';
import type { LiveMessage } from '../../src/contract/live.ts';
import type { CandleInterval } from '../../src/core/candle.ts';
import { systemClock } from '../../src/shell/clock.ts';
import { systemRandom } from '../../src/shell/random.ts';
import { createMarketFeed } from '../../src/shell/trading/feed.ts';
import type { MarketFeed } from '../../src/shell/trading/ports.ts';
import { createVenues, type DeskVenues, openMarketStream } from '../../src/shell/venues.ts';

const MARKET = 'BTC_USDT';
const VENUE = 'practice';
const EMAIL = 'demo@practice.example';

let practice: Practice;
let venues: DeskVenues;
let feed: MarketFeed;
beforeAll(async () => {
  practice = await startPractice({ port: 0, dataDir: null });
  venues = createVenues({ whitebit: practice.url, practice: practice.url }, systemClock);
  feed = createMarketFeed({
    ...{ venues, clock: systemClock, random: systemRandom, log: pino({ level: 'silent' }) },
    openStream: openMarketStream,
  });
});
afterAll(async () => {
  feed.close();
  for (const venue of venues.values()) venue.close();
  await practice.stop();
});

async function control(command: string, input: object = {}): Promise<unknown> {
  const reply = await fetch(`${practice.url}/practice/api/${command}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-practice-control': '1' },
    body: JSON.stringify(input),
  });
  const answer = (await reply.json()) as { ok: boolean; value: unknown };
  if (!answer.ok) throw new Error(`${command}: ${JSON.stringify(answer)}`);
  return answer.value;
}

/** A deadline for what comes over a real wire; every step is far faster. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 10) {
    if (holds()) return;
    await wait(10);
  }
  throw new Error(`${what} did not come`);
}

class Page {
  readonly got: { readonly atMs: number; readonly message: LiveMessage }[] = [];
  say(message: LiveMessage): void {
    this.got.push({ atMs: performance.now(), message });
  }
  of<Type extends LiveMessage['type']>(type: Type): Extract<LiveMessage, { type: Type }>[] {
    return this.got.flatMap(({ message }) => (message.type === type ? [message as never] : []));
  }
  look(market: string, interval: CandleInterval | null = null): this {
    const markets = [{ venue: VENUE, market, interval }] as const;
    feed.watch(this, { type: 'watch', tickers: [{ venue: VENUE, market }], markets });
    return this;
  }
  leave(): void {
    feed.watch(this, { type: 'watch', tickers: [], markets: [] });
  }
  /** Most messages of a type within any second. */
  pace(type: LiveMessage['type']): number {
    const times = this.got.filter(({ message }) => message.type === type).map(({ atMs }) => atMs);
    return Math.max(0, ...times.map((from) => times.filter((atMs) => atMs >= from && atMs < from + 1_000).length));
  }
}

function bookThere(): string {
  const { bids, asks } = practice.market.book(MARKET, practice.clock.nowMs(), 100);
  const side = (levels: typeof bids) => levels.map(([price, amount]) => [String(price), String(amount)]);
  return JSON.stringify([side(bids), side(asks)]);
}
function bookHere(page: Page): string {
  const book = page.of('book').at(-1)?.book;
  return book?.trouble === '' ? JSON.stringify([book.bids, book.asks]) : (book?.trouble ?? 'none');
}

/** Whenever the exchange's own book stood still for longer than a message takes, the page has the same. */
async function equalBooks(page: Page, times: number): Promise<void> {
  let equal = 0;
  for (let tried = 0; tried < 200 && equal < times; tried += 1) {
    const before = bookThere();
    await wait(400);
    if (bookThere() !== before) continue;
    expect(bookHere(page)).toBe(before);
    equal += 1;
  }
  expect(equal).toBe(times);
}

test('the book is the exchange’s own whenever that stands still, and never comes more than ten times a second', async () => {
  const page = new Page().look(MARKET);
  await until('the book', () => page.of('book').some(({ book }) => book.trouble === ''));
  await equalBooks(page, 3);
  expect(page.pace('book')).toBeLessThanOrEqual(10);
  const now = feed.now(VENUE, MARKET);
  expect(now?.bid?.lt(now.ask ?? now.bid)).toBe(true);
  page.leave();
});

test('a book that cannot be says so with what was last known, and is asked for anew', async () => {
  const page = new Page().look(MARKET);
  await until('the book', () => page.of('book').some(({ book }) => book.trouble === ''));
  await control('faults/arm', { id: 'F37', way: 'crossed', market: MARKET, count: 4 });
  await until('the trouble', () => page.of('book').at(-1)?.book.trouble.startsWith('Buyers stand above') === true);
  expect(feed.now(VENUE, MARKET)).toBeNull();
  expect(page.of('book').at(-1)?.book.bids.length).toBeGreaterThan(0);
  await until('the book again', () => page.of('book').at(-1)?.book.trouble === '');
  await equalBooks(page, 1);
  page.leave();
});

test('after a lost change the book is right again', async () => {
  const page = new Page().look(MARKET);
  await until('the book', () => page.of('book').some(({ book }) => book.trouble === ''));
  await control('faults/arm', { id: 'F35', market: MARKET, count: 1 });
  const struck = async () => JSON.stringify(await control('faults/armed')).includes('"struck":1');
  while (!(await struck())) await wait(20);
  // That a change is missing shows with the one that follows it: the first message may still be from before.
  const atLoss = page.of('book').length;
  await until('later messages', () => page.of('book').length >= atLoss + 2);
  await until('the book again', () => page.of('book').at(-1)?.book.trouble === '');
  await equalBooks(page, 2);
  page.leave();
});

test('a line that is cut says so, with the next attempt, and comes back by itself', async () => {
  const page = new Page().look(MARKET, '1m');
  await until('the line', () => page.of('prices').at(-1)?.prices.state === 'live');
  await until('the candles', () => page.of('candles').at(-1)?.candles.length === 2);
  await control('faults/arm', { id: 'F44', way: 'cut', count: 2 });
  await control('sockets/cut');
  await until('the word', () => page.of('prices').at(-1)?.prices.state === 'waiting');
  const { why, nextAttemptAtMs } = page.of('prices').at(-1)?.prices ?? {};
  expect(why).not.toBe('');
  expect(nextAttemptAtMs).toBeGreaterThan(Date.now() - 5_000);
  await until('the trouble of the book', () => page.of('book').at(-1)?.book.trouble !== '');
  await until('the line again', () => page.of('prices').at(-1)?.prices.state === 'live');
  await until('the book again', () => page.of('book').at(-1)?.book.trouble === '');
  await equalBooks(page, 1);
  page.leave();
});

test('a burst of trades comes in few messages, and the last one has the newest hundred', async () => {
  const market = 'SOL_USDT';
  const page = new Page().look(market);
  await until('trades', () => page.of('market-trades').some(({ trades }) => trades.length > 0));
  const before = page.of('market-trades').length;
  await control('wallets/set', { email: EMAIL, wallet: 'trade', ticker: 'USDT', available: '1000000' });
  for (let nr = 0; nr < 150; nr += 1) {
    const best = String(practice.market.book(market, practice.clock.nowMs(), 1).asks[0]?.[0]);
    await control('orders/place', { email: EMAIL, market, side: 'buy', amount: '0.1', price: best, ioc: true });
  }
  const newest = () => practice.market.trades(market, practice.clock.nowMs(), 100).map(({ id }) => String(id));
  await until('the last of them', () => page.of('market-trades').at(-1)?.trades[0]?.id === newest()[0]);
  expect(
    page
      .of('market-trades')
      .at(-1)
      ?.trades.map(({ id }) => id),
  ).toEqual(newest());
  expect(page.pace('market-trades')).toBeLessThanOrEqual(10);
  expect(page.of('market-trades').length - before).toBeGreaterThan(0);
  page.leave();
});

test('candles reach back to the beginning of the market, page by page, without a hole or a repetition', async () => {
  const times: number[] = [];
  let toSec: number | null = null;
  for (let pages = 0; pages < 20; pages += 1) {
    const answer = await feed.candles(VENUE, MARKET, '1d', toSec, 500);
    if (!answer.ok) throw new Error(answer.fault.raw);
    times.unshift(...answer.value.candles.map(([atSec]) => atSec));
    if (answer.value.first) break;
    toSec = (times[0] ?? 0) - 1;
  }
  expect(times.length).toBeGreaterThan(600);
  for (let index = 1; index < times.length; index += 1)
    expect((times[index] ?? 0) - (times[index - 1] ?? 0)).toBe(86_400);
  const months = await feed.candles(VENUE, MARKET, '1M', null, 1_440);
  if (!months.ok) throw new Error(months.fault.raw);
  expect(months.value.first).toBe(true);
  for (const [atSec] of months.value.candles) expect(new Date(atSec * 1_000).getUTCDate()).toBe(1);
  const before = await feed.candles(VENUE, MARKET, '1d', (times[0] ?? 0) - 1, 10);
  expect(before).toEqual({ ok: true, value: { candles: [], first: true } });
});

test('two pages with other intervals of one market both get the candle that grows', async () => {
  const intervals = ['1s', '5m', '1w'] as const;
  const pages = intervals.map((interval) => new Page().look(MARKET, interval));
  for (const [index, page] of pages.entries()) {
    await until(`candles of ${intervals[index]}`, () => page.of('candles').at(-1)?.candles.length === 2);
    expect(new Set(page.of('candles').map(({ interval }) => interval))).toEqual(new Set([intervals[index]]));
  }
  const second = () => pages[0]?.of('candles').at(-1)?.candles.at(-1)?.[0] ?? 0;
  const from = second();
  await until('later seconds', () => second() >= from + 2);
  for (const page of pages) page.leave();
});

test('a price that nobody watched is asked for once, and then comes from the stream', async () => {
  expect(feed.now(VENUE, 'ETH_USDT')).toBeNull();
  const now = await feed.fresh(VENUE, 'ETH_USDT', 'ann');
  expect(now?.bid?.lt(now.ask ?? now.bid)).toBe(true);
  expect(now?.last?.sign()).toBe(1);
  await until('the stream', () => feed.now(VENUE, 'ETH_USDT') !== null);
  expect(await feed.fresh(VENUE, 'NO_SUCH', 'ann')).toBeNull();
});
