/** What rows only hold the ids of: names of connections, ticks of markets. The same object until one of them changes. */

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { connectionsQuery, type Venue } from '../../api/queries.ts';
import { useTradingAccounts } from '../data/account.ts';
import { useMarkets } from '../data/market.ts';

export type Names = {
  readonly labelOf: (connection: string) => string;
  readonly venueOf: (connection: string) => Venue | null;
  /** `0` where the market is not known: prices then stand as they are. */
  readonly tickOf: (connection: string, market: string) => string;
  readonly connections: readonly { readonly id: string; readonly label: string }[];
};

const UNKNOWN_TICK = '1';

export function useNames(): Names {
  const accounts = useTradingAccounts();
  const { data: known } = useQuery(connectionsQuery);
  const { markets } = useMarkets();
  // Live words about accounts come by the second and say nothing new here.
  const venues = accounts.map(({ connection, venue }) => `${connection} ${venue}`).join(',');
  return useMemo(() => {
    const labels = new Map((known ?? []).map(({ id, label }) => [id, label]));
    const venueOf = new Map(venues.split(',').map((pair) => pair.split(' ') as [string, Venue | undefined]));
    const ticks = new Map(markets.map(({ venue, symbol, tick }) => [`${venue} ${symbol}`, tick]));
    return {
      labelOf: (connection) => labels.get(connection) ?? 'Removed connection',
      venueOf: (connection) => venueOf.get(connection) ?? null,
      tickOf: (connection, market) => ticks.get(`${venueOf.get(connection)} ${market}`) ?? UNKNOWN_TICK,
      connections: [...venueOf.keys()].filter(Boolean).map((id) => ({ id, label: labels.get(id) ?? 'Connection' })),
    };
  }, [known, venues, markets]);
}
