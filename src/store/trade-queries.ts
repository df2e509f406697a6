/** Orders and trades as people look at them: newest first, page by page, of one person. */

import type { Kysely } from 'kysely';
import type { ConnectionId, UserId } from '../core/ids.ts';
import type { Plain } from '../engine/plain.ts';
import { fromPlain } from '../engine/plain.ts';
import type { FillRow, Order, RequestRow } from '../engine/state.ts';
import type { Schema } from './schema.ts';
import { columnText } from './trade-columns.ts';
import { listsOf } from './trade-lists.ts';
import type { FillsQuery, OrdersQuery } from './trade-store.ts';

/** Of the last row of a page: the order of the list, as text. New rows move nothing behind it. */
type Cursor = { readonly atMs: number; readonly rank: number; readonly connection: string };
const CURSOR = /^(-?\d{1,16})\.(\d{1,16})\.([a-z0-9]{1,64})$/;

/** A cursor that this store never gave. */
export class CursorError extends Error {
  override name = 'CursorError';
}

type Listed = { connection_id: string; rank: number; at_ms: number; data: string };
const LISTED = ['connection_id', 'rank', 'at_ms', 'data'] as const;

export async function readOrders(database: Kysely<Schema>, asked: OrdersQuery) {
  const { owner, connection, market, closed, limit, before } = asked;
  let query = database
    .selectFrom('orders')
    .select(LISTED)
    .where('user_id', '=', owner)
    .where('is_open', '=', closed ? 0 : 1);
  if (connection !== null) query = query.where('connection_id', '=', connection);
  if (market !== null) query = query.where('market', '=', columnText(market));
  const cursor = parseCursor(before);
  if (cursor !== null)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('at_ms', 'rank', 'connection_id'), '<', tuple(cursor.atMs, cursor.rank, cursor.connection)),
    );
  const rows = await query
    .orderBy('at_ms', 'desc')
    .orderBy('rank', 'desc')
    .orderBy('connection_id', 'desc')
    .limit(limit + 1)
    .execute();
  const { told, next } = pageOf<Order>(rows, limit);
  return { orders: told, next };
}

export async function readOrder(database: Kysely<Schema>, owner: UserId, connection: ConnectionId, key: string) {
  const row = await database
    .selectFrom('orders')
    .select('data')
    .where('user_id', '=', owner)
    .where('connection_id', '=', connection)
    .where('key', '=', columnText(key))
    .executeTakeFirst();
  return row === undefined ? null : revived<Order>(row.data);
}

export async function readAsked(database: Kysely<Schema>, owner: UserId, connection: ConnectionId, requestId: string) {
  const row = await database
    .selectFrom('requests')
    .select('data')
    .where('user_id', '=', owner)
    .where('connection_id', '=', connection)
    .where('request_id', '=', columnText(requestId))
    .executeTakeFirst();
  return row === undefined ? null : revived<RequestRow>(row.data);
}

export async function readFills(database: Kysely<Schema>, asked: FillsQuery) {
  const { owner, connection, market, order, limit, before } = asked;
  let query = database.selectFrom('fills').select(LISTED).where('user_id', '=', owner);
  if (connection !== null) query = query.where('connection_id', '=', connection);
  if (market !== null) query = query.where('market', '=', columnText(market));
  if (order !== null) query = query.where('order_key', '=', columnText(order));
  const cursor = parseCursor(before);
  if (cursor !== null)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('at_ms', 'rank', 'connection_id'), '<', tuple(cursor.atMs, cursor.rank, cursor.connection)),
    );
  const rows = await query
    .orderBy('at_ms', 'desc')
    .orderBy('rank', 'desc')
    .orderBy('connection_id', 'desc')
    .limit(limit + 1)
    .execute();
  const { told, next } = pageOf<FillRow>(rows, limit);
  return { fills: told, next };
}

export async function readFillsOf(
  database: Kysely<Schema>,
  connection: ConnectionId,
  orders: readonly string[],
): Promise<readonly FillRow[]> {
  const fills: FillRow[] = [];
  for (const keys of listsOf(new Set(orders.map(columnText)))) {
    const rows = await database
      .selectFrom('fills')
      .select('data')
      .where('user_id', '=', (of) =>
        of.selectFrom('accounts').select('accounts.user_id').where('accounts.connection_id', '=', connection),
      )
      .where('order_key', 'in', keys)
      .where('connection_id', '=', connection)
      .execute();
    for (const { data } of rows) fills.push(revived<FillRow>(data));
  }
  // Sorted here: asked to sort, SQLite would rather walk through all fills of the person in their order.
  return fills.sort((a, b) => a.atMs - b.atMs || a.rank - b.rank);
}

export function revived<T>(json: string): T {
  return fromPlain<T>(JSON.parse(json) as Plain);
}

function pageOf<T>(rows: readonly Listed[], limit: number) {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const told = page.map((row) => ({ connection: row.connection_id as ConnectionId, row: revived<T>(row.data) }));
  const more = rows.length > limit && last !== undefined;
  return { told, next: more ? `${last.at_ms}.${last.rank}.${last.connection_id}` : null };
}

function parseCursor(text: string | null): Cursor | null {
  if (text === null) return null;
  const match = CURSOR.exec(text);
  const [, atMs, rank, connection = ''] = match ?? [];
  const cursor = { atMs: Number(atMs), rank: Number(rank), connection };
  if (!Number.isSafeInteger(cursor.atMs) || !Number.isSafeInteger(cursor.rank))
    throw new CursorError('No page of this list begins there.');
  return cursor;
}
