import type { BalanceEvent, DealEvent, EngineEvent, KillSwitchEvent, OrderEvent, OrderView } from '../engine/events.ts';
import type { MarketSpec } from '../engine/market-spec.ts';
import { quoted } from '../engine/quoted.ts';

/**
 * Events as texts: everything that can differ, in a fixed order, as JSON lists of the engine's own integers. Printed once
 * for both the chain of hashes and the file, and because every command passes here, put together by hand: printing objects
 * as JSON took several times as long. A market's counting never changes while a file lives, so its name is enough.
 */

export function eventText(event: EngineEvent): string {
  switch (event.kind) {
    case 'order':
      return `["order","${event.change}",${orderFields(event.order)}]`;
    case 'trade':
      return `["trade",${event.id},${event.atUs},"${event.spec.name}",${event.ticks},"${event.lots}","${event.money}","${event.side}"]`;
    case 'deal':
      return (
        `["deal",${event.id},${event.atUs},${quoted(event.account)},"${event.spec.name}",${event.orderId},` +
        `${quoted(event.clientOrderId)},${event.dealOrderId},"${event.side}","${event.role}",${event.ticks},` +
        `"${event.lots}","${event.money}","${event.fee}"]`
      );
    case 'balance':
      return (
        `["balance",${quoted(event.account)},"${event.asset.ticker}",${event.asset.scale},` +
        `"${event.available}","${event.freeze}"]`
      );
    case 'level':
      return `["level","${event.spec.name}","${event.side}",${event.ticks},"${event.lots}",${event.updateId}]`;
    case 'kill-switch':
      return `["kill-switch","${event.change}",${JSON.stringify(event.view)}]`;
  }
}

/** What is the same twice in most orders is printed once. */
function orderFields(order: OrderView): string {
  const { amount, left, makerRate, takerRate, ctimeUs, mtimeUs } = order;
  const amountText = String(amount);
  const rateText = String(makerRate);
  const timeText = String(ctimeUs);
  return (
    `${quoted(order.account)},"${order.spec.name}",${order.id},${quoted(order.clientOrderId)},` +
    `"${order.side}","${order.type}","${order.stp}",${order.postOnly},${order.ioc},"${amountText}",` +
    `${order.amountInQuote},${order.priceTicks},${order.activationTicks},"${rateText}",` +
    `"${takerRate === makerRate ? rateText : takerRate}",${timeText},"${left === amount ? amountText : left}",` +
    `${dealsText(order)},"${order.frozen}",${order.activated},${order.activatedAtUs},` +
    `${mtimeUs === ctimeUs ? timeText : mtimeUs},"${order.status}"`
  );
}

function dealsText({ dealStock, dealMoney, dealFee }: OrderView): string {
  return dealStock === 0n && dealMoney === 0n && dealFee === 0n
    ? '"0","0","0"'
    : `"${dealStock}","${dealMoney}","${dealFee}"`;
}

type OrderList = [
  ...['order', OrderEvent['change'], OrderView['account'], string, OrderView['id'], string],
  ...[OrderView['side'], OrderView['type'], OrderView['stp'], boolean, boolean, string],
  ...[boolean, number, number, string, string, number, string, string, string, string, string],
  ...[boolean, number, number, OrderView['status']],
];
type DealList = [
  ...['deal', number, number, DealEvent['account'], string, number, string, number],
  ...[DealEvent['side'], DealEvent['role'], number, string, string, string],
];
type BalanceList = ['balance', BalanceEvent['account'], string, number, string, string];
type KillSwitchList = ['kill-switch', KillSwitchEvent['change'], KillSwitchEvent['view']];
/** What `JSON.parse` makes of the texts that are kept: those of people. */
export type EventList = OrderList | DealList | BalanceList | KillSwitchList;

/** The event as it was when it was written. */
export function eventOfList(list: EventList, spec: (market: string) => MarketSpec): EngineEvent {
  switch (list[0]) {
    case 'order':
      return orderOfList(list, spec);
    case 'deal':
      return dealOfList(list, spec);
    case 'balance': {
      const [kind, account, ticker, scale, available, freeze] = list;
      return { kind, account, asset: { ticker, scale }, available: BigInt(available), freeze: BigInt(freeze) };
    }
    case 'kill-switch': {
      const [kind, change, view] = list;
      return { kind, change, view };
    }
  }
}

function orderOfList(list: OrderList, spec: (market: string) => MarketSpec): OrderEvent {
  const [kind, change, account, market, id, clientOrderId, side, type, stp, postOnly, ioc, amount, ...further] = list;
  const [amountInQuote, priceTicks, activationTicks, makerRate, takerRate, ctimeUs, left, ...later] = further;
  const [dealStock, dealMoney, dealFee, frozen, activated, activatedAtUs, mtimeUs, status] = later;
  const order: OrderView = {
    id,
    clientOrderId,
    side,
    type,
    stp,
    postOnly,
    ioc,
    amount: BigInt(amount),
    amountInQuote,
    priceTicks,
    activationTicks,
    makerRate: BigInt(makerRate),
    takerRate: BigInt(takerRate),
    ctimeUs,
    left: BigInt(left),
    dealStock: BigInt(dealStock),
    dealMoney: BigInt(dealMoney),
    dealFee: BigInt(dealFee),
    frozen: BigInt(frozen),
    activated,
    activatedAtUs,
    mtimeUs,
    status,
    account,
    spec: spec(market),
  };
  return { kind, change, order };
}

function dealOfList(list: DealList, spec: (market: string) => MarketSpec): DealEvent {
  const [kind, id, atUs, account, market, orderId, clientOrderId, dealOrderId, side, role, ticks, ...money] = list;
  const [lots, paid, fee] = money;
  const counting = spec(market);
  return {
    kind,
    id,
    atUs,
    account,
    spec: counting,
    orderId,
    clientOrderId,
    dealOrderId,
    side,
    role,
    ticks,
    lots: BigInt(lots),
    money: BigInt(paid),
    fee: BigInt(fee),
    // As the engine takes it: a buyer pays in base, a seller in quote.
    feeAsset: side === 'buy' ? counting.base : counting.quote,
  };
}
