/** Second factors of one person: which there are, and proving one of them. */

import type { Clock } from '../../shell/clock.ts';
import type { Random } from '../../shell/random.ts';
import type { Database } from '../../store/database.ts';
import { codeHash, readableCode } from './codes.ts';
import { totpStep } from './totp.ts';
import { type User, userById } from './users.ts';

const RECOVERY_CODES = 10;
/** 4 × 4 signs of 31: 79 bits, nothing that could be guessed or searched for from its hash. */
const RECOVERY_GROUPS = 4;

export type Factors = { readonly totp: boolean; readonly passkeys: number; readonly recovery: number };

export async function factorsOf(database: Database, userId: string): Promise<Factors> {
  const user = await userById(database, userId);
  const count = (table: 'passkeys' | 'recovery_codes') =>
    database
      .selectFrom(table)
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
  return {
    totp: user?.totp_secret != null,
    passkeys: (await count('passkeys')).count,
    recovery: (await count('recovery_codes')).count,
  };
}

export function hasSecondFactor(factors: Factors): boolean {
  return factors.totp || factors.passkeys > 0;
}

/**
 * Whether the code is right, and was not used before. The step is written in the same statement that compares it, so
 * that of two logins with one code only one succeeds.
 */
export async function spendTotp(database: Database, user: User, code: string, clock: Clock): Promise<boolean> {
  if (user.totp_secret === null) return false;
  const step = totpStep(user.totp_secret, code, clock.nowMs());
  if (step === null) return false;
  const result = await database
    .updateTable('users')
    .set({ totp_last_step: step })
    .where('id', '=', user.id)
    .where('totp_last_step', '<', step)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Deleting it is using it: the second of two at once finds nothing. */
export async function spendRecoveryCode(database: Database, userId: string, code: string): Promise<boolean> {
  const result = await database
    .deleteFrom('recovery_codes')
    .where('user_id', '=', userId)
    .where('code_hash', '=', codeHash(code))
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Ten new ones; the old ones end. Shown once. */
export async function renewRecoveryCodes(database: Database, userId: string, random: Random): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => readableCode(RECOVERY_GROUPS, random));
  await database.transaction().execute(async (all) => {
    await all.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
    await all
      .insertInto('recovery_codes')
      .values(codes.map((code) => ({ user_id: userId, code_hash: codeHash(code) })))
      .execute();
  });
  return codes;
}
