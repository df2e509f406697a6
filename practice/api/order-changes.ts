import type { OrderChange, OrderName, SetKillSwitch } from '../engine/commands.ts';
import { CANCEL_BULK_MAX } from '../engine/limits.ts';
import { restKillSwitch } from '../engine/render.ts';
import type { ProductType } from '../engine/seat.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Answer, Call, Handlers, Params } from './answer.ts';
import { invalid, json } from './answer.ts';
import type { CodedFaults, MarketQuery } from './order-form.ts';
import { fault, marketOf, optionalDecimal, refused, STP_FAULT, stpOf } from './order-form.ts';
import { listOf, merged, paramsOf } from './orders.ts';
import { isAnswer, orderAnswer, repliesOf, replyOf } from './outcome-answer.ts';
import { integerOf, present } from './parameters.ts';

/** Changing and cancelling orders, and the timer that cancels them by itself. */

const TIMEOUT_MIN_SEC = 5;
const TIMEOUT_MAX_SEC = 600;
const POSITION_SIDES: readonly unknown[] = ['both', 'long', 'short', 'BOTH', 'LONG', 'SHORT'];

type Exchange = Pick<DurableExchange, 'query' | 'submit'>;

export function orderChangeHandlers(exchange: Exchange): Handlers {
  return {
    '/api/v4/order/modify': (call) => modify(exchange, call),
    '/api/v4/order/cancel': (call) => cancel(exchange, call),
    '/api/v4/order/cancel/bulk': (call) => cancelBulk(exchange, call),
    '/api/v4/order/cancel/all': (call) => cancelAll(exchange, call),
    '/api/v4/order/kill-switch': (call) => killSwitch(exchange, call),
  };
}

/** Exactly one id, on a market that is listed. */
function orderNameOf(query: MarketQuery, params: Params): OrderName | CodedFaults {
  const { clientOrderId } = params;
  const byClient = present(params, 'clientOrderId');
  if (byClient && typeof clientOrderId !== 'string')
    return fault(36, 'clientOrderId', 'ClientOrderId field should be a string.');
  if (!byClient && !present(params, 'orderId')) return fault(30, 'orderId', 'OrderId field is required.');
  // Documented: one of the two. The wording is inferred.
  if (byClient && present(params, 'orderId'))
    return fault(30, 'orderId', 'Either orderId or clientOrderId field is allowed.');
  const orderId = integerOf(params.orderId);
  if (!byClient && orderId === null) return fault(30, 'orderId', 'OrderId field should be an integer.');
  if (!present(params, 'market')) return fault(30, 'market', 'Market field is required.');
  const market = marketOf(query, params.market);
  if ('code' in market) return market;
  const { name } = market.spec;
  if (typeof clientOrderId === 'string' && byClient) return { market: name, clientOrderId };
  return { market: name, orderId: orderId ?? 0 };
}

async function cancel({ query, submit }: Exchange, { account, params }: Call): Promise<Answer> {
  const order = orderNameOf(query, params);
  if ('code' in order) return refused(order);
  return orderAnswer(await submit({ kind: 'cancel', account: account.id, order }));
}

async function cancelBulk({ query, submit }: Exchange, { account, params }: Call): Promise<Answer> {
  const asked = listOf(params, CANCEL_BULK_MAX);
  if ('kind' in asked) return asked;
  const names = asked.map((item) => orderNameOf(query, paramsOf(item)));
  const orders = names.filter((name): name is OrderName => !('code' in name));
  const replies =
    orders.length === 0 ? [] : repliesOf(await submit({ kind: 'cancel-bulk', account: account.id, orders }));
  if ('kind' in replies) return replies;
  const shown = merged(names, replies, ({ id, clientOrderId, spec }) => ({
    orderId: id,
    clientOrderId,
    market: spec.name,
  }));
  return json(200, shown);
}

