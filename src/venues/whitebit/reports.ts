/**
 * Orders, trades and balances as WhiteBIT prints them over HTTP, in our words. The same thing has other names and units
 * in nearly every place; each quirk is named where it is met. Everything here throws `ShapeError` for a shape that is
 * not known; callers make a fault of it.
 */

import type { Decimal } from '../../core/decimal.ts';
import type { Fee } from '../../core/fill.ts';
import type { Quantity, Side } from '../../core/order.ts';
import type { OrderReport, TradeReport } from '../../core/report.ts';
import {
  asArray,
  asDecimal,
  asId,
  asName,
  asObject,
  asText,
  type Json,
  type JsonObject,
  NumberText,
  ShapeError,
} from './json.ts';

type OrderType = OrderReport['type'];
type ClosedStatus = Extract<OrderReport['status'], { kind: 'closed' }>;

/**
 * Where an order was printed, which says more about its state than the `status` beside it: the documents print FILLED
 * for orders that rest untouched.
 * - `open`: the list of active orders; whatever stands there is open.
 * - `placed`: the answer to placing it.
 * - `closed`: the list of finished orders, or the answer to cancelling it.
 */
export type Printed = 'open' | 'placed' | 'closed';

const TYPES: ReadonlyMap<string, OrderType> = new Map<string, OrderType>([
  ['limit', 'limit'],
  ['market', 'market'],
  ['stock market', 'market'],
  ['stop limit', 'stop-limit'],
  ['stop market', 'stop-market'],
]);
/** Buys of these types count `amount` and `left` in the quote asset. */
const SPENDING = new Set(['market', 'stop market']);

/** Order object of placing, cancelling and the list of active orders. */
export function readOrder(json: Json | undefined, printed: Printed): OrderReport {
  const row = asObject(json, 'order');
  const typeText = asText(row.type, 'order.type');
  const side = asSide(row.side, 'order.side');
  return orderReport(printed, {
    row,
    type: TYPES.get(typeText) ?? 'other',
    side,
    spends: side === 'buy' && SPENDING.has(typeText),
    venueId: asId(row.orderId, 'order.orderId'),
    clientId: asClientId(row.clientOrderId),
    market: asName(asText(row.market, 'order.market'), 'order.market'),
    activation: row.activation_price,
    filledBase: row.dealStock,
    filledQuote: row.dealMoney,
    postOnly: row.postOnly,
    createdAt: row.timestamp,
    updatedAt: undefined,
  });
}

/** Item of the list of finished orders: the id is `id`, there is no market, and the activation price is camel case. */
export function readFinishedOrder(market: string, json: Json): OrderReport {
  const row = asObject(json, 'finished order');
  const typeText = asText(row.type, 'order.type');
  const side = asSide(row.side, 'order.side');
  return orderReport('closed', {
    row,
    type: TYPES.get(typeText) ?? 'other',
    side,
    spends: side === 'buy' && SPENDING.has(typeText),
    venueId: asId(row.id, 'order.id'),
    clientId: asClientId(row.clientOrderId),
    market,
    activation: row.activationPrice,
    filledBase: row.dealStock,
    filledQuote: row.dealMoney,
    postOnly: row.postOnly,
    createdAt: row.ctime,
    updatedAt: row.ftime,
  });
}

/** What every printing of an order has, found under whichever name. */
export type OrderFields = {
  readonly row: JsonObject;
  readonly type: OrderType;
  readonly side: Side;
  /** `amount` and `left` are in the quote asset. */
  readonly spends: boolean;
  readonly venueId: string;
  readonly clientId: string | null;
  readonly market: string;
  readonly activation: Json | undefined;
  readonly filledBase: Json | undefined;
  readonly filledQuote: Json | undefined;
  readonly postOnly: Json | undefined;
  readonly createdAt: Json | undefined;
  readonly updatedAt: Json | undefined;
};

