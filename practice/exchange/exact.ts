import type { BalanceEvent, DealEvent, EngineEvent, KillSwitchView, OrderView } from '../engine/events.ts';
import { RATE_PLACES } from '../engine/limits.ts';
import { balanceTexts } from '../engine/render.ts';
import { textOf } from '../engine/scale.ts';

/**
 * Orders, deals and balances with nothing left out and nothing rounded, in no exchange's words: amounts are decimal texts
 * without trailing zeros, times whole microseconds. For whoever has to know what is really so.
 */

export type ExactOrder = ReturnType<typeof exactOrder>;
export type ExactDeal = ReturnType<typeof exactDeal>;
export type ExactEvent =
  | { readonly kind: 'order'; readonly change: 'new' | 'update' | 'finish'; readonly order: ExactOrder }
  | { readonly kind: 'deal'; readonly deal: ExactDeal }
  | ({ readonly kind: 'balance' } & ReturnType<typeof exactBalance>)
  | ({ readonly kind: 'kill-switch'; readonly change: 'set' | 'removed' | 'fired' } & KillSwitchView);

export function exactOrder(order: OrderView) {
  const { spec, side } = order;
  const amountScale = order.amountInQuote ? spec.quote.scale : spec.lotScale;
  const feeAsset = side === 'buy' ? spec.base : spec.quote;
  const frozenAsset = side === 'buy' ? spec.quote : spec.base;
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    account: order.account,
    market: spec.name,
    side,
    type: order.type,
    status: order.status,
    stp: order.stp,
    postOnly: order.postOnly,
    ioc: order.ioc,
    /** Of the order itself, null without one: an order at the market's price. */
    price: order.priceTicks === 0 ? null : textOf(BigInt(order.priceTicks), spec.tickScale),
    activationPrice: order.activationTicks === 0 ? null : textOf(BigInt(order.activationTicks), spec.tickScale),
    amount: textOf(order.amount, amountScale),
    left: textOf(order.left, amountScale),
    /** What `amount` and `left` count. */
    amountTicker: order.amountInQuote ? spec.quote.ticker : spec.base.ticker,
    dealStock: textOf(order.dealStock, spec.lotScale),
    dealMoney: textOf(order.dealMoney, spec.quote.scale),
    dealFee: textOf(order.dealFee, feeAsset.scale),
    feeTicker: feeAsset.ticker,
    frozen: textOf(order.frozen, frozenAsset.scale),
    frozenTicker: frozenAsset.ticker,
    makerRate: textOf(order.makerRate, RATE_PLACES),
    takerRate: textOf(order.takerRate, RATE_PLACES),
    createdAtUs: order.ctimeUs,
    changedAtUs: order.mtimeUs,
    activatedAtUs: order.activated ? order.activatedAtUs : null,
  };
}

export function exactDeal(deal: DealEvent) {
  const { spec, feeAsset } = deal;
  return {
    id: deal.id,
    account: deal.account,
    market: spec.name,
    atUs: deal.atUs,
    side: deal.side,
    role: deal.role,
    orderId: deal.orderId,
    clientOrderId: deal.clientOrderId,
    otherOrderId: deal.dealOrderId,
    price: textOf(BigInt(deal.ticks), spec.tickScale),
    amount: textOf(deal.lots, spec.lotScale),
    money: textOf(deal.money, spec.quote.scale),
    fee: textOf(deal.fee, feeAsset.scale),
    feeTicker: feeAsset.ticker,
  };
}

function exactBalance(balance: BalanceEvent) {
  return { account: balance.account, ticker: balance.asset.ticker, ...balanceTexts(balance) };
}

/** Null for what belongs to nobody: trades and book levels are the public's. */
export function exactEvent(event: EngineEvent): ExactEvent | null {
  switch (event.kind) {
    case 'order':
      return { kind: 'order', change: event.change, order: exactOrder(event.order) };
    case 'deal':
      return { kind: 'deal', deal: exactDeal(event) };
    case 'balance':
      return { kind: 'balance', ...exactBalance(event) };
    case 'kill-switch':
      return { kind: 'kill-switch', change: event.change, ...event.view };
    case 'trade':
    case 'level':
      return null;
  }
}

export function accountOfEvent(event: EngineEvent): OrderView['account'] | null {
  switch (event.kind) {
    case 'order':
      return event.order.account;
    case 'deal':
    case 'balance':
      return event.account;
    case 'kill-switch':
      return event.view.account;
    case 'trade':
    case 'level':
      return null;
  }
}
