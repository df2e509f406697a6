/** What WhiteBIT tells of one market without a key: candles, book, trades. */

import type { DrawnCandle } from '../../core/candle.ts';
import { Decimal } from '../../core/decimal.ts';
import type { BookLevel } from '../book.ts';
import type { PublicTrade } from '../streams.ts';
import type { Answer, BookReading, PublicVenue } from '../venue.ts';
import type { PublicCall, RawReply } from './call.ts';
import { asArray, asDecimal, asInteger, asObject, type Json, NumberText, ShapeError } from './json.ts';
import { readReply } from './read-reply.ts';
import { asPositive, asSide } from './reports.ts';

/** Reading changes nothing, so what got no answer is asked once more; who asks again and again is the caller. */
const TRIES = 2;

export function createMarketReads(call: PublicCall): Pick<PublicVenue, 'candles' | 'book' | 'trades'> {
  async function get<T>(path: string, read: (json: Json) => T): Promise<Answer<T>> {
    let reply = await call(path);
    for (let tried = 1; tried < TRIES && mayHelp(reply); tried += 1) reply = await call(path);
    return readReply(reply, 'data', read);
  }
  return {
    async candles(market, interval, startSec, endSec, limit) {
      // Version 1 alone has candles. A `limit` would move the start: the exchange counts back from the end by time.
      const query = new URLSearchParams({ market, interval, start: String(startSec) });
      if (endSec !== null) query.set('end', String(endSec));
      const answer = await get(`/api/v1/public/kline?${query}`, (json) => readCandles(resultOf(json)));
      if (!answer.ok) return answer;
      const within = answer.value.filter(([atSec]) => atSec >= startSec && (endSec === null || atSec <= endSec));
      return { ok: true, value: within.slice(-limit) };
    },
    book: (market) => get(`/api/v4/public/orderbook/${encodeURIComponent(market)}?limit=100`, readBook),
    trades: (market) => get(`/api/v4/public/trades/${encodeURIComponent(market)}`, readTrades),
  };
}

/** Our own limits keep it back, or it was answered: another try would only cost. */
function mayHelp(reply: RawReply): boolean {
  return reply.kind === 'no-reply' ? reply.heldBackMs === undefined : reply.status >= 500;
}

/** A refusal comes with status 200 and `success: false`; the words of its fault are read from the whole answer. */
function resultOf(json: Json): Json | undefined {
  const { success, result } = asObject(json, 'answer');
  if (success !== true) throw new ShapeError('no success');
  return result;
}

/** Rows of [begin, open, close, high, low, base volume, quote volume]: close comes second. */
function readCandles(json: Json | undefined): readonly DrawnCandle[] {
  const candles = asArray(json, 'kline').map((value): DrawnCandle => {
    const [begin, open, close, high, low, volume] = asArray(value, 'candle');
    if (!(begin instanceof NumberText)) throw new ShapeError('candle[0] is no number');
    const drawn = (part: Json | undefined, where: string): number => asPositive(part, where).toNumberInexact();
    return [
      asInteger(begin, 'candle[0]'),
      drawn(open, 'candle[1]'),
      drawn(high, 'candle[3]'),
      drawn(low, 'candle[4]'),
      drawn(close, 'candle[2]'),
      asDecimal(volume, 'candle[5]').toNumberInexact(),
    ];
  });
  // A chart needs times that grow.
  for (let index = 1; index < candles.length; index += 1)
    if ((candles[index]?.[0] ?? 0) <= (candles[index - 1]?.[0] ?? 0)) throw new ShapeError('candles out of order');
  return candles;
}

function readBook(json: Json): BookReading {
  const body = asObject(json, 'orderbook');
  return { bids: readSide(body.bids, 'bids'), asks: readSide(body.asks, 'asks') };
}

function readSide(json: Json | undefined, side: 'bids' | 'asks'): readonly BookLevel[] {
  const levels = asArray(json, side).map((value) => {
    const [price, quantity] = asArray(value, side);
    return { price: asPositive(price, `${side}[0]`), quantity: asPositive(quantity, `${side}[1]`) };
  });
  for (let index = 1; index < levels.length; index += 1) {
    const [better, worse] = [levels[index - 1]?.price ?? Decimal.ZERO, levels[index]?.price ?? Decimal.ZERO];
    if (side === 'bids' ? worse.gte(better) : worse.lte(better)) throw new ShapeError(`${side} are out of order`);
  }
  return levels;
}

function readTrades(json: Json): readonly PublicTrade[] {
  const trades = asArray(json, 'trades').map((value): PublicTrade => {
    const row = asObject(value, 'trade');
    return {
      id: asInteger(row.tradeID, 'trade.tradeID'),
      price: asPositive(row.price, 'trade.price'),
      // Here the coins are called quote_volume; in the tickers the two names are the other way round.
      quantity: asPositive(row.quote_volume, 'trade.quote_volume'),
      side: asSide(row.type, 'trade.type'),
      // Whole seconds; the stream tells microseconds.
      atMs: asInteger(row.trade_timestamp, 'trade.trade_timestamp') * 1_000,
    };
  });
  return trades.toSorted((a, b) => b.id - a.id);
}
