/**
 * Public market data, shared by everybody who looks. Each exchange has one stream, open while somebody wants something
 * of it; what is asked for over HTTP is asked for once, however many ask.
 */

import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { DeskVenues, OpenMarketStream } from '../venues.ts';
import type { MarketFeed } from './ports.ts';

export type FeedParts = {
  readonly venues: DeskVenues;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How a venue's stream is opened; left out: over the network. */
  readonly openStream?: OpenMarketStream;
};

export function createMarketFeed(_parts: FeedParts): MarketFeed {
  throw new Error('Not yet');
}
