/** Public market data, and which of it a person wants to see first. */

import type { VenueId } from '../../core/ids.ts';
import { Refusal } from '../../shell/refusal.ts';
import type { MarketFeed, TradingDesk } from '../../shell/trading/ports.ts';
import type { DeskVenues } from '../../shell/venues.ts';
import type { Database } from '../../store/database.ts';
import { readWatchlist, writeWatchlist } from '../../store/watchlists.ts';
import type { Answer } from '../../venues/venue.ts';
import type { Handlers } from '../handler.ts';
import { withinReach } from '../reach.ts';

type Names =
  | 'markets.list'
  | 'markets.candles'
  | 'markets.book'
  | 'markets.trades'
  | 'watchlist.read'
  | 'watchlist.write';

export type MarketParts = {
  readonly desk: TradingDesk;
  readonly feed: MarketFeed;
  readonly venues: DeskVenues;
  readonly database: Database;
};

export function marketHandlers({ desk, feed, venues, database }: MarketParts): Handlers<Names> {
  const told = <T>(venue: VenueId, answer: Answer<T>): T => {
    if (answer.ok) return answer.value;
    const name = venues.get(venue)?.guide.name ?? venue;
    if (answer.fault.code === 'invalid-request')
      throw new Refusal('not_found', `${name} has no such market.`, 'Choose one of the list of markets.');
    throw new Refusal(
      'market_data_unavailable',
      `${name} did not tell it (${answer.fault.code}).`,
      'Try again in some seconds.',
    );
  };
  const served = (venue: VenueId): void => {
    if (venues.has(venue)) return;
    throw new Refusal(
      'not_connectable',
      'The practice exchange is not running.',
      'Start the desk without --no-practice.',
    );
  };

  return {
    async 'markets.list'({ who, query }) {
      if (query.venue !== undefined) served(query.venue);
      const within = withinReach(who.token);
      const all = await desk.markets(who.user.id, query.venue ?? null);
      return all.filter(({ symbol }) => within.hasMarket(symbol));
    },
    async 'markets.candles'({ who, params, query }) {
      served(params.venue);
      withinReach(who.token).market(params.market, 'market');
      const { interval, limit, toSec } = query;
      const page = told(params.venue, await feed.candles(params.venue, params.market, interval, toSec ?? null, limit));
      return { interval, candles: [...page.candles], first: page.first };
    },
    async 'markets.book'({ who, params }) {
      served(params.venue);
      withinReach(who.token).market(params.market, 'market');
      return told(params.venue, await feed.book(params.venue, params.market));
    },
    async 'markets.trades'({ who, params }) {
      served(params.venue);
      withinReach(who.token).market(params.market, 'market');
      return [...told(params.venue, await feed.trades(params.venue, params.market))];
    },
    'watchlist.read': ({ who }) => readWatchlist(database, who.user.id),
    async 'watchlist.write'({ who, body }) {
      await writeWatchlist(database, who.user.id, body.markets);
      return readWatchlist(database, who.user.id);
    },
  };
}
