import { z } from 'zod';
import { atMost } from './amounts.ts';
import { asks, bids, changedAsks, changedBids, uncrossed } from './book.ts';
import { amountText, id, marketName, positiveText, preciseSeconds, seconds, side } from './words.ts';

/** Results and updates of the public channels. */

/** Open, close, high, low; the market at the end. */
const candle = z
  .tuple([seconds, positiveText, positiveText, positiveText, positiveText, amountText, amountText, marketName])
  .refine(
    ([, open, close, high, low]) =>
      [open, close, low].every((price) => atMost(price, high)) && atMost(low, open) && atMost(low, close),
    'high and low do not enclose open and close',
  );
export const candles = z
  .array(candle)
  .refine((rows) => rows.every(([at], index) => at >= (rows[index - 1]?.[0] ?? at)), 'candles are not oldest first');
export const candlesUpdate = candles.min(1);

export const lastPrice = positiveText;
export const lastPriceUpdate = z.tuple([marketName, positiveText]);

const period = z.strictObject({
  period: z.int().positive(),
  last: positiveText,
  open: positiveText,
  close: positiveText,
  high: positiveText,
  low: positiveText,
  volume: amountText,
  deal: amountText,
});
export const marketPeriod = period;
const DAY_SEC = 86_400;
export const marketUpdate = z.tuple([marketName, period.extend({ period: z.literal(DAY_SEC) })]);

/** Since midnight UTC; no `close` and no `period` here. */
export const marketToday = z.strictObject({
  last: positiveText,
  open: positiveText,
  high: positiveText,
  low: positiveText,
  volume: amountText,
  deal: amountText,
});
export const marketTodayUpdate = z.tuple([marketName, marketToday]);

const trade = z.strictObject({
  id,
  time: preciseSeconds,
  price: positiveText,
  amount: positiveText,
  type: side,
  rpi: z.boolean(),
});
const TRADES_MAX = 100;
export const trades = z
  .array(trade)
  .max(TRADES_MAX)
  .refine(
    (rows) => rows.every((row, index) => row.id < (rows[index - 1]?.id ?? Infinity)),
    'trades are not newest first',
  );
/** The first after subscribing holds the newest hundred, newest first; later ones what is new. */
export const tradesUpdate = z.tuple([marketName, z.array(trade)]);

const moments = { timestamp: preciseSeconds, update_id: id, event_time: preciseSeconds };
export const depthQuery = z
  .strictObject({ timestamp: preciseSeconds, asks, bids })
  .refine(uncrossed, 'the book is crossed');
const depthSnapshot = z.strictObject({ ...moments, asks, bids }).refine(uncrossed, 'the book is crossed');
const depthChange = z
  .strictObject({ ...moments, past_update_id: id, asks: changedAsks.optional(), bids: changedBids.optional() })
  .refine(({ update_id, past_update_id }) => past_update_id < update_id, 'the change does not come after its past');
/** True: replace the book. False: change it, and `past_update_id` is the `update_id` of the message before. */
export const depthUpdate = z.union([
  z.tuple([z.literal(true), depthSnapshot, marketName]),
  z.tuple([z.literal(false), depthChange, marketName]),
]);

const bookTicker = z
  .tuple([preciseSeconds, preciseSeconds, marketName, id, amountText, amountText, amountText, amountText])
  .refine(([happened, told]) => happened <= told, 'told before it happened');
/** An array in an array. */
export const bookTickerUpdate = z.tuple([bookTicker]);
