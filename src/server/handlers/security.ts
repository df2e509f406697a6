/** What a person can see and change about their own security: sessions, factors, events. */

import { renderSVG } from 'uqr';
import { notFound, Refusal } from '../../shell/refusal.ts';
import type { Handlers } from '../handler.ts';
import { factorsOf, hasSecondFactor, renewRecoveryCodes } from '../people/factors.ts';
import { refuseWeak } from '../people/passwords.ts';
import { networkOf, type Peer } from '../people/peer.ts';
import type { People } from '../people/people.ts';
import { newTotpSecret, totpStep, totpUri } from '../people/totp.ts';
import type { User } from '../people/users.ts';

type Names =
  | 'sessions.list'
  | 'sessions.revoke'
  | 'sessions.revokeOthers'
  | 'factors.read'
  | 'factors.password'
  | 'factors.totp.start'
  | 'factors.totp.confirm'
  | 'factors.totp.remove'
  | 'factors.recovery.renew'
  | 'factors.passkey.options'
  | 'factors.passkey.add'
  | 'factors.passkey.remove'
  | 'security.events';

const EVENTS_SHOWN = 200;
/** From showing the QR code to the first code of the authenticator. */
const TOTP_PENDING_MS = 15 * 60_000;
/** Bounds memory; one entry a person, so this is a bound on people. */
const TOTP_PENDING_MAX = 1_000;

