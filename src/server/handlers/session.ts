/** Getting in and out: setup, login, second factor, invitations, step-up. */

import { newId } from '../../shell/random.ts';
import { Refusal } from '../../shell/refusal.ts';
import type { Handlers } from '../handler.ts';
import { codeHash } from '../people/codes.ts';
import { factorsOf, hasSecondFactor, spendRecoveryCode, spendTotp } from '../people/factors.ts';
import { refuseWeak } from '../people/passwords.ts';
import { networkOf, type Peer } from '../people/peer.ts';
import { type People, secondFactorState, signedInState } from '../people/people.ts';
import type { Session } from '../people/sessions.ts';
import { isClaimed, nameKey, newUser, type User, userById, userByName } from '../people/users.ts';

type Names =
  | 'session.read'
  | 'setup.claim'
  | 'login.password'
  | 'login.factor'
  | 'login.passkey.options'
  | 'login.passkey'
  | 'invite.accept'
  | 'logout'
  | 'stepUp.prove'
  | 'stepUp.passkey.options'
  | 'stepUp.passkey';

export function sessionHandlers(people: People): Handlers<Names> {
  const { sessions, events, passkeys, throttle, clock } = people;
  return {
    async 'session.read'({ who, pending }) {
      if (who.user !== undefined) return signedInState(people, who.user, who.session ?? null);
      if (pending !== null) return secondFactorState(people, pending.user_id);
      if (!(await isClaimed(people.database))) return { state: 'unclaimed', version: '' };
      return { state: 'signed-out', version: '', passkeys: await passkeys.offered() };
    },

    async 'setup.claim'({ body, peer, setToken }) {
      const user = await claim(people, body, peer);
      await people.onChanged(user.id);
      const { session, token } = await sessions.open(user.id, 'signed-in', peer);
      setToken(token);
      await events.record(user.id, 'claimed', 'Claimed this desk with the setup code.', peer);
      return signedInState(people, user, session);
    },

    async 'login.password'({ body, who, pending, peer, setToken }) {
      const user = await checkPassword(people, body, peer);
      await endReplaced(people, [who.session ?? null, pending]);
      if (hasSecondFactor(await factorsOf(people.database, user.id))) {
        const { token } = await sessions.open(user.id, 'second-factor', peer);
        setToken(token);
        return secondFactorState(people, user.id);
      }
      const { session, token } = await sessions.open(user.id, 'signed-in', peer);
      setToken(token);
      await events.login(user.id, 'the password', peer);
      return signedInState(people, user, session);
    },

    async 'login.factor'({ body, pending, peer, setToken }) {
      const user = await owing(people, pending);
      await proveCode(people, user, body, peer, 'factor-failed');
      return enter(
        people,
        pending,
        user,
        body.kind === 'totp' ? 'password and authenticator' : 'password and recovery code',
        peer,
        setToken,
      );
    },

    async 'login.passkey.options'({ pending }) {
      return { options: await passkeys.loginOptions('login', pending?.user_id ?? null) };
    },

    async 'login.passkey'({ body, who, pending, peer, setToken }) {
      const proven = await passkeys.proveLogin(body.response, 'login', pending?.user_id ?? null);
      const user = await userById(people.database, proven.userId);
      if (user === undefined) throw notSignedIn();
      await endReplaced(people, [who.session ?? null]);
      return enter(people, pending, user, pending === null ? 'a passkey' : 'password and passkey', peer, setToken);
    },

    async 'invite.accept'({ body, peer, setToken }) {
      const user = await acceptInvitation(people, body, peer);
      await people.onChanged(user.id);
      const { session, token } = await sessions.open(user.id, 'signed-in', peer);
      setToken(token);
      await events.record(user.id, 'invitation-accepted', 'Joined this desk by an invitation.', peer);
      return signedInState(people, user, session);
    },

    async logout({ who, peer, setToken }) {
      if (who.session !== null) {
        await sessions.end([who.session.id]);
        await events.record(who.user.id, 'logout', 'Logged out.', peer);
      }
      setToken(null);
      return {};
    },

    async 'stepUp.prove'({ body, who, peer, setToken }) {
      const { user } = who;
      const session = inBrowser(who.session);
      if (body.kind === 'totp') {
        await proveCode(people, user, body, peer, 'step-up-failed');
      } else {
        if (hasSecondFactor(await factorsOf(people.database, user.id))) {
          throw new Refusal(
            'wrong_password',
            'A password alone is not enough any more.',
            'Use the code of your authenticator, or a passkey.',
          );
        }
        const subject = { account: user.id, address: networkOf(peer.address) };
        throttle.admit(subject, 'account');
        if (!(await people.passwords.verify(user.password_hash, body.password)).right) {
          await events.record(user.id, 'step-up-failed', 'A wrong password was given to confirm an action.', peer);
          throw new Refusal('wrong_password', 'That is not the password.', 'Type it again.', { field: 'password' });
        }
        throttle.succeeded(subject, 'account');
      }
      return stepUp(people, session, setToken);
    },

    async 'stepUp.passkey.options'({ who }) {
      return { options: await passkeys.loginOptions('step-up', who.user.id) };
    },

    async 'stepUp.passkey'({ body, who, setToken }) {
      const session = inBrowser(who.session);
      await passkeys.proveLogin(body.response, 'step-up', who.user.id);
      return stepUp(people, session, setToken);
    },
  };

  async function enter(
    of: People,
    pending: Session | null,
    user: User,
    how: string,
    peer: Peer,
    setToken: (token: string | null) => void,
  ) {
    const opened = pending === null ? await sessions.open(user.id, 'signed-in', peer) : await sessions.raise(pending);
    setToken(opened.token);
    await events.login(user.id, how, peer);
    return signedInState(of, user, opened.session);
  }

  async function stepUp(of: People, session: Session, setToken: (token: string | null) => void) {
    const raised = await of.sessions.raise(session);
    setToken(raised.token);
    return { stepUpUntilMs: Math.max(raised.session.step_up_until_ms, clock.nowMs()) };
  }
}

