/** The person's watchlist, kept by the desk: the same on every device. */

import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { call } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import { asProblem } from '../../parts/problem.tsx';
import { say } from '../../parts/said.tsx';
import { type Watched, watchlistQuery } from '../data/queries.ts';

const NONE: Watched = [];
type Market = Watched[number];

const isSame = (a: Market, b: Market): boolean => a.venue === b.venue && a.market === b.market;
const put = (list: Watched): void => {
  queryClient.setQueryData<Watched>(watchlistQuery.queryKey, list);
};

export function useWatchlist(): {
  readonly watched: Watched;
  readonly isWatched: (market: Market) => boolean;
  readonly toggle: (market: Market) => void;
} {
  const { data = NONE } = useQuery(watchlistQuery);
  const keys = useMemo(() => new Set(data.map(({ venue, market }) => `${venue} ${market}`)), [data]);
  // Written one after the other, each time the whole list: the last click decides.
  const writing = useRef<Promise<void>>(Promise.resolve());
  const write = async (markets: Watched): Promise<void> => {
    try {
      await call('watchlist.write', { body: { markets: [...markets] } });
    } catch (error) {
      const { cause, cure } = asProblem(error);
      say(`The watchlist was not saved. ${cause} ${cure}`, 'red');
      await queryClient.invalidateQueries({ queryKey: watchlistQuery.queryKey });
    }
  };
  const toggle = (market: Market): void => {
    const known = queryClient.getQueryData<Watched>(watchlistQuery.queryKey);
    // Before it was read, a click would write a list of one over it.
    if (known === undefined) return;
    const next = known.some((one) => isSame(one, market))
      ? known.filter((one) => !isSame(one, market))
      : [...known, market];
    put(next);
    writing.current = writing.current.then(() => write(next));
  };
  return { watched: data, isWatched: ({ venue, market }) => keys.has(`${venue} ${market}`), toggle };
}
