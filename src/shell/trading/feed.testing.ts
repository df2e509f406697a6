/** Market data without a network: an exchange whose stream and answers a test plays by hand. */

import pino from 'pino';
import { whitebit } from '../../../guides/whitebit.ts';
import type { LiveMessage, WatchMessage } from '../../contract/live.ts';
import type { CandleInterval, DrawnCandle } from '../../core/candle.ts';
import { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';
import { type BookTrouble, LevelBatch, OrderBook } from '../../venues/book.ts';
import type { PublicTrade, StreamEvent, StreamState, StreamWord, Topic, VenueStream } from '../../venues/streams.ts';
import type { Answer, BookReading, PublicVenue, Ticker } from '../../venues/venue.ts';
import { type ManualClock, manualClock } from '../manual-clock.ts';
import type { DeskVenue, OpenMarketStream } from '../venues.ts';
import { createMarketFeed } from './feed.ts';
import type { MarketViewer } from './ports.ts';

export const VENUE = 'whitebit';
const d = Decimal.parse;

const level = (price: string, quantity: string) => ({ price: d(price), quantity: d(quantity) });

export function trade(id: number): PublicTrade {
  return { id, price: d('100.5'), quantity: d('0.25'), side: 'buy', atMs: 1_700_000_000_000 + id };
}

function instrument(symbol: string): Instrument {
  const [base = '', quote = ''] = symbol.split('_');
  return {
    ...{ symbol, kind: 'spot', base, quote, tick: d('0.01'), lot: d('0.01'), notionalMax: null },
    ...{ quantityMin: d('0.01'), notionalMin: d('5'), makerFee: d('0.001'), takerFee: d('0.001') },
  };
}

export class PlayedStream implements VenueStream {
  readonly #options: Parameters<OpenMarketStream>[1];
  readonly #books = new Map<string, OrderBook>();
  #state: StreamState;
  #frames = 0;
  #bookId = 1;
  topics: readonly Topic[];
  refused: StreamState['refused'] = [];
  isClosed = false;

  constructor(options: Parameters<OpenMarketStream>[1]) {
    this.#options = options;
    this.topics = options.topics;
    this.#state = {
      ...{ word: 'connecting', why: null, nextAttemptAtMs: null, attempts: 0, refused: [] },
      sinceMs: options.clock.nowMs(),
    };
  }

  want(topics: readonly Topic[]): void {
    this.topics = topics;
  }
  state(): StreamState {
    return { ...this.#state, refused: this.refused };
  }
  book(market: string): OrderBook | null {
    return this.#books.get(market) ?? null;
  }
  counts() {
    return { frames: this.#frames, malformed: 0, resyncs: 0, connections: 1 };
  }
  close(): void {
    this.isClosed = true;
  }

  becomes(word: StreamWord, why: string | null = null, nextAttemptAtMs: number | null = null): void {
    this.#state = { ...this.#state, word, why, nextAttemptAtMs, sinceMs: this.#options.clock.nowMs() };
    this.#options.onState(this.state());
  }
  tells(event: StreamEvent): void {
    this.#frames += 1;
    this.#options.onEvent(event);
  }
  pongs(): void {
    this.#frames += 1;
  }
  /** A whole book of one level a side. */
  tellsBook(market: string, bid: number, ask: number): void {
    const book = this.#books.get(market) ?? new OrderBook(100);
    this.#books.set(market, book);
    const side = (units: number): LevelBatch => {
      const batch = new LevelBatch();
      batch.push(units, 0, 1, 0);
      return batch;
    };
    this.#bookId += 1;
    book.apply({ full: true, id: this.#bookId, pastId: 0, bids: side(bid), asks: side(ask) });
    this.tells({ kind: 'book', market, book });
  }
  losesBook(market: string, trouble: BookTrouble): void {
    const book = this.#books.get(market) ?? new OrderBook(100);
    book.invalidate(trouble);
    this.tells({ kind: 'book', market, book });
  }
  wants(): string[] {
    return this.topics.map((topic) => {
      const market = 'market' in topic ? ` ${topic.market}` : '';
      return `${topic.kind}${market}${topic.kind === 'candles' ? ` ${topic.intervalSec}` : ''}`;
    });
  }
}

export class Page implements MarketViewer {
  readonly got: LiveMessage[] = [];
  say(message: LiveMessage): void {
    this.got.push(message);
  }
  of<Type extends LiveMessage['type']>(type: Type): Extract<LiveMessage, { type: Type }>[] {
    return this.got.flatMap((message) => (message.type === type ? [message as never] : []));
  }
}

export type PlayedVenue = {
  markets: string[];
  candles: (...asked: Parameters<PublicVenue['candles']>) => Promise<Answer<readonly DrawnCandle[]>>;
  book: Answer<BookReading>;
  trades: Answer<readonly PublicTrade[]>;
  /** Answers wait until this resolves. */
  delay: Promise<void>;
  readonly asked: string[];
};

export function openFeed() {
  const clock: ManualClock = manualClock();
  const streams: PlayedStream[] = [];
  const venue: PlayedVenue = {
    markets: ['BTC_USDT', 'ETH_USDT'],
    candles: async () => ({ ok: true, value: [] }),
    book: { ok: true, value: { bids: [level('99', '1')], asks: [level('101', '2')] } },
    trades: { ok: true, value: [] },
    delay: Promise.resolve(),
    asked: [],
  };
  const ticker = (symbol: string): Ticker => ({
    ...{ symbol, last: d('100'), changePercent: d('1.5'), volumeQuote: d('1000') },
  });
  async function answered<T>(what: string, answer: () => T): Promise<T> {
    venue.asked.push(what);
    await venue.delay;
    return answer();
  }
  const publicVenue: PublicVenue = {
    reachable: async () => ({ ok: true, value: { tookMs: 1 } }),
    clock: async () => ({ ok: true, value: { offsetMs: 0, uncertaintyMs: 1 } }),
    instruments: () => answered('instruments', () => ({ ok: true, value: venue.markets.map(instrument) })),
    tickers: () =>
      answered('tickers', () => ({ ok: true, value: new Map(venue.markets.map((name) => [name, ticker(name)])) })),
    candles: (...args) => {
      venue.asked.push(`candles ${args[0]} ${args[1]}`);
      return venue.candles(...args);
    },
    book: (market) => answered(`book ${market}`, () => venue.book),
    trades: (market) => answered(`trades ${market}`, () => venue.trades),
  };
  const deskVenue: DeskVenue = {
    ...{ id: VENUE, guide: whitebit, origin: 'https://stub.example', isPractice: false, publicVenue },
    close: () => {},
  };
  const feed = createMarketFeed({
    venues: new Map([[VENUE, deskVenue]]),
    clock,
    random: { bytes: (count) => new Uint8Array(count) },
    log: pino({ level: 'silent' }),
    openStream: (_venue, options) => {
      const stream = new PlayedStream(options);
      streams.push(stream);
      return stream;
    },
  });
  const watch = (page: Page, markets: readonly string[], interval: CandleInterval | null = null): void =>
    feed.watch(page, {
      type: 'watch',
      tickers: [],
      markets: markets.map((market) => ({ venue: VENUE, market, interval })),
    });
  const stream = (): PlayedStream => {
    const last = streams.at(-1);
    if (last === undefined) throw new Error('no stream was opened');
    return last;
  };
  /** Live, and everything that was asked at first is answered and told. */
  const begin = async (): Promise<PlayedStream> => {
    stream().becomes('live');
    // Answers first: what they change is told after them.
    await clock.advance(0);
    await clock.advance(200);
    return stream();
  };
  const tickers = (page: Page, markets: readonly string[]): void => {
    const wanted: WatchMessage = {
      type: 'watch',
      tickers: markets.map((market) => ({ venue: VENUE, market })),
      markets: [],
    };
    feed.watch(page, wanted);
  };
  return { clock, feed, venue, streams, stream, watch, tickers, begin };
}
