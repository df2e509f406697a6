import { Decimal } from '../../src/core/decimal.ts';
import { done, refuse } from '../accounts/outcome.ts';
import type { Answer, Call } from '../api/answer.ts';
import { json } from '../api/answer.ts';
import type { NewOrder, OrderName } from '../engine/commands.ts';
import type { OrderView } from '../engine/events.ts';
import { REFUSALS } from '../engine/refusals.ts';
import { restOrder } from '../engine/render.ts';
import { decimalOf } from '../engine/scale.ts';
import type { FaultSwitch, Strike, Way, World } from './fault-switch.ts';
import { fieldsOf, listOf } from './frames.ts';
import { fillResting, leftOf, limitOrder, placed, priceOf } from './hand.ts';
import type { ParameterName } from './parameters.ts';
import { isGood, refusedWith } from './replies.ts';
import { PLACING_PATHS, WHICH } from './scopes.ts';

/** Group A where orders themselves are concerned: ids, lists, changes and cancellations that go wrong half way. */

const CANCEL_PATHS = ['/api/v4/order/cancel'] as const;
const MODIFY_PATHS = ['/api/v4/order/modify'] as const;
const BULK_PATHS = ['/api/v4/order/bulk', '/api/v4/order/cancel/bulk'] as const;

const order = (name: string, effect: string, way: Partial<Way>, more: readonly ParameterName[] = []): Way => ({
  name,
  effect,
  layer: 'request',
  takes: [...WHICH, ...more],
  ...way,
});

export const ORDER_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F08',
    name: 'client-id-again',
    group: 'A',
    title: 'A client order id accepted twice',
    ways: [
      order(
        'freed',
        'An open order of the same client order id is cancelled by the exchange first, so the new one is taken.',
        {
          paths: PLACING_PATHS,
          async inner({ world, miss }, call, handle) {
            const { clientOrderId } = call.params;
            const name = { market: String(call.params.market), clientOrderId: String(clientOrderId) };
            const open =
              typeof clientOrderId === 'string' && world.exchange.query.openOrder(call.account.id, name) !== null;
            if (open) await world.exchange.submit({ kind: 'cancel', account: call.account.id, order: name });
            else miss();
            return handle(call);
          },
        },
      ),
    ],
  },
  {
    id: 'F09',
    name: 'batch-broken',
    group: 'A',
    title: 'Batch results missing, reordered or partial',
    ways: [
      order('missing', 'All are carried out; the last result is missing from the list.', {
        paths: BULK_PATHS,
        inner: changedList((results) => results.slice(0, -1)),
      }),
      order('reordered', 'All are carried out; the results come in the opposite order.', {
        paths: BULK_PATHS,
        inner: changedList((results) => [...results].reverse()),
      }),
      order('partial', 'Only the first half is carried out; the others are answered with an error.', {
        paths: BULK_PATHS,
        inner: firstHalf,
      }),
    ],
  },
  {
    id: 'F10',
    name: 'modify-half-done',
    group: 'A',
    title: 'Cancel-and-replace half done',
    ways: [
      order('new-missing', 'The old order is cancelled, the new one is not made; "Not enough balance." is answered.', {
        paths: MODIFY_PATHS,
        async inner(strike, call) {
          const { exchange } = strike.world;
          const name = orderNamed(call);
          if (name !== null) await exchange.submit({ kind: 'cancel', account: call.account.id, order: name });
          return refusedWith({ ...REFUSALS.notEnough, status: 422, message: 'Validation failed' });
        },
      }),
      order('old-stays', 'The new limit order is made beside the old one, which stays; the new one is answered.', {
        paths: MODIFY_PATHS,
        inner: replacedBeside,
      }),
    ],
  },
  {
    id: 'F11',
    name: 'amended',
    group: 'A',
    title: 'An amended order gets a new id',
    ways: [
      order(
        'all-open',
        'Every open order is replaced by its like: a new id, a finish and a new event, the last place in the queue.',
        { takes: ['email', 'apiKey', 'market'], needs: ['email'], act: amendAll },
      ),
    ],
  },
  {
    id: 'F12',
    name: 'cancel-loses-race',
    group: 'A',
    title: 'A fill comes before the cancellation',
    ways: [
      order('filled', 'The order is filled to the last before its cancellation is looked at, which then finds none.', {
        paths: CANCEL_PATHS,
        inner: (strike, call, handle) => filledFirst(strike, call, handle, ({ left }) => left),
      }),
      order('half-filled', 'Half of the order is filled before it is cancelled.', {
        paths: CANCEL_PATHS,
        inner: (strike, call, handle) => filledFirst(strike, call, handle, ({ left }) => left / 2n),
      }),
    ],
  },
  {
    id: 'F13',
    name: 'cancel-not-found',
    group: 'A',
    title: 'Cancelled, and answered "not found"',
    ways: [
      order('cancelled', 'The order is cancelled; the answer is code 2, "Unexecuted order was not found."', {
        paths: CANCEL_PATHS,
        async inner(_strike, call, handle) {
          await handle(call);
          return refusedWith(REFUSALS.orderNotFound);
        },
      }),
    ],
  },
];

