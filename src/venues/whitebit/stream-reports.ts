/**
 * What the WebSocket tells of an account, in our words: other names than over HTTP, and numbers in place of words
 * (side 1 is a *sale*). Throws `ShapeError`.
 */

import type { Side } from '../../core/order.ts';
import type { BalanceReport, OrderReport, TradeReport } from '../../core/report.ts';
import { asArray, asId, asInteger, asName, asObject, asText, type Json, ShapeError } from './json.ts';
import {
  type AssetFigures,
  asClientId,
  asFee,
  asPositive,
  asRole,
  asTimeMs,
  orderReport,
  readBalances,
} from './reports.ts';

/** Balances are pushed once a second: figures that arrive may be that old [inferred]. */
const BALANCE_AGE_MS = 1_000;

const TYPES: ReadonlyMap<number, OrderReport['type']> = new Map<number, OrderReport['type']>([
  [1, 'limit'],
  [2, 'market'],
  [202, 'market'],
  [3, 'stop-limit'],
  [4, 'stop-market'],
]);
/** Buys of these count their amount in the quote asset. */
const SPENDING = new Set([2, 4]);

/**
 * `ordersPending_update`: [event, order]. 1 new (again when a stop comes alive), 2 changed, 3 over. An order that trades
 * whole at once is told by a 3 alone. The event says whether it is over; the word beside it says how.
 */
export function readOrderUpdate(params: Json | undefined): OrderReport {
  const [event, order, more] = asArray(params, 'ordersPending');
  if (more !== undefined) throw new ShapeError('ordersPending has more than two parts');
  const kind = asInteger(event, 'ordersPending[0]');
  if (kind !== 1 && kind !== 2 && kind !== 3) throw new ShapeError('ordersPending[0] is no event we know');
  const row = asObject(order, 'ordersPending[1]');
  const type = asInteger(row.type, 'order.type');
  const side = asSideNumber(row.side, 'order.side');
  return orderReport(kind === 3 ? 'closed' : 'open', {
    row,
    type: TYPES.get(type) ?? 'other',
    side,
    spends: side === 'buy' && SPENDING.has(type),
    venueId: asId(row.id, 'order.id'),
    clientId: asClientId(row.client_order_id),
    market: asName(asText(row.market, 'order.market'), 'order.market'),
    activation: row.activation_price,
    filledBase: row.deal_stock,
    filledQuote: row.deal_money,
    postOnly: row.post_only,
    createdAt: row.ctime,
    updatedAt: row.mtime,
  });
}

/**
 * `deals_update`: [id, time, market, order, price, amount, fee, client order id, side, role, fee asset]. Older versions
 * ended after the role or before the side; without a side nobody knows which way money went.
 */
export function readDealUpdate(params: Json | undefined): TradeReport {
  const parts = asArray(params, 'deals');
  if (parts.length < 9) throw new ShapeError('deals has too few parts');
  const [id, time, market, order, price, amount, fee, clientId, side, role, feeAsset] = parts;
  return {
    tradeId: asId(id, 'deal.id'),
    clientId: asClientId(clientId),
    venueOrderId: asId(order, 'deal.order'),
    market: asName(asText(market, 'deal.market'), 'deal.market'),
    side: asSideNumber(side, 'deal.side'),
    price: asPositive(price, 'deal.price'),
    quantity: asPositive(amount, 'deal.amount'),
    value: null,
    fee: asFee(fee, feeAsset),
    role: asRole(role, 'deal.role'),
    atMs: asTimeMs(time, 'deal.time'),
  };
}

/** `balanceSpot_update`: a list of maps, only the assets that changed. */
export function readBalanceUpdate(params: Json | undefined, arrivedAtMs: number): BalanceReport {
  const byAsset = new Map<string, AssetFigures>();
  for (const part of asArray(params, 'balanceSpot'))
    for (const figures of readBalances(part)) byAsset.set(figures.asset, figures);
  return { asOfMs: arrivedAtMs - BALANCE_AGE_MS, complete: false, balances: [...byAsset.values()] };
}

function asSideNumber(value: Json | undefined, where: string): Side {
  const side = asInteger(value, where);
  if (side === 1) return 'sell';
  if (side === 2) return 'buy';
  throw new ShapeError(`${where} is no side`);
}
