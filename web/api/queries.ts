/** Request and response through one cache; live words are written into the same cache, so every view has one source. */

import { notifyManager, QueryClient, queryOptions } from '@tanstack/react-query';
import type { Query, Reply } from '../../src/contract/contract.ts';
import { call, Problem } from './client.ts';

/** The live line keeps what is shown fresh; this is the net below it. */
const FRESH_MS = 30_000;
const RETRIES_MAX = 2;

// What is put into the cache is on the page before the browser paints again; the default waits for a timer, and a ticked box
// fell back for that moment.
notifyManager.setScheduler(queueMicrotask);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      refetchOnWindowFocus: true,
      // A refusal stays a refusal; only silence is worth another try.
      retry: (count, error) => count < RETRIES_MAX && error instanceof Problem && error.status === 0,
    },
    mutations: { retry: false },
  },
});

export type Session = Reply<'session.read'>;
export type SignedIn = Extract<Session, { state: 'signed-in' }>;

export const sessionQuery = queryOptions({ queryKey: ['session.read'], queryFn: () => call('session.read') });
export const connectionsQuery = queryOptions({
  queryKey: ['connections.list'],
  queryFn: () => call('connections.list'),
  refetchInterval: 60_000,
});
export const custodyQuery = queryOptions({ queryKey: ['custody.read'], queryFn: () => call('custody.read') });
export const tilesQuery = queryOptions({ queryKey: ['exchanges.list'], queryFn: () => call('exchanges.list') });
export const overviewQuery = queryOptions({ queryKey: ['overview.read'], queryFn: () => call('overview.read') });
export const factorsQuery = queryOptions({ queryKey: ['factors.read'], queryFn: () => call('factors.read') });
export const sessionsQuery = queryOptions({ queryKey: ['sessions.list'], queryFn: () => call('sessions.list') });
export const eventsQuery = queryOptions({ queryKey: ['security.events'], queryFn: () => call('security.events') });
export const usersQuery = queryOptions({ queryKey: ['users.list'], queryFn: () => call('users.list') });

export type Venue = 'whitebit' | 'practice';
export const guideQuery = (venue: Venue) =>
  queryOptions({
    queryKey: ['exchanges.guide', { venue }],
    queryFn: () => call('exchanges.guide', { params: { venue } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
export const balancesQuery = (query: NonNullable<Query<'balances.list'>>) =>
  queryOptions({ queryKey: ['balances.list', query], queryFn: () => call('balances.list', { query }) });

export function putSession(session: Session): void {
  queryClient.setQueryData(['session.read'], session);
}
