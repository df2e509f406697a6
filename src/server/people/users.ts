/** Rows of people, and what they may change about themselves. */

import type { Person } from '../../contract/people.ts';
import type { Database } from '../../store/database.ts';
import type { UserRow } from '../../store/schema.ts';

export type User = Readonly<UserRow>;
export type Settings = { currency: UserRow['currency']; swapUpDown: boolean; theme: UserRow['theme'] };

/** Names are compared without case and without look-alike forms (ﬁ and fi). */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

export function newUser(of: {
  id: string;
  name: string;
  role: UserRow['role'];
  passwordHash: string;
  nowMs: number;
}): UserRow {
  return {
    id: of.id,
    name: of.name,
    name_key: nameKey(of.name),
    role: of.role,
    password_hash: of.passwordHash,
    password_changed_at_ms: of.nowMs,
    totp_secret: null,
    totp_last_step: 0,
    currency: 'USDT',
    swap_up_down: 0,
    theme: 'system',
    created_at_ms: of.nowMs,
  };
}

export function userById(database: Database, id: string): Promise<User | undefined> {
  return database.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

export function userByName(database: Database, name: string): Promise<User | undefined> {
  return database.selectFrom('users').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst();
}

export async function isClaimed(database: Database): Promise<boolean> {
  return (await database.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

export function personOf(user: User): Person {
  return { id: user.id, name: user.name, role: user.role, createdAtMs: user.created_at_ms };
}

export function settingsOf(user: User): Settings {
  return { currency: user.currency, swapUpDown: user.swap_up_down === 1, theme: user.theme };
}
