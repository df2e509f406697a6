/** People of this desk, for its owner; and everybody's own settings. */

import { newId } from '../../shell/random.ts';
import { notFound, Refusal } from '../../shell/refusal.ts';
import type { Handlers } from '../handler.ts';
import { codeHash, readableCode } from '../people/codes.ts';
import type { People } from '../people/people.ts';
import { personOf, settingsOf, userById } from '../people/users.ts';

type Names = 'users.list' | 'users.invite' | 'users.remove' | 'settings.read' | 'settings.write';

const INVITATION_MS = 24 * 3_600_000;
const INVITATION_GROUPS = 6;
/** Open at the same time; they end by themselves. */
const INVITATIONS_MAX = 20;

export function userHandlers(people: People): Handlers<Names> {
  const { database, clock, random, events } = people;
  return {
    async 'users.list'() {
      const users = await database.selectFrom('users').selectAll().orderBy('created_at_ms').execute();
      const invitations = await database
        .selectFrom('invitations')
        .select(['id', 'created_at_ms as createdAtMs', 'expires_at_ms as expiresAtMs'])
        .where('expires_at_ms', '>', clock.nowMs())
        .orderBy('created_at_ms')
        .execute();
      return { users: users.map(personOf), invitations };
    },

    async 'users.invite'({ who, peer }) {
      const nowMs = clock.nowMs();
      await database.deleteFrom('invitations').where('expires_at_ms', '<=', nowMs).execute();
      const open = await database.selectFrom('invitations').select('id').execute();
      if (open.length >= INVITATIONS_MAX) {
        throw new Refusal(
          'limit_reached',
          `${open.length} invitations are open already.`,
          'Wait until some are used or have expired.',
        );
      }
      const code = readableCode(INVITATION_GROUPS, random);
      const expiresAtMs = nowMs + INVITATION_MS;
      await database
        .insertInto('invitations')
        .values({
          id: newId(random),
          code_hash: codeHash(code),
          created_by: who.user.id,
          created_at_ms: nowMs,
          expires_at_ms: expiresAtMs,
        })
        .execute();
      await events.record(who.user.id, 'invitation-made', 'Made an invitation for one person.', peer);
      return { code, expiresAtMs };
    },

    /** Also takes back an invitation: both are in the one list that the owner sees. */
    async 'users.remove'({ params, who, peer }) {
      const invitation = await database.deleteFrom('invitations').where('id', '=', params.id).executeTakeFirst();
      if (invitation.numDeletedRows > 0n) return {};
      const user = await userById(database, params.id);
      if (user === undefined) throw notFound('person');
      if (user.role === 'owner') {
        throw new Refusal(
          'not_allowed',
          'The owner cannot be removed.',
          'Stop the desk and delete its data folder to begin anew.',
        );
      }
      // Out first: nothing new may begin while what there is ends.
      await people.sessions.endOthers(user.id, null);
      await people.beforeRemoval(user.id);
      await database.deleteFrom('users').where('id', '=', user.id).execute();
      await events.record(who.user.id, 'person-removed', `Removed ${user.name} and their connections.`, peer);
      return {};
    },

    'settings.read': ({ who }) => settingsOf(who.user),

    async 'settings.write'({ body, who }) {
      const set = {
        ...(body.currency !== undefined && { currency: body.currency }),
        ...(body.theme !== undefined && { theme: body.theme }),
        ...(body.swapUpDown !== undefined && { swap_up_down: body.swapUpDown ? (1 as const) : (0 as const) }),
      };
      if (Object.keys(set).length > 0) {
        await database.updateTable('users').set(set).where('id', '=', who.user.id).execute();
      }
      const user = await userById(database, who.user.id);
      if (user === undefined) throw notFound('person');
      await people.onChanged(user.id);
      return settingsOf(user);
    },
  };
}
