import { exactDeal, exactOrder } from '../exchange/exact.ts';
import { csvText, number, words } from './csv.ts';
import type { Reply } from './http.ts';
import { ALWAYS, statusOf } from './orders-history.ts';
import { marketOf, whileRunning } from './orders-parts.ts';
import type { MemberVisit, Route } from './visit.ts';

/** Nothing else is done while a file is put together: so many rows take a quarter of a second. The name tells the limit. */
const ROWS_MAX = 20_000;
const US_PER_MS = 1_000;
const US_PER_SECOND = 1_000_000;
const US_PLACES = 6;

/** `2026-11-20T09:30:05.000123Z`: no digit of the time is lost. */
function instant(us: number): string {
  const fraction = String(us % US_PER_SECOND).padStart(US_PLACES, '0');
  return `${new Date(Math.floor(us / US_PER_MS)).toISOString().slice(0, 19)}.${fraction}Z`;
}

function file(name: string, market: string | null, isCut: boolean, body: string): Reply {
  const parts = [name, market, isCut && `newest-${ROWS_MAX}`].filter((part) => part !== null && part !== false);
  return { kind: 'download', fileName: `${parts.join('-')}.csv`, contentType: 'text/csv; charset=utf-8', body };
}

function ordersFile(visit: MemberVisit): Reply {
  const market = marketOf(visit, visit.url.searchParams.get('market'));
  const found = visit.site.exchange.history.finishedOrders({
    account: visit.account.id,
    market,
    which: { status: statusOf(visit), window: ALWAYS },
    page: { limit: ROWS_MAX + 1, offset: 0 },
  });
  const header = [
    ...['order_id', 'client_order_id', 'market', 'side', 'type', 'status', 'created_utc', 'ended_utc', 'price'],
    ...['activation_price', 'amount', 'amount_ticker', 'filled', 'total', 'fee', 'fee_ticker'],
  ];
  const rows = found.slice(0, ROWS_MAX).map((view) => {
    const order = exactOrder(view);
    return [
      ...[number(String(order.id)), words(order.clientOrderId), words(order.market), words(order.side)],
      ...[words(order.type), words(order.status), words(instant(order.createdAtUs)), words(instant(order.changedAtUs))],
      ...[number(order.price ?? ''), number(order.activationPrice ?? ''), number(order.amount)],
      ...[words(order.amountTicker), number(order.dealStock), number(order.dealMoney), number(order.dealFee)],
      words(order.feeTicker),
    ];
  });
  return file('practice-orders', market, found.length > ROWS_MAX, csvText(header, rows));
}

function tradesFile(visit: MemberVisit): Reply {
  const market = marketOf(visit, visit.url.searchParams.get('market'));
  const found = visit.site.exchange.history.deals({
    account: visit.account.id,
    market,
    which: { window: ALWAYS },
    page: { limit: ROWS_MAX + 1, offset: 0 },
  });
  const header = [
    ...['trade_id', 'time_utc', 'market', 'side', 'role', 'price', 'amount', 'total', 'fee', 'fee_ticker'],
    ...['order_id', 'client_order_id'],
  ];
  const rows = found.slice(0, ROWS_MAX).map((event) => {
    const deal = exactDeal(event);
    return [
      ...[number(String(deal.id)), words(instant(deal.atUs)), words(deal.market), words(deal.side), words(deal.role)],
      ...[number(deal.price), number(deal.amount), number(deal.money), number(deal.fee), words(deal.feeTicker)],
      ...[number(String(deal.orderId)), words(deal.clientOrderId)],
    ];
  });
  return file('practice-trades', market, found.length > ROWS_MAX, csvText(header, rows));
}

export const orderExportRoutes: readonly Route[] = [
  { method: 'GET', path: '/orders/history.csv', access: 'member', handle: whileRunning(ordersFile) },
  { method: 'GET', path: '/orders/trades.csv', access: 'member', handle: whileRunning(tradesFile) },
];
