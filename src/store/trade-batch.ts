/** What a number of steps leaves in the tables: of each key the last row only, so that one transaction writes it once. */

import type { Change } from '../engine/applied.ts';
import { toPlain } from '../engine/plain.ts';
import type { FillRow, MachineRow, Order } from '../engine/state.ts';
import type { AskedRow, HeldRow, InstrumentRow, JournalRow, LedgerRow, OrderRow, TradeRow } from './schema.ts';
import type { Written } from './trade-store.ts';

/** A line without its number: that is given inside the transaction. */
export type UnnumberedLine = Omit<JournalRow, 'seq'>;

/** Keys that left the machine's memory and have no row in the batch: their rows of earlier times are marked. */
type Forgotten = { readonly orders: Set<string>; readonly fills: Set<string>; readonly requests: Set<string> };

/** Of one account. */
export class Batch {
  readonly connection: string;
  readonly owner: string;
  readonly orders = new Map<string, OrderRow>();
  readonly fills = new Map<string, TradeRow>();
  readonly balances = new Map<string, HeldRow>();
  readonly instruments = new Map<string, InstrumentRow>();
  readonly requests = new Map<string, AskedRow>();
  readonly ledger: LedgerRow[] = [];
  readonly lines: UnnumberedLine[] = [];
  readonly forgotten: Forgotten = { orders: new Set(), fills: new Set(), requests: new Set() };
  /** Orders that turned out to be others that we know under our own name: no trace of them is wanted. */
  readonly mistaken = new Set<string>();
  #machine: MachineRow | null = null;

  constructor(connection: string, owner: string) {
    this.connection = connection;
    this.owner = owner;
  }

  /** Null: no step of the batch told it, which no machine does. */
  get machine(): string | null {
    return this.#machine === null ? null : jsonOf(this.#machine);
  }

  add({ event, applied }: Written): void {
    for (const change of applied.changes) this.#change(change, applied.changes);
    this.lines.push({
      connection_id: this.connection,
      user_id: this.owner,
      at_ms: whole(event.atMs),
      event: jsonOf(event),
      commands: jsonOf(applied.commands),
      surprises: jsonOf(applied.surprises),
    });
  }

  #change(change: Change, all: readonly Change[]): void {
    const mine = { connection_id: this.connection, user_id: this.owner };
    switch (change.kind) {
      case 'machine':
        this.#machine = change.row;
        return;
      case 'order':
        this.forgotten.orders.delete(change.row.key);
        this.mistaken.delete(change.row.key);
        this.orders.set(change.row.key, { ...mine, ...orderColumns(change.row), data: jsonOf(change.row) });
        return;
      case 'fill':
        this.forgotten.fills.delete(change.row.key);
        this.fills.set(change.row.key, { ...mine, ...fillColumns(change.row), data: jsonOf(change.row) });
        return;
      case 'ledger': {
        const { seq, atMs } = change.row;
        this.ledger.push({ ...mine, seq, at_ms: whole(atMs), data: jsonOf(change.row) });
        return;
      }
      case 'balance':
        this.balances.set(change.row.asset, { ...mine, asset: change.row.asset, data: jsonOf(change.row) });
        return;
      case 'instrument':
        this.instruments.set(change.row.symbol, { ...mine, symbol: change.row.symbol, data: jsonOf(change.row) });
        return;
      case 'request': {
        const { requestId } = change.row;
        this.forgotten.requests.delete(requestId);
        this.requests.set(requestId, { ...mine, request_id: requestId, is_forgotten: 0, data: jsonOf(change.row) });
        return;
      }
      case 'forget':
        for (const key of change.orders) {
          if (all.some((other) => other.kind === 'order' && isMistakenFor(key, other.row))) {
            this.orders.delete(key);
            this.mistaken.add(key);
          } else forget(this.orders, this.forgotten.orders, key);
        }
        for (const key of change.fills) forget(this.fills, this.forgotten.fills, key);
        for (const key of change.requests) forget(this.requests, this.forgotten.requests, key);
        return;
      case 'ended':
        return;
    }
  }
}

/** By account, in the order in which they were met. */
export function batchesOf(steps: readonly Written[]): readonly Batch[] {
  const batches = new Map<string, Batch>();
  for (const step of steps) {
    const batch = batches.get(step.connection) ?? new Batch(step.connection, step.owner);
    if (batch.owner !== step.owner) throw new TypeError('One account, two owners');
    batches.set(step.connection, batch);
    batch.add(step);
  }
  return [...batches.values()];
}

function forget<Row extends { is_forgotten: 0 | 1 }>(rows: Map<string, Row>, earlier: Set<string>, key: string): void {
  const row = rows.get(key);
  if (row === undefined) earlier.add(key);
  else rows.set(key, { ...row, is_forgotten: 1 });
}

/** Taken for somebody else's until the exchange's id of our own order became known. */
function isMistakenFor(stranger: string, { key, market, venueId }: Order): boolean {
  return venueId !== null && key !== stranger && stranger === `ext:${market}:${venueId}`;
}

function orderColumns(row: Order) {
  const { key, clientId, owner, slot, market, rank, status } = row;
  const closed = status.kind === 'closed';
  const columns = { key, client_id: clientId, owner, slot, market, rank, is_forgotten: 0 } as const;
  return { ...columns, is_open: closed ? 0 : 1, at_ms: whole(closed ? status.atMs : row.createdAtMs) } as const;
}

function fillColumns({ key, order, market, rank, atMs }: FillRow) {
  return { key, order_key: order, market, rank, at_ms: whole(atMs), is_forgotten: 0 } as const;
}

function jsonOf(value: unknown): string {
  return JSON.stringify(toPlain(value));
}

/** A time as a column: an exchange may tell fractions of milliseconds, which stay in the data. */
function whole(ms: number): number {
  return Math.trunc(ms);
}
