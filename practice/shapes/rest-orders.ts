import { z } from 'zod';
import { addsUp, multiplies } from './amounts.ts';
import {
  amountText,
  clientOrderId,
  count,
  emptyList,
  id,
  mapOrEmpty,
  marketName,
  positiveText,
  preciseSeconds,
  role,
  seconds,
  side,
  ticker,
} from './words.ts';

/** Orders and deals as `/api/v4/order/…`, `/orders` and `/trade-account/…` print them. Spot only. */

const orderType = z.enum(['limit', 'market', 'stock market', 'stop limit', 'stop market']);
export const restStatus = z.enum([
  'OPEN',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'CANCELED_TAKER_BAND',
  'CANCELED_STP',
]);
const stp = z.enum(['no', 'cb', 'cn', 'co']);
const flag = z.union([z.literal(0), z.literal(1)]);

const orderFields = {
  orderId: id,
  clientOrderId,
  market: marketName,
  side,
  type: orderType,
  timestamp: preciseSeconds,
  dealMoney: amountText,
  dealStock: amountText,
  /** As ordered: in money for a market buy. */
  amount: positiveText,
  left: amountText,
  dealFee: amountText,
  price: amountText.optional(),
  activation_price: positiveText.optional(),
};

type OrderNumbers = {
  readonly type: z.infer<typeof orderType>;
  readonly side: z.infer<typeof side>;
  readonly amount: string;
  readonly left: string;
  readonly dealStock: string;
  readonly dealMoney: string;
};

/** A buy at the market names money; every other order names stock. */
function boughtForMoney(order: Pick<OrderNumbers, 'type' | 'side'>): boolean {
  return order.side === 'buy' && (order.type === 'market' || order.type === 'stop market');
}

function leftIsRight(order: OrderNumbers): boolean {
  return addsUp(order.amount, order.left, boughtForMoney(order) ? order.dealMoney : order.dealStock);
}

const isStop = (type: string): boolean => type.startsWith('stop ');
const isLimit = (type: string): boolean => type.endsWith('limit');

export const order = z
  .strictObject({
    ...orderFields,
    feeAsset: ticker.optional(),
    activationCondition: z.enum(['gte', 'lte']).optional(),
    activated: flag.optional(),
    postOnly: z.boolean().optional(),
    ioc: z.boolean().optional(),
    rpi: z.boolean().optional(),
    retail: z.boolean().optional(),
    reduceOnly: z.boolean().optional(),
    status: restStatus,
    stp: stp.optional(),
    positionSide: z.literal('BOTH').optional(),
    /** Ratios. In every sample before 2025, in no document since: taken with and without. */
    takerFee: amountText.optional(),
    makerFee: amountText.optional(),
  })
  .refine(leftIsRight, 'left and what was dealt do not add up to amount in its own unit')
  .refine((row) => isLimit(row.type) === false || row.price !== undefined, 'a limit order shows its price')
  .refine(
    (row) => isStop(row.type) === (row.activation_price !== undefined && row.activated !== undefined),
    'stop orders and no others show activation_price and activated',
  )
  .refine(
    (row) => row.activationCondition === undefined || row.activationCondition === (row.side === 'buy' ? 'gte' : 'lte'),
    'a buy waits for a price that rises, a sell for one that falls',
  )
  .refine((row) => feeAssetIsRight(row.market, row.side, row.feeAsset), 'a buyer pays in stock, a seller in money')
  .refine((row) => !(row.postOnly === true && row.ioc === true), 'no order is both postOnly and ioc')
  .refine((row) => row.status !== 'FILLED' || row.left === '0' || boughtForMoney(row), 'filled with something left');

/** How the same order looked until 2024: fees as ratios, no status. */
export const orderOf2022 = z
  .strictObject({ ...orderFields, takerFee: amountText, makerFee: amountText })
  .refine(leftIsRight, 'left and what was dealt do not add up to amount in its own unit');

export function feeAssetIsRight(market: string, orderSide: 'buy' | 'sell', feeAsset: string | undefined): boolean {
  const [stock, money] = market.split('_');
  return feeAsset === undefined || feeAsset === (orderSide === 'buy' ? stock : money);
}

const LIST_MAX = 100;
export const orders = z.array(order).max(LIST_MAX);

const itemError = z.strictObject({
  code: z.int(),
  message: z.string().min(1),
  errors: z.record(z.string(), z.array(z.string().min(1))),
});

