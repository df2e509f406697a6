import { describe, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import { OrderBook } from '../../venues/book.ts';
import type { Candle } from '../../venues/streams.ts';
import { openFeed, Page, trade, VENUE } from './feed.testing.ts';

const BTC = 'BTC_USDT';
const ETH = 'ETH_USDT';
const d = Decimal.parse;
const candle = (atSec: number, close: string, volume: string): Candle => ({
  ...{ atSec, open: d('100'), high: d('110'), low: d('90'), close: d(close) },
  ...{ volumeBase: d(volume), volumeQuote: d('1') },
});

describe('the stream of an exchange', () => {
  test('is one for all who look, asked for what they want together', async () => {
    const { feed, streams, stream, watch, tickers, begin } = openFeed();
    expect(streams).toHaveLength(0);
    expect(feed.line(VENUE)).toMatchObject({ state: 'idle', nextAttemptAtMs: null });
    const [one, two] = [new Page(), new Page()];
    watch(one, [BTC], '1m');
    tickers(two, [ETH, BTC]);
    await begin();
    expect(streams).toHaveLength(1);
    const wanted = [`book ${BTC}`, `trades ${BTC}`, `ticker ${ETH}`, `ticker ${BTC}`, `candles ${BTC} 60`];
    expect(stream().wants()).toEqual(wanted);
    watch(one, []);
    expect(stream().wants()).toEqual([`ticker ${ETH}`, `ticker ${BTC}`]);
  });

  test('ends half a minute after the last page went, and not for a page that is loaded anew', async () => {
    const { clock, streams, stream, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC]);
    await begin();
    watch(page, []);
    await clock.advance(20_000);
    watch(new Page(), [BTC]);
    await clock.advance(60_000);
    expect([streams.length, stream().isClosed]).toEqual([1, false]);
  });

  test('is opened again for whoever comes after it ended', async () => {
    const { clock, streams, stream, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC]);
    await begin();
    watch(page, []);
    await clock.advance(40_000);
    expect(stream().isClosed).toBe(true);
    watch(page, [BTC]);
    expect(streams).toHaveLength(2);
  });

  test('says how it is to everybody who looks, and to newcomers at once', async () => {
    const { clock, stream, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC]);
    await begin();
    stream().becomes('waiting', 'ECONNREFUSED', clock.nowMs() + 500);
    const late = new Page();
    watch(late, [BTC]);
    expect(page.of('prices').map(({ prices }) => prices.state)).toEqual(['connecting', 'live', 'waiting']);
    expect(late.of('prices').at(-1)?.prices).toEqual({
      ...{ state: 'waiting', why: 'The exchange takes no connections (ECONNREFUSED).' },
      ...{ sinceMs: clock.nowMs(), nextAttemptAtMs: clock.nowMs() + 500 },
    });
  });

  test('is not asked for markets that the exchange does not list, and their book says so', async () => {
    const { stream, watch, clock, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC, 'NO_SUCH']);
    await begin();
    await clock.advance(1_000);
    expect(stream().wants()).toEqual([`book ${BTC}`, `trades ${BTC}`]);
    const late = new Page();
    watch(late, ['NO_SUCH']);
    await clock.advance(200);
    expect(page.of('book').findLast(({ market }) => market === 'NO_SUCH')?.book.trouble).toContain('lists no market');
  });

  test('what it refuses is told in the book, with its words', async () => {
    const { clock, stream, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC]);
    await begin();
    stream().refused = [{ topic: BTC, why: '9 market BTC_USDT does not exist' }];
    await clock.advance(1_200);
    expect(page.of('book').at(-1)?.book.trouble).toBe(
      'The exchange refuses to tell this book (9 market BTC_USDT does not exist).',
    );
  });
});

