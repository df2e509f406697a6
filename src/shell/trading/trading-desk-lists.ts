/** Lists of orders and fills: what lives from the accounts' memory, what has ended from the disk. */

import type * as wire from '../../contract/trading.ts';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import { isLive } from '../../core/order.ts';
import type { OrderKey } from '../../engine/events.ts';
import type { FillRow, Order } from '../../engine/state.ts';
import type { TradeStore } from '../../store/trade-store.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { AccountRunner, Accounts, FillsAsk, OrdersAsk } from './ports.ts';
import type { Whose } from './trading-desk-accounts.ts';
import { fillView, hasFills, liveOrderView, orderView } from './view-order.ts';

type Parts = { readonly accounts: Pick<Accounts, 'get'>; readonly store: TradeStore };
type OrderPage = { orders: wire.Order[]; next: string | null };
type FillPage = { fills: wire.Fill[]; next: string | null };

export async function readOrder(parts: Parts, { connection, owner }: Whose, key: string): Promise<wire.Order> {
  const runner = parts.accounts.get(connection);
  const live = runner?.owner === owner ? runner.query.order(key as OrderKey) : null;
  if (live !== null && runner !== null) return liveOrderView(connection, live, runner.query);
  const row = await parts.store.order(owner, connection, key);
  if (row === null) throw notFound('order');
  const fills = hasFills(row) ? await parts.store.fillsOf(connection, [key]) : [];
  const instrument = runner?.owner === owner ? runner.query.instrument(row.market) : null;
  return orderView(connection, row, null, fills, instrument);
}

export async function readOrders(
  parts: Parts,
  runners: readonly AccountRunner[],
  owner: UserId,
  ask: OrdersAsk,
): Promise<OrderPage> {
  if (ask.state === 'open') return { orders: openOrders(runners, ask), next: null };
  const { orders, next } = await fromCursor(
    parts.store.orders({
      owner,
      connection: (ask.connection ?? null) as ConnectionId | null,
      market: ask.market ?? null,
      closed: true,
      limit: ask.limit,
      before: ask.before ?? null,
    }),
  );
  const fills = await fillsOf(parts.store, orders);
  return {
    orders: orders.map(({ connection, row }) => {
      const query = parts.accounts.get(connection)?.query ?? null;
      const own = fills.get(`${connection} ${row.key}`) ?? [];
      return orderView(connection, row, query?.doing(row.key) ?? null, own, query?.instrument(row.market) ?? null);
    }),
    next,
  };
}

export async function readFills(parts: Parts, owner: UserId, ask: FillsAsk): Promise<FillPage> {
  const { fills, next } = await fromCursor(
    parts.store.fills({
      owner,
      connection: (ask.connection ?? null) as ConnectionId | null,
      market: ask.market ?? null,
      order: ask.order ?? null,
      limit: ask.limit,
      before: ask.before ?? null,
    }),
  );
  return { fills: fills.map(({ connection, row }) => fillView(connection, row, fillOwner(row))), next };
}

/** A trade of an order that somebody else placed carries that order's name, which begins so; one of nobody's has none. */
export function fillOwner(fill: FillRow): wire.Fill['owner'] {
  return fill.order === null || fill.order.startsWith('ext:') ? 'external' : 'ours';
}

/** Throws the refusal for a cursor that no page gave. */
async function fromCursor<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CursorError') throw error;
    throw new Refusal('bad_request', error.message, 'Give `next` of the page before, as it came.', { field: 'before' });
  }
}

function openOrders(runners: readonly AccountRunner[], { connection, market }: OrdersAsk): wire.Order[] {
  return runners
    .filter((runner) => connection === undefined || runner.connection === connection)
    .flatMap((runner) =>
      runner.query
        .orders()
        .filter((order) => isLive(order.status) && (market === undefined || order.market === market))
        .map((order) => liveOrderView(runner.connection, order, runner.query)),
    )
    .sort((first, second) => second.createdAtMs - first.createdAtMs);
}

/** One question for each connection, and only about orders that traded. */
async function fillsOf(
  store: TradeStore,
  orders: readonly { readonly connection: ConnectionId; readonly row: Order }[],
): Promise<ReadonlyMap<string, readonly FillRow[]>> {
  const traded = Map.groupBy(
    orders.filter(({ row }) => hasFills(row)),
    ({ connection }) => connection,
  );
  const found = new Map<string, FillRow[]>();
  for (const [connection, of] of traded) {
    const fills = await store.fillsOf(
      connection,
      of.map(({ row }) => row.key),
    );
    for (const fill of fills) {
      const name = `${connection} ${fill.order}`;
      const before = found.get(name);
      if (before === undefined) found.set(name, [fill]);
      else before.push(fill);
    }
  }
  return found;
}
