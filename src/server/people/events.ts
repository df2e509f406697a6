/** What happened to an account that its person should know: kept for the Security page, and a line in the log. */

import type { Logger } from 'pino';
import type { Clock } from '../../shell/clock.ts';
import { newId, type Random } from '../../shell/random.ts';
import type { Database } from '../../store/database.ts';
import type { Peer } from './peer.ts';

export type SecurityEventKind =
  | 'claimed'
  | 'invitation-made'
  | 'invitation-accepted'
  | 'login'
  | 'login-new-device'
  | 'login-failed'
  | 'factor-failed'
  | 'step-up-failed'
  | 'logout'
  | 'session-ended'
  | 'password-changed'
  | 'password-reset'
  | 'totp-on'
  | 'totp-off'
  | 'recovery-renewed'
  | 'recovery-used'
  | 'passkey-added'
  | 'passkey-removed'
  | 'person-removed'
  | 'key-added'
  | 'key-replaced'
  | 'key-refused'
  | 'key-stopped'
  | 'key-removed'
  | 'custody-locked'
  | 'custody-unlocked'
  | 'token-made'
  | 'token-revoked'
  | 'halted'
  | 'policy-changed';

/** What somebody else can cause as often as they like. Counted apart, so that guessing pushes nothing else out. */
const FAILURES: SecurityEventKind[] = ['login-failed', 'factor-failed', 'step-up-failed'];
/** Of each sort; more than anybody reads. Older ones go, so that a guesser cannot fill the disk. */
const EVENTS_PER_SORT_MAX = 1_000;
/** Failures among what is shown: enough to see that somebody guesses. */
const FAILURES_SHOWN_MAX = 50;

export const HERE: Peer = { address: '', device: 'This machine' };

export class SecurityEvents {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Logger;
  #lastMs = 0;

  constructor(parts: { database: Database; clock: Clock; random: Random; log: Logger }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#log = parts.log;
  }

  async record(userId: string, kind: SecurityEventKind, text: string, peer: Peer): Promise<void> {
    // Two of the same millisecond keep their order.
    const atMs = Math.max(this.#clock.nowMs(), this.#lastMs + 1);
    this.#lastMs = atMs;
    // pino writes JSON: a line break inside a value cannot begin a line of its own.
    this.#log.info({ security: kind, user: userId, address: peer.address, device: peer.device }, text);
    await this.#database
      .insertInto('security_events')
      .values({ id: newId(this.#random), user_id: userId, at_ms: atMs, kind, text, ...peer })
      .execute();
    const sameSort = FAILURES.includes(kind) ? 'in' : 'not in';
    await this.#database
      .deleteFrom('security_events')
      .where('user_id', '=', userId)
      .where(
        'id',
        'in',
        this.#database
          .selectFrom('security_events')
          .select('id')
          .where('user_id', '=', userId)
          .where('kind', sameSort, FAILURES)
          .orderBy('at_ms', 'desc')
          .orderBy('id')
          .limit(-1 as number)
          .offset(EVENTS_PER_SORT_MAX),
      )
      .execute();
  }

  /** A login, told apart by whether this device was ever seen from this place. */
  async login(userId: string, how: string, peer: Peer): Promise<void> {
    const before = await this.#database
      .selectFrom('security_events')
      .select('id')
      .where('user_id', '=', userId)
      .where('kind', 'in', ['claimed', 'invitation-accepted', 'login', 'login-new-device'])
      .where('device', '=', peer.device)
      .where('address', '=', peer.address)
      .limit(1)
      .executeTakeFirst();
    if (before === undefined) {
      await this.record(userId, 'login-new-device', `Logged in with ${how} from a device not seen here before.`, peer);
    } else {
      await this.record(userId, 'login', `Logged in with ${how}.`, peer);
    }
  }

  /** Newest first. Of failures only the newest few, or a guesser would leave room for nothing else. */
  async list(userId: string, limit: number) {
    const newest = (sort: 'in' | 'not in', most: number) =>
      this.#database
        .selectFrom('security_events')
        .select(['id', 'at_ms as atMs', 'kind', 'text', 'address', 'device'])
        .where('user_id', '=', userId)
        .where('kind', sort, FAILURES)
        .orderBy('at_ms', 'desc')
        .orderBy('id')
        .limit(most)
        .execute();
    const failures = await newest('in', FAILURES_SHOWN_MAX);
    const others = await newest('not in', limit - failures.length);
    return [...failures, ...others].sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? -1 : 1));
  }
}