describe('a book', () => {
  test('that changes a thousand times a second is told ten times, the last state last, the same object to all', async () => {
    const { clock, watch, begin } = openFeed();
    const pages = [new Page(), new Page()];
    for (const page of pages) watch(page, [BTC]);
    const stream = await begin();
    for (const page of pages) page.got.length = 0;
    for (let change = 0; change < 1_000; change += 1) {
      stream.tellsBook(BTC, 1_000 + change, 5_000);
      await clock.advance(1);
    }
    await clock.advance(100);
    const [one, two] = pages.map((page) => page.of('book'));
    expect(one?.length).toBeGreaterThanOrEqual(10);
    expect(one?.length).toBeLessThanOrEqual(11);
    expect(one?.at(-1)?.book.bids).toEqual([['1999', '1']]);
    expect(one?.every((message, index) => message === two?.[index])).toBe(true);
  }, 20_000);

  test('is told at once to whoever comes later', async () => {
    const { clock, watch, begin } = openFeed();
    watch(new Page(), [BTC]);
    (await begin()).tellsBook(BTC, 99, 101);
    await clock.advance(100);
    const late = new Page();
    watch(late, [BTC]);
    expect(late.of('book').at(-1)?.book).toMatchObject({ bids: [['99', '1']], asks: [['101', '1']], trouble: '' });
  });

  test('that may not be believed says why and keeps its last levels; nothing is decided by it', async () => {
    const { clock, feed, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC]);
    const stream = await begin();
    expect(page.of('book').at(-1)?.book.trouble).toBe('The book is on its way.');
    stream.tellsBook(BTC, 99, 101);
    stream.tells({ kind: 'trades', market: BTC, trades: [trade(1)], gap: false });
    expect(feed.now(VENUE, BTC)).toEqual({ bid: d('99'), ask: d('101'), last: d('100.5'), asOfMs: clock.nowMs() });
    stream.losesBook(BTC, 'gap');
    await clock.advance(100);
    expect(feed.now(VENUE, BTC)).toBeNull();
    expect(page.of('book').at(-1)?.book).toMatchObject({ bids: [['99', '1']] });
    expect(page.of('book').at(-1)?.book.trouble).toContain('was missed');
    stream.tellsBook(BTC, 98, 102);
    await clock.advance(100);
    expect(page.of('book').at(-1)?.book).toMatchObject({ bids: [['98', '1']], trouble: '' });
    stream.becomes('waiting', 'the connection was cut', clock.nowMs() + 1);
    expect(feed.now(VENUE, BTC)).toBeNull();
    await clock.advance(100);
    expect(page.of('book').at(-1)?.book.trouble).not.toBe('');
  });

  test('was emptied by a new connection that died before its first picture', async () => {
    const { clock, feed, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC]);
    const stream = await begin();
    stream.tellsBook(BTC, 99, 101);
    await clock.advance(100);
    const knownAtMs = page.of('book').at(-1)?.book.atMs;
    stream.becomes('waiting', 'the connection was cut', clock.nowMs() + 1);
    await clock.advance(1_000);
    const unseen = new OrderBook(100);
    unseen.invalidate('disconnected');
    stream.tells({ kind: 'book', market: BTC, book: unseen });
    stream.becomes('live', null, null);
    await clock.advance(1_000);
    const shown = page.of('book').at(-1)?.book;
    expect(shown).toMatchObject({ bids: [['99', '1']], asks: [['101', '1']], atMs: knownAtMs });
    expect(shown?.trouble).toContain('last known');
    expect(feed.now(VENUE, BTC)).toBeNull();
  });

  test('fell silent on a living line, and the page went on to say that prices are live', async () => {
    const { clock, feed, venue, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC, ETH]);
    const stream = await begin();
    const wantedAtMs = clock.nowMs() - 200;
    stream.tellsBook(BTC, 99, 101);
    await clock.advance(100);
    const toldAtMs = clock.nowMs() - 100;
    const shown = (market: string) => page.of('book').findLast((message) => message.market === market)?.book;
    expect(shown(BTC)?.silentSinceMs).toBeNull();
    await clock.advance(12_000);
    stream.losesBook(BTC, 'disconnected');
    stream.losesBook(ETH, 'disconnected');
    await clock.advance(100);
    expect(shown(BTC)?.silentSinceMs).toBe(toldAtMs);
    expect(shown(ETH)?.silentSinceMs).toBe(wantedAtMs);
    await clock.advance(12_000);
    stream.losesBook(ETH, 'disconnected');
    await clock.advance(100);
    expect(shown(ETH)?.silentSinceMs).toBe(wantedAtMs);
    // Nothing is decided by it: the exchange is asked, and where it does not answer nobody knows the price.
    expect(feed.now(VENUE, BTC)).toBeNull();
    expect((await feed.fresh(VENUE, BTC, 'ann'))?.asOfMs).toBe(clock.nowMs());
    venue.book = { ok: false, fault: { code: 'down', status: 503, raw: '' } };
    expect(await feed.fresh(VENUE, BTC, 'ann')).toBeNull();
    stream.tellsBook(BTC, 98, 102);
    await clock.advance(100);
    expect(shown(BTC)).toMatchObject({ silentSinceMs: null, trouble: '' });
  });

  test('without changes stays as young as the connection, and grows old with its silence', async () => {
    const { clock, feed, watch, begin } = openFeed();
    watch(new Page(), [BTC]);
    const stream = await begin();
    stream.tellsBook(BTC, 99, 101);
    for (let sec = 0; sec < 30; sec += 1) {
      await clock.advance(1_000);
      stream.pongs();
    }
    const ageMs = () => clock.nowMs() - (feed.now(VENUE, BTC)?.asOfMs ?? 0);
    expect(ageMs()).toBeLessThanOrEqual(3_000);
    await clock.advance(8_000);
    expect(ageMs()).toBeGreaterThanOrEqual(8_000);
  });
});

