/** The parts that the handlers about people share. */

import type { Logger } from 'pino';
import type { SessionState } from '../../contract/people.ts';
import type { Clock } from '../../shell/clock.ts';
import type { Random } from '../../shell/random.ts';
import type { Database } from '../../store/database.ts';
import { SecurityEvents } from './events.ts';
import { factorsOf } from './factors.ts';
import { Passkeys, type RelyingParty } from './passkeys.ts';
import { createPasswords, type HashCost, type Passwords } from './passwords.ts';
import { type Session, Sessions } from './sessions.ts';
import { SetupCode } from './setup.ts';
import { Throttle } from './throttle.ts';
import { Tokens } from './tokens.ts';
import { isClaimed, personOf, settingsOf, type User } from './users.ts';

export type People = {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly version: string;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly passkeys: Passkeys;
  readonly events: SecurityEvents;
  /** Null once the desk was claimed at start. */
  readonly setup: SetupCode | null;
  /** A person is new, or something changed that their other tabs should read anew. */
  readonly onChanged: (userId: string) => Promise<void>;
  /** Before a person goes: their connections end, at custody too. */
  readonly beforeRemoval: (userId: string) => Promise<void>;
};

export async function createPeople(parts: {
  database: Database;
  clock: Clock;
  random: Random;
  log: Logger;
  version: string;
  hashCost: HashCost;
  party: RelyingParty;
  onSessionsEnded: (ids: readonly string[]) => void;
  onChanged: (userId: string) => Promise<void>;
  beforeRemoval: (userId: string) => Promise<void>;
}): Promise<People> {
  const { database, clock, random, log } = parts;
  return {
    database,
    clock,
    random,
    version: parts.version,
    passwords: await createPasswords(parts.hashCost),
    throttle: new Throttle(clock),
    sessions: new Sessions({ database, clock, random, log, onEnded: parts.onSessionsEnded }),
    tokens: new Tokens({ database, clock, random, log, onEnded: parts.onSessionsEnded }),
    passkeys: new Passkeys({ database, clock, random, party: parts.party }),
    events: new SecurityEvents({ database, clock, random, log }),
    setup: (await isClaimed(database)) ? null : new SetupCode(clock, random),
    onChanged: parts.onChanged,
    beforeRemoval: parts.beforeRemoval,
  };
}

export function signedInState(people: People, user: User, session: Session | null): SessionState {
  return {
    state: 'signed-in',
    version: people.version,
    user: personOf(user),
    stepUpUntilMs: session?.step_up_until_ms ?? people.clock.nowMs(),
    settings: settingsOf(user),
  };
}

export async function secondFactorState(people: People, userId: string): Promise<SessionState> {
  const factors = await factorsOf(people.database, userId);
  const methods: ('totp' | 'passkey' | 'recovery')[] = [];
  if (factors.passkeys > 0) methods.push('passkey');
  if (factors.totp) methods.push('totp');
  if (factors.recovery > 0) methods.push('recovery');
  // Which version runs is nobody's business before they are in.
  return { state: 'second-factor', version: '', methods };
}
