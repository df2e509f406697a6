import { z } from 'zod';
import { addsUp, multiplies } from './amounts.ts';
import { feeAssetIsRight, restStatus } from './rest-orders.ts';
import {
  amountText,
  clientOrderId,
  count,
  emptyList,
  id,
  marketName,
  positiveText,
  preciseSeconds,
  role,
  sideNumber,
  ticker,
} from './words.ts';

/** Results and updates of the private channels: names with underscores, kinds and sides as numbers. Spot only. */

const LIMIT = 1;
const MARKET = 2;
const STOP_LIMIT = 3;
const STOP_MARKET = 4;
const STOCK_MARKET = 202;
const orderType = z.union([
  z.literal(LIMIT),
  z.literal(MARKET),
  z.literal(STOP_LIMIT),
  z.literal(STOP_MARKET),
  z.literal(STOCK_MARKET),
]);
const BUY = 2;
const isStop = (type: number): boolean => type === STOP_LIMIT || type === STOP_MARKET;
const boughtForMoney = (order: { type: number; side: number }): boolean =>
  order.side === BUY && (order.type === MARKET || order.type === STOP_MARKET);

/** (Inferred: stops carry these three names; no source shows a stop on the spot stream.) */
const stopFields = {
  activation_price: positiveText.optional(),
  activation_condition: z.enum(['gte', 'lte']).optional(),
  activated: z.union([z.literal(0), z.literal(1)]).optional(),
};

const common = {
  id,
  market: marketName,
  type: orderType,
  side: sideNumber,
  post_only: z.boolean(),
  ioc: z.boolean(),
  ctime: preciseSeconds,
  price: amountText,
  amount: positiveText,
  deal_stock: amountText,
  deal_money: amountText,
  deal_fee: amountText,
  client_order_id: clientOrderId,
};
const flags = {
  stp: z.enum(['no', 'cb', 'cn', 'co']),
  status: restStatus,
  position_side: z.literal('BOTH'),
  rpi: z.boolean(),
  retail: z.boolean(),
  reduce_only: z.boolean(),
};

const livingFields = z.strictObject({
  ...common,
  ...flags,
  ...stopFields,
  mtime: preciseSeconds,
  left: amountText,
  fee_asset: ticker.optional(),
});
type Living = z.infer<typeof livingFields>;
export const order = livingFields
  .refine(
    (row: Living) => addsUp(row.amount, row.left, boughtForMoney(row) ? row.deal_money : row.deal_stock),
    'left and what was dealt do not add up to amount in its own unit',
  )
  .refine((row: Living) => row.ctime <= row.mtime, 'changed before it was made')
  .refine(
    (row: Living) => isStop(row.type) === (row.activation_price !== undefined && row.activated !== undefined),
    'stop orders and no others show activation_price and activated',
  )
  .refine(
    (row: Living) => feeAssetIsRight(row.market, row.side === BUY ? 'buy' : 'sell', row.fee_asset),
    'a buyer pays in stock, a seller in money',
  );

const RECORDS_MAX = 100;
const limit = z.int().min(1).max(RECORDS_MAX);
export const ordersPending = z.strictObject({
  limit,
  offset: count,
  total: count,
  records: z.array(order).max(RECORDS_MAX),
});

const NEW = 1;
const CHANGED = 2;
const FINISHED = 3;
const alive = order.refine(({ status }) => ALIVE.includes(status), 'an order that lives has ended');
const ended = order.refine(({ status }) => !ALIVE.includes(status), 'an order that ended is alive');
const ALIVE: readonly string[] = ['OPEN', 'PARTIALLY_FILLED'];
export const ordersPendingUpdate = z.union([
  z.tuple([z.literal(NEW), alive]),
  z.tuple([z.literal(CHANGED), alive]),
  z.tuple([z.literal(FINISHED), ended]),
]);

/** `ftime` and `source` instead of `mtime` and `left`. */
const executedRecord = z
  .strictObject({
    ...common,
    ...stopFields,
    stp: flags.stp.optional(),
    position_side: flags.position_side.optional(),
    rpi: flags.rpi.optional(),
    retail: flags.retail.optional(),
    reduce_only: flags.reduce_only.optional(),
    status: restStatus.exclude(['OPEN']),
    ftime: preciseSeconds,
    source: z.string(),
    fee_asset: ticker.optional(),
  })
  .refine(({ ctime, ftime }) => ctime <= ftime, 'ended before it began');
export const ordersExecuted = z.strictObject({
  limit,
  offset: count,
  records: z.array(executedRecord).max(RECORDS_MAX),
});
/** One order in a list of its own. */
export const ordersExecutedUpdate = z.tuple([ended]);

/** Deal, time, market, order, price, amount in stock, fee, client order id, side, role, asset of the fee. */
export const dealsUpdate = z
  .tuple([
    id,
    preciseSeconds,
    marketName,
    id,
    positiveText,
    positiveText,
    amountText,
    clientOrderId,
    sideNumber,
    role,
    ticker,
  ])
  .refine(
    (deal) => feeAssetIsRight(deal[2], deal[8] === BUY ? 'buy' : 'sell', deal[10]),
    'the fee is in the wrong asset',
  );

const dealRecord = z
  .strictObject({
    time: preciseSeconds,
    id,
    side: sideNumber,
    role,
    price: positiveText,
    amount: positiveText,
    deal: positiveText,
    fee: amountText,
    order_id: id,
    deal_order_id: id,
    market: marketName,
    client_order_id: clientOrderId,
    fee_asset: ticker,
  })
  .refine(({ price, amount, deal }) => multiplies(price, amount, deal), 'price times amount is not deal');
export const deals = z.strictObject({ limit, offset: count, records: z.array(dealRecord).max(RECORDS_MAX) });

const balance = z.strictObject({ available: amountText, freeze: amountText });
/** (Inferred: an account with nothing in it may answer either empty map.) */
export const balanceSpot = z.union([emptyList, z.record(ticker, balance)]);
export const balanceSpotUpdate = z
  .array(z.record(ticker, balance).refine((map) => Object.keys(map).length > 0, 'names no asset'))
  .min(1);

const marginBalance = z.strictObject({
  balance: amountText,
  borrow: amountText,
  available_without_borrow: amountText,
  available_with_borrow: amountText,
});
export const balanceMargin = z.union([emptyList, z.record(ticker, marginBalance)]);
export const balanceMarginUpdate = z
  .array(z.strictObject({ a: ticker, B: amountText, b: amountText, av: amountText, ab: amountText }))
  .min(1);