describe('trades', () => {
  test('of the stream continue those of the list, each once, the newest hundred first', async () => {
    const { clock, venue, watch, begin } = openFeed();
    venue.trades = { ok: true, value: Array.from({ length: 100 }, (_, age) => trade(100 - age)) };
    const page = new Page();
    watch(page, [BTC]);
    const stream = await begin();
    const streamed = Array.from({ length: 5 }, (_, nr) => trade(98 + nr));
    stream.tells({ kind: 'trades', market: BTC, trades: streamed, gap: false });
    await clock.advance(100);
    const last = page.of('market-trades').at(-1);
    expect(last?.trades.map(({ id }) => Number(id))).toEqual(Array.from({ length: 100 }, (_, age) => 102 - age));
    expect(last?.trades[0]).toEqual({
      id: '102',
      price: '100.5',
      quantity: '0.25',
      side: 'buy',
      atMs: 1_700_000_000_102,
    });
    expect(last?.gap).toBe(false);
  });

  test('that came faster than they can be shown leave a gap that is told, once', async () => {
    const { clock, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC]);
    const stream = await begin();
    const tell = async (fromId: number, count: number) => {
      const trades = Array.from({ length: count }, (_, nr) => trade(fromId + nr));
      stream.tells({ kind: 'trades', market: BTC, trades, gap: false });
      await clock.advance(100);
      return page.of('market-trades').at(-1)?.gap;
    };
    expect(await tell(1, 100)).toBe(false);
    expect(await tell(101, 100)).toBe(true);
    expect(await tell(201, 99)).toBe(false);
    stream.tells({ kind: 'trades', market: BTC, trades: [trade(900)], gap: true });
    await clock.advance(100);
    expect(page.of('market-trades').at(-1)?.gap).toBe(true);
    expect(await tell(901, 1)).toBe(false);
  });
});

describe('candles', () => {
  test('of one chart come from the stream, of others from the list once a second, and the stream changes over', async () => {
    const { clock, venue, stream, watch, begin } = openFeed();
    const minuteSec = Math.floor(clock.nowMs() / 60_000) * 60;
    venue.candles = async (_market, interval) => ({
      ok: true,
      value: [[interval === '5m' ? minuteSec - 300 : minuteSec - 60, 1, 2, 0.5, 1.5, 10]],
    });
    const [one, two] = [new Page(), new Page()];
    watch(one, [BTC], '1m');
    watch(two, [BTC], '5m');
    await begin();
    expect(stream().wants().at(-1)).toBe(`candles ${BTC} 60`);
    stream().tells({ kind: 'candles', market: BTC, intervalSec: 60, candles: [candle(minuteSec, '105', '3')] });
    await clock.advance(100);
    expect(one.of('candles').at(-1)?.candles).toEqual([
      [minuteSec - 60, 1, 2, 0.5, 1.5, 10],
      [minuteSec, 100, 110, 90, 105, 3],
    ]);
    venue.asked.length = 0;
    await clock.advance(3_000);
    expect(venue.asked.filter((what) => what === `candles ${BTC} 5m`).length).toBe(3);
    expect(two.of('candles').every(({ interval }) => interval === '5m')).toBe(true);
    watch(one, []);
    expect(stream().wants().at(-1)).toBe(`candles ${BTC} 300`);
  });

  test('an older state of a candle that comes late does not win', async () => {
    const { clock, watch, begin } = openFeed();
    const page = new Page();
    watch(page, [BTC], '1m');
    const stream = await begin();
    const told = { kind: 'candles', market: BTC, intervalSec: 60 } as const;
    stream.tells({ ...told, candles: [candle(60, '105', '3')] });
    stream.tells({ ...told, candles: [candle(60, '101', '2')] });
    stream.tells({ ...told, intervalSec: 300, candles: [candle(300, '99', '9')] });
    await clock.advance(100);
    expect(page.of('candles').at(-1)?.candles).toEqual([[60, 100, 110, 90, 105, 3]]);
  });
});

