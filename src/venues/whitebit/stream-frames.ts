/** Frames of the WebSocket, apart from depth updates, in our words. Throws `ShapeError`. */

import type { Candle, DayTicker, PublicTrade, StreamEvent } from '../streams.ts';
import {
  asArray,
  asDecimal,
  asInteger,
  asName,
  asObject,
  asText,
  isObject,
  type Json,
  type JsonObject,
  NumberText,
  ShapeError,
} from './json.ts';
import { asPositive, asSide, asTimeMs } from './reports.ts';
import { readBalanceUpdate, readDealUpdate, readOrderUpdate } from './stream-reports.ts';

export type Reply = {
  readonly id: number;
  /** Null: it went well. */
  readonly error: { readonly code: number; readonly message: string } | null;
  readonly result: Json | undefined;
};

export type Frame =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** An update of a method; `readUpdate` says what it tells. */
  | { readonly kind: 'update'; readonly method: string; readonly params: Json | undefined };

export function readFrame(json: Json | undefined): Frame {
  const frame = asObject(json, 'frame');
  if (frame.method !== undefined && frame.method !== null)
    return { kind: 'update', method: asText(frame.method, 'frame.method'), params: frame.params };
  return { kind: 'reply', reply: { id: asInteger(frame.id, 'frame.id'), error: errorOf(frame), result: frame.result } };
}

function errorOf(frame: JsonObject): Reply['error'] {
  const { error } = frame;
  if (error === null || error === undefined) return null;
  const row = asObject(error, 'frame.error');
  return { code: asInteger(row.code, 'error.code'), message: asText(row.message, 'error.message').slice(0, 200) };
}

/** Whether an answer to subscribing, leaving or authorising says that it was done. */
export function isSuccess({ error, result }: Reply): boolean {
  return error === null && isObject(result) && result.status === 'success';
}

/** Public trades as they are told: newest first. */
export type TradesUpdate = {
  readonly kind: 'trades-update';
  readonly market: string;
  readonly trades: readonly PublicTrade[];
};
export type CandlesUpdate = {
  readonly kind: 'candles-update';
  readonly market: string;
  readonly candles: readonly Candle[];
};
type Told = Extract<StreamEvent, { kind: 'order' | 'deal' | 'balances' | 'ticker' }>;

/** Null for a method that we never asked for: a new version may tell more. */
export function readUpdate(
  method: string,
  params: Json | undefined,
  nowMs: number,
): Told | TradesUpdate | CandlesUpdate | null {
  switch (method) {
    case 'ordersPending_update':
      return { kind: 'order', report: readOrderUpdate(params) };
    case 'deals_update':
      return { kind: 'deal', report: readDealUpdate(params) };
    case 'balanceSpot_update':
      return { kind: 'balances', report: readBalanceUpdate(params, nowMs) };
    case 'trades_update':
      return readTrades(params);
    case 'market_update':
      return readTicker(params);
    case 'candles_update':
      return readCandles(params);
    default:
      return null;
  }
}

/** Methods whose loss leaves a hole in what is known of the account. */
export const PRIVATE_METHODS: ReadonlySet<string> = new Set([
  'ordersPending_update',
  'deals_update',
  'balanceSpot_update',
]);

function marketName(value: Json | undefined, where: string): string {
  return asName(asText(value, where), where);
}

function readTrades(params: Json | undefined): TradesUpdate {
  const [market, rows] = asArray(params, 'trades');
  return {
    kind: 'trades-update',
    market: marketName(market, 'trades[0]'),
    trades: asArray(rows, 'trades[1]').map((value) => {
      const row = asObject(value, 'trade');
      return {
        id: asInteger(row.id, 'trade.id'),
        price: asPositive(row.price, 'trade.price'),
        quantity: asPositive(row.amount, 'trade.amount'),
        side: asSide(row.type, 'trade.type'),
        atMs: asTimeMs(row.time, 'trade.time'),
      };
    }),
  };
}

/** Of the last 24 hours: `volume` is in the base asset, `deal` in the quote asset. */
function readTicker(params: Json | undefined): Extract<Told, { kind: 'ticker' }> {
  const [market, value] = asArray(params, 'market');
  const row = asObject(value, 'market[1]');
  const ticker: DayTicker = {
    last: asDecimal(row.last, 'market.last'),
    open: asDecimal(row.open, 'market.open'),
    high: asDecimal(row.high, 'market.high'),
    low: asDecimal(row.low, 'market.low'),
    volumeBase: asDecimal(row.volume, 'market.volume'),
    volumeQuote: asDecimal(row.deal, 'market.deal'),
  };
  return { kind: 'ticker', market: marketName(market, 'market[0]'), ticker };
}

/** Rows of [begin, open, close, high, low, base volume, quote volume, market]: close comes second. */
function readCandles(params: Json | undefined): CandlesUpdate {
  const rows = asArray(params, 'candles').map((row) => asArray(row, 'candle'));
  const market = marketName(rows[0]?.[7], 'candle[7]');
  if (rows.some((row) => row[7] !== market)) throw new ShapeError('candles of two markets');
  const candles = rows.map(([begin, open, close, high, low, volumeBase, volumeQuote]): Candle => {
    if (!(begin instanceof NumberText)) throw new ShapeError('candle[0] is no number');
    return {
      atSec: asInteger(begin, 'candle[0]'),
      open: asPositive(open, 'candle[1]'),
      close: asPositive(close, 'candle[2]'),
      high: asPositive(high, 'candle[3]'),
      low: asPositive(low, 'candle[4]'),
      volumeBase: asDecimal(volumeBase, 'candle[5]'),
      volumeQuote: asDecimal(volumeQuote, 'candle[6]'),
    };
  });
  return { kind: 'candles-update', market, candles };
}
