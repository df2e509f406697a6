/** A person and connections, as rows that trading tables hang on. */

import type { ConnectionId, UserId } from '../core/ids.ts';
import type { Database } from './database.ts';

export async function addPerson(database: Database, user: string, connections: readonly string[]): Promise<void> {
  await database
    .insertInto('users')
    .values({
      ...{ id: user, name: user, name_key: user, role: 'member', password_hash: 'x', password_changed_at_ms: 1 },
      ...{ totp_secret: null, totp_last_step: 0, currency: 'USDT', swap_up_down: 0, theme: 'system', created_at_ms: 1 },
    })
    .execute();
  for (const id of connections)
    await database
      .insertInto('connections')
      .values({
        ...{ id: id as ConnectionId, user_id: user as UserId, venue: 'practice', label: id, purpose: 'trade' },
        ...{ key_hint: 'aa…bb', added_at_ms: 1, key_added_at_ms: 1, report: null, checked_at_ms: null },
        ...{ last_good_at_ms: 1, balances: null, balances_at_ms: null, status: 'checking', since_ms: 1 },
        ...{ removing_at_ms: null, made_on_practice: 1 },
      })
      .execute();
}