type NewPerson = { readonly code: string; readonly name: string; readonly password: string };

async function claim(people: People, body: NewPerson, peer: Peer): Promise<User> {
  const { setup, throttle, database, clock, random } = people;
  if (setup === null || setup.state() === 'used') {
    throw new Refusal(
      'already_claimed',
      'This desk has an owner already.',
      'Log in, or ask the owner for an invitation.',
    );
  }
  const subject = { account: 'setup', address: networkOf(peer.address) };
  throttle.admit(subject);
  if (setup.state() === 'expired') {
    throw new Refusal(
      'wrong_setup_code',
      'The setup code has expired.',
      'Run `npx gapless setup-code` in its folder, or start the desk again: either prints a new one.',
      { field: 'code' },
    );
  }
  if (!setup.matches(body.code)) {
    throw new Refusal(
      'wrong_setup_code',
      'That is not the setup code.',
      'Copy it from the terminal where the desk was started.',
      { field: 'code' },
    );
  }
  refuseWeak(body.password, body.name);
  if (!setup.take()) {
    throw new Refusal(
      'already_claimed',
      'This desk has an owner already.',
      'Log in, or ask the owner for an invitation.',
    );
  }
  try {
    const passwordHash = await people.passwords.hash(body.password);
    const user = newUser({ id: newId(random), name: body.name, role: 'owner', passwordHash, nowMs: clock.nowMs() });
    await database.insertInto('users').values(user).execute();
    throttle.succeeded(subject);
    return user;
  } catch (error) {
    setup.giveBack();
    throw error;
  }
}

