/** Keeps the books of markets in which orders of ours stand, so that their prices are at hand whoever looks. */

import { isLive } from '../../core/order.ts';
import { EXTERNAL } from '../../engine/state.ts';
import { type Cancel, type Clock, repeat } from '../clock.ts';
import type { AccountRunner, MarketFeed } from './ports.ts';

/** A book is kept on for five minutes after it was last wanted; one turn may be missed. */
const HOLD_EVERY_MS = 60_000;

export type MarketHoldParts = {
  readonly accounts: { all(): readonly Pick<AccountRunner, 'venue' | 'query'>[] };
  readonly feed: Pick<MarketFeed, 'hold'>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
};

export function holdMarkets({ accounts, feed, clock, onError }: MarketHoldParts): Cancel {
  return repeat(
    clock,
    HOLD_EVERY_MS,
    async () => {
      for (const { venue, query } of accounts.all()) {
        const live = query.orders().filter(({ owner, status }) => owner !== EXTERNAL && isLive(status));
        for (const market of new Set(live.map((order) => order.market))) feed.hold(venue, market);
      }
    },
    onError,
  );
}
