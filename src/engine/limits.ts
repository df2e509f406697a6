/** What the owner allows on one connection. Defaults are for somebody who has not thought about it yet. */

import { Decimal } from '../core/decimal.ts';

export type Limits = {
  /** The largest order in each quote asset; an asset that is not named needs `no-limit-for-asset`. */
  readonly largestOrder: readonly { readonly asset: string; readonly amount: Decimal }[];
  readonly openOrdersMax: number;
  readonly openOrdersPerMarketMax: number;
  /** How far beyond the other side's best price an order may reach unconfirmed: 0.02 is 2 %. */
  readonly adverseRatioMax: Decimal;
  /** How far behind the market it may wait unconfirmed: a price with a digit too few or too many. Null: anywhere. */
  readonly passiveRatioMax: Decimal | null;
  /** Null: every market. */
  readonly markets: readonly string[] | null;
};

/** What a person has to say explicitly; each refusal names the one that would let it pass. */
export type Confirmation =
  | 'far-from-market'
  /** Nobody tells a price now, or it is old. */
  | 'price-unknown'
  /** Fills are not streaming: they show up at the next look. */
  | 'without-stream'
  /** A stop that comes alive at once. */
  | 'activation-passed'
  | 'no-limit-for-asset';

export const DEFAULT_LIMITS: Limits = {
  largestOrder: [
    { asset: 'USDT', amount: Decimal.parse('1000') },
    { asset: 'USDC', amount: Decimal.parse('1000') },
    { asset: 'USD', amount: Decimal.parse('1000') },
    { asset: 'EUR', amount: Decimal.parse('1000') },
    { asset: 'BTC', amount: Decimal.parse('0.01') },
  ],
  // Below what exchanges allow an account, above what a person can watch.
  openOrdersMax: 200,
  openOrdersPerMarketMax: 100,
  adverseRatioMax: Decimal.parse('0.02'),
  passiveRatioMax: Decimal.parse('0.5'),
  markets: null,
};

/** A decision on a price older than this would be a guess. */
export const PRICE_AGE_MAX_MS = 10_000;
/** A person's click is stale after this; also the longest time in which custody may still sign it. */
export const PLACE_DEADLINE_MS = 5_000;
/** After the deadline the last signed request has been answered or given up by then: custody waits 10 s at most. */
export const PLACE_ANSWER_MAX_MS = 15_000;
/** How long a move waits for the old order to end; placing the rest later than this would surprise. */
export const MOVE_PATIENCE_MS = 60_000;

/**
 * Look-ups of a doubtful order: at once, after 1 s, 2 s, 4 s and then every 8 s, for as long as it takes. Rarer, and a
 * doubt would outlive an outage by more than ten seconds; twenty questions cost 8 of 1,200 requests a second.
 */
export const FIND_BACKOFF_FIRST_MS = 1_000;
export const FIND_BACKOFF_MAX_MS = 8_000;
/** Longer than any request may take (10 s in custody, and its queue); afterwards the question is asked again. */
export const FIND_LOST_AFTER_MS = 30_000;
/** Questions under way together. More would starve orders and cancellations of the request budget. */
export const FINDS_IN_FLIGHT_MAX = 20;
/** On top of the exchange's validity window: what clocks may differ (custody refuses to sign past one second). */
export const VALIDITY_MARGIN_MS = 1_000;
/** A cancellation without an answer for this long is asked about. */
export const CANCEL_ANSWER_MAX_MS = 15_000;
/** An order that should have ended at once (market, immediate-or-cancel) and a fill that should follow its report. */
export const NEWS_GRACE_MS = 1_000;
/** Figures are pushed once a second at most, say of themselves that they may be a second old, and travel. */
export const PUSH_LATE_MS = 3_000;
/** Where nothing proves absence: how long until a tombstone is sent, once. */
export const TOMBSTONE_AFTER_MS = 30_000;

/** With live orders, a fill that the stream lost is found in this time; the exchange's price is four requests. */
export const SNAPSHOT_LIVE_MS = 60_000;
export const SNAPSHOT_IDLE_MS = 3_600_000;
/** While the stream is down, snapshots are all there is. */
export const SNAPSHOT_WITHOUT_STREAM_MS = 10_000;
/** Snapshots page through everything; twice the longest seen. */
export const SNAPSHOT_LOST_AFTER_MS = 120_000;
/** After failures no rarer than without a stream. */
export const SNAPSHOT_BACKOFF_MAX_MS = 10_000;

/** Trades older than the last snapshot by this are booked for good; late ones within it are still told apart by key. */
export const TRADE_OVERLAP_MS = 600_000;
/** Fills in memory. With more, a snapshot is due; with twice as many, nothing new is placed until one came. */
export const FILLS_MAX = 50_000;
/** An ended order stays in memory this long, for late news about it. */
export const CLOSED_KEEP_MS = 3_600_000;
/** Ended orders in memory at most; the oldest go first. Orders in doubt never go. */
export const CLOSED_MAX = 5_000;
/** Open orders of others, at most: exchanges allow an account a few hundred. */
export const EXTERNAL_MAX = 2_000;
/** A page may repeat a request after a sleep over night. */
export const REQUEST_KEEP_MS = 86_400_000;
export const REQUESTS_MAX = 20_000;
/** Trades that nobody claims yet, while an order is in doubt. */
export const ORPHANS_MAX = 500;
/** The same refused wish again: three times freely, then 1 s, 2 s, 4 s … */
export const REFUSALS_FREE = 3;
export const REFUSAL_WAIT_FIRST_MS = 1_000;
export const REFUSAL_WAIT_MAX_MS = 30_000;
export const REFUSALS_REMEMBERED = 200;
/** A refused wish is forgotten after this long without a repetition. */
export const REFUSAL_KEEP_MS = 120_000;
/** Rules are asked for again at most this often. */
export const REFRESH_EVERY_MS = 10_000;
/** A market whose rules are doubted is closed to us until they came, but not for ever. */
export const SUSPECT_MAX_MS = 60_000;
