/** Markets, orders, fills, limits, halts: what the terminal, the command line and programs with a token say and hear. */

import { z } from 'zod';
import { CANDLE_INTERVALS } from '../core/candle.ts';
import { atMs, confirmation, decimalText, id, label, nothing, venue } from './words.ts';

/** As the exchange spells it: `BTC_USDT`. */
export const symbol = z.string().regex(/^[A-Z0-9]{1,24}(_[A-Z0-9]{1,24}){1,2}$/, 'a market, like BTC_USDT');
/** Made by whoever asks, once for one intention: the same id again is the same order. */
export const requestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, dashes');
/** The name of an order inside the desk. */
export const orderKey = z.string().min(1).max(80);
const side = z.enum(['buy', 'sell']);

export const candleInterval = z.enum(CANDLE_INTERVALS);

export const market = z.strictObject({
  venue,
  venueName: z.string(),
  symbol,
  base: z.string(),
  quote: z.string(),
  tick: decimalText,
  lot: decimalText,
  quantityMin: decimalText,
  notionalMin: decimalText,
  notionalMax: decimalText.nullable(),
  /** Ratios: 0.001 is a tenth of a percent. */
  makerFee: decimalText,
  takerFee: decimalText,
  status: z.enum(['trading', 'post-only', 'halted']),
  /** Null where nobody told it yet. */
  last: decimalText.nullable(),
  changePercent: decimalText.nullable(),
  /** Of 24 hours, in the quote asset. */
  volumeQuote: decimalText.nullable(),
});
export type Market = z.infer<typeof market>;

/** `[atSec, open, high, low, close, volumeBase]`. Candles are drawn, never reckoned with: numbers. */
export const candleRow = z.tuple([z.int(), z.number(), z.number(), z.number(), z.number(), z.number()]);
export type CandleRow = z.infer<typeof candleRow>;
/** `[price, quantity]`, best first, exact. */
export const bookLevel = z.tuple([decimalText, decimalText]);
export type BookLevel = z.infer<typeof bookLevel>;
export const marketTrade = z.strictObject({
  id: z.string(),
  price: decimalText,
  quantity: decimalText,
  /** Of the order that took. */
  side,
  atMs,
});
export type MarketTrade = z.infer<typeof marketTrade>;

export const orderTerms = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('limit'), price: decimalText, postOnly: z.boolean(), ioc: z.boolean() }),
  z.strictObject({ kind: z.literal('market') }),
  z.strictObject({ kind: z.literal('stop-limit'), price: decimalText, activation: decimalText }),
  z.strictObject({ kind: z.literal('stop-market'), activation: decimalText }),
]);
export type OrderTerms = z.infer<typeof orderTerms>;
/** In the quote asset only for market and stop market buys. */
export const quantity = z.strictObject({ unit: z.enum(['base', 'quote']), amount: decimalText });
export const orderDraft = z.strictObject({ side, terms: orderTerms, quantity });
export type OrderDraft = z.infer<typeof orderDraft>;

export type Confirmation = z.infer<typeof confirmation>;

export const orderProblem = z.strictObject({
  /** The stable code of a broken rule or a refusal. */
  code: z.string(),
  field: z.enum(['market', 'price', 'activation', 'quantity', 'postOnly', 'order']),
  cause: z.string(),
  cure: z.string(),
  /** The order as it would pass, and the words of the button that takes it; null where nothing mends it. */
  mend: z.strictObject({ label: z.string(), draft: orderDraft }).nullable(),
  /** Said explicitly, the same order would pass here. */
  confirm: confirmation.nullable(),
});
export type OrderProblem = z.infer<typeof orderProblem>;

/** What the order would do, told before it is sent, by the code that decides when it is. */
export const orderPreview = z.strictObject({
  /** The contract in a sentence or three: what is bought, what it costs, where it rests. */
  sentence: z.string(),
  problems: z.array(orderProblem),
  /** In base; null where it depends on prices nobody tells. */
  quantityBase: decimalText.nullable(),
  /** What it costs or brings before the fee, in quote. */
  value: decimalText.nullable(),
  /** The most that is taken as fee, with its asset. */
  fee: z.strictObject({ asset: z.string(), amount: decimalText }).nullable(),
  /** Available after it, of the asset that pays. */
  after: z.strictObject({ asset: z.string(), available: decimalText }).nullable(),
  /** How far the price is from the best on the other side, in percent; positive is beyond it. Null for market orders. */
  distancePercent: decimalText.nullable(),
  /** Market orders leave as limit orders at the edge of a band; this says so, or is empty. */
  sentAs: z.string(),
});
export type OrderPreview = z.infer<typeof orderPreview>;

