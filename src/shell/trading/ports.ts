/**
 * The seams inside the trading half of the shell: accounts (one machine and mailbox each), market data, and the face that
 * the server sees. Written down so that each can be tested without the others.
 */

import type { LiveMessage, PriceLine, WatchMessage } from '../../contract/live.ts';
import type * as wire from '../../contract/trading.ts';
import type { OrderPreview, OrderDraft as WireDraft } from '../../contract/trading.ts';
import type { CandleInterval } from '../../core/candle.ts';
import type { ConnectionId, UserId, VenueId } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Outcome } from '../../core/report.ts';
import type { AccountMachine, AccountQuery } from '../../engine/account.ts';
import type { Applied, Change } from '../../engine/applied.ts';
import type { AccountEvent, MarketNow, PlaceWish } from '../../engine/events.ts';
import type { Order } from '../../engine/state.ts';
import type { StreamState } from '../../venues/streams.ts';
import type { Answer, Ticker } from '../../venues/venue.ts';
import type { Trouble } from './trouble-words.ts';

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never;
/** An event without its time: the runner stamps it when it takes it out of the mailbox. */
export type Told = WithoutTime<AccountEvent>;

/** One account: a mailbox, a machine, and what carries its commands out. */
export interface AccountRunner {
  readonly connection: ConnectionId;
  readonly owner: UserId;
  readonly venue: VenueId;
  /** Steps that are durable, and those whose transaction is under way: a moment ahead of the disk, never behind. */
  readonly query: AccountQuery;
  /** What would come of this wish at this moment. Nothing changes. */
  preview(wish: PlaceWish): ReturnType<AccountMachine['preview']>;
  /** Resolves when the event, its rows and its commands are durable; rejects with `StoreHalt` where they cannot be. */
  tell(event: Told): Promise<Applied>;
  /**
   * For when `tell` cannot write anything down: asks custody to cancel these, by the names in memory, and nothing else. An
   * outcome each. `query` tells of it until the books were compared with the exchange again.
   */
  cancelUnwritten(orders: readonly Order[], why: string): Promise<readonly Outcome[]>;
  /** Of custody's private stream; null before it was first followed. */
  stream(): StreamState | null;
  /** What keeps the account from trading, in words, beyond what the machine knows: custody gone, store halted … */
  trouble(): Trouble | null;
}

/** Rows that became durable, in order. */
export type AccountNews = {
  readonly runner: AccountRunner;
  readonly changes: readonly Change[];
  readonly applied: readonly Applied[];
};

export interface Accounts {
  /** Null: no connection that trades, or not begun yet. */
  get(connection: ConnectionId): AccountRunner | null;
  all(): readonly AccountRunner[];
  /** After the commit. The same listener also hears conditions change (`changes` empty). */
  on(listener: (news: AccountNews) => void): void;
}

/** Numbers for drawing: see `candleRow` of the contract. */
export type CandlePage = { readonly candles: readonly wire.CandleRow[]; readonly first: boolean };
export type ListedMarket = { readonly instrument: Instrument; readonly ticker: Ticker | null };

/** Public market data, shared by everybody who looks: one stream an exchange, wanted topics as a set. */
export interface MarketFeed {
  /** As last read; read again when older than a few minutes. */
  markets(venue: VenueId): Promise<Answer<readonly ListedMarket[]>>;
  /** The rules of a venue's markets, now; for the machine's `instruments` event. */
  instruments(venue: VenueId): Promise<Answer<readonly Instrument[]>>;
  /** From the stream if it may be believed; null otherwise. Never waits. */
  now(venue: VenueId, market: string): MarketNow | null;
  /**
   * The same, asking the exchange once where no stream of that market is on (two seconds at most). For a person, whose
   * newest twenty markets are then kept on; null for a market that is not listed.
   */
  fresh(venue: VenueId, market: string, person: string): Promise<MarketNow | null>;
  candles(
    venue: VenueId,
    market: string,
    interval: CandleInterval,
    toSec: number | null,
    limit: number,
  ): Promise<Answer<CandlePage>>;
  book(
    venue: VenueId,
    market: string,
  ): Promise<Answer<{ readonly asOfMs: number; readonly bids: wire.BookLevel[]; readonly asks: wire.BookLevel[] }>>;
  trades(venue: VenueId, market: string): Promise<Answer<readonly wire.MarketTrade[]>>;
  line(venue: VenueId): PriceLine;
  /**
   * Keeps the book of a market on for five minutes, whoever looks: `now` answers from it. Said again while it has open
   * orders; `fresh` says it by itself.
   */
  hold(venue: VenueId, market: string): void;
  /** The whole set of one viewer, every time; an empty set forgets the viewer. Conflated messages come back by `say`. */
  watch(viewer: MarketViewer, wanted: WatchMessage): void;
  close(): void;
}
export type MarketViewer = { say(message: LiveMessage): void };

