/**
 * One event's work: everything that reads or changes the state goes through here, so that each changed row is told once
 * and the derived indexes never disagree with the rows.
 */

import { Decimal } from '../core/decimal.ts';
import type { FillKey } from '../core/fill.ts';
import type { Instrument } from '../core/instrument.ts';
import type { LedgerEntry, Movement } from '../core/ledger.ts';
import { isLive } from '../core/order.ts';
import type { Applied, Change, Refusal, RefusalCode, Surprise } from './applied.ts';
import type { Command, OrderKey } from './events.ts';
import type { Rules } from './rules.ts';
import type { BalanceRow, FillRow, MachineRow, Marks, Order, RequestRow, State } from './state.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export class Step {
  readonly state: State;
  readonly rules: Rules;
  /** Our clock, never before an earlier event's. */
  readonly atMs: number;
  #commands: Command[] = [];
  readonly #surprises: Surprise[] = [];
  readonly #changes: Change[] = [];
  readonly #orders = new Set<OrderKey>();
  readonly #balances = new Set<string>();
  readonly #fills = new Set<FillKey>();
  readonly #ended = new Set<OrderKey>();
  #forget: { orders: OrderKey[]; fills: FillKey[]; requests: string[] } | null = null;
  refused: Refusal | null = null;
  /** The order that the wish made or met. */
  subject: OrderKey | null = null;

  constructor(state: State, rules: Rules, atMs: number) {
    this.state = state;
    this.rules = rules;
    this.atMs = Math.max(atMs, state.machine.nowMs);
    if (this.atMs !== state.machine.nowMs) this.machine({ nowMs: this.atMs });
  }

  finish(): Applied {
    const changes: Change[] = [{ kind: 'machine', row: this.state.machine }];
    for (const key of this.#orders) {
      const row = this.state.orders.get(key);
      if (row !== undefined) changes.push({ kind: 'order', row });
    }
    for (const key of this.#fills) {
      const row = this.state.fills.get(key);
      if (row !== undefined) changes.push({ kind: 'fill', row });
    }
    for (const asset of this.#balances) {
      const row = this.state.balances.get(asset);
      if (row !== undefined) changes.push({ kind: 'balance', row });
    }
    for (const change of this.#changes) changes.push(change);
    for (const order of this.#ended)
      if (this.state.orders.get(order)?.settled === true) changes.push({ kind: 'ended', order });
    if (this.#forget !== null) changes.push({ kind: 'forget', ...this.#forget });
    const { refused, subject } = this;
    return { commands: this.#commands, changes, refused, surprises: this.#surprises, order: subject };
  }

  command(command: Command): void {
    this.#commands.push(command);
  }

  refuse(code: RefusalCode, cause: string, cure: string, more: Partial<Refusal> = {}): void {
    this.refused = { code, cause, cure, confirm: null, problems: [], againAtMs: null, ...more };
  }

  surprise(code: Surprise['code'], order: OrderKey | null, text: string): void {
    this.#surprises.push({ code, order, text });
  }

  machine(patch: Partial<Writable<MachineRow>>): void {
    this.state.machine = { ...this.state.machine, ...patch };
  }

  sync(patch: Partial<Writable<MachineRow['sync']>>): void {
    this.machine({ sync: { ...this.state.machine.sync, ...patch } });
  }

  nextRank(): number {
    const { rank } = this.state.machine;
    this.machine({ rank: rank + 1 });
    return rank;
  }

  order(key: OrderKey): Order | undefined {
    return this.state.orders.get(key);
  }

  /** By rank, so that an account read from its rows does everything in the order of one that grew by events. */
  ranked(keys: Iterable<OrderKey>): Order[] {
    const orders: Order[] = [];
    for (const key of keys) {
      const order = this.state.orders.get(key);
      if (order !== undefined) orders.push(order);
    }
    return orders.sort((a, b) => a.rank - b.rank);
  }

  byVenueId(market: string, venueId: string): Order | undefined {
    const key = this.state.byVenueId.get(`${market} ${venueId}`);
    return key === undefined ? undefined : this.state.orders.get(key);
  }

  put(order: Order): Order {
    this.state.orders.set(order.key, order);
    index(this.state, order);
    this.#orders.add(order.key);
    return order;
  }

  putFill(fill: FillRow): void {
    setFill(this.state, fill);
    this.#fills.add(fill.key);
  }

  putRequest(row: RequestRow): void {
    this.state.requests.set(row.requestId, row);
    this.#changes.push({ kind: 'request', row });
  }

  putInstrument(row: Instrument): void {
    this.state.instruments.set(row.symbol, row);
    this.#changes.push({ kind: 'instrument', row });
  }

  balance(asset: string): BalanceRow {
    const zero = Decimal.ZERO;
    return this.state.balances.get(asset) ?? { asset, free: zero, locked: zero, asOfMs: -1, booked: zero };
  }

  putBalance(row: BalanceRow): void {
    this.state.balances.set(row.asset, row);
    this.#balances.add(row.asset);
  }

  /** Writes the ledger and moves the sums that the balances are held against. */
  book(movements: readonly Movement[], flow: LedgerEntry['flow'], fill: FillKey | null): void {
    for (const { kind, asset, change } of movements) {
      const seq = this.state.machine.ledgerSeq;
      this.machine({ ledgerSeq: seq + 1 });
      this.#changes.push({ kind: 'ledger', row: { seq, atMs: this.atMs, kind, asset, change, flow, fill } });
      const row = this.balance(asset);
      this.putBalance({ ...row, booked: row.booked.add(change) });
    }
  }

  ended(key: OrderKey): void {
    this.#ended.add(key);
  }

  /** Orders that ended in this step, so far. */
  get endings(): readonly OrderKey[] {
    return [...this.#ended];
  }

  forget(what: 'orders', key: OrderKey): void;
  forget(what: 'fills', key: FillKey): void;
  forget(what: 'requests', key: string): void;
  forget(what: 'orders' | 'fills' | 'requests', key: string): void {
    this.#forget ??= { orders: [], fills: [], requests: [] };
    if (what === 'orders') {
      const order = this.state.orders.get(key as OrderKey);
      if (order === undefined) return;
      this.state.orders.delete(order.key);
      unindex(this.state, order);
      this.#orders.delete(order.key);
      this.#forget.orders.push(order.key);
    } else if (what === 'fills') {
      dropFill(this.state, key as FillKey);
      this.#fills.delete(key as FillKey);
      this.#forget.fills.push(key as FillKey);
    } else {
      this.state.requests.delete(key);
      this.#forget.requests.push(key);
    }
  }
}

/** Keeps what is derived in step with a row; also builds it anew when a saved account opens. */
export function index(state: State, order: Order): void {
  const { key } = order;
  if (order.venueId !== null) state.byVenueId.set(`${order.market} ${order.venueId}`, key);
  if (order.slot !== null) state.bySlot.set(slotKey(order.owner, order.slot), key);
  belongs(state.unsettled, key, isLive(order.status) || !order.settled);
  belongs(state.asking, key, order.inquiry !== null);
  // Only a newer balance takes it out again: `reservedOf` does, when it meets one.
  belongs(state.reserving, key, order.reserve !== null || order.move !== null);
}

/** Tags of owners have no spaces. */
export function slotKey(owner: string, slot: string): string {
  return `${owner} ${slot}`;
}

function unindex(state: State, order: Order): void {
  const venueKey = `${order.market} ${order.venueId ?? ''}`;
  if (state.byVenueId.get(venueKey) === order.key) state.byVenueId.delete(venueKey);
  if (order.slot !== null) state.bySlot.delete(slotKey(order.owner, order.slot));
  for (const set of [state.unsettled, state.asking, state.reserving]) set.delete(order.key);
}

/** The row, and its place among the fills of its order, of which there may be tens of thousands. */
export function setFill(state: State, fill: FillRow): void {
  const before = state.fills.get(fill.key);
  if (before !== undefined && before.order !== fill.order) dropFill(state, fill.key);
  state.fills.set(fill.key, fill);
  if (fill.order === null) return;
  const keys = state.fillsByOrder.get(fill.order);
  if (keys === undefined) state.fillsByOrder.set(fill.order, new Set([fill.key]));
  else keys.add(fill.key);
}

function dropFill(state: State, key: FillKey): void {
  const order = state.fills.get(key)?.order ?? null;
  state.fills.delete(key);
  const keys = order === null ? undefined : state.fillsByOrder.get(order);
  if (order === null || keys === undefined) return;
  keys.delete(key);
  if (keys.size === 0) state.fillsByOrder.delete(order);
}

function belongs(set: Marks<OrderKey>, key: OrderKey, here: boolean): void {
  if (here) set.add(key);
  else set.delete(key);
}
