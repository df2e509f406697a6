import type { Draft } from './draft.ts';
import { create, finish, list, rest, wait } from './life.ts';
import { match } from './matching.ts';
import type { Order } from './order.ts';
import { isWaiting } from './order.ts';
import type { Seat } from './seat.ts';
import type { State } from './state.ts';
import { tellOrder } from './state.ts';

/** Makes an order of a draft and carries it out, with every stop order that its trades activate, and those in turn. */
export function enter(state: State, seat: Seat, draft: Draft): Order {
  const order = create(state, seat, draft);
  if (isWaiting(order)) {
    wait(order);
    list(order);
    tellOrder(state, 'new', order);
    return order;
  }
  const status = match(state, order);
  if (status === null) {
    rest(state, order);
    list(order);
    tellOrder(state, 'new', order);
  } else finish(state, order, status);
  carryOutActivated(state, order);
  return order;
}

/** Documented: an activated stop order keeps its id and is told as new once more. */
function carryOutActivated(state: State, cause: Order): void {
  const queue = cause.seat.market.activated;
  for (let index = 0; index < queue.length; index += 1) {
    const order = queue[index];
    if (order === undefined) break;
    order.activated = true;
    order.activatedAtUs = state.nowUs;
    order.mtimeUs = state.nowUs;
    tellOrder(state, 'new', order);
    const status = match(state, order);
    if (status !== null) finish(state, order, status);
    else {
      rest(state, order);
      if (order.dealStock !== 0n) tellOrder(state, 'update', order);
    }
  }
  queue.length = 0;
}