export const order = z.strictObject({
  connection: id,
  key: orderKey,
  clientId: z.string().nullable(),
  venueId: z.string().nullable(),
  /** Of the ask that made it, to place it or to move the one before; null where none of this desk's is known. */
  requestId: z.string().nullable(),
  market: symbol,
  side,
  /** Null: of a kind that this desk has no words for, placed elsewhere. */
  terms: orderTerms.nullable(),
  quantity,
  /** The limit that left in the place of an order without one: it trades no worse. Null: none left, or not known yet. */
  sentPrice: decimalText.nullable(),
  /** `ours`: placed by this desk. `external`: by somebody else on the same account. */
  owner: z.enum(['ours', 'external']),
  state: z.enum(['submitting', 'unknown', 'open', 'cancelling', 'closed']),
  /** Why it is closed; null while it is not. */
  ended: z.enum(['filled', 'cancelled', 'rejected', 'expired', 'never-placed', 'exchange']).nullable(),
  /** The exchange's word about the end, or why it was refused; empty where there is none. */
  detail: z.string(),
  /** What is being done about it, in words, with the moment of the next step; empty where nothing has to be. */
  doing: z.strictObject({ text: z.string(), sinceMs: atMs.nullable(), nextAtMs: atMs.nullable() }),
  /** A person may say that it is not at the exchange: nothing else can end it. */
  blocked: z.boolean(),
  filledBase: decimalText,
  filledQuote: decimalText,
  /** Null before the first fill. */
  averagePrice: decimalText.nullable(),
  /** Fees of its fills, an amount for each asset. */
  fees: z.array(z.strictObject({ asset: z.string(), amount: decimalText })),
  /** Fills whose fee nobody has told yet. */
  feesPending: z.int(),
  /** Something about it cannot be, in words; empty where all is well. */
  quarantine: z.string(),
  replaces: orderKey.nullable(),
  replacedBy: orderKey.nullable(),
  moving: z.boolean(),
  createdAtMs: atMs,
  updatedAtMs: atMs,
});
export type Order = z.infer<typeof order>;

export const fill = z.strictObject({
  connection: id,
  key: z.string(),
  order: orderKey.nullable(),
  owner: z.enum(['ours', 'external']),
  market: symbol,
  side,
  price: decimalText,
  quantity: decimalText,
  /** In quote. */
  value: decimalText,
  /** Null: nobody has told it yet. */
  fee: z.strictObject({ asset: z.string(), amount: decimalText }).nullable(),
  role: z.enum(['maker', 'taker']).nullable(),
  /** The exchange took it back: it counts for nothing any more. */
  reversed: z.boolean(),
  /** By the exchange's clock. */
  atMs,
});
export type Fill = z.infer<typeof fill>;

export const tradeBalance = z.strictObject({
  asset: z.string(),
  /** Free by the exchange's word. */
  free: decimalText,
  locked: decimalText,
  /** Free less what our orders took since it was told: what a new order may use. */
  available: decimalText,
  asOfMs: atMs,
});
export type TradeBalance = z.infer<typeof tradeBalance>;

/** The condition of one connection for trading, in words where something is not as it should be. */
export const tradingAccount = z.strictObject({
  connection: id,
  venue,
  /** `ready`; `starting`: the account is being read; `watch-only`: the key is only watched; `no-markets`: no market was
   * chosen for it yet; `halted`; `trouble`: see `cause`. */
  state: z.enum(['ready', 'starting', 'watch-only', 'no-markets', 'halted', 'trouble']),
  cause: z.string(),
  /** What we do about it and when, or what the person can do. */
  cure: z.string(),
  sinceMs: atMs,
  stream: z.strictObject({
    state: z.enum(['live', 'lost', 'gap']),
    why: z.string(),
    sinceMs: atMs,
    nextAttemptAtMs: atMs.nullable(),
  }),
  /** When everything was last compared with the exchange; null: not since the start. */
  reconciledAtMs: atMs.nullable(),
  halt: z.strictObject({ why: z.string(), sinceMs: atMs }).nullable(),
  /** Only what sells coins is signed for it; beside it `halt` is the stricter. */
  reducing: z.strictObject({ why: z.string(), sinceMs: atMs }).nullable(),
  /** Markets that this key may trade; empty: none was chosen. */
  markets: z.array(symbol),
  openOrders: z.int(),
  doubtful: z.int(),
});
export type TradingAccount = z.infer<typeof tradingAccount>;

