/** What streams out of an exchange while one is connected, and the seam through which a connection is made. */

import type { Decimal } from '../core/decimal.ts';
import type { BalanceReport, OrderReport, TradeReport } from '../core/report.ts';
import type { OrderBook } from './book.ts';

/** One thing to be told of. The last three are of the account, and need a token. */
export type Topic =
  | { readonly kind: 'book'; readonly market: string }
  | { readonly kind: 'trades'; readonly market: string }
  | { readonly kind: 'ticker'; readonly market: string }
  /** One at a time on a connection. */
  | { readonly kind: 'candles'; readonly market: string; readonly intervalSec: number }
  | { readonly kind: 'orders'; readonly market: string }
  | { readonly kind: 'deals' }
  | { readonly kind: 'balances' };

export type PublicTrade = {
  readonly id: number;
  readonly price: Decimal;
  readonly quantity: Decimal;
  /** Of the order that took. */
  readonly side: 'buy' | 'sell';
  readonly atMs: number;
};

export type Candle = {
  /** When it began. */
  readonly atSec: number;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volumeBase: Decimal;
  readonly volumeQuote: Decimal;
};

export type DayTicker = {
  readonly last: Decimal;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly volumeBase: Decimal;
  readonly volumeQuote: Decimal;
};

export type StreamEvent =
  /** `book.trouble` says whether it may be believed; the same object every time. */
  | { readonly kind: 'book'; readonly market: string; readonly book: OrderBook }
  /** Oldest first, each once. `gap`: some before them were missed. */
  | { readonly kind: 'trades'; readonly market: string; readonly trades: readonly PublicTrade[]; readonly gap: boolean }
  | { readonly kind: 'ticker'; readonly market: string; readonly ticker: DayTicker }
  | {
      readonly kind: 'candles';
      readonly market: string;
      readonly intervalSec: number;
      readonly candles: readonly Candle[];
    }
  /** May come twice where two connections overlap, and again in a snapshot: known again by their ids. */
  | { readonly kind: 'order'; readonly report: OrderReport }
  | { readonly kind: 'deal'; readonly report: TradeReport }
  | { readonly kind: 'balances'; readonly report: BalanceReport }
  /** Something of the account was lost or not understood: read a snapshot. */
  | { readonly kind: 'gap'; readonly why: string };

/**
 * `live`: connected, and every topic was taken. What was told before is not told again: after `waiting` or `connecting`,
 * coming alive means that a snapshot is due.
 */
export type StreamWord = 'connecting' | 'live' | 'waiting' | 'closed';
export type StreamState = {
  readonly word: StreamWord;
  /** Live since, or not live since: attempts that fail do not make it younger. */
  readonly sinceMs: number;
  /** What happened last, or null where nothing went wrong. */
  readonly why: string | null;
  /** When it is tried again; null unless waiting. */
  readonly nextAttemptAtMs: number | null;
  /** Attempts since it was last live. */
  readonly attempts: number;
  /** Topics that the exchange refused, with its words; asked for again every minute. */
  readonly refused: readonly { readonly topic: string; readonly why: string }[];
};

export type StreamCounts = {
  readonly frames: number;
  readonly malformed: number;
  readonly resyncs: number;
  readonly connections: number;
};

export interface VenueStream {
  /** The whole set, every time: what is missing is not wanted any more. */
  want(topics: readonly Topic[]): void;
  state(): StreamState;
  /** Null where it is not wanted, or was never told. */
  book(market: string): OrderBook | null;
  counts(): StreamCounts;
  /** For good. Nothing is heard afterwards. */
  close(): void;
}

export type Socket = {
  send(text: string): void;
  /** At once, without a goodbye; nothing is heard afterwards. */
  destroy(): void;
};

export type SocketHandlers = {
  opened(): void;
  /** One text message. The bytes are only good during the call. */
  received(frame: Uint8Array): void;
  /** Once, however it ended, also where it never opened. */
  closed(why: string): void;
};

/** Begins to connect. The handlers are called later, never during this call. */
export type OpenSocket = (url: string, handlers: SocketHandlers) => Socket;