async function acceptInvitation(people: People, body: NewPerson, peer: Peer): Promise<User> {
  const { throttle, database, clock, random } = people;
  const subject = { account: 'invitation', address: networkOf(peer.address) };
  throttle.admit(subject);
  const hash = codeHash(body.code);
  const wrong = () =>
    new Refusal(
      'wrong_invitation',
      'This invitation is not known, was used, or has expired.',
      'Ask the owner for a new one.',
      { field: 'code' },
    );
  const known = await database
    .selectFrom('invitations')
    .select('id')
    .where('code_hash', '=', hash)
    .where('expires_at_ms', '>', clock.nowMs())
    .executeTakeFirst();
  if (known === undefined) throw wrong();
  refuseWeak(body.password, body.name);
  const passwordHash = await people.passwords.hash(body.password);
  const user = newUser({ id: newId(random), name: body.name, role: 'member', passwordHash, nowMs: clock.nowMs() });
  await database.transaction().execute(async (all) => {
    // Deleting it is using it: of two at once, one finds nothing and makes nobody.
    const used = await all.deleteFrom('invitations').where('id', '=', known.id).executeTakeFirst();
    if (used.numDeletedRows === 0n) throw wrong();
    const taken = await all.selectFrom('users').select('id').where('name_key', '=', user.name_key).executeTakeFirst();
    if (taken !== undefined) {
      throw new Refusal('name_taken', 'Somebody here has that name already.', 'Choose another.', { field: 'name' });
    }
    await all.insertInto('users').values(user).execute();
  });
  throttle.succeeded(subject);
  return user;
}

async function checkPassword(
  people: People,
  body: { readonly name: string; readonly password: string },
  peer: Peer,
): Promise<User> {
  const { throttle, database, passwords, events } = people;
  const subject = { account: nameKey(body.name), address: networkOf(peer.address) };
  throttle.admit(subject);
  const user = await userByName(database, body.name);
  const { right, fresh } = await passwords.verify(user?.password_hash ?? null, body.password);
  if (user === undefined || !right) {
    if (user !== undefined) await events.record(user.id, 'login-failed', 'A wrong password was given.', peer);
    throw new Refusal(
      'wrong_login',
      'Name and password do not match.',
      'Try again. A forgotten password is reset on the machine itself: npx gapless reset-password NAME.',
    );
  }
  throttle.succeeded(subject);
  if (fresh !== null) {
    await database.updateTable('users').set({ password_hash: fresh }).where('id', '=', user.id).execute();
  }
  return user;
}

async function proveCode(
  people: People,
  user: User,
  body: { readonly kind: 'totp' | 'recovery'; readonly code: string },
  peer: Peer,
  onWrong: 'factor-failed' | 'step-up-failed',
): Promise<void> {
  const subject = { account: `factor ${user.id}`, address: networkOf(peer.address) };
  const scope = onWrong === 'step-up-failed' ? 'account' : 'place';
  people.throttle.admit(subject, scope);
  const right =
    body.kind === 'totp'
      ? await spendTotp(people.database, user, body.code, people.clock)
      : await spendRecoveryCode(people.database, user.id, body.code);
  if (!right) {
    await people.events.record(
      user.id,
      onWrong,
      onWrong === 'factor-failed'
        ? 'The right password was followed by a wrong code.'
        : 'A wrong code was given to confirm an action.',
      peer,
    );
    throw new Refusal(
      'wrong_code',
      'That code is wrong, or was used already.',
      body.kind === 'totp'
        ? 'Wait for the next code of your authenticator. If it stays wrong, set the clock of the phone.'
        : 'Each recovery code works once; try another.',
      { field: 'code' },
    );
  }
  people.throttle.succeeded(subject, scope);
  if (body.kind === 'recovery') {
    await people.events.record(user.id, 'recovery-used', 'A recovery code was used.', peer);
  }
}

async function owing(people: People, pending: Session | null): Promise<User> {
  const user = pending === null ? undefined : await userById(people.database, pending.user_id);
  if (user === undefined) throw notSignedIn();
  return user;
}

/** The browser forgets the session it had; so do we. */
async function endReplaced(people: People, before: readonly (Session | null)[]): Promise<void> {
  await people.sessions.end(before.flatMap((session) => (session === null ? [] : [session.id])));
}

function inBrowser(session: Session | null): Session {
  if (session !== null) return session;
  throw new Refusal('not_allowed', 'The command line needs no step-up.', 'Call the action itself.');
}

function notSignedIn(): Refusal {
  return new Refusal('not_signed_in', 'Nobody is signed in.', 'Log in.');
}