export const limits = z.strictObject({
  largestOrder: z.array(z.strictObject({ asset: z.string().max(24), amount: decimalText })).max(50),
  openOrdersMax: z.int().min(1).max(1_000),
  openOrdersPerMarketMax: z.int().min(1).max(1_000),
  adverseRatioMax: decimalText,
  passiveRatioMax: decimalText.nullable(),
});
export type Limits = z.infer<typeof limits>;

/** What custody allows the key to do; percentages are of the account's equity. See custody's policy. */
export const policyLimits = z.strictObject({
  markets: z.array(symbol).max(2_000),
  bandPercent: decimalText,
  orderPercent: decimalText,
  orderFloor: decimalText,
  adversePercent: decimalText,
  turnover: decimalText,
  ordersPerMinute: z.int().min(0).max(10_000),
  openPerMarket: z.int().min(0).max(10_000),
  openOrders: z.int().min(0).max(10_000),
  /** How much of the account one asset may come to by buying; from 100 on there is no such limit. */
  assetPercent: decimalText,
});
export const policy = z.strictObject({
  connection: id,
  version: z.int(),
  limits: policyLimits,
  proposal: z
    .strictObject({
      id: z.string(),
      limits: policyLimits,
      words: z.array(z.string()),
      proposedAtMs: atMs,
      delayMs: z.int(),
      inForceAtMs: atMs.nullable(),
      /** What the owner types on this machine to approve it; empty where nothing is left to approve. */
      approveWith: z.string(),
    })
    .nullable(),
  /** Of the practice exchange's own connections, where nothing waits an hour. Whether money is real says the connection. */
  practice: z.boolean(),
  equity: decimalText.nullable(),
  /** Open orders count whole, with all that they may still come to; `…Open` is that part, which falls when they end. */
  used: z.strictObject({
    adverse: decimalText,
    turnover: decimalText,
    adverseOpen: decimalText,
    turnoverOpen: decimalText,
    openOrders: z.int(),
  }),
});
export type Policy = z.infer<typeof policy>;

export const haltState = z.strictObject({
  /** Everything is halted, or only the connections listed. */
  everything: z.boolean(),
  halts: z.array(z.strictObject({ connection: id.nullable(), atMs, why: z.string() })),
  /** Where only what sells coins is signed; a halt of the same is the stricter. */
  reducing: z.array(z.strictObject({ connection: id.nullable(), atMs, why: z.string() })),
  /** What the owner types on this machine to go on; empty where nothing is halted or held to sales. */
  resumeWith: z.string(),
  /** What is typed there to halt where this cannot be asked. */
  haltWith: z.string(),
});
export type HaltState = z.infer<typeof haltState>;

export const tokenScope = z.enum(['read', 'trade', 'halt']);
export const apiToken = z.strictObject({
  id,
  label,
  scopes: z.array(tokenScope),
  /** Null: every market. */
  markets: z.array(symbol).nullable(),
  /** Null: every connection of the person. */
  connections: z.array(id).nullable(),
  createdAtMs: atMs,
  expiresAtMs: atMs,
  lastUsedAtMs: atMs.nullable(),
});
export type ApiToken = z.infer<typeof apiToken>;

/** Pages go backwards in time; `next` is handed in as `before`, null at the end. */
const page = { limit: z.coerce.number().int().min(1).max(1_000).default(200), before: z.string().max(120).optional() };
const marketPath = z.strictObject({ venue, market: symbol });
const connectionPath = z.strictObject({ id });

