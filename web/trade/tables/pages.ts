/** Past orders and fills, page by page from the desk, with what the live line told since in front. */

import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Fill, Order } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import { metOrders } from '../data/actions.ts';
import { ended, fills, orderId } from '../data/stores.ts';
import type { Truths } from '../data/truths.ts';
import { endedAtMs, merged } from './merge.ts';

/** What the desk is asked for; what it cannot filter is filtered here. */
export type Reach = { readonly connection: string | null; readonly market: string | null };

const PAGE = 200;

const queryOf = ({ connection, market }: Reach) => ({
  ...(connection === null ? {} : { connection }),
  ...(market === null ? {} : { market }),
});
const before = (cursor: string): { before?: string } => (cursor === '' ? {} : { before: cursor });

export async function closedPage(reach: Reach, cursor: string, limit: number) {
  const { orders, next } = await call('orders.list', {
    query: { ...queryOf(reach), ...before(cursor), state: 'closed', limit },
  });
  metOrders(orders);
  return { rows: orders, next };
}

export async function fillPage(reach: Reach, cursor: string, limit: number) {
  const { fills: rows, next } = await call('fills.list', { query: { ...queryOf(reach), ...before(cursor), limit } });
  return { rows, next };
}

const shared = {
  initialPageParam: '',
  getNextPageParam: ({ next }: { readonly next: string | null }) => next ?? undefined,
  // The live line brings what is new; looking back at the tab need not read all pages once more.
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
};

const closedQuery = (reach: Reach) =>
  infiniteQueryOptions({
    queryKey: ['orders.list', 'closed', reach],
    queryFn: ({ pageParam }) => closedPage(reach, pageParam, PAGE),
    ...shared,
  });
const fillPagesQuery = (reach: Reach) =>
  infiniteQueryOptions({
    queryKey: ['fills.list', 'pages', reach],
    queryFn: ({ pageParam }) => fillPage(reach, pageParam, PAGE),
    ...shared,
  });

export type Paged<T> = {
  readonly rows: readonly T[];
  readonly loading: boolean;
  readonly loadingMore: boolean;
  readonly end: boolean;
  readonly error: unknown;
  readonly more: () => void;
  readonly again: () => void;
};

const inReach = (
  { connection, market }: Reach,
  row: { readonly connection: string; readonly market: string },
): boolean => (connection === null || row.connection === connection) && (market === null || row.market === market);

const fillAtMs = (fill: Fill): number => fill.atMs;

/** Read anew where the line's words were let go: they are with the desk by then. */
function useTold<T>(told: Truths<T>, list: 'orders.list' | 'fills.list', pages: 'closed' | 'pages'): readonly T[] {
  const all = useSyncExternalStore(told.subscribe, told.all);
  const count = useRef(all.length);
  useEffect(() => {
    if (all.length < count.current) void queryClient.invalidateQueries({ queryKey: [list, pages] });
    count.current = all.length;
  }, [all, list, pages]);
  return all;
}

function usePaged<T extends { readonly connection: string; readonly market: string; readonly key: string }>(
  query: ReturnType<typeof useInfiniteQuery<{ readonly rows: readonly T[]; readonly next: string | null }>>,
  live: readonly T[],
  reach: Reach,
  atMs: (row: T) => number,
): Paged<T> {
  const pages = query.data?.pages;
  const end = pages !== undefined && !query.hasNextPage;
  const rows = useMemo(
    () =>
      merged(
        pages?.flatMap((page) => page.rows) ?? [],
        live.filter((row) => inReach(reach, row)),
        { end, idOf: orderId, atMs },
      ),
    [pages, live, reach, end, atMs],
  );
  const { fetchNextPage, refetch, isFetchingNextPage, hasNextPage, isError } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  const again = useCallback(
    () => void (pages === undefined ? refetch() : fetchNextPage()),
    [pages, refetch, fetchNextPage],
  );
  return { rows, loading: query.isPending, loadingMore: isFetchingNextPage, end, error: query.error, more, again };
}

export function useClosedOrders(reach: Reach): Paged<Order> {
  const live = useTold(ended, 'orders.list', 'closed');
  const query = useInfiniteQuery(closedQuery(reach));
  return usePaged<Order>(query as never, live, reach, endedAtMs);
}

export function useFillPages(reach: Reach): Paged<Fill> {
  const live = useTold(fills, 'fills.list', 'pages');
  const query = useInfiniteQuery(fillPagesQuery(reach));
  return usePaged<Fill>(query as never, live, reach, fillAtMs);
}

/** After so many pages that hold nothing wanted the person is asked, instead of reading years unasked. */
const PAGES_UNASKED = 10;

/** Goes on reading while the rows in sight run out, but not for ever where a filter finds next to nothing. */
export function useReadOn<T>(paged: Paged<T>, found: number) {
  const [allowed, setAllowed] = useState(PAGES_UNASKED * PAGE);
  const { rows, more, end } = paged;
  const asks = !end && rows.length - found >= allowed;
  const onEnd = useCallback(() => {
    if (!asks) more();
  }, [asks, more]);
  return { asks, onEnd, read: rows.length, goOn: () => setAllowed(rows.length - found + PAGES_UNASKED * PAGE) };
}
