/** What a number of steps leaves in the tables of one account: of each key the last row only, written once. */

import type { Instrument } from '../core/instrument.ts';
import type { Change } from '../engine/applied.ts';
import { toPlain } from '../engine/plain.ts';
import type { BalanceRow, FillRow, MachineRow, Order, RequestRow } from '../engine/state.ts';
import type { AskedRow, Flag, HeldRow, InstrumentRow, JournalRow, LedgerRow, OrderRow, TradeRow } from './schema.ts';
import { columnMs, columnText } from './trade-columns.ts';
import type { Written } from './trade-store.ts';

/** A line without its number: that is given inside the transaction. */
type UnnumberedLine = Omit<JournalRow, 'seq'>;

/** Rows by the text that names them in their table, as they are; they become JSON when all steps are in. */
class Latest<Row> {
  readonly rows = new Map<string, { readonly row: Row; readonly forgotten: Flag }>();
  /** Left the machine's memory, and the batch has no row of them: those of earlier times are marked. */
  readonly forgotten = new Set<string>();

  put(name: string, row: Row): void {
    const key = columnText(name);
    this.forgotten.delete(key);
    this.rows.set(key, { row, forgotten: 0 });
  }

  forget(name: string): void {
    const key = columnText(name);
    const here = this.rows.get(key);
    if (here === undefined) this.forgotten.add(key);
    else this.rows.set(key, { ...here, forgotten: 1 });
  }

  map<T>(make: (row: Row, key: string, forgotten: Flag) => T): T[] {
    return [...this.rows].map(([key, { row, forgotten }]) => make(row, key, forgotten));
  }
}

export class Batch {
  readonly connection: string;
  readonly owner: string;
  readonly ledger: LedgerRow[] = [];
  readonly lines: UnnumberedLine[] = [];
  /** Orders that turned out to be others that we know under our own name: no trace of them is wanted. */
  readonly mistaken = new Set<string>();
  readonly #orders = new Latest<Order>();
  readonly #fills = new Latest<FillRow>();
  readonly #balances = new Latest<BalanceRow>();
  readonly #instruments = new Latest<Instrument>();
  readonly #requests = new Latest<RequestRow>();
  readonly #mine: { readonly connection_id: string; readonly user_id: string };
  #machine: MachineRow | null = null;

  constructor(connection: string, owner: string) {
    this.connection = connection;
    this.owner = owner;
    this.#mine = { connection_id: connection, user_id: owner };
  }

  /** Null: no step of the batch told it, which no machine does. */
  get machine(): string | null {
    return this.#machine === null ? null : jsonOf(this.#machine);
  }

  get orders(): OrderRow[] {
    return this.#orders.map((row, key, forgotten) => ({
      ...this.#mine,
      ...{ key, client_id: textOrNull(row.clientId), owner: row.owner, slot: textOrNull(row.slot) },
      ...{ market: columnText(row.market), rank: row.rank, is_open: row.status.kind === 'closed' ? 0 : 1 },
      at_ms: columnMs(row.status.kind === 'closed' ? row.status.atMs : row.createdAtMs),
      ...{ is_forgotten: forgotten, data: jsonOf(row) },
    }));
  }

  get fills(): TradeRow[] {
    return this.#fills.map((row, key, forgotten) => ({
      ...this.#mine,
      ...{ key, order_key: textOrNull(row.order), market: columnText(row.market), rank: row.rank },
      ...{ at_ms: columnMs(row.atMs), is_forgotten: forgotten, data: jsonOf(row) },
    }));
  }

  get balances(): HeldRow[] {
    return this.#balances.map((row, asset) => ({ ...this.#mine, asset, data: jsonOf(row) }));
  }

  get instruments(): InstrumentRow[] {
    return this.#instruments.map((row, symbol) => ({ ...this.#mine, symbol, data: jsonOf(row) }));
  }

  get requests(): AskedRow[] {
    return this.#requests.map((row, request_id, is_forgotten) => ({
      ...this.#mine,
      ...{ request_id, is_forgotten, data: jsonOf(row) },
    }));
  }

  get forgotten() {
    return {
      orders: this.#orders.forgotten,
      fills: this.#fills.forgotten,
      requests: this.#requests.forgotten,
    };
  }

  add({ event, applied }: Written): void {
    for (const change of applied.changes) this.#change(change, applied.changes);
    this.lines.push({
      ...this.#mine,
      at_ms: columnMs(event.atMs),
      event: jsonOf(event),
      commands: jsonOf(applied.commands),
      surprises: jsonOf(applied.surprises),
    });
  }

  #change(change: Change, all: readonly Change[]): void {
    switch (change.kind) {
      case 'machine':
        this.#machine = change.row;
        return;
      case 'order':
        this.mistaken.delete(columnText(change.row.key));
        this.#orders.put(change.row.key, change.row);
        return;
      case 'fill':
        this.#fills.put(change.row.key, change.row);
        return;
      case 'ledger': {
        const { seq, atMs } = change.row;
        this.ledger.push({ ...this.#mine, seq, at_ms: columnMs(atMs), data: jsonOf(change.row) });
        return;
      }
      case 'balance':
        this.#balances.put(change.row.asset, change.row);
        return;
      case 'instrument':
        this.#instruments.put(change.row.symbol, change.row);
        return;
      case 'request':
        this.#requests.put(change.row.requestId, change.row);
        return;
      case 'forget':
        for (const key of change.orders) {
          if (all.some((other) => other.kind === 'order' && isMistakenFor(key, other.row))) this.#mistake(key);
          else this.#orders.forget(key);
        }
        for (const key of change.fills) this.#fills.forget(key);
        for (const key of change.requests) this.#requests.forget(key);
        return;
      case 'ended':
        return;
    }
  }

  #mistake(name: string): void {
    const key = columnText(name);
    this.#orders.rows.delete(key);
    this.mistaken.add(key);
  }
}

/** By account, always in one order: two writes that lock the same accounts do not wait for each other for ever. */
export function batchesOf(steps: readonly Written[]): readonly Batch[] {
  const batches = new Map<string, Batch>();
  for (const step of steps) {
    const batch = batches.get(step.connection) ?? new Batch(step.connection, step.owner);
    if (batch.owner !== step.owner) throw new TypeError('One account, two owners');
    batches.set(step.connection, batch);
    batch.add(step);
  }
  return [...batches.values()].sort((a, b) => (a.connection < b.connection ? -1 : 1));
}

/** Taken for somebody else's until the exchange's id of our own order became known. */
function isMistakenFor(stranger: string, { key, market, venueId }: Order): boolean {
  return venueId !== null && key !== stranger && stranger === `ext:${market}:${venueId}`;
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : columnText(text);
}

function jsonOf(value: unknown): string {
  return JSON.stringify(toPlain(value));
}
