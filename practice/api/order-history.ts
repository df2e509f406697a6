import type { MarketSpec } from '../engine/market-spec.ts';
import { delistedOrder, historyOrder, restDeal } from '../engine/render.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { DealQuestion, OrderQuestion, StatusFilter } from '../exchange/history.ts';
import type { HistoryWindow } from '../exchange/history-window.ts';
import { historyWindow } from '../exchange/history-window.ts';
import type { Answer, Handlers, Params } from './answer.ts';
import { invalid, json } from './answer.ts';
import type { Checked } from './list-call.ts';
import { askedWindow, HISTORY_PAGE, listCall, orderIdIsInteger, windowFaults } from './list-call.ts';
import type { Faults, PageRule } from './parameters.ts';
import { integerOf, present, textOf } from './parameters.ts';

/** Finished orders and deals, by time or by id. */

const STATUSES: readonly StatusFilter[] = ['ALL', 'FILLED', 'CANCELED', 'PARTIALLY_FILLED'];

/** Documented: 500 unless told, and limit and offset together no further than this. */
const DELISTING_PAGE: PageRule = { limitDefault: 500, limitMax: 500, offsetMax: 9_999 };
const DELISTING_REACH = 10_000;

type Exchange = Pick<DurableExchange, 'query' | 'history'>;

export function orderHistoryHandlers(exchange: Exchange): Handlers {
  return {
    '/api/v4/trade-account/executed-history': listCall(
      exchange,
      { page: HISTORY_PAGE, checks: [windowFaults] },
      (call) => deals(exchange, call),
    ),
    '/api/v4/trade-account/order/history': listCall(
      exchange,
      { page: HISTORY_PAGE, checks: [windowFaults, statusIsKnown, orderIdIsInteger] },
      (call) => orders(exchange, call),
    ),
    '/api/v4/trade-account/order/history/query': listCall(
      exchange,
      { page: DELISTING_PAGE, checks: [windowFaults, delistingStatusIsKnown, sumIsInReach] },
      (call) => delisted(exchange, call),
    ),
  };
}

/** Inferred for deals, observed for orders: an empty map is printed as an empty list. */
function byMarket<Row extends { readonly spec: MarketSpec }>(
  rows: readonly Row[],
  shown: (row: Row) => unknown,
): Answer {
  if (rows.length === 0) return json(200, []);
  const grouped: Record<string, unknown[]> = {};
  for (const row of rows) {
    const { name } = row.spec;
    const known = grouped[name];
    if (known === undefined) grouped[name] = [shown(row)];
    else known.push(shown(row));
  }
  return json(200, grouped);
}

/** A page behind the last is empty; an own id that nothing was ever found under is refused. */
const NOT_FOUND = invalid(422, 30, { orderHistory: ['OrderHistory was not found.'] });
const FIRST = { limit: 1, offset: 0 } as const;

function deals({ history }: Exchange, { account, params, nowMs, page, market }: Checked): Answer {
  const clientOrderId = textOf(params, 'clientOrderId');
  const which: DealQuestion['which'] = clientOrderId === null ? { window: windowOf(params, nowMs) } : { clientOrderId };
  const found = history.deals({ account, market, which, page });
  if (clientOrderId !== null && found.length === 0)
    if (history.deals({ account, market, which, page: FIRST }).length === 0) return NOT_FOUND;
  return market === null ? byMarket(found, restDeal) : json(200, found.map(restDeal));
}

/** Keyed by market also where one is asked for. */
function orders({ history }: Exchange, { account, params, nowMs, page, market }: Checked): Answer {
  const clientOrderId = textOf(params, 'clientOrderId');
  const question = { account, market, which: whichOrders(params, clientOrderId, nowMs) };
  const found = history.finishedOrders({ ...question, page });
  if (clientOrderId !== null && found.length === 0)
    if (history.finishedOrders({ ...question, page: FIRST }).length === 0) return NOT_FOUND;
  return byMarket(found, historyOrder);
}

function whichOrders(params: Params, clientOrderId: string | null, nowMs: number): OrderQuestion['which'] {
  const orderId = present(params, 'orderId') ? integerOf(params.orderId) : null;
  if (orderId !== null) return { orderId };
  if (clientOrderId !== null) return { clientOrderId };
  return {
    status: STATUSES.find((status) => status === params.status) ?? 'ALL',
    window: windowOf(params, nowMs),
  };
}

/** Checked before; a window that is none finds nothing. */
function windowOf(params: Params, nowMs: number): HistoryWindow {
  const window = historyWindow(askedWindow(params), nowMs);
  return typeof window === 'string' ? { fromUs: 1, toUs: 0 } : window;
}

function statusIsKnown(params: Params, faults: Faults): void {
  if (present(params, 'status') && !STATUSES.some((status) => status === params.status))
    faults.add('status', 'Status field should contain only ALL, FILLED, CANCELED or PARTIALLY_FILLED.');
}

/** Documented: `filled` finds only what closed a position for its owner, and without margin nothing ever does. */
function delisted({ history }: Exchange, { account, params, nowMs, page, market }: Checked): Answer {
  if (params.status === 'filled') return json(200, []);
  const which = { delistedIn: windowOf(params, nowMs) };
  return json(200, history.finishedOrders({ account, market, which, page }).map(delistedOrder));
}

/** The wordings of this and the next are inferred. */
function delistingStatusIsKnown(params: Params, faults: Faults): void {
  if (present(params, 'status') && params.status !== 'filled' && params.status !== 'delisting')
    faults.add('status', 'Status field should contain only filled or delisting.');
}

function sumIsInReach(params: Params, faults: Faults): void {
  const sum = (integerOf(params.limit) ?? DELISTING_PAGE.limitDefault) + (integerOf(params.offset) ?? 0);
  if (present(params, 'limit') && sum > DELISTING_REACH)
    faults.add('offset', `Offset is too big. Please use offset + limit less than ${DELISTING_REACH}.`);
}