export const trading = {
  'markets.list': { query: z.strictObject({ venue: venue.optional() }), reply: z.array(market) },
  'markets.candles': {
    params: marketPath,
    query: z.strictObject({
      interval: candleInterval,
      /** The newest candle wanted; none newer than this is told. Left out: now. */
      toSec: z.coerce.number().int().nonnegative().optional(),
      limit: z.coerce.number().int().min(1).max(1_440).default(500),
    }),
    /** Oldest first. `first`: there is nothing older. */
    reply: z.strictObject({ interval: candleInterval, candles: z.array(candleRow), first: z.boolean() }),
  },
  'markets.book': {
    params: marketPath,
    reply: z.strictObject({ asOfMs: atMs, bids: z.array(bookLevel), asks: z.array(bookLevel) }),
  },
  'markets.trades': { params: marketPath, reply: z.array(marketTrade) },

  'trading.list': { reply: z.array(tradingAccount) },
  'trading.balances': { params: connectionPath, reply: z.array(tradeBalance) },
  'trading.limits.read': { params: connectionPath, reply: limits },
  'trading.limits.write': { params: connectionPath, body: limits, reply: limits },
  'trading.policy.read': { params: connectionPath, reply: policy },
  /** Once, before there is any policy: nothing can be traded before. */
  'trading.policy.first': {
    params: connectionPath,
    body: z.strictObject({ markets: z.array(symbol).min(1).max(2_000) }),
    reply: policy,
  },
  'trading.policy.propose': { params: connectionPath, body: z.strictObject({ limits: policyLimits }), reply: policy },
  'trading.policy.withdraw': {
    params: connectionPath,
    body: z.strictObject({ proposal: z.string().max(120) }),
    reply: policy,
  },

  'orders.preview': {
    body: z.strictObject({
      connection: id,
      market: symbol,
      draft: orderDraft,
      confirmations: z.array(confirmation).max(5).default([]),
    }),
    reply: orderPreview,
  },
  'orders.place': {
    body: z.strictObject({
      requestId,
      connection: id,
      market: symbol,
      draft: orderDraft,
      confirmations: z.array(confirmation).max(5).default([]),
    }),
    /** Written down and on its way; what becomes of it is told by the live line and by `orders.read`. */
    reply: order,
  },
  'orders.move': {
    params: z.strictObject({ id, order: orderKey }),
    body: z.strictObject({
      requestId,
      price: decimalText.nullable().default(null),
      activation: decimalText.nullable().default(null),
      /** What shall be live after the move, in base; null: all that is left. */
      quantity: decimalText.nullable().default(null),
      confirmations: z.array(confirmation).max(5).default([]),
    }),
    reply: order,
  },
  'orders.cancel': { params: z.strictObject({ id, order: orderKey }), body: nothing, reply: order },
  /** Ours only; what others placed is cancelled one by one. */
  'orders.cancelAll': {
    body: z.strictObject({ connection: id.nullable().default(null), market: symbol.nullable().default(null) }),
    reply: z.strictObject({ asked: z.int() }),
  },
  /** A person looked at the exchange and says that a blocked order is not there. */
  'orders.declareAbsent': { params: z.strictObject({ id, order: orderKey }), body: nothing, reply: order },
  'orders.read': { params: z.strictObject({ id, order: orderKey }), reply: order },
  'orders.list': {
    query: z.strictObject({
      connection: id.optional(),
      market: symbol.optional(),
      state: z.enum(['open', 'closed']).default('open'),
      ...page,
    }),
    /** Newest first. Open ones come whole, without pages. */
    reply: z.strictObject({ orders: z.array(order), next: z.string().nullable() }),
  },
  'fills.list': {
    query: z.strictObject({
      connection: id.optional(),
      market: symbol.optional(),
      order: orderKey.optional(),
      ...page,
    }),
    reply: z.strictObject({ fills: z.array(fill), next: z.string().nullable() }),
  },

  'halt.read': { reply: haltState },
  'halt.now': {
    body: z.strictObject({
      /** Null: everything of the person who asks; of the whole desk for its owner. */
      connection: id.nullable().default(null),
      why: z.string().max(200).default(''),
      /** Cancel our open orders too; cancelling goes on while halted. */
      cancelOrders: z.boolean().default(false),
    }),
    reply: haltState,
  },

  'watchlist.read': { reply: z.array(z.strictObject({ venue, market: symbol })) },
  'watchlist.write': {
    body: z.strictObject({ markets: z.array(z.strictObject({ venue, market: symbol })).max(200) }),
    reply: z.array(z.strictObject({ venue, market: symbol })),
  },

  'tokens.list': { reply: z.array(apiToken) },
  'tokens.create': {
    body: z.strictObject({
      label,
      scopes: z.array(tokenScope).min(1).max(3),
      markets: z.array(symbol).min(1).max(200).nullable().default(null),
      connections: z.array(id).min(1).max(50).nullable().default(null),
      /** Days from now. */
      days: z.int().min(1).max(365),
    }),
    /** The only time that the token itself is told. */
    reply: z.strictObject({ token: z.string(), ...apiToken.shape }),
  },
  'tokens.revoke': { params: connectionPath, reply: nothing },
} as const;