/** Of a request that names one order; null where it names none. */
function orderNamed({ params }: Call): OrderName | null {
  const market = String(params.market);
  const { orderId, clientOrderId } = params;
  if (typeof clientOrderId === 'string' && clientOrderId !== '') return { market, clientOrderId };
  const id = Number(orderId);
  return Number.isSafeInteger(id) && id > 0 ? { market, orderId: id } : null;
}

function openOrderOf({ exchange }: World, call: Call): OrderView | null {
  const name = orderNamed(call);
  return name === null ? null : exchange.query.openOrder(call.account.id, name);
}

function changedList(change: (results: readonly unknown[]) => readonly unknown[]) {
  return async (_strike: Strike, call: Call, handle: (call: Call) => Promise<Answer>): Promise<Answer> => {
    const answer = await handle(call);
    return isGood(answer) && Array.isArray(answer.body) ? { ...answer, body: change(answer.body) } : answer;
  };
}

async function firstHalf(_strike: Strike, call: Call, handle: (call: Call) => Promise<Answer>): Promise<Answer> {
  const orders = listOf(call.params.orders);
  const kept = orders.slice(0, Math.ceil(orders.length / 2));
  const answer = await handle({ ...call, params: { ...call.params, orders: kept } });
  if (!isGood(answer) || !Array.isArray(answer.body)) return answer;
  const error = { code: 15, message: 'Inner validation failed', errors: { error: ['Please try again later.'] } };
  return { ...answer, body: [...answer.body, ...orders.slice(kept.length).map(() => ({ result: null, error }))] };
}

async function filledFirst(
  { world, miss }: Strike,
  call: Call,
  handle: (call: Call) => Promise<Answer>,
  lots: (order: OrderView) => bigint,
): Promise<Answer> {
  const open = openOrderOf(world, call);
  const problem = open === null ? 'The order was not open.' : await fillResting(world, open, lots(open));
  if (problem !== null) miss(problem);
  return handle(call);
}

async function replacedBeside({ world, miss }: Strike, call: Call, handle: (call: Call) => Promise<Answer>) {
  const open = openOrderOf(world, call);
  if (open === null || open.type !== 'limit') {
    miss('Only an open limit order can be doubled.');
    return handle(call);
  }
  const amount = Decimal.tryParse(String(call.params.amount ?? '')) ?? leftOf(open);
  const price = Decimal.tryParse(String(call.params.price ?? '')) ?? priceOf(open);
  const market = open.spec.name;
  // The old order still has the client order id, so the new one goes without.
  const made = await placed(world, call.account.id, limitOrder({ market, side: open.side, amount, price }));
  if (typeof made !== 'string') return json(200, restOrder(made));
  miss(made);
  return handle(call);
}

const SAME = { amount: null, total: null, price: null, activationPrice: null } as const;

async function amendAll({ world, terms, account }: Parameters<NonNullable<Way['act']>>[0]) {
  if (account === null) return refuse('account-unknown', 'Name the account.');
  for (const open of world.exchange.query.openOrders(account.id, terms.market)) {
    const name = { market: open.spec.name, orderId: open.id };
    const change = { ...SAME, stp: open.stp };
    await world.exchange.submit({ kind: 'modify', account: account.id, order: name, change });
  }
  return done({ undo: null });
}

/** What came to rest of an order that was just answered; null where nothing did. */
export function restingOf(world: World, call: Call, answer: Answer): OrderView | null {
  if (!isGood(answer)) return null;
  const { orderId, market } = fieldsOf(answer.body);
  return world.exchange.query.openOrder(call.account.id, { market: String(market), orderId: Number(orderId) });
}

/** In units of the market's lots, on its present step. */
export function stepLots({ exchange }: World, { spec }: OrderView): bigint {
  const rules = exchange.query.market(spec.name)?.rules;
  return 10n ** BigInt(Math.max(0, spec.lotScale - (rules?.stockPrec ?? spec.lotScale)));
}

export function oppositeOf(open: OrderView): NewOrder {
  return limitOrder({
    market: open.spec.name,
    side: open.side === 'buy' ? 'sell' : 'buy',
    amount: decimalOf(open.left, open.spec.lotScale),
    price: priceOf(open),
    ioc: true,
    stp: 'co',
  });
}
