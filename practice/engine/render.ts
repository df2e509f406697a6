import type {
  BalanceEvent,
  DealEvent,
  EngineEvent,
  KillSwitchView,
  LevelEvent,
  OrderView,
  TradeEvent,
} from './events.ts';
import { RATE_PLACES, US_PER_SECOND } from './limits.ts';
import type { AssetSpec } from './market-spec.ts';
import type { OrderType } from './order.ts';
import { isStop } from './order.ts';
import { textOf } from './scale.ts';

/** The engine's integers in WhiteBIT's shapes. Amounts are texts without trailing zeros, times seconds with fraction. */

/** Documented numbers of the WebSocket. */
export const TYPE_NUMBERS: Readonly<Record<OrderType, number>> = {
  limit: 1,
  market: 2,
  'stock market': 202,
  'stop limit': 3,
  'stop market': 4,
};
const SIDE_NUMBERS = { sell: 1, buy: 2 } as const;
const ROLE_NUMBERS = { maker: 1, taker: 2 } as const;
export const CHANGE_NUMBERS = { new: 1, update: 2, finish: 3 } as const;
/** Documented: a buy waits for the price to rise to its trigger, a sell for it to fall. */
const CONDITIONS = { buy: { text: 'gte', sign: '>=' }, sell: { text: 'lte', sign: '<=' } } as const;

/** Unix seconds with a fraction of microseconds, as a JSON number: a time, not money. */
export function secondsOf(us: number): number {
  return us / US_PER_SECOND;
}

export function wholeSecondsOf(us: number): number {
  return Math.floor(us / US_PER_SECOND);
}

/** Order object of the HTTP interface: create, cancel, modify and the list of active orders answer with it. */
export function restOrder(order: OrderView): Readonly<Record<string, unknown>> {
  const texts = amountsOf(order);
  return {
    orderId: order.id,
    clientOrderId: order.clientOrderId,
    market: order.spec.name,
    side: order.side,
    type: order.type,
    timestamp: secondsOf(order.ctimeUs),
    dealMoney: texts.dealMoney,
    dealStock: texts.dealStock,
    amount: texts.amount,
    left: texts.left,
    dealFee: texts.dealFee,
    feeAsset: feeAssetOf(order).ticker,
    ...(order.priceTicks === 0 ? {} : { price: texts.price }),
    ...(isStop(order)
      ? {
          activation_price: texts.activationPrice,
          activationCondition: CONDITIONS[order.side].text,
          activated: order.activated ? 1 : 0,
        }
      : {}),
    postOnly: order.postOnly,
    ioc: order.ioc,
    rpi: false,
    retail: false,
    status: order.status,
    stp: order.stp,
    positionSide: 'BOTH',
    takerFee: textOf(order.takerRate, RATE_PLACES),
    makerFee: textOf(order.makerRate, RATE_PLACES),
  };
}

/** Item of the list of finished orders: other names, and `activated` is a time here. */
export function historyOrder(order: OrderView): Readonly<Record<string, unknown>> {
  const texts = amountsOf(order);
  return {
    amount: texts.amount,
    price: texts.price,
    type: order.type,
    id: order.id,
    clientOrderId: order.clientOrderId,
    side: order.side,
    ctime: secondsOf(order.ctimeUs),
    ftime: secondsOf(order.mtimeUs),
    dealFee: texts.dealFee,
    dealStock: texts.dealStock,
    dealMoney: texts.dealMoney,
    postOnly: order.postOnly,
    ioc: order.ioc,
    status: order.status,
    feeAsset: feeAssetOf(order).ticker,
    positionSide: 'BOTH',
    rpi: false,
    reduceOnly: false,
    stp: order.stp,
    ...(isStop(order)
      ? {
          activated: wholeSecondsOf(order.activatedAtUs),
          activationPrice: texts.activationPrice,
          activationCondition: CONDITIONS[order.side].sign,
        }
      : {}),
  };
}

/** Documented: amounts have ten places here, zeros and all. */
const DELISTED_PLACES = 10;

/**
 * Item of the list of orders that ended with their market. Documented are market, fee, status and kind and the names of
 * the two times; the other names are inferred after them.
 */
