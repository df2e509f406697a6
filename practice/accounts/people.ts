import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Account, AccountId, Accounts, Clock, Outcome } from '../ports.ts';
import { inTransaction } from './database.ts';
import { done, refuse } from './outcome.ts';
import { hashPassword, passwordMatches } from './password.ts';
import type { Random } from './random.ts';
import { randomHex } from './random.ts';
import type { Row } from './row.ts';
import { integer, text, textOrNull } from './row.ts';
import { TOTP_SECRET_BYTES, totpCode, totpSecret, totpStepOf, totpUri } from './totp.ts';

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/;
const PASSWORD_LENGTH_MIN = 8;
/** scrypt hashes its input first, but a megabyte of password is a mistake or an attack. */
const PASSWORD_LENGTH_MAX = 256;
const SESSION_LIFE_MS = 30 * 24 * 60 * 60 * 1000;

type Person = Pick<
  Accounts,
  | 'signUp'
  | 'checkPassword'
  | 'account'
  | 'accountByEmail'
  | 'openSession'
  | 'session'
  | 'closeSession'
  | 'startTotp'
  | 'enableTotp'
  | 'currentTotp'
> & {
  readonly all: () => readonly Account[];
  readonly takeTotp: Accounts['useTotp'];
  /** Proves the code and takes the secret away. What follows from it (keys off) is the caller's. */
  readonly dropTotp: (id: AccountId, code: string) => Outcome<null>;
};

export type PeopleOptions = { readonly database: DatabaseSync; readonly clock: Clock; readonly random: Random };

/** Accounts as the table holds them: every signed request asks for one. What changes an account takes it out. */
type Known = Map<AccountId, Account>;

export function createPeople(options: PeopleOptions): Person {
  const known: Known = new Map();
  return { ...accountPart(options, known), ...sessionPart(options), ...totpPart(options, known) };
}

function accountOf(row: Row): Account {
  return {
    // The brand is given here, where the id leaves the database, and in signUp, where it is made.
    id: text(row, 'id') as AccountId,
    email: text(row, 'email'),
    createdAtMs: integer(row, 'created_at_ms'),
    totpEnabled: textOrNull(row, 'totp_secret') !== null,
  };
}