describe('a price to decide by', () => {
  test('is asked for once however many ask, and held so that the next comes from the stream', async () => {
    const { clock, feed, venue, stream, begin } = openFeed();
    venue.trades = { ok: true, value: [trade(7)] };
    const answers = await Promise.all([
      feed.fresh(VENUE, BTC, 'ann'),
      feed.fresh(VENUE, BTC, 'ann'),
      feed.fresh(VENUE, BTC, 'ann'),
    ]);
    expect(answers[2]).toEqual({ bid: d('99'), ask: d('101'), last: d('100.5'), asOfMs: clock.nowMs() });
    expect(venue.asked.filter((what) => what === `book ${BTC}`)).toHaveLength(1);
    await begin();
    stream().tellsBook(BTC, 98, 102);
    stream().tells({ kind: 'trades', market: BTC, trades: [trade(8)], gap: false });
    expect((await feed.fresh(VENUE, BTC, 'ann'))?.bid).toEqual(d('98'));
    expect(venue.asked.filter((what) => what === `book ${BTC}`)).toHaveLength(1);
    await clock.advance(299_000);
    expect(stream().isClosed).toBe(false);
    await clock.advance(40_000);
    expect(stream().isClosed).toBe(true);
  });

  test('a program that invents names took the line and the requests from everybody', async () => {
    const { feed, venue, stream, watch, begin } = openFeed();
    watch(new Page(), [BTC]);
    await begin();
    for (let count = 0; count < 150; count += 1) {
      const made = `MADE${count}_USDT`;
      expect(await feed.fresh(VENUE, made, 'bob')).toBeNull();
      expect(await feed.candles(VENUE, made, '1m', null, 10)).toMatchObject({ fault: { code: 'invalid-request' } });
      expect(await feed.book(VENUE, made)).toMatchObject({ fault: { code: 'invalid-request' } });
      expect(await feed.trades(VENUE, made)).toMatchObject({ fault: { code: 'invalid-request' } });
    }
    expect(stream().wants()).toEqual([`book ${BTC}`, `trades ${BTC}`]);
    expect(venue.asked.filter((what) => what.includes('MADE'))).toEqual([]);
    expect(venue.asked.filter((what) => what === 'instruments').length).toBeLessThanOrEqual(2);
  });

  test('one who previews every market pushed out those with orders and those that are looked at', async () => {
    const { feed, venue, stream, watch, begin } = openFeed();
    const many = Array.from({ length: 150 }, (_, index) => `M${index}_USDT`);
    venue.markets = [BTC, ETH, ...many];
    watch(new Page(), [BTC]);
    await begin();
    for (const market of many) await feed.fresh(VENUE, market, 'bob');
    feed.hold(VENUE, ETH);
    const books = stream()
      .wants()
      .filter((want) => want.startsWith('book'));
    expect(books.slice(0, 2)).toEqual([`book ${ETH}`, `book ${BTC}`]);
    expect(books.slice(2)).toEqual(many.slice(-20).map((market) => `book ${market}`));
  });

  test('that does not come in two seconds is none', async () => {
    const { clock, feed, venue } = openFeed();
    venue.delay = new Promise(() => {});
    let told: unknown = 'nothing yet';
    void feed.fresh(VENUE, BTC, 'ann').then((now) => {
      told = now;
    });
    await clock.advance(1_999);
    expect(told).toBe('nothing yet');
    await clock.advance(2);
    expect(told).toBeNull();
  });

  test('an exchange that was not started answers with a fault and throws nothing', async () => {
    const { feed } = openFeed();
    expect(feed.now('practice', BTC)).toBeNull();
    expect(await feed.fresh('practice', BTC, 'ann')).toBeNull();
    expect(await feed.markets('practice')).toMatchObject({ ok: false, fault: { code: 'unreachable' } });
    expect(feed.line('practice').state).toBe('waiting');
  });
});

describe('the list of markets', () => {
  test('is read once for all who ask, and again when it is old', async () => {
    const { clock, feed, venue } = openFeed();
    const [one] = await Promise.all([feed.markets(VENUE), feed.markets(VENUE)]);
    expect(one).toMatchObject({ ok: true, value: [{ instrument: { symbol: BTC }, ticker: { symbol: BTC } }, {}] });
    expect(venue.asked.toSorted()).toEqual(['instruments', 'tickers']);
    await clock.advance(179_000);
    await feed.markets(VENUE);
    expect(venue.asked.filter((what) => what === 'instruments')).toHaveLength(1);
    await clock.advance(2_000);
    await feed.markets(VENUE);
    expect(venue.asked.filter((what) => what === 'instruments')).toHaveLength(2);
  });

  test('a ticker is told from the list until the stream tells one', async () => {
    const { clock, tickers, begin } = openFeed();
    const page = new Page();
    tickers(page, [BTC]);
    const stream = await begin();
    expect(page.of('ticker').at(-1)?.ticker).toEqual({ last: '100', changePercent: '1.5', volumeQuote: '1000' });
    const day = { open: d('90'), high: d('120'), low: d('80'), volumeBase: d('5'), volumeQuote: d('500') };
    stream.tells({ kind: 'ticker', market: BTC, ticker: { ...day, last: d('120') } });
    await clock.advance(100);
    expect(page.of('ticker').at(-1)?.ticker).toEqual({ last: '120', changePercent: '33.33', volumeQuote: '500' });
  });
});
