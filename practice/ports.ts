/**
 * The seams between the parts of the practice exchange. Nothing here does anything; every part names what it needs.
 *
 * accounts/  implements `Accounts` (people, second factor, API keys, wallets) over its own SQLite file
 * market/    implements `Market` (what is listed, what it costs, at any second)
 * api/       speaks WhiteBIT's HTTP protocol over both     stream/  speaks its WebSocket protocol over both
 * pages/     the site a person sees                        control/ the JSON interface for tests and scripts
 */

import type { Decimal } from '../src/core/decimal.ts';
import type { MarketStatus } from './engine/market-spec.ts';

/** Unix milliseconds. Tests move this clock; nothing else in the program may ask the machine for the time. */
export interface Clock {
  nowMs(): number;
}

/** A clock that the control interface can move. Never backwards: nonces and trades have been stamped already. */
export interface MovableClock extends Clock {
  /** Moved by hand as this one, but never faster than the machine: for what clients have to do in time. */
  unhurried(): Clock;
  offsetMs(): number;
  advanceMs(deltaMs: number): void;
}

export type AccountId = string & { readonly __brand: 'AccountId' };
export type KeyId = string & { readonly __brand: 'KeyId' };

/** A refusal the person caused: `code` is stable, `message` is shown as it is. */
export type Refusal = { readonly ok: false; readonly code: string; readonly message: string };
export type Outcome<T> = { readonly ok: true; readonly value: T } | Refusal;

export type Wallet = 'main' | 'trade' | 'collateral';

/** The switches of **Endpoint access restrictions**, in the order of the page. */
export type PermissionGroup =
  | 'trade-read'
  | 'wallet-read'
  | 'orders'
  | 'deposit'
  | 'withdraw'
  | 'transfer'
  | 'codes'
  | 'convert'
  | 'sub-accounts'
  | 'refund'
  | 'mining'
  | 'credit-line';

export type Account = {
  readonly id: AccountId;
  readonly email: string;
  readonly createdAtMs: number;
  readonly totpEnabled: boolean;
};

export type ApiKey = {
  readonly id: KeyId;
  readonly account: AccountId;
  readonly name: string;
  /** 32 lower-case hex characters, stays visible. */
  readonly publicKey: string;
  readonly active: boolean;
  /** Why it is off, in words for the page; null while on or never switched on. */
  readonly offReason: 'never-activated' | 'switched-off' | 'foreign-ip' | 'two-factor-off' | 'idle' | null;
  /** Paths (`/api/v4/...`) this key may call. */
  readonly endpoints: ReadonlySet<string>;
  /** Empty: any address. */
  readonly ips: readonly string[];
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
};

export type WalletBalance = { readonly available: Decimal; readonly freeze: Decimal };

export type WalletEvent = {
  readonly id: string;
  readonly transactionId: string;
  readonly atMs: number;
  readonly kind: 'deposit' | 'withdraw' | 'transfer' | 'code-created' | 'code-applied';
  readonly ticker: string;
  readonly amount: Decimal;
  readonly fee: Decimal;
  readonly address: string;
  readonly memo: string;
  readonly network: string | null;
  readonly uniqueId: string | null;
  readonly hash: string;
  readonly status: number;
};

export type PracticeCode = {
  readonly code: string;
  readonly ticker: string;
  readonly amount: Decimal;
  readonly externalId: string;
  readonly atMs: number;
  readonly status: 'New' | 'Activated';
};

export interface Accounts {
  signUp(email: string, password: string): Promise<Outcome<Account>>;
  /** Password only; the caller asks for the code next when `totpEnabled`. */
  checkPassword(email: string, password: string): Promise<Outcome<Account>>;
  account(id: AccountId): Account | null;
  accountByEmail(email: string): Account | null;

  /** Cookie sessions of the site. The token is random; only its hash is stored. */
  openSession(id: AccountId): string;
  session(token: string): AccountId | null;
  closeSession(token: string): void;

  /** A new secret, not yet in force. `uri` is the otpauth:// address for the QR code. */
  startTotp(id: AccountId): { readonly secret: string; readonly uri: string };
  /** Puts the started secret in force when `code` proves it. */
  enableTotp(id: AccountId, code: string): Outcome<null>;
  /** Switches every key of the account off as well. */
  disableTotp(id: AccountId, code: string): Outcome<null>;
  /** A code works once: the same or an older time step is refused for ever. */
  useTotp(id: AccountId, code: string): Outcome<null>;
  /** For the clearly marked practice authenticator: the code of this moment and how long it lives. */
  currentTotp(id: AccountId): { readonly code: string; readonly expiresInMs: number; readonly used: boolean } | null;

  keys(id: AccountId): readonly ApiKey[];
  /** At most 50. The secret (32 hex characters, other than the key) is in this answer and never again. */
  createKey(id: AccountId, code: string): Outcome<{ readonly key: ApiKey; readonly secret: string }>;
  renameKey(id: AccountId, key: KeyId, name: string): Outcome<ApiKey>;
  setEndpoints(id: AccountId, key: KeyId, endpoints: readonly string[], code: string): Outcome<ApiKey>;
  /** Refused while the second factor is off. */
  setActive(id: AccountId, key: KeyId, active: boolean): Outcome<ApiKey>;
  /** At most 50 IPv4 or IPv6 addresses. */
  setIps(id: AccountId, key: KeyId, ips: readonly string[]): Outcome<ApiKey>;
  deleteKey(id: AccountId, key: KeyId): Outcome<null>;

