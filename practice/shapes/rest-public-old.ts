import { z } from 'zod';
import { atMost } from './amounts.ts';
import { asks, bids, uncrossed } from './book.ts';
import { newestFirst } from './rest-public.ts';
import {
  amountText,
  id,
  marketName,
  positiveText,
  preciseSeconds,
  precisionText,
  seconds,
  side,
  signedText,
  ticker,
} from './words.ts';

/** Answers of `/api/v1/public/…` and `/api/v2/public/…`: wrapped, and status 200 for a refusal as well. */

function wrapped<Result extends z.ZodType>(result: Result) {
  return z.strictObject({ success: z.literal(true), message: z.union([z.null(), z.literal('')]), result });
}

/** A refusal of v1: `message` holds the fields. */
export const refusalV1 = z.strictObject({
  success: z.literal(false),
  message: z.record(z.string(), z.array(z.string().min(1)).min(1)),
  result: z.null(),
});
export const refusalV2 = z.strictObject({
  success: z.literal(false),
  message: z.string().min(1),
  params: z.tuple([]),
});

export const marketsV1 = wrapped(
  z.array(
    z.strictObject({
      name: marketName,
      stock: ticker,
      money: ticker,
      stockPrec: precisionText,
      moneyPrec: precisionText,
      feePrec: precisionText,
      makerFee: amountText,
      takerFee: amountText,
      minAmount: amountText,
    }),
  ),
);

export const tickersV1 = wrapped(
  z.record(
    marketName,
    z.strictObject({
      ticker: z.strictObject({
        bid: amountText,
        ask: amountText,
        low: amountText,
        high: amountText,
        last: amountText,
        vol: amountText,
        deal: amountText,
        change: signedText,
      }),
      at: seconds,
    }),
  ),
);

export const tickerV1 = wrapped(
  z.strictObject({
    open: amountText,
    bid: amountText,
    ask: amountText,
    low: amountText,
    high: amountText,
    last: amountText,
    volume: amountText,
    deal: amountText,
    change: signedText,
  }),
);

export const symbolsV1 = wrapped(z.array(marketName));

/** Alone in v1, not wrapped. */
export const depthV1 = z.strictObject({ asks, bids }).refine(uncrossed, 'the book is crossed');

export const historyV1 = wrapped(
  z
    .array(z.strictObject({ id, time: preciseSeconds, price: positiveText, amount: positiveText, type: side }))
    .refine((rows) => newestFirst(rows.map(({ time }) => time)), 'trades are not newest first'),
);

/** Open, close, high, low: not the order the world uses. */
const klineRow = z
  .tuple([seconds, positiveText, positiveText, positiveText, positiveText, amountText, amountText])
  .refine(
    ([, open, close, high, low]) =>
      [open, close, low].every((price) => atMost(price, high)) && [open, close].every((price) => atMost(low, price)),
    'high and low do not enclose open and close',
  );
const ROWS_MAX = 1440;
export const klineV1 = wrapped(
  z
    .array(klineRow)
    .max(ROWS_MAX)
    .refine((rows) => newestFirst(rows.map(([at]) => -at)), 'candles are not oldest first'),
);

const isoTime = z.iso.datetime();
export const tickersV2 = wrapped(
  z.array(
    z.strictObject({
      tradingPairs: marketName,
      lastPrice: amountText,
      lowestAsk: amountText,
      highestBid: amountText,
      baseVolume24h: amountText,
      quoteVolume24h: amountText,
      lastUpdateTimestamp: isoTime,
      tradesEnabled: z.boolean(),
    }),
  ),
);
export const tradesV2 = wrapped(
  z.array(
    z.strictObject({
      tradeId: id,
      price: positiveText,
      volume: positiveText,
      time: isoTime,
      isBuyerMaker: z.boolean(),
    }),
  ),
);
export const depthV2 = wrapped(
  z.strictObject({ lastUpdateTimestamp: isoTime, asks, bids }).refine(uncrossed, 'the book is crossed'),
);
/** Fields of these three are nowhere written down: only what stands around them is known. */
export const marketsV2 = wrapped(z.array(z.looseObject({ name: marketName })));
export const assetsV2 = wrapped(z.record(ticker, z.looseObject({ name: z.string() })));
export const feeV2 = wrapped(z.record(z.string(), z.unknown()));