function accountPart({ database, clock, random }: PeopleOptions, known: Known) {
  const selectById = database.prepare('SELECT * FROM account WHERE id = ?');
  const selectByEmail = database.prepare('SELECT * FROM account WHERE email = ?');
  const selectAll = database.prepare('SELECT * FROM account ORDER BY created_at_ms, id');
  const insert = database.prepare(
    'INSERT INTO account (id, email, password, created_at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const rowOf = (email: string): Row | null => selectByEmail.get(email.trim().toLowerCase()) ?? null;

  return {
    async signUp(email: string, password: string): Promise<Outcome<Account>> {
      const address = email.trim().toLowerCase();
      if (!EMAIL.test(address)) return refuse('email-invalid', 'That is not an email address. It needs one @.');
      if (password.length < PASSWORD_LENGTH_MIN)
        return refuse('password-short', `The password needs at least ${PASSWORD_LENGTH_MIN} characters.`);
      if (password.length > PASSWORD_LENGTH_MAX)
        return refuse('password-long', `The password may have at most ${PASSWORD_LENGTH_MAX} characters.`);
      const hash = await hashPassword(password, random(16));
      const id = randomHex(random, 16) as AccountId;
      // The unique index decides: two sign-ups of one address may both have waited for their hash.
      if (insert.run(id, address, hash, clock.nowMs()).changes === 0)
        return refuse('email-taken', 'There is an account with this email already. Log in instead.');
      return done({ id, email: address, createdAtMs: clock.nowMs(), totpEnabled: false });
    },
    async checkPassword(email: string, password: string): Promise<Outcome<Account>> {
      const row = password.length > PASSWORD_LENGTH_MAX ? null : rowOf(email);
      const right = await passwordMatches(
        password.slice(0, PASSWORD_LENGTH_MAX),
        row === null ? null : text(row, 'password'),
      );
      if (row === null || !right) return refuse('login-wrong', 'Email or password is not right.');
      return done(accountOf(row));
    },
    account(id: AccountId): Account | null {
      const held = known.get(id);
      if (held !== undefined) return held;
      const row = selectById.get(id);
      if (row === undefined) return null;
      const account = accountOf(row);
      // Inside of a transaction it may be a state that is rolled back.
      if (!database.isTransaction) known.set(id, account);
      return account;
    },
    accountByEmail(email: string): Account | null {
      const row = rowOf(email);
      return row === null ? null : accountOf(row);
    },
    all: (): readonly Account[] => selectAll.all().map(accountOf),
  };
}

function sessionPart({ database, clock, random }: PeopleOptions) {
  const insert = database.prepare('INSERT INTO session (token_hash, account, expires_at_ms) VALUES (?, ?, ?)');
  const select = database.prepare('SELECT account FROM session WHERE token_hash = ? AND expires_at_ms > ?');
  const remove = database.prepare('DELETE FROM session WHERE token_hash = ? OR expires_at_ms <= ?');
  const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

  return {
    openSession(id: AccountId): string {
      const token = Buffer.from(random(32)).toString('base64url');
      insert.run(hashOf(token), id, clock.nowMs() + SESSION_LIFE_MS);
      return token;
    },
    session(token: string): AccountId | null {
      const row = select.get(hashOf(token), clock.nowMs());
      return row === undefined ? null : (text(row, 'account') as AccountId);
    },
    closeSession(token: string): void {
      remove.run(hashOf(token), clock.nowMs());
    },
  };
}

function totpPart({ database, clock, random }: PeopleOptions, known: Known) {
  const select = database.prepare('SELECT * FROM account WHERE id = ?');
  const start = database.prepare('UPDATE account SET totp_started_secret = ? WHERE id = ?');
  const enable = database.prepare(
    'UPDATE account SET totp_secret = totp_started_secret, totp_started_secret = NULL, totp_last_step = ? WHERE id = ?',
  );
  const takeStep = database.prepare('UPDATE account SET totp_last_step = ?1 WHERE id = ?2 AND totp_last_step < ?1');
  const drop = database.prepare('UPDATE account SET totp_secret = NULL WHERE id = ?');

  function rowOf(id: AccountId): Row {
    const row = select.get(id);
    if (row === undefined) throw new RangeError('No such account');
    return row;
  }

  const wrong = () =>
    refuse(
      'code-wrong',
      'The code is not right. Enter the 6 digits your authenticator shows now, and check its clock.',
    );

  function takeTotp(id: AccountId, code: string): Outcome<null> {
    const secret = textOrNull(rowOf(id), 'totp_secret');
    if (secret === null)
      return refuse('two-factor-off', 'Two-factor authentication is off. Switch it on under Security first.');
    const step = totpStepOf(secret, code, clock.nowMs());
    if (step === null) return wrong();
    // One statement reads and writes the step, so two requests with one code cannot both win.
    if (takeStep.run(step, id).changes === 0)
      return refuse('code-used', 'This code was used already. Wait for the next one; it comes within 30 seconds.');
    return done(null);
  }

  return {
    startTotp(id: AccountId): { secret: string; uri: string } {
      const secret = totpSecret(random(TOTP_SECRET_BYTES));
      start.run(secret, id);
      return { secret, uri: totpUri(text(rowOf(id), 'email'), secret) };
    },
    enableTotp(id: AccountId, code: string): Outcome<null> {
      const row = rowOf(id);
      if (textOrNull(row, 'totp_secret') !== null)
        return refuse('two-factor-on', 'Two-factor authentication is on already.');
      const started = textOrNull(row, 'totp_started_secret');
      if (started === null)
        return refuse(
          'two-factor-not-started',
          'Start again: scan the QR code or copy the setup key, then enter a code.',
        );
      const step = totpStepOf(started, code, clock.nowMs());
      if (step === null) return wrong();
      enable.run(step, id);
      known.delete(id);
      return done(null);
    },
    takeTotp,
    dropTotp: (id: AccountId, code: string): Outcome<null> =>
      inTransaction(database, () => {
        const used = takeTotp(id, code);
        if (used.ok) drop.run(id);
        known.delete(id);
        return used;
      }),
    currentTotp(id: AccountId): { code: string; expiresInMs: number; used: boolean } | null {
      const row = rowOf(id);
      const inForce = textOrNull(row, 'totp_secret');
      const secret = inForce ?? textOrNull(row, 'totp_started_secret');
      if (secret === null) return null;
      const { code, step, expiresInMs } = totpCode(secret, clock.nowMs());
      return { code, expiresInMs, used: inForce !== null && integer(row, 'totp_last_step') >= step };
    },
  };
}