export type PlaceAsk = {
  readonly requestId: string;
  readonly connection: string;
  readonly market: string;
  readonly draft: WireDraft;
  readonly confirmations: readonly wire.Confirmation[];
};
export type MoveAsk = {
  readonly requestId: string;
  readonly price: string | null;
  readonly activation: string | null;
  readonly quantity: string | null;
  readonly confirmations: readonly wire.Confirmation[];
};
export type OrdersAsk = {
  readonly connection?: string | undefined;
  readonly market?: string | undefined;
  readonly state: 'open' | 'closed';
  readonly limit: number;
  readonly before?: string | undefined;
};
export type FillsAsk = {
  readonly connection?: string | undefined;
  readonly market?: string | undefined;
  readonly order?: string | undefined;
  readonly limit: number;
  readonly before?: string | undefined;
};

/** What a token may touch; null where a person asks. */
export type Reach = { readonly connections: readonly string[] | null; readonly markets: readonly string[] | null };

/** Everything the server may ask of trading. Methods throw `Refusal`; rows of another person do not exist. */
export interface TradingDesk {
  markets(userId: string, venue: VenueId | null): Promise<wire.Market[]>;
  accounts(userId: string): wire.TradingAccount[];
  balances(userId: string, connection: string): wire.TradeBalance[];
  limits(userId: string, connection: string): wire.Limits;
  setLimits(userId: string, connection: string, limits: wire.Limits): Promise<wire.Limits>;
  policy(userId: string, connection: string): Promise<wire.Policy>;
  firstMarkets(userId: string, connection: string, markets: readonly string[]): Promise<wire.Policy>;
  proposePolicy(userId: string, connection: string, limits: wire.Policy['limits']): Promise<wire.Policy>;
  withdrawPolicy(userId: string, connection: string, proposal: string): Promise<wire.Policy>;

  preview(userId: string, ask: Omit<PlaceAsk, 'requestId'>): Promise<OrderPreview>;
  place(userId: string, ask: PlaceAsk): Promise<wire.Order>;
  move(userId: string, connection: string, order: string, ask: MoveAsk): Promise<wire.Order>;
  cancel(userId: string, connection: string, order: string): Promise<wire.Order>;
  cancelAll(userId: string, connection: string | null, market: string | null, reach: Reach | null): Promise<number>;
  declareAbsent(userId: string, connection: string, order: string): Promise<wire.Order>;
  order(userId: string, connection: string, order: string): Promise<wire.Order>;
  orders(userId: string, ask: OrdersAsk): Promise<{ orders: wire.Order[]; next: string | null }>;
  fills(userId: string, ask: FillsAsk): Promise<{ fills: wire.Fill[]; next: string | null }>;

  haltState(userId: string): Promise<wire.HaltState>;
  halt(
    user: { readonly id: string; readonly isOwner: boolean },
    ask: { readonly connection: string | null; readonly why: string; readonly cancelOrders: boolean },
  ): Promise<wire.HaltState>;

  /** The whole truth of trading for one person, for a page that just opened or fell behind. */
  everything(userId: string): LiveMessage[];
}