/** One item of a bulk: done or refused, never both and never neither. */
function bulkOf<Result extends z.ZodType>(result: Result) {
  return z.array(
    z.union([z.strictObject({ result, error: z.null() }), z.strictObject({ result: z.null(), error: itemError })]),
  );
}

export const bulk = bulkOf(order);
export const cancelBulk = bulkOf(z.strictObject({ orderId: id, clientOrderId, market: marketName }));

const killSwitchType = z.enum(['spot', 'margin', 'futures']);
export const killSwitch = z
  .strictObject({
    market: marketName,
    startTime: seconds,
    cancellationTime: seconds,
    types: z.array(killSwitchType).min(1).nullable(),
  })
  .refine(({ startTime, cancellationTime }) => {
    const timeout = cancellationTime - startTime;
    return timeout >= 5 && timeout <= 600;
  }, 'a timeout lies between 5 and 600 seconds');
export const killSwitches = z.array(killSwitch);
export const killSwitchDeleted = emptyList;

const dealNumbers = {
  id,
  clientOrderId,
  time: preciseSeconds,
  role,
  amount: positiveText,
  price: positiveText,
  deal: positiveText,
  fee: amountText,
};
const dealIsRight = (deal: { price: string; amount: string; deal: string }): boolean =>
  multiplies(deal.price, deal.amount, deal.deal);

const executed = z
  .strictObject({ ...dealNumbers, side, orderId: id, feeAsset: ticker })
  .refine(dealIsRight, 'price times amount is not deal');

const EXECUTED_MAX = 500;
export const executedOfMarket = z
  .array(executed)
  .max(EXECUTED_MAX)
  .refine((rows) => falling(rows.map(({ time }) => time)), 'deals are not newest first');
export const executedByMarket = mapOrEmpty(marketName, executedOfMarket);

/** `dealOrderId` is the order of the other side. */
const dealOfOrder = z
  .strictObject({ ...dealNumbers, dealOrderId: id, feeAsset: ticker, rpi: z.boolean().optional() })
  .refine(dealIsRight, 'price times amount is not deal');
export const dealsOfOrder = z.strictObject({ records: z.array(dealOfOrder), offset: count, limit: count });
/** Before fees could be in stock, no asset was named. */
export const dealOfOrderOf2022 = z.strictObject({ ...dealNumbers, dealOrderId: id });

/** Other than in a living order, `activated` is a moment here; 0 for one that never was. (Inferred: the 0.) */
const activatedAt = z.union([z.literal(0), seconds]);
const finished = z
  .strictObject({
    id,
    clientOrderId,
    side,
    type: orderType,
    amount: positiveText,
    price: amountText,
    ctime: preciseSeconds,
    ftime: preciseSeconds,
    dealFee: amountText,
    dealStock: amountText,
    dealMoney: amountText,
    postOnly: z.boolean(),
    ioc: z.boolean(),
    status: restStatus.exclude(['OPEN']),
    feeAsset: ticker.optional(),
    positionSide: z.literal('BOTH'),
    rpi: z.boolean(),
    reduceOnly: z.boolean(),
    /** Shown by earlier documents, not by the present one. */
    stp: stp.optional(),
    activated: activatedAt.optional(),
    activationPrice: positiveText.optional(),
    activationCondition: z.enum(['<=', '>=']).optional(),
  })
  .refine(({ ctime, ftime }) => ctime <= ftime, 'ended before it began')
  .refine(
    (row) => isStop(row.type) === (row.activationPrice !== undefined && row.activated !== undefined),
    'stop orders and no others show activationPrice and activated',
  )
  .refine(
    (row) => row.activationCondition === undefined || row.activationCondition === (row.side === 'buy' ? '>=' : '<='),
    'a buy waits for a price that rises, a sell for one that falls',
  )
  .refine((row) => row.dealStock === '0' || row.feeAsset !== undefined, 'what was dealt names the asset of its fee');

export const orderHistory = mapOrEmpty(marketName, z.array(finished).min(1).max(EXECUTED_MAX));

/** Orders that ended because their market was delisted; ten decimals here, zeros and all. */
export const delistingHistory = z.array(
  z.looseObject({
    createdAt: preciseSeconds,
    finishAt: preciseSeconds,
    market: marketName,
    fee: z.string(),
    status: z.enum(['filled', 'canceled']),
    delistingKind: z.enum(['reverse', 'canceled']),
  }),
);

function falling(times: readonly number[]): boolean {
  return times.every((time, index) => time <= (times[index - 1] ?? time));
}
