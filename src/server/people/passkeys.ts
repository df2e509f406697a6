/** Passkeys (WebAuthn): the browser library's answers are checked by its server half; here is what is kept and asked. */

import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Clock } from '../../shell/clock.ts';
import { newId, type Random } from '../../shell/random.ts';
import { Refusal } from '../../shell/refusal.ts';
import type { Database } from '../../store/database.ts';
import type { PasskeyRow } from '../../store/schema.ts';
import { Challenges, type Use } from './challenges.ts';

export const PASSKEYS_PER_USER_MAX = 20;
/** EdDSA, ES256, RS256: what every authenticator speaks at least one of. Named, so that the library probes for nothing. */
const ALGORITHMS = [-8, -7, -257];

/** `rpId` is null where the desk is opened by a bare address: passkeys need a name. */
export type RelyingParty = { readonly rpId: string | null; readonly origins: () => readonly string[] };

export class Passkeys {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #party: RelyingParty;
  readonly #challenges: Challenges;

  constructor(parts: { database: Database; clock: Clock; random: Random; party: RelyingParty }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#party = parts.party;
    this.#challenges = new Challenges(parts.clock, parts.random);
  }

  /** Whether logging in with a passkey can be offered at all. */
  async offered(): Promise<boolean> {
    if (this.#party.rpId === null) return false;
    return (await this.#database.selectFrom('passkeys').select('id').limit(1).executeTakeFirst()) !== undefined;
  }

  list(userId: string): Promise<PasskeyRow[]> {
    return this.#database
      .selectFrom('passkeys')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('added_at_ms')
      .execute();
  }

  /** `userId` null: whoever has a passkey of this desk. */
  async loginOptions(use: 'login' | 'step-up', userId: string | null): Promise<Record<string, unknown>> {
    const known = userId === null ? [] : await this.list(userId);
    const options = await generateAuthenticationOptions({
      rpID: this.#rpId(),
      challenge: this.#challenges.ask(
        use === 'login' || userId === null ? { for: 'login' } : { for: 'step-up', userId },
      ),
      userVerification: 'required',
      allowCredentials: known.map((key) => ({ id: key.credential_id, transports: transportsOf(key) })),
    });
    return { ...options };
  }

  /** Whose passkey answered. Throws the refusal for anything that does not prove it. */
  async proveLogin(response: Readonly<Record<string, unknown>>, use: 'login' | 'step-up', userId: string | null) {
    const credentialId = typeof response.id === 'string' ? response.id : '';
    const key = await this.#database
      .selectFrom('passkeys')
      .selectAll()
      .where('credential_id', '=', credentialId)
      .executeTakeFirst();
    if (key === undefined || (userId !== null && key.user_id !== userId)) throw wrongPasskey();
    const asked: Use = use === 'login' ? { for: 'login' } : { for: 'step-up', userId: key.user_id };
    let answered = '';
    const verified = await this.#checked(() =>
      verifyAuthenticationResponse({
        // The library takes its own answer apart and refuses what is malformed.
        response: response as unknown as AuthenticationResponseJSON,
        expectedChallenge: (challenge) => {
          answered = challenge;
          return this.#challenges.isOpen(challenge, asked);
        },
        expectedOrigin: [...this.#party.origins()],
        expectedRPID: this.#rpId(),
        requireUserVerification: true,
        credential: {
          id: key.credential_id,
          publicKey: new Uint8Array(Buffer.from(key.public_key, 'base64url')),
          counter: key.counter,
          transports: transportsOf(key),
        },
      }),
    );
    if (!verified.verified || !this.#challenges.spend(answered)) throw wrongPasskey();
    await this.#database
      .updateTable('passkeys')
      .set({ counter: verified.authenticationInfo.newCounter, last_used_at_ms: this.#clock.nowMs() })
      .where('id', '=', key.id)
      .execute();
    return { userId: key.user_id };
  }

  async addOptions(user: { readonly id: string; readonly name: string }): Promise<Record<string, unknown>> {
    const known = await this.#mustHaveRoom(user.id);
    const options = await generateRegistrationOptions({
      rpName: 'Gapless',
      rpID: this.#rpId(),
      userName: user.name,
      userID: new TextEncoder().encode(user.id),
      challenge: this.#challenges.ask({ for: 'add', userId: user.id }),
      attestationType: 'none',
      supportedAlgorithmIDs: ALGORITHMS,
      excludeCredentials: known.map((key) => ({ id: key.credential_id, transports: transportsOf(key) })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    });
    return { ...options };
  }

  async add(userId: string, label: string, response: Readonly<Record<string, unknown>>): Promise<string> {
    let answered = '';
    const verified = await this.#checked(() =>
      verifyRegistrationResponse({
        response: response as unknown as RegistrationResponseJSON,
        expectedChallenge: (challenge) => {
          answered = challenge;
          return this.#challenges.isOpen(challenge, { for: 'add', userId });
        },
        expectedOrigin: [...this.#party.origins()],
        expectedRPID: this.#rpId(),
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
    if (!verified.verified || !this.#challenges.spend(answered)) throw wrongPasskey();
    const { credential } = verified.registrationInfo;
    const id = newId(this.#random);
    await this.#mustHaveRoom(userId);
    const added = await this.#database
      .insertInto('passkeys')
      .values({
        id,
        user_id: userId,
        credential_id: credential.id,
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: JSON.stringify(credential.transports ?? []),
        label,
        added_at_ms: this.#clock.nowMs(),
        last_used_at_ms: null,
      })
      .onConflict((conflict) => conflict.column('credential_id').doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 0n) {
      throw new Refusal('conflict', 'This passkey is here already.', 'Log in with it, or add another one.');
    }
    return id;
  }

  async remove(userId: string, id: string): Promise<boolean> {
    const result = await this.#database
      .deleteFrom('passkeys')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  async #mustHaveRoom(userId: string): Promise<PasskeyRow[]> {
    const known = await this.list(userId);
    if (known.length >= PASSKEYS_PER_USER_MAX) {
      throw new Refusal(
        'limit_reached',
        `There are ${known.length} passkeys already.`,
        'Remove one that is not used any more.',
      );
    }
    return known;
  }

  #rpId(): string {
    if (this.#party.rpId === null) {
      throw new Refusal(
        'passkeys_unavailable',
        'Passkeys need a name, and this desk is opened by a bare address.',
        'Open it as localhost on its own machine, or under a name with TLS.',
      );
    }
    return this.#party.rpId;
  }

  async #checked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      // The library throws for every kind of malformed or foreign answer; none of its words help a person.
      throw wrongPasskey();
    }
  }
}

function transportsOf(key: PasskeyRow): string[] {
  const list: unknown = JSON.parse(key.transports);
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
}

function wrongPasskey(): Refusal {
  return new Refusal(
    'wrong_passkey',
    'This passkey does not open this account.',
    'Try again, or choose another way to log in.',
  );
}
