import { z } from 'zod';
import { asks, bids, uncrossed } from './book.ts';
import {
  amountText,
  count,
  id,
  marketName,
  positiveText,
  precisionText,
  seconds,
  side,
  signedText,
  ticker,
} from './words.ts';

/** Answers of `/api/v4/public/…`, status 200. */

export const ping = z.tuple([z.literal('pong')]);
export const time = z.strictObject({ time: seconds });
export const platformStatus = z.strictObject({ status: z.enum(['system operational', 'system maintenance']) });

export const market = z.strictObject({
  name: marketName,
  stock: ticker,
  money: ticker,
  stockPrec: precisionText,
  moneyPrec: precisionText,
  feePrec: precisionText,
  /** Percent. */
  makerFee: amountText,
  takerFee: amountText,
  minAmount: amountText,
  minTotal: amountText,
  /** "0": unlimited. */
  maxTotal: amountText,
  tradesEnabled: z.boolean(),
  isCollateral: z.boolean(),
  type: z.enum(['spot', 'futures']),
  isTradFiFutures: z.boolean(),
  delistedAt: seconds.nullable(),
});
export const markets = z.array(market);

/** Ids of CoinMarketCap, 0 where it knows none. */
export const tickers = z.record(
  marketName,
  z.strictObject({
    base_id: count,
    quote_id: count,
    last_price: amountText,
    /** Money here, other than in the public trades. */
    quote_volume: amountText,
    base_volume: amountText,
    isFrozen: z.boolean(),
    /** Percent. */
    change: signedText,
  }),
);

const networks = z.strictObject({
  deposits: z.array(z.string()).optional(),
  withdraws: z.array(z.string()).optional(),
  default: z.string().optional(),
});
const range = z.strictObject({ min: amountText, max: amountText.optional() });
const limits = z.strictObject({
  deposit: z.record(z.string(), range).optional(),
  withdraw: z.record(z.string(), range).optional(),
});

export const assets = z.record(
  ticker,
  z.strictObject({
    name: z.string().min(1),
    unified_cryptoasset_id: count,
    can_withdraw: z.boolean(),
    can_deposit: z.boolean(),
    min_withdraw: amountText,
    max_withdraw: amountText,
    maker_fee: amountText,
    taker_fee: amountText,
    min_deposit: amountText,
    max_deposit: amountText,
    currency_precision: count,
    is_memo: z.boolean(),
    memo: z.strictObject({ deposit: z.boolean(), withdraw: z.boolean() }),
    /** (Inferred: absent where an asset has none, as fiat does.) */
    networks: networks.optional(),
    limits: limits.optional(),
    confirmations: z.record(z.string(), count).optional(),
    providers: z
      .strictObject({ deposits: z.array(z.string()).optional(), withdraws: z.array(z.string()).optional() })
      .optional(),
  }),
);

const feeSide = z.strictObject({
  min_amount: amountText,
  max_amount: amountText,
  fixed: amountText.nullable(),
  flex: z.strictObject({ percent: amountText, min_fee: amountText, max_fee: amountText }).nullable(),
});
const providerFee = feeSide.extend({ is_depositable: z.boolean().optional(), is_withdrawal: z.boolean().optional() });

/** Keys are tickers, with the network behind where a coin has several: "USDT (ERC20)". */
export const fee = z.record(
  z.string().regex(/^[A-Z0-9]+( \([A-Z0-9]+\))?$/),
  z.strictObject({
    ticker,
    name: z.string().min(1),
    providers: z.array(z.string()),
    is_depositable: z.boolean().optional(),
    is_withdrawal: z.boolean().optional(),
    is_api_depositable: z.boolean(),
    is_api_withdrawal: z.boolean(),
    deposit: z.union([feeSide, z.record(z.string(), providerFee)]),
    withdraw: z.union([feeSide, z.record(z.string(), providerFee)]),
  }),
);

const LEVELS_MAX = 100;
const sideOf = (levels: typeof asks | typeof bids) => levels.check(z.maxLength(LEVELS_MAX));

export const orderbook = z
  .strictObject({ ticker_id: marketName, timestamp: seconds, asks: sideOf(asks), bids: sideOf(bids) })
  .refine(uncrossed, 'the book is crossed');

const TRADES_MAX = 100;
/** Names are turned round here: `quote_volume` is the amount of stock, `base_volume` that of money. */
export const trades = z
  .array(
    z.strictObject({
      tradeID: id,
      price: positiveText,
      quote_volume: positiveText,
      base_volume: positiveText,
      trade_timestamp: seconds,
      type: side,
      rpi: z.boolean(),
    }),
  )
  .max(TRADES_MAX)
  .refine((rows) => newestFirst(rows.map(({ trade_timestamp }) => trade_timestamp)), 'trades are not newest first');

export const collateralMarkets = z.strictObject({
  success: z.literal(true),
  message: z.null(),
  result: z.array(marketName),
});

const future = z.strictObject({
  ticker_id: marketName,
  stock_currency: ticker,
  money_currency: ticker,
  last_price: amountText,
  stock_volume: amountText,
  money_volume: amountText,
  bid: amountText,
  ask: amountText,
  high: amountText,
  low: amountText,
  product_type: z.literal('Perpetual'),
  open_interest: amountText,
  index_price: amountText,
  index_name: z.string(),
  index_currency: ticker,
  funding_rate: signedText,
  funding_cap: signedText.nullable(),
  funding_floor: signedText.nullable(),
  /** Milliseconds as text, alone in the whole protocol. */
  next_funding_rate_timestamp: z.string().regex(/^\d{13}$/),
  brackets: z.record(z.string().regex(/^\d+$/), count),
  max_leverage: count,
  funding_interval_minutes: count,
});
export const futures = z.strictObject({ success: z.literal(true), message: z.null(), result: z.array(future) });

const secondsText = z.string().regex(/^\d{10}$/);
export const fundingHistory = z
  .array(
    z.strictObject({
      fundingTime: secondsText,
      fundingRate: signedText,
      market: marketName,
      settlementPrice: amountText,
      rateCalculatedTime: secondsText,
    }),
  )
  .max(100);

/** Status 422: messages by field, nothing around them. Funding history writes a bare text instead of a list. */
export const flatRefusal = z
  .record(z.string(), z.array(z.string().min(1)).min(1))
  .refine((fields) => Object.keys(fields).length > 0, 'a refusal names a field');
export const flatFundingRefusal = z.record(z.string(), z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]));
/** Status 451: not offered in this region. */
export const unavailable = z.strictObject({ success: z.literal(false), message: z.string(), errors: z.tuple([]) });

export function newestFirst(times: readonly number[]): boolean {
  return times.every((time, index) => time <= (times[index - 1] ?? time));
}