async function cancelAll({ query, submit }: Exchange, { account, params }: Call): Promise<Answer> {
  const asked = typesOf(params, 'type');
  if ('code' in asked) return refused(asked);
  // Inferred wording. Every spot order is of side BOTH, so no other side has any.
  if (present(params, 'positionSide') && !POSITION_SIDES.includes(params.positionSide))
    return invalid(422, 30, { positionSide: ['PositionSide field should contain only both, long or short values.'] });
  const market = present(params, 'market') ? marketOf(query, params.market) : null;
  if (market !== null && 'code' in market) return refused(market);
  const hasSpotSide = !present(params, 'positionSide') || String(params.positionSide).toLowerCase() === 'both';
  if (!hasSpotSide) return json(200, []);
  const reply = replyOf(
    await submit({
      kind: 'cancel-all',
      account: account.id,
      market: market === null ? null : market.spec.name,
      types: asked.types,
    }),
  );
  return isAnswer(reply) ? reply : json(200, []);
}

/** Null: every type. */
function typesOf(
  params: Params,
  name: 'type' | 'types',
): { readonly types: readonly ProductType[] | null } | CodedFaults {
  if (!present(params, name)) return { types: null };
  const given: unknown = params[name];
  if (!Array.isArray(given)) return fault(30, name, `The ${name} must be an array.`);
  const types = given.filter((type): type is ProductType => type === 'spot' || type === 'margin' || type === 'futures');
  // Inferred wording.
  return types.length === given.length ? { types } : fault(30, name, `The selected ${name} is invalid.`);
}

async function modify({ query, submit }: Exchange, { account, params }: Call): Promise<Answer> {
  const order = orderNameOf(query, params);
  if ('code' in order) return refused(order);
  const change = changeOf(params);
  if ('code' in change) return refused(change);
  return orderAnswer(await submit({ kind: 'modify', account: account.id, order, change }));
}

/** Numbers that are none; whether the change fits the order is the engine's to say. */
function changeOf(params: Params): OrderChange | CodedFaults {
  const amount = optionalDecimal(params, 'amount');
  if (amount === undefined) return fault(32, 'amount', 'Amount field should be numeric string or number.');
  const total = optionalDecimal(params, 'total');
  if (total === undefined) return fault(30, 'total', 'Total field should be numeric string or number.');
  const price = optionalDecimal(params, 'price');
  if (price === undefined) return fault(33, 'price', 'Price field should be numeric string or number.');
  const activationPrice = optionalDecimal(params, 'activationPrice');
  if (activationPrice === undefined) return fault(30, 'activationPrice', 'Activation price should be numeric string.');
  const stp = stpOf(params);
  return stp === undefined ? STP_FAULT : { amount, total, price, activationPrice, stp };
}

async function killSwitch({ query, submit }: Exchange, { account, params }: Call): Promise<Answer> {
  const timeoutSec = timeoutOf(params.timeout);
  if (timeoutSec !== null && typeof timeoutSec !== 'number') return refused(timeoutSec);
  if (!present(params, 'market')) return invalid(422, 30, { market: ['Market field is required.'] });
  const market = marketOf(query, params.market);
  if ('code' in market) return refused(market);
  const asked = typesOf(params, 'types');
  if ('code' in asked) return refused(asked);
  const command: SetKillSwitch = {
    kind: 'kill-switch',
    account: account.id,
    market: market.spec.name,
    timeoutSec,
    types: asked.types,
  };
  const reply = replyOf(await submit(command));
  if (isAnswer(reply)) return reply;
  // Taken away: an empty list.
  return json(200, 'killSwitch' in reply && reply.killSwitch !== null ? restKillSwitch(reply.killSwitch) : []);
}

/** Null takes the timer away. The word "null" does not: whether it does on the real exchange no source tells. */
function timeoutOf(timeout: unknown): number | null | CodedFaults {
  if (timeout === undefined) return fault(30, 'timeout', 'Timeout field is required.');
  if (timeout === null) return null;
  if (typeof timeout !== 'string') return fault(30, 'timeout', 'Timeout field should be a string.');
  const seconds = integerOf(timeout);
  // The wordings of this one and the upper bound are inferred.
  if (seconds === null) return fault(30, 'timeout', 'Timeout field should be an integer.');
  if (seconds < TIMEOUT_MIN_SEC) return fault(30, 'timeout', `Timeout should be at least ${TIMEOUT_MIN_SEC}.`);
  if (seconds > TIMEOUT_MAX_SEC) return fault(30, 'timeout', `Timeout should not be greater than ${TIMEOUT_MAX_SEC}.`);
  return seconds;
}