export function orderReport(printed: Printed, fields: OrderFields): OrderReport {
  const { row, type, side, spends } = fields;
  const amount = asAmount(row.amount, 'order.amount');
  const filledBase = asAmount(fields.filledBase, 'order.deal_stock');
  const filledQuote = asAmount(fields.filledQuote, 'order.deal_money');
  const quantity: Quantity = { unit: spends ? 'quote' : 'base', amount };
  return {
    clientId: fields.clientId,
    venueId: fields.venueId,
    market: fields.market,
    side,
    type,
    price: type === 'market' || type === 'stop-market' ? null : asPrice(row.price, 'order.price'),
    activation: asPrice(fields.activation, 'order.activation'),
    postOnly: asFlag(fields.postOnly, 'order.post_only'),
    ioc: asFlag(row.ioc, 'order.ioc'),
    quantity,
    filledBase,
    filledQuote,
    status: statusOf(printed, fields, quantity, filledBase),
    createdAtMs: fields.createdAt === undefined ? null : asTimeMs(fields.createdAt, 'order.ctime'),
    updatedAtMs: fields.updatedAt === undefined ? null : asTimeMs(fields.updatedAt, 'order.mtime'),
  };
}

function statusOf(
  printed: Printed,
  { row, spends }: OrderFields,
  quantity: Quantity,
  filledBase: Decimal,
): OrderReport['status'] {
  const word = row.status === undefined || row.status === null ? null : asText(row.status, 'order.status');
  // What is paid in quote is never spent to the last digit, so only a word can say that it is all.
  const isWhole = !spends && filledBase.gte(quantity.amount);
  switch (printed) {
    case 'open':
      return { kind: 'open' };
    case 'placed':
      if (isWhole) return { kind: 'closed', why: 'filled', detail: word };
      if (word !== null && CANCELLED.test(word)) return cancelledAs(word);
      // A market order never rests. Of a limit order FILLED says nothing: samples print it for untouched ones.
      return word === 'FILLED' && spends ? { kind: 'closed', why: 'filled', detail: word } : { kind: 'open' };
    case 'closed':
      if (word === 'OPEN' || word === 'NEW') throw new ShapeError(`an order that is over is printed as ${word}`);
      if (word !== null && CANCELLED.test(word) && !isWhole) return cancelledAs(word);
      if (isWhole || word === 'FILLED') return { kind: 'closed', why: 'filled', detail: word };
      // Absent before 2025.
      if (word === null && spends && !filledBase.isZero()) return { kind: 'closed', why: 'filled', detail: null };
      // Also PARTIALLY_FILLED: finished with a part.
      return { kind: 'closed', why: 'cancelled', detail: word };
  }
}

/** Any word with this in it is an end, known or not. */
const CANCELLED = /CANCELED/;

/** CANCELED_TAKER_BAND, CANCELED_STP, AUTO_CANCELED_…: nobody asked for it. */
function cancelledAs(word: string): ClosedStatus {
  return { kind: 'closed', why: word === 'CANCELED' ? 'cancelled' : 'exchange', detail: word };
}

/** Item of executed-history. */
export function readTrade(market: string, json: Json): TradeReport {
  const row = asObject(json, 'deal');
  const side = asSide(row.side, 'deal.side');
  const venueOrderId = row.orderId === undefined ? null : asId(row.orderId, 'deal.orderId');
  return tradeReport(market, row, side, venueOrderId);
}

/** Item of the deals of one order: neither side nor order id; `dealOrderId` is the other party's. */
export function readTradeOfOrder(order: OrderReport, json: Json): TradeReport {
  return tradeReport(order.market, asObject(json, 'deal'), order.side, order.venueId);
}

function tradeReport(market: string, row: JsonObject, side: Side, venueOrderId: string | null): TradeReport {
  return {
    tradeId: asId(row.id, 'deal.id'),
    clientId: asClientId(row.clientOrderId),
    venueOrderId,
    market,
    side,
    price: asPositive(row.price, 'deal.price'),
    quantity: asPositive(row.amount, 'deal.amount'),
    value: row.deal === undefined ? null : asAmount(row.deal, 'deal.deal'),
    fee: asFee(row.fee, row.feeAsset),
    role: asRole(row.role, 'deal.role'),
    atMs: asTimeMs(row.time, 'deal.time'),
  };
}

