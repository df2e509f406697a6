/**
 * The durable half of every account: rows are the truth, the journal explains them. What one transaction writes is an
 * event, the rows it changed and the commands it gave out; nothing is sent before that transaction is on the disk.
 */

import type { ConnectionId, UserId } from '../core/ids.ts';
import type { Applied } from '../engine/applied.ts';
import type { AccountEvent } from '../engine/events.ts';
import type { SavedAccount } from '../engine/saved.ts';
import type { FillRow, Order, RequestRow } from '../engine/state.ts';

/** One step of one machine. */
export type Written = {
  readonly connection: ConnectionId;
  readonly owner: UserId;
  readonly event: AccountEvent;
  readonly applied: Applied;
};

export type JournalLine = {
  readonly seq: number;
  readonly atMs: number;
  readonly event: AccountEvent;
  readonly commands: Applied['commands'];
  readonly surprises: Applied['surprises'];
};

export type OrdersQuery = {
  /** Only connections of this person are ever looked at. */
  readonly owner: UserId;
  readonly connection: ConnectionId | null;
  readonly market: string | null;
  readonly closed: boolean;
  readonly limit: number;
  /** The cursor that the page before gave. */
  readonly before: string | null;
};
export type FillsQuery = Omit<OrdersQuery, 'closed'> & { readonly order: string | null };

/** Connections that are not there any more. Nothing of the transaction was written. */
export class AccountsGone extends Error {
  override name = 'AccountsGone';
  readonly connections: ReadonlySet<ConnectionId>;

  constructor(connections: readonly ConnectionId[], cause: unknown) {
    super('Connections were removed', { cause });
    this.connections = new Set(connections);
  }
}

export interface TradeStore {
  /** The name of this installation inside client order ids; made once, with the first account. */
  install(make: () => string): Promise<string>;
  /** Null: this account was never written. */
  load(connection: ConnectionId): Promise<SavedAccount | null>;
  /**
   * All or nothing, on the disk when it resolves. Steps of one account come in their order. Rejects with `AccountsGone`
   * where a connection was removed meanwhile.
   */
  write(steps: readonly Written[]): Promise<void>;
  /** Newest first. */
  orders(query: OrdersQuery): Promise<{
    readonly orders: readonly { readonly connection: ConnectionId; readonly row: Order }[];
    readonly next: string | null;
  }>;
  order(owner: UserId, connection: ConnectionId, key: string): Promise<Order | null>;
  /** What a request made, also where the account has long forgotten it. */
  asked(owner: UserId, connection: ConnectionId, requestId: string): Promise<RequestRow | null>;
  fills(query: FillsQuery): Promise<{
    readonly fills: readonly { readonly connection: ConnectionId; readonly row: FillRow }[];
    readonly next: string | null;
  }>;
  /** All fills of these orders of one account, for their sums and fees. */
  fillsOf(connection: ConnectionId, orders: readonly string[]): Promise<readonly FillRow[]>;
  /** Oldest first. */
  journal(connection: ConnectionId, afterSeq: number, limit: number): Promise<readonly JournalLine[]>;
  /** Forgets lines older than a month and those beyond the last 200,000 of an account; tells how many. */
  pruneJournal(nowMs: number): Promise<number>;
  /** With the connection: everything of it. */
  remove(connection: ConnectionId): Promise<void>;
}
