/** What the live socket says. Each message is a whole truth about its subject: a lost one is healed by the next. */

import type { z } from 'zod';
import type { CandleInterval } from '../core/candle.ts';
import type { CustodyState } from './custody.ts';
import type { Attempt, balanceRow, Connection } from './exchanges.ts';
import type {
  BookLevel,
  CandleRow,
  Fill,
  HaltState,
  MarketTrade,
  Order,
  TradeBalance,
  TradingAccount,
} from './trading.ts';

export type LiveMessage =
  /** First after opening, and every 10 s: the page knows by it that the line is alive. */
  | { readonly type: 'hello'; readonly atMs: number; readonly version: string; readonly startedAtMs: number }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'connection-removed'; readonly id: string }
  | { readonly type: 'balances'; readonly connection: string; readonly balances: readonly z.infer<typeof balanceRow>[] }
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  | { readonly type: 'custody'; readonly custody: CustodyState }
  /** One order as it is now, closed ones too: whoever shows open orders takes it out when `state` is `closed`. */
  | { readonly type: 'order'; readonly order: Order }
  | { readonly type: 'fill'; readonly fill: Fill }
  | { readonly type: 'trading'; readonly account: TradingAccount }
  | { readonly type: 'trade-balances'; readonly connection: string; readonly balances: readonly TradeBalance[] }
  | { readonly type: 'halt'; readonly halt: HaltState }
  /** Everything below comes to whoever asked for it (`WatchMessage`), at most ten times a second a subject. */
  | { readonly type: 'ticker'; readonly venue: VenueId; readonly market: string; readonly ticker: LiveTicker }
  | { readonly type: 'book'; readonly venue: VenueId; readonly market: string; readonly book: LiveBook }
  /** The newest trades, newest first, all of them each time. `gap`: some between the oldest and before were missed. */
  | {
      readonly type: 'market-trades';
      readonly venue: VenueId;
      readonly market: string;
      readonly trades: readonly MarketTrade[];
      readonly gap: boolean;
    }
  /** The last two candles: the one that just ended and the one that grows. */
  | {
      readonly type: 'candles';
      readonly venue: VenueId;
      readonly market: string;
      readonly interval: CandleInterval;
      readonly candles: readonly CandleRow[];
    }
  /** How the line to an exchange's public prices is. */
  | { readonly type: 'prices'; readonly venue: VenueId; readonly prices: PriceLine }
  /** Something that concerns the whole account (factors, sessions) changed: read the session again. */
  | { readonly type: 'session-changed' };

type VenueId = 'whitebit' | 'practice';
export type LiveTicker = { readonly last: string; readonly changePercent: string; readonly volumeQuote: string };
export type LiveBook = {
  readonly atMs: number;
  /** Best first, at most 100 a side. */
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** Why it may not be believed, in words; empty while it may. The levels are then the last known. */
  readonly trouble: string;
  /** Nothing was heard of it since, though the line lives: other prices may be missing as well. Null while it is heard. */
  readonly silentSinceMs: number | null;
};
export type PriceLine = {
  /** `idle`: nobody looked, so nothing was asked for; looking ends it. */
  readonly state: 'live' | 'connecting' | 'waiting' | 'idle';
  /** Live since, or without prices since: connecting and waiting take turns in one outage. */
  readonly sinceMs: number;
  readonly why: string;
  readonly nextAttemptAtMs: number | null;
};

/** The one thing a page says on the live line: the whole of what it wants to see, every time. */
export type WatchMessage = {
  readonly type: 'watch';
  /** Tickers of these; at most 200. */
  readonly tickers: readonly { readonly venue: VenueId; readonly market: string }[];
  /** Book, trades and candles of these; at most 4. */
  readonly markets: readonly {
    readonly venue: VenueId;
    readonly market: string;
    readonly interval: CandleInterval | null;
  }[];
};
