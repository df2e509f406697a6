/** For `gapless reset-password` on the machine itself; there is no route to it. */

import type { Clock } from '../../shell/clock.ts';
import type { Random } from '../../shell/random.ts';
import { newId } from '../../shell/random.ts';
import type { Database } from '../../store/database.ts';
import { HERE } from './events.ts';
import { createPasswords, HASH_COST, refuseWeak } from './passwords.ts';
import { userByName } from './users.ts';

/**
 * Sets a new password and ends every session; open pages notice within a second. Second factors stay as they are.
 * Throws `Refusal` for a weak password. False when there is nobody of that name.
 */
export async function resetPassword(
  database: Database,
  name: string,
  password: string,
  seams: { readonly clock: Clock; readonly random: Random },
): Promise<boolean> {
  const user = await userByName(database, name);
  if (user === undefined) return false;
  refuseWeak(password, user.name);
  const hash = await (await createPasswords(HASH_COST)).hash(password);
  const nowMs = seams.clock.nowMs();
  await database.transaction().execute(async (all) => {
    await all
      .updateTable('users')
      .set({ password_hash: hash, password_changed_at_ms: nowMs })
      .where('id', '=', user.id)
      .execute();
    await all.deleteFrom('sessions').where('user_id', '=', user.id).execute();
    await all
      .insertInto('security_events')
      .values({
        id: newId(seams.random),
        user_id: user.id,
        at_ms: nowMs,
        kind: 'password-reset',
        text: 'The password was reset on the machine itself.',
        ...HERE,
      })
      .execute();
  });
  return true;
}
