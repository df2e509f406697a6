/** Accounts, orders, fills, balances and halts for views: asked for once, then kept by the live line. */

import { useQuery } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import type { CustodyState } from '../../../src/contract/custody.ts';
import type { Fill, HaltState, Order, TradeBalance, TradingAccount } from '../../../src/contract/trading.ts';
import { custodyQuery } from '../../api/queries.ts';
import { usePlace } from './place.ts';
import { fillsQuery, haltQuery, openOrdersQuery, tradeBalancesQuery, tradingQuery } from './queries.ts';
import { accounts, balances, fills, halts, orders } from './stores.ts';

export function useTradingAccounts(): readonly TradingAccount[] {
  useQuery(tradingQuery);
  return useSyncExternalStore(accounts.subscribe, accounts.all);
}

/** Of the place; null where none is chosen or it is not told yet. */
export function useAccount(): TradingAccount | null {
  const { connection } = usePlace();
  return useTradingAccounts().find((account) => account.connection === connection) ?? null;
}

/** Newest first, in every state but closed. */
export function useOpenOrders(
  filter: { readonly connection?: string; readonly market?: string } = {},
): readonly Order[] {
  const { connection, market } = filter;
  useQuery(openOrdersQuery);
  const all = useSyncExternalStore(orders.subscribe, orders.all);
  return useMemo(
    () =>
      all
        .filter(
          (order) =>
            (connection === undefined || order.connection === connection) &&
            (market === undefined || order.market === market),
        )
        .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.key < b.key ? 1 : -1)),
    [all, connection, market],
  );
}

/** More marks than this only hide each other. */
const FILLS_MAX = 500;

/** Of the place's market and connection, newest first. */
export function useFills(): readonly Fill[] {
  const { connection, market } = usePlace();
  useQuery(fillsQuery(connection, market));
  const all = useSyncExternalStore(fills.subscribe, fills.all);
  return useMemo(
    () =>
      all
        .filter((fill) => fill.market === market && (connection === null || fill.connection === connection))
        .sort((a, b) => b.atMs - a.atMs)
        .slice(0, FILLS_MAX),
    [all, connection, market],
  );
}

const NO_BALANCES: readonly TradeBalance[] = [];

/** Of the place's connection. */
export function useTradeBalances(): readonly TradeBalance[] {
  const { connection } = usePlace();
  const state = useAccount()?.state;
  // A key that trades nothing yet has no balances to trade with: asking would only be refused.
  const trades = state !== undefined && state !== 'no-markets' && state !== 'watch-only';
  useQuery(tradeBalancesQuery(trades ? connection : null));
  const all = useSyncExternalStore(balances.subscribe, balances.all);
  return useMemo(() => all.find((known) => known.connection === connection)?.rows ?? NO_BALANCES, [all, connection]);
}

/** Of the process that holds the keys; undefined until it is told. */
export function useCustody(): CustodyState['state'] | undefined {
  return useQuery(custodyQuery).data?.state;
}

/** Undefined until it is told. */
export function useHalt(): HaltState | undefined {
  useQuery(haltQuery);
  return useSyncExternalStore(halts.subscribe, halts.all)[0];
}