  /** Of the trade wallet: as after the last commit of the exchange, without assets the account has nothing of. */
  balances(id: AccountId, wallet: Wallet): ReadonlyMap<string, WalletBalance>;
  /** Practice money out of nothing, into the main wallet, as a finished deposit. */
  faucet(id: AccountId, ticker: string, amount: Decimal): Outcome<WalletEvent>;
  /** Code `outcome-unknown` where the exchange stopped in the middle: the next start makes it or undoes it. */
  transfer(id: AccountId, ticker: string, amount: Decimal, from: Wallet, to: Wallet): Promise<Outcome<null>>;
  depositAddress(
    id: AccountId,
    ticker: string,
    network: string | null,
  ): Outcome<{ address: string; memo: string | null }>;
  /** The money really leaves the account. `payFee`: the fee comes on top instead of out of the amount. */
  withdraw(
    id: AccountId,
    order: {
      readonly ticker: string;
      readonly amount: Decimal;
      readonly address: string;
      readonly memo: string | null;
      readonly network: string | null;
      readonly uniqueId: string | null;
      readonly payFee: boolean;
    },
  ): Outcome<WalletEvent>;
  createCode(id: AccountId, ticker: string, amount: Decimal, passphrase: string | null): Outcome<PracticeCode>;
  applyCode(id: AccountId, code: string, passphrase: string | null): Outcome<PracticeCode>;
  codes(id: AccountId, which: 'mine' | 'history'): readonly PracticeCode[];
  /** Newest first. */
  walletEvents(id: AccountId): readonly WalletEvent[];
  /** Tells of money moved by people and scripts; what trading moves, the exchange tells. Returns the way to stop listening. */
  onBalance(listener: (id: AccountId, wallet: Wallet, tickers: readonly string[]) => void): () => void;
}

export type Listing = {
  readonly name: string;
  readonly stock: string;
  readonly money: string;
  /** Decimals of the base quantity; negative means a multiple of 10^-stockPrec. */
  readonly stockPrec: number;
  readonly moneyPrec: number;
  readonly feePrec: number;
  /** Percent, as WhiteBIT prints it: "0.1". */
  readonly makerFee: string;
  readonly takerFee: string;
  readonly minAmount: Decimal;
  readonly minTotal: Decimal;
  /** Zero: unlimited. */
  readonly maxTotal: Decimal;
  readonly isCollateral: boolean;
};

export type Asset = {
  readonly ticker: string;
  readonly title: string;
  readonly precision: number;
  readonly networks: readonly string[];
  readonly canDeposit: boolean;
  readonly canWithdraw: boolean;
  readonly withdrawFee: Decimal;
  readonly minWithdraw: Decimal;
  readonly coinMarketCapId: number;
};

/** Prices of display and history: open, high, low, close and volumes as canonical decimal texts, time in seconds. */
export type Candle = {
  readonly timeSec: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volumeStock: string;
  readonly volumeMoney: string;
};

export type PublicTrade = {
  readonly id: number;
  readonly atMs: number;
  readonly price: Decimal;
  /** In base. */
  readonly amount: Decimal;
  /** The taker's side. */
  readonly side: 'buy' | 'sell';
};

export type BookLevel = readonly [price: Decimal, amount: Decimal];
export type Book = {
  readonly updateId: number;
  readonly asks: readonly BookLevel[];
  readonly bids: readonly BookLevel[];
};

export type DayStatistics = {
  readonly last: Decimal;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly volumeStock: Decimal;
  readonly volumeMoney: Decimal;
  readonly bid: Decimal;
  readonly ask: Decimal;
};

/**
 * `atMs` is the caller's present. A living market has a present of its own and takes that; the model knows any time.
 */
export interface Market {
  /** With the rules of this moment; without delisted ones. */
  listings(): readonly Listing[];
  listing(name: string): Listing | null;
  /** Null: never heard of. */
  status(name: string): MarketStatus | null;
  assets(): readonly Asset[];
  asset(ticker: string): Asset | null;
  /**
   * Oldest first, aligned to `intervalSec` (calendar months and weeks included), flat where nothing traded. A living
   * market takes `toSec` of now or later for all that has happened, the running second included.
   */
  candles(market: string, intervalSec: number, fromSec: number, toSec: number): readonly Candle[];
  /** Asks ascending, bids descending, at most `limit` levels a side. */
  book(market: string, atMs: number, limit: number): Book;
  /** Newest first, none later than `atMs`. */
  trades(market: string, atMs: number, limit: number): readonly PublicTrade[];
  /** Over the `periodSec` seconds that end at `atMs`. */
  statistics(market: string, atMs: number, periodSec: number): DayStatistics;
}