/**
 * A fee without its asset is pending: before 2025 it was always money, since then a buyer pays in what was bought, and
 * nobody can tell the two apart. None at all needs no asset. Negative fees are rebates.
 */
export function asFee(amount: Json | undefined, asset: Json | undefined): Fee {
  if (amount === undefined || amount === null) return { kind: 'pending' };
  const value = asDecimal(amount, 'deal.fee');
  if (asset === undefined || asset === null || asset === '') return { kind: 'pending' };
  return { kind: 'known', asset: asName(asText(asset, 'deal.feeAsset'), 'deal.feeAsset'), amount: value };
}

export type AssetFigures = { readonly asset: string; readonly free: Decimal; readonly locked: Decimal };

/** Map by asset with `available` and `freeze`: the trade balance over HTTP and on the stream. `[]` where it is empty. */
export function readBalances(json: Json | undefined): readonly AssetFigures[] {
  if (Array.isArray(json) && json.length === 0) return [];
  return Object.entries(asObject(json, 'balance')).map(([name, value]) => {
    const asset = asName(name, 'balance');
    const row = asObject(value, asset);
    return {
      asset,
      free: asDecimal(row.available, `${asset}.available`),
      locked: asDecimal(row.freeze, `${asset}.freeze`),
    };
  });
}

/** Lists by market. An empty map is printed as `[]`. Where a market was asked for, only it may be there. */
export function readByMarket<Row>(
  json: Json,
  market: string | null,
  read: (market: string, row: Json) => Row,
): readonly Row[] {
  if (Array.isArray(json) && json.length === 0) return [];
  return Object.entries(asObject(json, 'lists')).flatMap(([name, rows]) => {
    const of = asName(name, 'market');
    if (market !== null && of !== market) throw new ShapeError('a list of another market');
    return asArray(rows, of).map((row) => read(of, row));
  });
}

export function asSide(value: Json | undefined, where: string): Side {
  if (value === 'buy' || value === 'sell') return value;
  throw new ShapeError(`${where} is no side`);
}

/** 1 maker, 2 taker; anything else is not told. */
export function asRole(value: Json | undefined, where: string): 'maker' | 'taker' | null {
  if (value === undefined || value === null) return null;
  const text = value instanceof NumberText ? value.text : asText(value, where);
  return text === '1' ? 'maker' : text === '2' ? 'taker' : null;
}

/** Empty where the order has none. */
export function asClientId(value: Json | undefined): string | null {
  if (value === undefined || value === null || value === '') return null;
  return asId(value, 'client order id');
}

export function asAmount(value: Json | undefined, where: string): Decimal {
  const amount = asDecimal(value, where);
  if (amount.sign() < 0) throw new ShapeError(`${where} is below zero`);
  return amount;
}

export function asPositive(value: Json | undefined, where: string): Decimal {
  const amount = asDecimal(value, where);
  if (amount.sign() !== 1) throw new ShapeError(`${where} is not above zero`);
  return amount;
}

/** Absent, empty or zero: none. */
function asPrice(value: Json | undefined, where: string): Decimal | null {
  if (value === undefined || value === null || value === '') return null;
  const price = asAmount(value, where);
  return price.isZero() ? null : price;
}

function asFlag(value: Json | undefined, where: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new ShapeError(`${where} is no boolean`);
  return value;
}

/** The year 2001 and the year 2286, in seconds: what lies outside is in another unit. */
const SECONDS_MIN = 1_000_000_000;
const SECONDS_MAX = 9_999_999_999;
const SECONDS = /^(\d{10})(?:\.(\d{1,9}))?$/;

/**
 * Seconds with a fraction, as whole milliseconds, rounded down. Read from the digits: as a double,
 * 1595792396.165973 × 1000 is no whole number of microseconds any more.
 */
export function asTimeMs(value: Json | undefined, where: string): number {
  const text = value instanceof NumberText ? value.text : asText(value, where);
  const match = SECONDS.exec(text);
  const seconds = Number(match?.[1]);
  if (match === null || seconds < SECONDS_MIN || seconds > SECONDS_MAX) throw new ShapeError(`${where} is no time`);
  return seconds * 1_000 + Number((match[2] ?? '').slice(0, 3).padEnd(3, '0'));
}
