import type { OrderType } from '../engine/order.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Answer, Call, Handler, Handlers } from './answer.ts';
import { invalid } from './answer.ts';
import { notHere } from './not-here.ts';
import { marketOf, newOrderOf, refused } from './order-form.ts';
import { listOf } from './orders.ts';
import { integerOf, present } from './parameters.ts';

/** Orders of margin and futures. There are none here: the form is checked, and a complete order is told so. */

/** Size of the documented bulk, the same as on the spot market. */
const BULK_MAX = 20;

const FORMS: Readonly<Record<string, OrderType>> = {
  limit: 'limit',
  market: 'stock market',
  'stop-limit': 'stop limit',
  'trigger-market': 'stop market',
  oco: 'stop limit',
};

/** Endpoints that end a linked order, by the id they want. */
const CANCELS = [
  ['oco-cancel', 'orderId', 'OrderId'],
  ['oto-cancel', 'otoId', 'OtoId'],
  ['conditional-cancel', 'id', 'Id'],
] as const;

type Exchange = Pick<DurableExchange, 'query'>;

export function collateralOrderHandlers(exchange: Exchange): Handlers {
  const place = Object.entries(FORMS).map(([name, type]): [string, Handler] => [
    `/api/v4/order/collateral/${name}`,
    (call) => {
      const order = newOrderOf(exchange.query, call.params, type);
      return 'code' in order ? refused(order) : notHere(call);
    },
  ]);
  const cancels = CANCELS.map(([name, id, title]): [string, Handler] => [
    `/api/v4/order/${name}`,
    (call) => cancel(exchange, call, id, title),
  ]);
  return {
    ...Object.fromEntries([...place, ...cancels]),
    '/api/v4/order/collateral/bulk': (call) => {
      const orders = listOf(call.params, BULK_MAX);
      return 'kind' in orders ? orders : notHere(call);
    },
    '/api/v4/collateral-account/position/close': (call) => closePosition(exchange, call),
  };
}

/** No such order can be open, so a well-formed cancellation finds none: the true answer. */
function cancel(exchange: Exchange, { params }: Call, id: string, title: string): Answer {
  if (!present(params, id)) return invalid(422, 30, { [id]: [`${title} field is required.`] });
  if (integerOf(params[id]) === null) return invalid(422, 30, { [id]: [`${title} field should be an integer.`] });
  if (!present(params, 'market')) return invalid(422, 30, { market: ['Market field is required.'] });
  const market = marketOf(exchange.query, params.market);
  if ('code' in market) return refused(market);
  return invalid(400, 2, { orderId: ['Unexecuted order was not found.'] }, 'Inner validation failed');
}

function closePosition(exchange: Exchange, { params }: Call): Answer {
  if (integerOf(params.positionId) === null)
    return invalid(422, 30, { positionId: ['The PositionId must be an integer.'] });
  const market = marketOf(exchange.query, params.market);
  if ('code' in market) return refused(market);
  return invalid(422, 104, { positionId: ["position doesn't exist."] });
}
