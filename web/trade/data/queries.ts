/** Requests of Trade. What the live line keeps fresh lands in `stores.ts`; the query only says how the asking went. */

import { queryOptions } from '@tanstack/react-query';
import type { Reply } from '../../../src/contract/contract.ts';
import type { TradeBalance } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import type { Venue } from '../../api/queries.ts';
import { accounts, balances, fills, halts, orderId, orders, THE_HALT } from './stores.ts';
import type { Truths } from './truths.ts';

/** The net below the live line: a word that was lost on the way is made good by then. */
const AGAIN_MS = 30_000;
/** Rules and daily figures of markets change slowly; prices of what is looked at come live. */
const MARKETS_AGAIN_MS = 60_000;
/** One page of the newest, for marks on the chart. */
const FILLS_SHOWN = 500;

/** Asks for everything and tells the store; what the line said while the answer was on its way stands. */
async function readAll<T>(
  truths: Truths<T>,
  ask: () => Promise<readonly (readonly [string, T])[]>,
): Promise<{ readonly atMs: number }> {
  const begun = truths.begin();
  truths.read(begun, await ask());
  return { atMs: Date.now() };
}

export const openOrdersQuery = queryOptions({
  queryKey: ['orders.list', 'open'],
  queryFn: () =>
    readAll(orders, async () => {
      const reply = await call('orders.list', { query: { state: 'open' } });
      return reply.orders.map((order) => [orderId(order), order] as const);
    }),
  refetchInterval: AGAIN_MS,
});

export const tradingQuery = queryOptions({
  queryKey: ['trading.list'],
  queryFn: () =>
    readAll(accounts, async () =>
      (await call('trading.list')).map((account) => [account.connection, account] as const),
    ),
  refetchInterval: AGAIN_MS,
});

export const haltQuery = queryOptions({
  queryKey: ['halt.read'],
  queryFn: () => readAll(halts, async () => [[THE_HALT, await call('halt.read')] as const]),
  refetchInterval: AGAIN_MS,
});

/** One connection is asked for; what is known of the others stays. */
async function readBalances(connection: string): Promise<readonly TradeBalance[]> {
  const begun = balances.begin();
  const rows = await call('trading.balances', { params: { id: connection } });
  const others = balances.all().filter((known) => known.connection !== connection);
  balances.read(begun, [
    ...others.map((known) => [known.connection, known] as const),
    [connection, { connection, rows }],
  ]);
  return rows;
}

export const tradeBalancesQuery = (connection: string | null) =>
  queryOptions({
    queryKey: ['trading.balances', { connection }],
    queryFn: () => readBalances(connection ?? ''),
    enabled: connection !== null,
    refetchInterval: AGAIN_MS,
  });

async function readFills(connection: string | null, market: string): Promise<{ readonly atMs: number }> {
  const begun = fills.begin();
  const query = { market, limit: FILLS_SHOWN, ...(connection === null ? {} : { connection }) };
  const reply = await call('fills.list', { query });
  fills.read(
    begun,
    [...fills.all(), ...reply.fills].map((fill) => [orderId(fill), fill] as const),
  );
  return { atMs: Date.now() };
}

export const fillsQuery = (connection: string | null, market: string) =>
  queryOptions({
    queryKey: ['fills.list', 'newest', { connection, market }],
    queryFn: () => readFills(connection, market),
  });

/** Null: of every exchange that is connected. */
export const marketsQuery = (venue: Venue | null) =>
  queryOptions({
    queryKey: ['markets.list', { venue }],
    queryFn: () => call('markets.list', { query: venue === null ? {} : { venue } }),
    staleTime: MARKETS_AGAIN_MS,
    refetchInterval: MARKETS_AGAIN_MS,
  });

export type Watched = Reply<'watchlist.read'>;
export const watchlistQuery = queryOptions({
  queryKey: ['watchlist.read'],
  queryFn: () => call('watchlist.read'),
});
