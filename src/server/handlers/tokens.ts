/** Tokens of programs: made and ended by a person who is there, never by a program. */

import { notFound } from '../../shell/refusal.ts';
import type { Handlers } from '../handler.ts';
import type { People } from '../people/people.ts';

type Names = 'tokens.list' | 'tokens.create' | 'tokens.revoke';

export function tokenHandlers(
  people: People,
  ownConnections: (userId: string) => ReadonlySet<string>,
): Handlers<Names> {
  const { tokens, events } = people;
  return {
    'tokens.list': ({ who }) => tokens.list(who.user.id),
    async 'tokens.create'({ who, body, peer }) {
      const own = ownConnections(who.user.id);
      if (body.connections?.some((id) => !own.has(id)) === true) throw notFound('connection');
      const made = await tokens.create(who.user.id, body);
      const may = made.scopes.join(', ');
      await events.record(who.user.id, 'token-made', `Made the token “${made.label}” (${may}).`, peer);
      return made;
    },
    async 'tokens.revoke'({ who, params, peer }) {
      const { label } = await tokens.revoke(who.user.id, params.id);
      await events.record(who.user.id, 'token-revoked', `Revoked the token “${label}”.`, peer);
      return {};
    },
  };
}
