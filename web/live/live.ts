/** The page's one live line, and how its words reach the query cache that every view reads. */

import { useSyncExternalStore } from 'react';
import type { Attempt, Connection } from '../../src/contract/exchanges.ts';
import type { LiveMessage } from '../../src/contract/live.ts';
import { LIVE_PATH } from '../../src/contract/routes.ts';
import { queryClient } from '../api/queries.ts';
import { forgetTrading, marketKey, takeTrading, tickers } from '../trade/data/stores.ts';
import { Watch } from '../trade/data/watch.ts';
import { LiveSocket } from './socket.ts';
import { type Line, LiveStore } from './store.ts';

/** Totals follow balances; reading them more often than this would show nothing new to a person. */
const OVERVIEW_AT_MOST_EVERY_MS = 3000;
let overviewDue = false;

function overviewChanged(): void {
  if (overviewDue) return;
  overviewDue = true;
  setTimeout(() => {
    overviewDue = false;
    void queryClient.invalidateQueries({ queryKey: ['overview.read'] });
  }, OVERVIEW_AT_MOST_EVERY_MS);
}

function putConnection(connection: Connection): void {
  queryClient.setQueryData<readonly Connection[]>(['connections.list'], (known) => {
    if (known === undefined) return known;
    const at = known.findIndex(({ id }) => id === connection.id);
    // What can be done with a new one is not told before it changes.
    if (at < 0) void queryClient.invalidateQueries({ queryKey: ['trading.list'] });
    return at < 0 ? [...known, connection] : known.with(at, connection);
  });
}

function apply(messages: readonly LiveMessage[]): void {
  takeTrading(messages);
  for (const message of messages) {
    switch (message.type) {
      case 'hello':
      case 'attempt':
        break;
      case 'connection':
        putConnection(message.connection);
        overviewChanged();
        break;
      case 'connection-removed':
        queryClient.setQueryData<readonly Connection[]>(['connections.list'], (known) =>
          known?.filter(({ id }) => id !== message.id),
        );
        overviewChanged();
        break;
      case 'balances':
        queryClient.setQueryData(['balances.list', { connection: message.connection }], message.balances);
        overviewChanged();
        break;
      case 'custody':
        queryClient.setQueryData(['custody.read'], message.custody);
        break;
      case 'session-changed':
        void queryClient.invalidateQueries({ queryKey: ['session.read'] });
        void queryClient.invalidateQueries({ queryKey: ['factors.read'] });
        void queryClient.invalidateQueries({ queryKey: ['sessions.list'] });
        break;
      case 'order':
      case 'fill':
      case 'trading':
      case 'trade-balances':
      case 'halt':
      case 'ticker':
      case 'book':
      case 'market-trades':
      case 'candles':
      case 'prices':
        // Taken by `takeTrading`: they come by the hundred and have stores of their own.
        break;
    }
  }
}

export const live = new LiveStore({
  nowMs: () => Date.now(),
  // A hidden tab gets no frames; it must not hoard messages either.
  nextFrame: (run) => (document.hidden ? void setTimeout(run, 250) : void requestAnimationFrame(run)),
  apply,
});

/** An order that ended between being read and the line's opening would be shown as open until it is read again. */
const TOLD_BY_LINE = [['orders.list'], ['fills.list'], ['trading.list'], ['trading.balances'], ['halt.read']];

const socket = new LiveSocket(live, {
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${LIVE_PATH}`),
  nowMs: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  first: () => {
    for (const queryKey of TOLD_BY_LINE) void queryClient.invalidateQueries({ queryKey });
  },
  heal: () => void queryClient.invalidateQueries(),
  lost: () => void queryClient.invalidateQueries({ queryKey: ['session.read'] }),
});

export const watch = new Watch(
  (message) => {
    socket.watch(message);
    // Rows that were scrolled away and come back start from the list's figures, not from a ticker of then.
    const wanted = new Set(message.tickers.map(({ venue, market }) => marketKey(venue, market)));
    tickers.keep((key) => wanted.has(key));
  },
  (delayMs, run) => void setTimeout(run, delayMs),
);

/** While somebody is signed in. Returns how to end it. */
export function goLive(): () => void {
  socket.start();
  const back = (): void => {
    if (!document.hidden) socket.retryNow();
  };
  document.addEventListener('visibilitychange', back);
  window.addEventListener('online', back);
  return () => {
    document.removeEventListener('visibilitychange', back);
    window.removeEventListener('online', back);
    socket.stop();
    forgetTrading();
  };
}

export function useLine(): Line {
  return useSyncExternalStore(live.subscribe, live.line);
}

export function useLiveAttempt(id: string | null): Attempt | undefined {
  return useSyncExternalStore(live.subscribe, () => (id === null ? undefined : live.attempt(id)));
}