export function securityHandlers(people: People): Handlers<Names> {
  const { database, sessions, passkeys, events, clock, random } = people;
  const pendingTotp = new Map<string, { readonly secret: string; readonly untilMs: number }>();

  /** A changed password or factor ends every other session: whoever else was in has to prove the new one. */
  const changed = async (
    user: User,
    keepSession: string | null,
    kind: Parameters<typeof events.record>[1],
    text: string,
    peer: Peer,
  ) => {
    await sessions.endOthers(user.id, keepSession);
    await events.record(user.id, kind, text, peer);
    await people.onChanged(user.id);
  };

  return {
    async 'sessions.list'({ who }) {
      const rows = await sessions.list(who.user.id);
      return rows.map((row) => ({
        id: row.id,
        current: row.id === who.session?.id,
        createdAtMs: row.created_at_ms,
        lastSeenAtMs: row.last_seen_at_ms,
        address: row.address,
        device: row.device,
      }));
    },

    async 'sessions.revoke'({ params, who, peer, setToken }) {
      const own = (await sessions.list(who.user.id)).find((row) => row.id === params.id);
      if (own === undefined) throw notFound('session');
      await sessions.end([own.id]);
      if (own.id === who.session?.id) setToken(null);
      await events.record(who.user.id, 'session-ended', `Ended the session of ${own.device}.`, peer);
      return {};
    },

    async 'sessions.revokeOthers'({ who, peer }) {
      const revoked = await sessions.endOthers(who.user.id, who.session?.id ?? null);
      if (revoked > 0) await events.record(who.user.id, 'session-ended', `Ended ${revoked} other sessions.`, peer);
      return { revoked };
    },

    async 'factors.read'({ who }) {
      const factors = await factorsOf(database, who.user.id);
      const stepUpWith: ('password' | 'totp' | 'passkey')[] = [];
      if (factors.totp) stepUpWith.push('totp');
      if (factors.passkeys > 0) stepUpWith.push('passkey');
      if (stepUpWith.length === 0) stepUpWith.push('password');
      const keys = await passkeys.list(who.user.id);
      return {
        stepUpWith,
        totp: factors.totp,
        recoveryCodesLeft: factors.recovery,
        passwordChangedAtMs: who.user.password_changed_at_ms,
        passkeys: keys.map((key) => ({
          id: key.id,
          label: key.label,
          addedAtMs: key.added_at_ms,
          lastUsedAtMs: key.last_used_at_ms,
        })),
      };
    },

    async 'factors.password'({ body, who, peer }) {
      refuseWeak(body.password, who.user.name);
      const hash = await people.passwords.hash(body.password);
      await database
        .updateTable('users')
        .set({ password_hash: hash, password_changed_at_ms: clock.nowMs() })
        .where('id', '=', who.user.id)
        .execute();
      await changed(who.user, who.session?.id ?? null, 'password-changed', 'The password was changed.', peer);
      return {};
    },

    'factors.totp.start'({ who }) {
      const secret = newTotpSecret(random);
      pendingTotp.delete(who.user.id);
      pendingTotp.set(who.user.id, { secret, untilMs: clock.nowMs() + TOTP_PENDING_MS });
      if (pendingTotp.size > TOTP_PENDING_MAX) {
        const oldest = pendingTotp.keys().next();
        if (!oldest.done) pendingTotp.delete(oldest.value);
      }
      const uri = totpUri(who.user.name, secret);
      return { secret, uri, qrSvg: renderSVG(uri) };
    },

    async 'factors.totp.confirm'({ body, who, peer }) {
      const pending = pendingTotp.get(who.user.id);
      if (pending === undefined || clock.nowMs() >= pending.untilMs) {
        throw new Refusal(
          'conflict',
          'There is no QR code waiting to be confirmed.',
          'Start again and scan the new one.',
        );
      }
      const subject = { account: `totp ${who.user.id}`, address: networkOf(peer.address) };
      people.throttle.admit(subject, 'account');
      const step = totpStep(pending.secret, body.code, clock.nowMs());
      if (step === null) {
        throw new Refusal(
          'wrong_code',
          'That code does not belong to this QR code.',
          'Wait for the next code. If it stays wrong, set the clock of the phone.',
          { field: 'code' },
        );
      }
      people.throttle.succeeded(subject, 'account');
      pendingTotp.delete(who.user.id);
      await database
        .updateTable('users')
        .set({ totp_secret: pending.secret, totp_last_step: step })
        .where('id', '=', who.user.id)
        .execute();
      const recoveryCodes = await renewRecoveryCodes(database, who.user.id, random);
      await changed(
        who.user,
        who.session?.id ?? null,
        'totp-on',
        'Codes of an authenticator are asked for from now on.',
        peer,
      );
      return { recoveryCodes };
    },

    async 'factors.totp.remove'({ who, peer }) {
      if (who.user.totp_secret === null) throw notFound('authenticator');
      await database
        .updateTable('users')
        .set({ totp_secret: null, totp_last_step: 0 })
        .where('id', '=', who.user.id)
        .execute();
      await dropUselessCodes(who.user.id);
      await changed(
        who.user,
        who.session?.id ?? null,
        'totp-off',
        'Codes of the authenticator are not asked for any more.',
        peer,
      );
      return {};
    },

    async 'factors.recovery.renew'({ who, peer }) {
      if (!hasSecondFactor(await factorsOf(database, who.user.id))) {
        throw new Refusal(
          'conflict',
          'There is no second factor that recovery codes could stand in for.',
          'Add an authenticator or a passkey first.',
        );
      }
      const recoveryCodes = await renewRecoveryCodes(database, who.user.id, random);
      await events.record(who.user.id, 'recovery-renewed', 'New recovery codes were made; the old ones ended.', peer);
      await people.onChanged(who.user.id);
      return { recoveryCodes };
    },

    async 'factors.passkey.options'({ who }) {
      return { options: await passkeys.addOptions(who.user) };
    },

    async 'factors.passkey.add'({ body, who, peer }) {
      const id = await passkeys.add(who.user.id, body.label, body.response);
      await changed(who.user, who.session?.id ?? null, 'passkey-added', `Added the passkey “${body.label}”.`, peer);
      return { id };
    },

    async 'factors.passkey.remove'({ params, who, peer }) {
      if (!(await passkeys.remove(who.user.id, params.id))) throw notFound('passkey');
      await dropUselessCodes(who.user.id);
      await changed(who.user, who.session?.id ?? null, 'passkey-removed', 'Removed a passkey.', peer);
      return {};
    },

    'security.events': ({ who }) => events.list(who.user.id, EVENTS_SHOWN),
  };

  /** Recovery codes stand in for a second factor; without one they would open nothing and only lie around. */
  async function dropUselessCodes(userId: string): Promise<void> {
    if (hasSecondFactor(await factorsOf(database, userId))) return;
    await database.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  }
}
