/** Exchanges, connections, balances, the overview: from the contract to `shell/connections.ts` and back. */

import { COMES_LATER, guides, laterExchanges } from '../../../guides/catalogue.ts';
import { guideLinks } from '../../../guides/guide.ts';
import type { Clock } from '../../shell/clock.ts';
import type { Connections } from '../../shell/connections.ts';
import type { CustodyLink } from '../../shell/custody-link.ts';
import { countedOf, overview } from '../../shell/overview.ts';
import type { Prices } from '../../shell/prices.ts';
import { Refusal } from '../../shell/refusal.ts';
import type { ValueHistory } from '../../shell/value-history.ts';
import type { DeskVenues } from '../../shell/venues.ts';
import type { Handlers } from '../handler.ts';

type Names =
  | 'exchanges.list'
  | 'exchanges.guide'
  | 'connections.list'
  | 'connections.connect'
  | 'connections.replaceKey'
  | 'connections.check'
  | 'connections.refresh'
  | 'connections.rename'
  | 'connections.remove'
  | 'attempts.read'
  | 'balances.list'
  | 'overview.read';

export type ExchangeParts = {
  readonly connections: Connections;
  readonly custody: CustodyLink;
  readonly venues: DeskVenues;
  readonly prices: Prices;
  readonly history: ValueHistory;
  readonly clock: Clock;
  readonly isWatched: (userId: string) => boolean;
};

export function exchangeHandlers(parts: ExchangeParts): Handlers<Names> {
  const { connections, venues, prices, history, clock } = parts;

  /** Prices a few seconds old at most, of the exchanges this person has. */
  const refreshPrices = async (userId: string): Promise<void> => {
    await Promise.all([...connections.countByVenue(userId).keys()].map((venue) => prices.refresh(venue)));
  };

  return {
    'exchanges.list'({ who }) {
      const counts = connections.countByVenue(who.user.id);
      const connectable = guides.flatMap((guide) => {
        const venue = venues.get(guide.venue);
        if (venue === undefined) return [];
        return {
          id: guide.venue,
          name: guide.name,
          kind: venue.isPractice ? ('practice' as const) : guide.kind,
          note: noteOf(guide.note, guide.kind === 'live' && venue.isPractice),
          fields: guide.fields.map((field) => field.label),
          passphrase: guide.passphrase,
          ipListNeeded: guide.ipListNeeded,
          rightsReadable: guide.rightsReadable,
          connected: counts.get(guide.venue) ?? 0,
        };
      });
      const later = laterExchanges.map(({ id, name }) => ({
        id,
        name,
        kind: 'later' as const,
        note: COMES_LATER,
        fields: [],
        passphrase: false,
        ipListNeeded: false,
        rightsReadable: 'no' as const,
        connected: 0,
      }));
      return [...connectable, ...later];
    },

    'exchanges.guide'({ params }) {
      const venue = venues.get(params.venue);
      if (venue === undefined) {
        throw new Refusal(
          'not_connectable',
          'The practice exchange is not running.',
          'Start the desk without --no-practice.',
        );
      }
      const { guide } = venue;
      return {
        venue: guide.venue,
        name: guide.name,
        ...guideLinks(guide, venue.origin),
        practice: venue.isPractice,
        steps: guide.steps.map(({ text, note }) => ({ text, note })),
        permissions: guide.permissions.map(({ name, want, why }) => ({ name, want, why })),
        notes: [...guide.notes],
        fields: guide.fields.map(({ name, label, hint, secret }) => ({ name, label, hint, secret })),
      };
    },

    async 'connections.list'({ who }) {
      await refreshPrices(who.user.id);
      return connections.list(who.user.id);
    },

    'connections.connect': ({ body, who, peer }) => connections.connect(who.user.id, body, peer),
    'connections.replaceKey': ({ params, body, who, peer }) =>
      connections.replaceKey(who.user.id, params.id, body, peer),
    'connections.check': ({ params, who }) => connections.check(who.user.id, params.id),
    'connections.refresh': ({ params, who }) => connections.refresh(who.user.id, params.id),
    'connections.rename': ({ params, body, who }) => connections.rename(who.user.id, params.id, body.label),

    async 'connections.remove'({ params, who, peer }) {
      await connections.remove(who.user.id, params.id, peer);
      return {};
    },

    'attempts.read': ({ params, who }) => connections.attempt(who.user.id, params.id),

    async 'balances.list'({ query, who }) {
      await refreshPrices(who.user.id);
      return connections.balances(who.user.id, query.connection ?? null);
    },

    async 'overview.read'({ who }) {
      const { user } = who;
      await refreshPrices(user.id);
      const views = new Map(connections.list(user.id).map((view) => [view.id, view]));
      const shown = connections.stored(user.id).map((stored) => ({
        stored,
        venueName: views.get(stored.id)?.venueName ?? '',
        isPractice: views.get(stored.id)?.practice ?? false,
        trouble: views.get(stored.id)?.trouble?.title ?? null,
      }));
      const counted = countedOf(shown).map(({ stored }) => stored.id);
      return overview({
        connections: shown,
        currency: user.currency,
        pricedOf: (stored) => prices.last(stored.venue),
        history: await history.together(user.id, counted, user.currency),
        isWatched: parts.isWatched(user.id),
        nowMs: clock.nowMs(),
      });
    },
  };
}

function noteOf(note: string, isRedirected: boolean): string {
  return isRedirected ? 'Pointed at a practice exchange on this machine.' : note;
}
