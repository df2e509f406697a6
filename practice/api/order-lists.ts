import { orderDeal, restKillSwitch, restOrder } from '../engine/render.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Answer, Handlers, Params } from './answer.ts';
import { json } from './answer.ts';
import type { Checked } from './list-call.ts';
import { HISTORY_PAGE, listCall, OPEN_PAGE, orderIdIsInteger } from './list-call.ts';
import { marketOf, refused } from './order-form.ts';
import type { Faults } from './parameters.ts';
import { integerOf, present, textOf } from './parameters.ts';

/** What is open, the deals of one order, and running kill switches. What is over: `order-history.ts`. */

type Exchange = Pick<DurableExchange, 'query' | 'history'>;

export function orderListHandlers(exchange: Exchange): Handlers {
  return {
    '/api/v4/orders': listCall(exchange, { page: OPEN_PAGE, checks: [idsNeedMarket, orderIdIsInteger] }, (call) =>
      openOrders(exchange, call),
    ),
    '/api/v4/trade-account/order': listCall(
      exchange,
      { page: HISTORY_PAGE, checks: [orderIdRequired, orderIdIsInteger] },
      ({ account, params, page }) => {
        const deals = exchange.history.dealsOfOrder(account, integerOf(params.orderId) ?? 0, page);
        // Somebody else's order, or none, has no deals: documented as an empty list, not an error.
        return json(200, { records: deals.map(orderDeal), offset: page.offset, limit: page.limit });
      },
    ),
    '/api/v4/order/kill-switch/status': listCall(exchange, { page: OPEN_PAGE, checks: [] }, ({ account, market }) => {
      const running = exchange.query.killSwitches(account).filter((one) => market === null || one.market === market);
      return json(200, running.map(restKillSwitch));
    }),
  };
}

/** Newest first (inferred: no source states the order of this list). */
function openOrders({ query }: Exchange, { account, params, page, market }: Checked): Answer {
  if (market !== null) {
    const listed = marketOf(query, market);
    if ('code' in listed) return refused(listed);
  }
  const orderId = present(params, 'orderId') ? integerOf(params.orderId) : null;
  const clientOrderId = textOf(params, 'clientOrderId');
  const found = query
    .openOrders(account, market)
    .filter((order) => orderId === null || order.id === orderId)
    .filter((order) => clientOrderId === null || order.clientOrderId === clientOrderId);
  return json(200, found.slice(page.offset, page.offset + page.limit).map(restOrder));
}

function idsNeedMarket(params: Params, faults: Faults): void {
  if ((present(params, 'orderId') || present(params, 'clientOrderId')) && !present(params, 'market'))
    faults.add('market', 'Market field is required.');
}

function orderIdRequired(params: Params, faults: Faults): void {
  if (!present(params, 'orderId')) faults.add('orderId', 'OrderId field is required.');
}