export function delistedOrder(order: OrderView): Readonly<Record<string, unknown>> {
  const padded = (text: string): string => {
    const [whole = '0', fraction = ''] = text.split('.');
    return `${whole}.${fraction.padEnd(DELISTED_PLACES, '0')}`;
  };
  const { amount, price, dealFee, dealStock, dealMoney } = amountsOf(order);
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    market: order.spec.name,
    side: order.side,
    type: order.type,
    createdAt: secondsOf(order.ctimeUs),
    finishAt: secondsOf(order.mtimeUs),
    amount: padded(amount),
    price: padded(price),
    dealStock: padded(dealStock),
    dealMoney: padded(dealMoney),
    fee: padded(dealFee),
    status: 'canceled',
    delistingKind: 'canceled',
  };
}

/** Order object of ordersPending and ordersExecuted. Names of the stop fields are inferred from samples. */
export function streamOrder(order: OrderView): Readonly<Record<string, unknown>> {
  const texts = amountsOf(order);
  return {
    id: order.id,
    market: order.spec.name,
    type: TYPE_NUMBERS[order.type],
    side: SIDE_NUMBERS[order.side],
    post_only: order.postOnly,
    ioc: order.ioc,
    ctime: secondsOf(order.ctimeUs),
    mtime: secondsOf(order.mtimeUs),
    price: texts.price,
    amount: texts.amount,
    left: texts.left,
    deal_stock: texts.dealStock,
    deal_money: texts.dealMoney,
    deal_fee: texts.dealFee,
    client_order_id: order.clientOrderId,
    stp: order.stp,
    status: order.status,
    position_side: 'BOTH',
    rpi: false,
    retail: false,
    reduce_only: false,
    ...(isStop(order)
      ? {
          activation_price: texts.activationPrice,
          activation_condition: CONDITIONS[order.side].text,
          activated: order.activated ? 1 : 0,
        }
      : {}),
  };
}

/** Record of `ordersExecuted_request`: when it ended and where it came from, instead of what is left. */
export function streamFinishedOrder(order: OrderView): Readonly<Record<string, unknown>> {
  const texts = amountsOf(order);
  return {
    id: order.id,
    ctime: secondsOf(order.ctimeUs),
    ftime: secondsOf(order.mtimeUs),
    market: order.spec.name,
    // Everything here is traded by API.
    source: 'api',
    type: TYPE_NUMBERS[order.type],
    side: SIDE_NUMBERS[order.side],
    post_only: order.postOnly,
    ioc: order.ioc,
    price: texts.price,
    amount: texts.amount,
    deal_stock: texts.dealStock,
    deal_money: texts.dealMoney,
    deal_fee: texts.dealFee,
    client_order_id: order.clientOrderId,
    status: order.status,
    fee_asset: feeAssetOf(order).ticker,
    rpi: false,
  };
}

/** Update of the deals channel: an 11-tuple. */
export function streamDeal(deal: DealEvent): readonly unknown[] {
  return [
    deal.id,
    secondsOf(deal.atUs),
    deal.spec.name,
    deal.orderId,
    textOf(BigInt(deal.ticks), deal.spec.tickScale),
    textOf(deal.lots, deal.spec.lotScale),
    textOf(deal.fee, deal.feeAsset.scale),
    deal.clientOrderId,
    SIDE_NUMBERS[deal.side],
    ROLE_NUMBERS[deal.role],
    deal.feeAsset.ticker,
  ];
}

/** Record of `deals_request`. */
export function streamDealRecord(deal: DealEvent): Readonly<Record<string, unknown>> {
  return {
    time: secondsOf(deal.atUs),
    id: deal.id,
    side: SIDE_NUMBERS[deal.side],
    role: ROLE_NUMBERS[deal.role],
    price: textOf(BigInt(deal.ticks), deal.spec.tickScale),
    amount: textOf(deal.lots, deal.spec.lotScale),
    deal: textOf(deal.money, deal.spec.quote.scale),
    fee: textOf(deal.fee, deal.feeAsset.scale),
    order_id: deal.orderId,
    deal_order_id: deal.dealOrderId,
    market: deal.spec.name,
    client_order_id: deal.clientOrderId,
    fee_asset: deal.feeAsset.ticker,
  };
}

