import type { Decimal } from '../../src/core/decimal.ts';
import type { DealEvent, OrderView } from '../engine/events.ts';
import { decimalOf } from '../engine/scale.ts';
import type { StatusFilter } from '../exchange/history.ts';
import { alignedAmount, amountText, decimalsOf, utc } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import type { Reply } from './http.ts';
import {
  addressOf,
  amountsOf,
  filters,
  idCell,
  marketCell,
  marketChoice,
  marketOf,
  msOf,
  orderCell,
  ordersPage,
  PAGE_ROWS,
  pageNumber,
  pager,
  priceCell,
  SIDES,
  whileRunning,
  withTicker,
} from './orders-parts.ts';
import type { MemberVisit, Route } from './visit.ts';

/** All that is kept. */
export const ALWAYS = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER } as const;
/** More places for an average than the price steps have: it falls between two steps. */
const AVERAGE_EXTRA_PLACES = 2;

const STATUSES: Readonly<Record<StatusFilter, string>> = {
  ALL: 'All',
  FILLED: 'Filled',
  CANCELED: 'Cancelled',
  PARTIALLY_FILLED: 'Cancelled, partly filled',
};

export function statusOf(visit: MemberVisit): StatusFilter {
  const asked = visit.url.searchParams.get('status');
  return asked === 'FILLED' || asked === 'CANCELED' || asked === 'PARTIALLY_FILLED' ? asked : 'ALL';
}

/** How an order ended. */
function endWords(order: OrderView): { readonly text: string; readonly more: string | null } {
  const partly = order.dealStock > 0n ? 'partly filled' : null;
  switch (order.status) {
    case 'FILLED':
      return { text: 'Filled', more: null };
    case 'CANCELED_STP':
      return { text: 'Cancelled', more: partly === null ? 'own order met' : 'own order met, partly filled' };
    case 'CANCELED_TAKER_BAND':
      return { text: 'Cancelled', more: partly === null ? 'price too far' : 'price too far, partly filled' };
    case 'CANCELED':
    case 'OPEN':
      return { text: 'Cancelled', more: partly };
  }
}

/** Money over amount; null where nothing was filled. Rounded half to even, as `≈` says where it is. */
function average({ spec, dealStock, dealMoney }: OrderView): string | null {
  if (dealStock === 0n) return null;
  const [stock, money] = [decimalOf(dealStock, spec.lotScale), decimalOf(dealMoney, spec.quote.scale)];
  const price = money.div(stock, spec.tickScale + AVERAGE_EXTRA_PLACES, 'half-even').trim();
  return `${price.mul(stock).eq(money) ? '' : '≈ '}${amountText(price)}`;
}

function historyRow(order: OrderView, room: { readonly price: number; readonly filled: number }): Html {
  const { amount, amountTicker, filled, filledMoney, fee, feeTicker } = amountsOf(order);
  const { base, quote } = order.spec;
  const at = average(order);
  const end = endWords(order);
  return html`<tr>
<td class="time" data-label="Ended (UTC)">${utc(msOf(order.mtimeUs))}</td>
${marketCell(order)}
${orderCell(order)}
${priceCell(order, room.price)}
<td class="num" data-label="Filled"><span class="two-lines"><span>${alignedAmount(filled, room.filled)} <span class="muted ticker">${base.ticker}</span></span><span class="second">of ${withTicker(amount, amountTicker)}</span></span></td>
<td class="num${filledMoney.isZero() && ' zero'}" data-label="Total"><span class="two-lines">${withTicker(filledMoney, quote.ticker)}${at !== null && html`<span class="second">at ${at}</span>`}</span></td>
<td class="num${fee.isZero() && ' zero'}" data-label="Fee">${withTicker(fee, feeTicker)}</td>
<td data-label="Status"><span class="two-lines"><span>${end.text}</span>${end.more !== null && html`<span class="second">${end.more}</span>`}</span></td>
${idCell('Order id', order.id, order.clientOrderId)}
</tr>`;
}

function head(path: string, left: Part, count: number, market: string | null, status: string | null): Html {
  return html`<div class="wallet-head">${left}${count > 0 && html`<a class="button plain small" href="${addressOf(path, { market, status })}">Export as CSV</a>`}</div>`;
}

function nothing(words: string, path: string, isFiltered: boolean): Html {
  return html`<div class="empty"><p>${words}</p>${isFiltered && html`<p><a class="button plain" href="${path}">Show all</a></p>`}</div>`;
}

