/** The exchanges this desk can reach, as it was started. */

import type { Guide } from '../../guides/guide.ts';
import { practice } from '../../guides/practice.ts';
import { whitebit } from '../../guides/whitebit.ts';
import type { VenueId } from '../core/ids.ts';
import { isLoopback } from '../options.ts';
import type { PublicVenue } from '../venues/venue.ts';
import { createPinnedHttp } from '../venues/whitebit/http.ts';
import { createWhitebitPublic } from '../venues/whitebit/public.ts';
import type { Clock } from './clock.ts';

export type DeskVenue = {
  readonly id: VenueId;
  readonly guide: Guide;
  readonly origin: string;
  /** Practice money: the practice exchange, or the venue WhiteBIT while it is pointed at this machine. */
  readonly isPractice: boolean;
  readonly publicVenue: PublicVenue;
  readonly close: () => void;
};

export type DeskVenues = ReadonlyMap<VenueId, DeskVenue>;

export function createVenues(
  origins: { readonly whitebit: string; readonly practice: string | null },
  clock: Clock,
): DeskVenues {
  const venues = new Map<VenueId, DeskVenue>();
  const add = (guide: Guide, origin: string): void => {
    const http = createPinnedHttp({ origin });
    venues.set(guide.venue, {
      id: guide.venue,
      guide,
      origin,
      isPractice: guide.kind === 'practice' || isLoopback(new URL(origin).hostname),
      publicVenue: createWhitebitPublic({ call: (path) => http.send({ method: 'GET', path, headers: {} }), clock }),
      close: () => http.close(),
    });
  };
  if (origins.practice !== null) add(practice, origins.practice);
  add(whitebit, origins.whitebit);
  return venues;
}
