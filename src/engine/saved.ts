/** A machine at rest: rows as the store holds them, and back, exactly. */

import type { Instrument } from '../core/instrument.ts';
import type { Plain } from './plain.ts';
import { canonical, fromPlain, toPlain } from './plain.ts';
import type { BalanceRow, FillRow, MachineRow, Order, RequestRow, State } from './state.ts';
import { index, setFill } from './step.ts';

/** The rows of an account, in any order; those that were forgotten are left out. */
export type SavedAccount = {
  readonly version: 1;
  readonly machine: Plain;
  readonly orders: readonly Plain[];
  readonly fills: readonly Plain[];
  readonly balances: readonly Plain[];
  readonly instruments: readonly Plain[];
  readonly requests: readonly Plain[];
};

export function emptyState(machine: MachineRow): State {
  return {
    machine,
    orders: new Map(),
    fills: new Map(),
    balances: new Map(),
    instruments: new Map(),
    requests: new Map(),
    byVenueId: new Map(),
    bySlot: new Map(),
    fillsByOrder: new Map(),
    unsettled: new Set(),
    asking: new Set(),
    reserving: new Set(),
  };
}

/** In one order, whatever order the rows came in, so that equal machines have equal text. */
export function saveState(state: State): SavedAccount {
  return {
    version: 1,
    machine: toPlain(state.machine),
    orders: byRank(state.orders.values()).map(toPlain),
    fills: byRank(state.fills.values()).map(toPlain),
    balances: byName(state.balances.values(), ({ asset }) => asset).map(toPlain),
    instruments: byName(state.instruments.values(), ({ symbol }) => symbol).map(toPlain),
    requests: byRank(state.requests.values()).map(toPlain),
  };
}

/** Throws `TypeError` for another version: an older program must not read what it cannot know. */
export function loadState(saved: SavedAccount): State {
  if (saved.version !== 1) throw new TypeError(`An account saved in version ${String(saved.version)}`);
  const state = emptyState(fromPlain<MachineRow>(saved.machine));
  for (const order of byRank(saved.orders.map((row) => fromPlain<Order>(row)))) {
    state.orders.set(order.key, order);
    index(state, order);
  }
  for (const fill of byRank(saved.fills.map((row) => fromPlain<FillRow>(row)))) setFill(state, fill);
  for (const row of byRank(saved.requests.map((plain) => fromPlain<RequestRow>(plain))))
    state.requests.set(row.requestId, row);
  for (const plain of saved.balances) {
    const row = fromPlain<BalanceRow>(plain);
    state.balances.set(row.asset, row);
  }
  for (const plain of saved.instruments) {
    const row = fromPlain<Instrument>(plain);
    state.instruments.set(row.symbol, row);
  }
  return state;
}

/** The canonical text of a machine; whoever wants a hash makes it of this. */
export function textOf(state: State): string {
  return canonical(saveState(state) as Plain);
}

function byRank<T extends { readonly rank: number }>(rows: Iterable<T>): T[] {
  return [...rows].sort((a, b) => a.rank - b.rank);
}

function byName<T>(rows: Iterable<T>, nameOf: (row: T) => string): T[] {
  return [...rows].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
