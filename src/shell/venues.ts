/** The exchanges this desk can reach, as it was started. */

import type { Guide } from '../../guides/guide.ts';
import { practice } from '../../guides/practice.ts';
import { whitebit } from '../../guides/whitebit.ts';
import type { VenueId } from '../core/ids.ts';
import { DEFAULT_PRACTICE_PORT, isLoopback } from '../options.ts';
import type { StoredConnection } from '../store/connections.ts';
import type { VenueStream } from '../venues/streams.ts';
import type { PublicVenue } from '../venues/venue.ts';
import { createPinnedHttp } from '../venues/whitebit/http.ts';
import { createWhitebitPublic } from '../venues/whitebit/public.ts';
import { createPublicCall } from '../venues/whitebit/public-call.ts';
import { createWhitebitStream, type StreamOptions } from '../venues/whitebit/stream.ts';
import { streamUrl } from '../venues/whitebit/stream-url.ts';
import { createWebSockets } from '../venues/whitebit/websocket.ts';
import type { Clock } from './clock.ts';
import { type Random, systemRandom, unit } from './random.ts';

export type DeskVenue = {
  readonly id: VenueId;
  readonly guide: Guide;
  readonly origin: string;
  /** Practice money: the practice exchange, or the venue WhiteBIT while it is pointed at this machine. */
  readonly isPractice: boolean;
  readonly publicVenue: PublicVenue;
  readonly close: () => void;
};

/**
 * Why a connection is not used as this desk was started. Its exchange is not there (`not-served`), or another exchange
 * stands behind the name WhiteBIT than the one its key belongs to, and no key is to be shown to a stranger.
 */
export type Unserved = 'not-served' | 'made-in-rehearsal' | 'pointed-at-practice';

/** What a card needs of its exchange, whether or not this desk was started with it. */
export type ShownVenue = Pick<DeskVenue, 'guide' | 'origin' | 'isPractice'> & { readonly unserved: Unserved | null };

export type DeskVenues = ReadonlyMap<VenueId, DeskVenue>;

export function createVenues(
  origins: { readonly whitebit: string; readonly practice: string | null },
  clock: Clock,
  random: Random = systemRandom,
): DeskVenues {
  const venues = new Map<VenueId, DeskVenue>();
  const add = (guide: Guide, origin: string): void => {
    const http = createPinnedHttp({ origin });
    venues.set(guide.venue, {
      id: guide.venue,
      guide,
      origin,
      isPractice: guide.kind === 'practice' || isLoopback(new URL(origin).hostname),
      publicVenue: createWhitebitPublic({ call: createPublicCall({ http, clock, random: () => unit(random) }), clock }),
      close: () => http.close(),
    });
  };
  if (origins.practice !== null) add(practice, origins.practice);
  add(whitebit, origins.whitebit);
  return venues;
}

export type OpenMarketStream = (
  venue: Pick<DeskVenue, 'origin'>,
  options: Pick<StreamOptions, 'clock' | 'random' | 'topics' | 'onEvent' | 'onState'>,
) => VenueStream;

/** Prices need no key: this stream is told of no account. */
export const openMarketStream: OpenMarketStream = ({ origin }, options) => {
  const url = streamUrl(origin);
  return createWhitebitStream({ ...options, url, open: createWebSockets([new URL(url).origin]), token: null });
};

/** Only the practice exchange can be left out. Its connections stay what they are: practice money, and not renewed. */
export function shownVenue(venues: DeskVenues, id: VenueId): ShownVenue {
  const served = venues.get(id);
  if (served !== undefined) return { ...served, unserved: null };
  if (id !== practice.venue) throw new Error(`${id} is always there`);
  return {
    guide: practice,
    origin: `http://127.0.0.1:${DEFAULT_PRACTICE_PORT}`,
    isPractice: true,
    unserved: 'not-served',
  };
}

/** The exchange of a connection that exists: practice money stays practice money, wherever WhiteBIT is pointed today. */
export function shownVenueOf(
  venues: DeskVenues,
  connection: Pick<StoredConnection, 'venue' | 'madeOnPractice'>,
): ShownVenue {
  const { venue, madeOnPractice } = connection;
  const shown = shownVenue(venues, venue);
  if (shown.unserved !== null || madeOnPractice === shown.isPractice) return shown;
  return {
    ...shown,
    isPractice: madeOnPractice,
    unserved: madeOnPractice ? 'made-in-rehearsal' : 'pointed-at-practice',
  };
}
