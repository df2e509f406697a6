/** How this exchange prints what it knows, in the shapes of WhiteBIT: other names over HTTP than on the stream. */

import { type Figure, textOf } from './figures.ts';
import type { Ledger, Market, Order, Trade } from './ledger.ts';
import { askOf, bidOf } from './ledger.ts';

export const seconds = (ms: number): number => ms / 1_000;

export function restOrder(order: Order): Record<string, unknown> {
  return {
    ...{ orderId: order.id, clientOrderId: order.clientId, market: order.market.name, side: order.side },
    ...{ type: order.type, timestamp: seconds(order.bornMs) },
    ...{ dealMoney: textOf(order.dealMoney), dealStock: textOf(order.dealStock), amount: textOf(order.amount) },
    ...{ left: textOf(leftOf(order)), dealFee: textOf(order.dealFee), price: textOf(order.price) },
    ...(order.activation === null
      ? {}
      : { activation_price: textOf(order.activation), activated: order.active ? 1 : 0 }),
    ...{ postOnly: order.postOnly, ioc: order.ioc, status: order.status },
  };
}

export function finishedOrder(order: Order): Record<string, unknown> {
  return {
    ...{ id: order.id, clientOrderId: order.clientId, side: order.side, type: order.type },
    ...{ amount: textOf(order.amount), price: textOf(order.price), ctime: seconds(order.bornMs) },
    ...{ ftime: seconds(order.endedMs ?? order.changedMs), dealFee: textOf(order.dealFee) },
    ...{ dealStock: textOf(order.dealStock), dealMoney: textOf(order.dealMoney), postOnly: order.postOnly },
    ...{ ioc: order.ioc, status: order.status, positionSide: 'BOTH', rpi: false, reduceOnly: false },
    ...(order.activation === null
      ? {}
      : { activationPrice: textOf(order.activation), activated: order.active ? 1_700_000_000 : 0 }),
  };
}

export function restDeal(trade: Trade): Record<string, unknown> {
  const { order } = trade;
  return { ...dealOfOrder(trade), side: order.side, orderId: order.id };
}

export function dealOfOrder(trade: Trade): Record<string, unknown> {
  return {
    ...{ id: trade.id, clientOrderId: trade.order.clientId, time: seconds(trade.atMs), role: trade.role },
    ...{ amount: textOf(trade.amount), price: textOf(trade.price), deal: textOf(trade.money), fee: textOf(trade.fee) },
    feeAsset: trade.feeAsset,
  };
}

export function byMarket(rows: readonly { readonly market: string; readonly row: unknown }[]): unknown {
  if (rows.length === 0) return [];
  const lists: Record<string, unknown[]> = {};
  for (const { market, row } of rows) {
    lists[market] ??= [];
    lists[market].push(row);
  }
  return lists;
}

export function balances(ledger: Ledger, account: string, assets: readonly string[] | null): Record<string, unknown> {
  const purse = ledger.money.get(account) ?? new Map<string, { free: Figure; held: Figure }>();
  const told: Record<string, unknown> = {};
  for (const [asset, { free, held }] of purse)
    if (assets === null || assets.includes(asset)) told[asset] = { available: textOf(free), freeze: textOf(held) };
  return told;
}

export function streamOrder(order: Order): Record<string, unknown> {
  return {
    ...{ id: order.id, market: order.market.name, type: order.type === 'limit' ? 1 : 3 },
    ...{ side: order.side === 'sell' ? 1 : 2, post_only: order.postOnly, ioc: order.ioc },
    ...{ ctime: seconds(order.bornMs), mtime: seconds(order.changedMs), price: textOf(order.price) },
    ...{ amount: textOf(order.amount), left: textOf(leftOf(order)), deal_stock: textOf(order.dealStock) },
    ...{ deal_money: textOf(order.dealMoney), deal_fee: textOf(order.dealFee), client_order_id: order.clientId },
    ...(order.activation === null
      ? {}
      : { activation_price: textOf(order.activation), activated: order.active ? 1 : 0 }),
    status: order.status,
  };
}

export function streamDeal({ id, atMs, order, price, amount, fee, feeAsset, role }: Trade): readonly unknown[] {
  const { market, side, clientId } = order;
  const figures = [textOf(price), textOf(amount), textOf(fee)];
  return [id, seconds(atMs), market.name, order.id, ...figures, clientId, side === 'sell' ? 1 : 2, role, feeAsset];
}

export function listedMarket(market: Market): Record<string, unknown> {
  return {
    ...{ name: market.name, stock: market.stock, money: market.money, stockPrec: String(market.stockPlaces) },
    ...{ moneyPrec: String(market.moneyPlaces), feePrec: '4', makerFee: '0.1', takerFee: '0.1' },
    ...{ minAmount: textOf(market.minAmount), minTotal: textOf(market.minTotal), maxTotal: '0' },
    ...{ tradesEnabled: market.trades, isCollateral: false, type: 'spot' },
  };
}

export function orderbook(market: Market, nowMs: number): Record<string, unknown> {
  const level = (price: Figure) => [[textOf(price), '100000']];
  const asks = level(askOf(market));
  return { ticker_id: market.name, timestamp: Math.floor(seconds(nowMs)), asks, bids: level(bidOf(market)) };
}

export function ticker(market: Market): Record<string, unknown> {
  const last = textOf(market.last);
  return {
    base_id: 1,
    quote_id: 1,
    last_price: last,
    quote_volume: '50000000',
    base_volume: '1',
    isFrozen: false,
    change: '0',
  };
}

function leftOf(order: Order): Figure {
  const left = order.amount - order.dealStock;
  return left < 0n ? 0n : left;
}
