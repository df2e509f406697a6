/**
 * Public market data, shared by everybody who looks. Each exchange has one stream, open while somebody wants something
 * of it; what is asked for over HTTP is asked for once, however many ask.
 */

import type { Logger } from 'pino';
import type { WatchMessage } from '../../contract/live.ts';
import type { VenueId } from '../../core/ids.ts';
import type { VenueFault } from '../../venues/venue.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { DeskVenues, OpenMarketStream } from '../venues.ts';
import { PriceFeed } from './feed-line.ts';
import { keyOf, type Subject } from './feed-subjects.ts';
import type { MarketFeed } from './ports.ts';

type FeedParts = {
  readonly venues: DeskVenues;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly openStream: OpenMarketStream;
};

const NOT_SERVED: VenueFault = {
  code: 'unreachable',
  status: null,
  raw: 'This exchange was not started with the desk',
};

export function createMarketFeed(parts: FeedParts): MarketFeed {
  const feeds = new Map([...parts.venues].map(([id, venue]) => [id, new PriceFeed({ ...parts, venue })]));
  const notServed = { ok: false, fault: NOT_SERVED } as const;
  return {
    markets: async (venue) => feeds.get(venue)?.lists.markets() ?? notServed,
    instruments: async (venue) => feeds.get(venue)?.lists.instruments() ?? notServed,
    now: (venue, market) => feeds.get(venue)?.now(market) ?? null,
    fresh: async (venue, market, person) => feeds.get(venue)?.fresh(market, person) ?? null,
    candles: async (venue, market, interval, toSec, limit) =>
      feeds.get(venue)?.candles(market, interval, toSec, limit) ?? notServed,
    book: async (venue, market) => feeds.get(venue)?.book(market) ?? notServed,
    trades: async (venue, market) => feeds.get(venue)?.trades(market) ?? notServed,
    line: (venue) =>
      feeds.get(venue)?.line() ?? {
        state: 'waiting',
        sinceMs: parts.clock.nowMs(),
        why: `${NOT_SERVED.raw}.`,
        nextAttemptAtMs: null,
      },
    hold: (venue, market) => feeds.get(venue)?.hold(market),
    watch(viewer, wanted) {
      for (const [id, feed] of feeds) feed.watch(viewer, subjectsOf(id, wanted));
    },
    close() {
      for (const feed of feeds.values()) feed.close();
    },
  };
}

function subjectsOf(id: VenueId, wanted: WatchMessage): ReadonlyMap<string, Subject> {
  const subjects = new Map<string, Subject>();
  const add = (subject: Subject): void => void subjects.set(keyOf(subject), subject);
  for (const { venue, market } of wanted.tickers) if (venue === id) add({ kind: 'ticker', market });
  for (const { venue, market, interval } of wanted.markets) {
    if (venue !== id) continue;
    add({ kind: 'book', market });
    add({ kind: 'trades', market });
    if (interval !== null) add({ kind: 'candles', market, interval });
  }
  return subjects;
}
