import type { Order } from './order.ts';
import type { Balance } from './seat.ts';
import type { State } from './state.ts';
import { touchBalance } from './state.ts';

/** The only places where balances change. A part below zero is a fault of the engine and stops it on the spot. */

/** The balance an order pays from. */
export function payingBalance(order: Pick<Order, 'seat' | 'side'>): Balance {
  return order.side === 'buy' ? order.seat.quote : order.seat.base;
}

export function freeze(state: State, balance: Balance, units: bigint): void {
  if (units > balance.available) throw new Error(`Freezing ${units} of ${balance.available} ${balance.asset.ticker}`);
  balance.available -= units;
  balance.freeze += units;
  touchBalance(state, balance);
}

export function release(state: State, balance: Balance, units: bigint): void {
  if (units === 0n) return;
  takeFrozen(balance, units);
  balance.available += units;
  touchBalance(state, balance);
}

/** Frozen money leaves the account: `spent` to the other side, the rest of `units` back to what is available. */
export function spendFrozen(state: State, balance: Balance, units: bigint, spent: bigint): void {
  if (spent > units) throw new Error(`Spending ${spent} of ${units} ${balance.asset.ticker}`);
  takeFrozen(balance, units);
  if (spent !== units) balance.available += units - spent;
  touchBalance(state, balance);
}

export function receive(state: State, balance: Balance, units: bigint): void {
  balance.available += units;
  touchBalance(state, balance);
}

export function takeFee(state: State, ticker: string, units: bigint): void {
  if (units !== 0n) state.feesTaken.set(ticker, (state.feesTaken.get(ticker) ?? 0n) + units);
}

function takeFrozen(balance: Balance, units: bigint): void {
  if (units > balance.freeze) throw new Error(`Releasing ${units} of ${balance.freeze} ${balance.asset.ticker}`);
  balance.freeze -= units;
}