/** Item of executed-history; `trade-account/order` leaves out side and orderId and names the counterparty's order. */
export function restDeal(deal: DealEvent): Readonly<Record<string, unknown>> {
  return {
    id: deal.id,
    clientOrderId: deal.clientOrderId,
    time: secondsOf(deal.atUs),
    side: deal.side,
    role: ROLE_NUMBERS[deal.role],
    amount: textOf(deal.lots, deal.spec.lotScale),
    price: textOf(BigInt(deal.ticks), deal.spec.tickScale),
    deal: textOf(deal.money, deal.spec.quote.scale),
    fee: textOf(deal.fee, deal.feeAsset.scale),
    orderId: deal.orderId,
    feeAsset: deal.feeAsset.ticker,
  };
}

export function orderDeal(deal: DealEvent): Readonly<Record<string, unknown>> {
  const { side: _side, orderId: _orderId, ...rest } = restDeal(deal);
  return { ...rest, dealOrderId: deal.dealOrderId };
}

/** Item of the public trades channel. */
export function streamTrade({ id, atUs, spec, ticks, lots, side }: TradeEvent): Readonly<Record<string, unknown>> {
  return {
    id,
    time: secondsOf(atUs),
    price: textOf(BigInt(ticks), spec.tickScale),
    amount: textOf(lots, spec.lotScale),
    type: side,
    rpi: false,
  };
}

/** Price and amount of a level, "0" where it is gone. */
export function bookLevel({
  spec,
  ticks,
  lots,
}: Pick<LevelEvent, 'spec' | 'ticks' | 'lots'>): readonly [string, string] {
  return [textOf(BigInt(ticks), spec.tickScale), textOf(lots, spec.lotScale)];
}

export function balanceTexts(balance: Pick<BalanceEvent, 'asset' | 'available' | 'freeze'>): {
  readonly available: string;
  readonly freeze: string;
} {
  const { scale } = balance.asset;
  return { available: textOf(balance.available, scale), freeze: textOf(balance.freeze, scale) };
}

export function restKillSwitch(view: KillSwitchView): Readonly<Record<string, unknown>> {
  return {
    market: view.market,
    startTime: wholeSecondsOf(view.startUs),
    cancellationTime: wholeSecondsOf(view.dueUs),
    types: view.types,
  };
}

/** Any event as plain data in the words of the wire: for logs, oracles and comparing two runs byte by byte. */
export function eventData(event: EngineEvent): Readonly<Record<string, unknown>> {
  switch (event.kind) {
    case 'order': {
      const { order } = event;
      const held = heldAsset(order);
      return {
        kind: 'order',
        event: CHANGE_NUMBERS[event.change],
        account: order.account,
        order: streamOrder(order),
        frozen: textOf(order.frozen, held.scale),
      };
    }
    case 'trade':
      return { kind: 'trade', market: event.spec.name, trade: streamTrade(event) };
    case 'deal':
      return { kind: 'deal', account: event.account, deal: streamDeal(event), dealOrderId: event.dealOrderId };
    case 'balance':
      return { kind: 'balance', account: event.account, ticker: event.asset.ticker, ...balanceTexts(event) };
    case 'level':
      return {
        kind: 'level',
        market: event.spec.name,
        side: event.side,
        level: bookLevel(event),
        updateId: event.updateId,
      };
    case 'kill-switch':
      return { kind: 'kill-switch', change: event.change, account: event.view.account, ...restKillSwitch(event.view) };
  }
}

/** Documented since 2025: a buyer pays its fee in base, a seller in quote. */
function feeAssetOf({ side, spec }: OrderView): AssetSpec {
  return side === 'buy' ? spec.base : spec.quote;
}

/** The asset an order holds frozen. */
function heldAsset({ side, spec }: OrderView): AssetSpec {
  return side === 'buy' ? spec.quote : spec.base;
}

function amountsOf(order: OrderView) {
  const { spec } = order;
  const amountScale = order.amountInQuote ? spec.quote.scale : spec.lotScale;
  return {
    amount: textOf(order.amount, amountScale),
    left: textOf(order.left, amountScale),
    price: textOf(BigInt(order.priceTicks), spec.tickScale),
    activationPrice: textOf(BigInt(order.activationTicks), spec.tickScale),
    dealStock: textOf(order.dealStock, spec.lotScale),
    dealMoney: textOf(order.dealMoney, spec.quote.scale),
    dealFee: textOf(order.dealFee, feeAssetOf(order).scale),
  };
}
