import type { Ladder } from './ladder.ts';
import type { Market } from './market.ts';
import { isTriggered } from './market.ts';
import { payingBalance } from './money.ts';
import { isWaiting } from './order.ts';
import type { Balance, Seat } from './seat.ts';
import type { State } from './state.ts';
import { seatsInOrder } from './state.ts';

/**
 * Looks through the whole state for what must never be: money frozen that no order holds, a level that is not the sum of
 * its orders, a crossed book, an order that can be cancelled but stands nowhere. For tests, for the time after a
 * restart and for whoever asks; nothing here mends anything.
 */
export function faultsOf(state: State): string[] {
  const seats = seatsInOrder(state, null);
  return [
    ...moneyFaults(state, seats),
    ...seats.flatMap(seatFaults),
    ...[...state.markets.values()].flatMap(marketFaults),
  ];
}

function moneyFaults(state: State, seats: readonly Seat[]): string[] {
  const held = new Map<Balance, bigint>();
  for (const seat of seats)
    for (const order of seat.open.values()) {
      const balance = payingBalance(order);
      held.set(balance, (held.get(balance) ?? 0n) + order.frozen);
    }
  const found: string[] = [];
  for (const { balances } of state.accounts.values())
    for (const balance of balances.values()) {
      const { account, asset, available, freeze } = balance;
      const orders = held.get(balance) ?? 0n;
      if (available < 0n || freeze < 0n) found.push(`${account} ${asset.ticker}: below zero`);
      if (freeze !== orders) found.push(`${account} ${asset.ticker}: ${freeze} frozen, orders hold ${orders}`);
    }
  return found;
}

function seatFaults({ account, market, open, byClientId }: Seat): string[] {
  const found: string[] = [];
  let named = 0;
  for (const [id, order] of open) {
    const where = `${account} ${market.spec.name}: order ${id}`;
    if (id !== order.id || order.level === null) found.push(`${where} is listed but stands nowhere`);
    if (order.left <= 0n || order.status !== 'OPEN')
      found.push(`${where} is open with ${order.left} left, ${order.status}`);
    if (order.clientOrderId === '') continue;
    named += 1;
    if (byClientId.get(order.clientOrderId) !== order) found.push(`${where} is not found by its client order id`);
  }
  if (named !== byClientId.size)
    found.push(`${account} ${market.spec.name}: client order ids of finished orders are kept`);
  return found;
}

function marketFaults(market: Market): string[] {
  const { spec, bids, asks, stopBuys, stopSells, lastTicks } = market;
  const found = [bids, asks, stopBuys, stopSells].flatMap((ladder) => ladderFaults(market, ladder));
  const bid = bids.top();
  const ask = asks.top();
  if (bid !== undefined && ask !== undefined && bid.ticks >= ask.ticks) found.push(`${spec.name}: crossed`);
  for (const stops of [stopBuys, stopSells]) {
    const order = stops.top()?.first ?? null;
    if (order !== null && lastTicks !== null && isTriggered(order.side, order.activationTicks, lastTicks))
      found.push(`${spec.name}: order ${order.id} should have been activated`);
  }
  return found;
}

function ladderFaults({ spec, stopBuys, stopSells }: Market, ladder: Ladder): string[] {
  const found: string[] = [];
  const isStopLadder = ladder === stopBuys || ladder === stopSells;
  for (const level of ladder.levels) {
    let sum = 0n;
    for (let order = level.first; order !== null; order = order.next) {
      sum += order.left;
      const ticks = isStopLadder ? order.activationTicks : order.priceTicks;
      if (isWaiting(order) !== isStopLadder || ticks !== level.ticks || order.level !== level)
        found.push(`${spec.name}: order ${order.id} stands in the wrong place`);
      if (order.seat.open.get(order.id) !== order)
        found.push(`${spec.name}: order ${order.id} stands but is not listed`);
    }
    if (sum !== level.total || level.first === null)
      found.push(`${spec.name}: level ${level.ticks} says ${level.total}, has ${sum}`);
  }
  return found;
}
