/** From what a stream tells to what a page is told: texts, and troubles in words. */

import type { LiveBook, LiveTicker } from '../../contract/live.ts';
import type { MarketTrade, BookLevel as WireLevel } from '../../contract/trading.ts';
import type { DrawnCandle } from '../../core/candle.ts';
import { Decimal } from '../../core/decimal.ts';
import type { BookLevel, BookTrouble, OrderBook } from '../../venues/book.ts';
import type { Candle, DayTicker, PublicTrade } from '../../venues/streams.ts';

export const SHOWN_LEVELS = 100;
/** As the exchange's own list prints it. */
const PERCENT_PLACES = 2;
const HUNDRED = Decimal.parse('100');

export function liveTicker({ last, open, volumeQuote }: DayTicker): LiveTicker {
  const change = open.isZero() ? Decimal.ZERO : last.sub(open).mul(HUNDRED).div(open, PERCENT_PLACES, 'half-even');
  return { last: last.toString(), changePercent: change.toString(), volumeQuote: volumeQuote.toString() };
}

export function bookLevels(book: OrderBook | null): Pick<LiveBook, 'bids' | 'asks'> {
  const side = (which: 'bid' | 'ask') => wireLevels(book?.levels(which, SHOWN_LEVELS) ?? []);
  return { bids: side('bid'), asks: side('ask') };
}

export function wireLevels(levels: readonly BookLevel[]): WireLevel[] {
  return levels.map(({ price, quantity }) => [price.toString(), quantity.toString()]);
}

export function wireTrade({ id, price, quantity, side, atMs }: PublicTrade): MarketTrade {
  return { id: String(id), price: price.toString(), quantity: quantity.toString(), side, atMs: Math.round(atMs) };
}

export function drawn({ atSec, open, high, low, close, volumeBase }: Candle): DrawnCandle {
  const number = (figure: Decimal) => figure.toNumberInexact();
  return [atSec, number(open), number(high), number(low), number(close), number(volumeBase)];
}

export function troubleWords(trouble: BookTrouble | null): string {
  switch (trouble) {
    case null:
      return '';
    case 'no-picture':
      return 'The book is on its way.';
    case 'gap':
      return 'A change of the book was missed; the whole book is asked for again.';
    case 'crossed':
      return 'Buyers stand above sellers, which cannot be; the whole book is asked for again.';
    case 'empty':
      return 'A side of the book is empty.';
    case 'digits':
      return 'A figure of the book has more digits than can be held exactly.';
    case 'not-understood':
      return 'A message of the exchange was not understood; the whole book is asked for again.';
    case 'disconnected':
      return 'Nothing is heard of this book; these are the last known orders.';
  }
}

/** Codes of the network are for whoever knows them, after what they mean. */
const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the exchange takes no connections',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the exchange’s name cannot be looked up',
  EAI_AGAIN: 'the exchange’s name cannot be looked up',
  ENETUNREACH: 'this machine has no way to the exchange',
  EHOSTUNREACH: 'this machine has no way to the exchange',
  ETIMEDOUT: 'the exchange does not answer',
  'connect-timeout': 'the exchange does not answer',
};

/** For the middle of a sentence. */
export function reasonWords(why: string): string {
  const network = NETWORK[why];
  return network === undefined ? why : `${network} (${why})`;
}

export function lineWords(why: string | null): string {
  if (why === null) return '';
  const words = reasonWords(why);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`;
}