function history(visit: MemberVisit): Reply {
  const path = '/orders/history';
  const { searchParams } = visit.url;
  const market = marketOf(visit, searchParams.get('market'));
  const status = statusOf(visit);
  const current = pageNumber(searchParams.get('page'));
  const found = visit.site.exchange.history.finishedOrders({
    account: visit.account.id,
    market,
    which: { status, window: ALWAYS },
    page: { limit: PAGE_ROWS + 1, offset: (current - 1) * PAGE_ROWS },
  });
  const shown = found.slice(0, PAGE_ROWS);
  const address = { market, status: status === 'ALL' ? null : status };
  const choice = filters(path, [
    marketChoice(visit, market),
    {
      name: 'status',
      label: 'Ended',
      value: status,
      choices: Object.entries(STATUSES).map(([value, text]) => ({ value, text })),
    },
  ]);
  const places = (value: (order: OrderView) => Decimal): number =>
    Math.max(0, ...shown.map((order) => decimalsOf(value(order))));
  const room = {
    price: places((order) => amountsOf(order).price ?? amountsOf(order).filled),
    filled: places((order) => amountsOf(order).filled),
  };
  const isFiltered = market !== null || status !== 'ALL' || current > 1;
  const table = html`<div class="table-frame"><table class="history orders">
<caption class="visually-hidden">Finished orders, newest end first</caption>
<thead><tr><th scope="col">Ended (UTC)</th><th scope="col">Market</th><th scope="col">Order</th><th scope="col" class="num">Price</th><th scope="col" class="num">Filled</th><th scope="col" class="num">Total</th><th scope="col" class="num">Fee</th><th scope="col">Status</th><th scope="col">Order id</th></tr></thead>
<tbody>${shown.map((order) => historyRow(order, room))}</tbody>
</table></div>`;
  return ordersPage(visit, 'history', {
    market,
    body: [
      head('/orders/history.csv', choice, shown.length, address.market, address.status),
      shown.length === 0
        ? nothing(isFiltered ? 'No such orders have ended.' : 'No order has ended yet.', path, isFiltered)
        : table,
      pager(path, address, current, found.length > PAGE_ROWS),
    ],
  });
}

/** The exact Decimals of a deal. */
export function dealAmounts(deal: DealEvent) {
  const { spec, feeAsset } = deal;
  return {
    price: decimalOf(BigInt(deal.ticks), spec.tickScale),
    amount: decimalOf(deal.lots, spec.lotScale),
    money: decimalOf(deal.money, spec.quote.scale),
    fee: decimalOf(deal.fee, feeAsset.scale),
  };
}

type DealRoom = { readonly [K in 'price' | 'amount' | 'money']: number };

function dealRow(deal: DealEvent, room: DealRoom): Html {
  const { price, amount, money, fee } = dealAmounts(deal);
  const { base, quote } = deal.spec;
  return html`<tr>
<td class="time" data-label="Time (UTC)">${utc(msOf(deal.atUs))}</td>
${marketCell(deal)}
<td data-label="Side"><span class="two-lines"><span class="buy-sell">${SIDES[deal.side]}</span><span class="second">${deal.role}</span></span></td>
<td class="num" data-label="Price">${alignedAmount(price, room.price)}</td>
<td class="num" data-label="Amount"><span>${alignedAmount(amount, room.amount)} <span class="muted ticker">${base.ticker}</span></span></td>
<td class="num" data-label="Total"><span>${alignedAmount(money, room.money)} <span class="muted ticker">${quote.ticker}</span></span></td>
<td class="num${fee.isZero() && ' zero'}" data-label="Fee">${withTicker(fee, deal.feeAsset.ticker)}</td>
${idCell('Order id', deal.orderId, deal.clientOrderId)}
<td class="order-id" data-label="Trade id"><span class="number">${String(deal.id)}</span></td>
</tr>`;
}

function trades(visit: MemberVisit): Reply {
  const path = '/orders/trades';
  const { searchParams } = visit.url;
  const market = marketOf(visit, searchParams.get('market'));
  const current = pageNumber(searchParams.get('page'));
  const found = visit.site.exchange.history.deals({
    account: visit.account.id,
    market,
    which: { window: ALWAYS },
    page: { limit: PAGE_ROWS + 1, offset: (current - 1) * PAGE_ROWS },
  });
  const shown = found.slice(0, PAGE_ROWS);
  const places = (name: keyof DealRoom): number =>
    Math.max(0, ...shown.map((deal) => decimalsOf(dealAmounts(deal)[name])));
  const room = { price: places('price'), amount: places('amount'), money: places('money') };
  const isFiltered = market !== null || current > 1;
  const table = html`<div class="table-frame"><table class="history orders">
<caption class="visually-hidden">Trades, newest first</caption>
<thead><tr><th scope="col">Time (UTC)</th><th scope="col">Market</th><th scope="col">Side</th><th scope="col" class="num">Price</th><th scope="col" class="num">Amount</th><th scope="col" class="num">Total</th><th scope="col" class="num">Fee</th><th scope="col">Order id</th><th scope="col">Trade id</th></tr></thead>
<tbody>${shown.map((deal) => dealRow(deal, room))}</tbody>
</table></div>`;
  return ordersPage(visit, 'trades', {
    market,
    body: [
      head('/orders/trades.csv', filters(path, [marketChoice(visit, market)]), shown.length, market, null),
      shown.length === 0
        ? nothing(isFiltered ? 'No such trades.' : 'Nothing was traded yet.', path, isFiltered)
        : table,
      pager(path, { market }, current, found.length > PAGE_ROWS),
    ],
  });
}

export const orderHistoryRoutes: readonly Route[] = [
  { method: 'GET', path: '/orders/history', access: 'member', handle: whileRunning(history) },
  { method: 'GET', path: '/orders/trades', access: 'member', handle: whileRunning(trades) },
];
