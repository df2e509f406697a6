/**
 * The port between Gapless and an exchange: what every venue can tell us, in our words. This is the reading half;
 * orders are in `trading.ts`. Implementations: `whitebit/` (native, also for the practice exchange).
 */

import type { CandleInterval, DrawnCandle } from '../core/candle.ts';
import type { Decimal } from '../core/decimal.ts';
import type { Instrument } from '../core/instrument.ts';
import type { BookLevel } from './book.ts';
import type { PublicTrade } from './streams.ts';

export type Wallet = 'main' | 'trade' | 'collateral';

export type AssetBalance = {
  readonly wallet: Wallet;
  readonly asset: string;
  readonly free: Decimal;
  readonly locked: Decimal;
};

/** What a key may do, each read or probed by itself. */
export type Right = 'read-trade' | 'read-wallet' | 'trade' | 'deposit' | 'withdraw' | 'transfer' | 'codes';
export const RIGHTS: readonly Right[] = [
  'read-trade',
  'read-wallet',
  'trade',
  'deposit',
  'withdraw',
  'transfer',
  'codes',
];
/** A key that has one of these turned on can take money out of the account, and is refused. */
export const FORBIDDEN_RIGHTS: readonly Right[] = ['withdraw', 'transfer', 'codes'];

export type RightState = 'on' | 'off' | 'unknown';
export type Rights = Readonly<Record<Right, RightState>>;

/**
 * Why a venue did not give what was asked. Each is read from the body as well as the status, because the statuses alone
 * mislead (WhiteBIT's "Too many requests." is a nonce, its 401 has four meanings).
 */
export type VenueFaultCode =
  | 'unknown-key'
  | 'wrong-secret'
  /** The venue uses one answer for both; WhiteBIT does. */
  | 'key-or-secret'
  | 'key-off'
  | 'right-missing'
  | 'foreign-ip'
  | 'clock'
  | 'nonce'
  | 'rate-limited'
  | 'unreachable'
  | 'down'
  | 'account-blocked'
  | 'invalid-request'
  | 'not-understood';

export type VenueFault = {
  readonly code: VenueFaultCode;
  /** HTTP status, or null where no answer came. */
  readonly status: number | null;
  /** The exchange's own words, cut to 300 characters; shown under *Details*. */
  readonly raw: string;
  readonly retryAfterMs?: number;
};

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: VenueFault };

export type Ticker = {
  readonly symbol: string;
  readonly last: Decimal;
  /** Change over 24 hours in percent. */
  readonly changePercent: Decimal;
  readonly volumeQuote: Decimal;
};

/** How far the venue's clock is from ours: positive when the venue is ahead. `uncertaintyMs` is half the round trip plus the venue's own grain. */
export type ClockReading = { readonly offsetMs: number; readonly uncertaintyMs: number };

/** Best first, at most a hundred a side, exact. */
export type BookReading = { readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] };

export interface PublicVenue {
  /** A ping, and how long it took. */
  reachable(): Promise<Answer<{ readonly tookMs: number }>>;
  clock(): Promise<Answer<ClockReading>>;
  instruments(): Promise<Answer<readonly Instrument[]>>;
  tickers(): Promise<Answer<ReadonlyMap<string, Ticker>>>;
  /**
   * Candles that began from `startSec` to `endSec`, oldest first, the newest `limit` of them. `endSec` null: until now,
   * with the one that grows. An interval without trades may be missing: exchanges differ, nothing is invented here.
   */
  candles(
    market: string,
    interval: CandleInterval,
    startSec: number,
    endSec: number | null,
    limit: number,
  ): Promise<Answer<readonly DrawnCandle[]>>;
  book(market: string): Promise<Answer<BookReading>>;
  /** The newest, at most a hundred, newest first. */
  trades(market: string): Promise<Answer<readonly PublicTrade[]>>;
}

/** What the history endpoints hold, and marks by which the same account is known again under another key. */
export type HistoryReading = {
  readonly wallet: { readonly readable: boolean; readonly count: number | null };
  readonly trades: { readonly readable: boolean; readonly count: number | null };
  /** How far back the venue lets anybody look, in days. */
  readonly reachDays: number;
  /** Ids of deposits, withdrawals and trades: unique to an account, stable under a change of keys. Newest 200 at most. */
  readonly marks: readonly string[];
};

/** A wallet that this key may not look into: its content is unknown, which is not the same as nothing. */
export type UnreadableWallet = { readonly wallet: Wallet; readonly fault: VenueFault };
export type Holdings = {
  readonly balances: readonly AssetBalance[];
  readonly unreadable: readonly UnreadableWallet[];
};

/** Runs behind custody only: everything that needs a key. */
export interface PrivateVenue {
  /**
   * The first signed call: proves key and signature, and tells whether balances can be read. Zeros are left out.
   * A fault when the trade wallet cannot be read; wallets closed to this key are missing here and named by `holdings`.
   */
  balances(): Promise<Answer<readonly AssetBalance[]>>;
  /** As `balances`, with the wallets that this key may not look into. */
  holdings(): Promise<Answer<Holdings>>;
  /** Harmless, incomplete requests; see each venue's probe table. One probe a right, never repeated in a loop. */
  rights(onRight: (right: Right, state: RightState) => void): Promise<Answer<Rights>>;
  history(): Promise<Answer<HistoryReading>>;
}
