/**
 * Sessions: a random token in a cookie, its hash in the database. A new token at every rise (login, second factor,
 * step-up), so that a token that was planted or seen before is worth nothing afterwards.
 */

import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { type Clock, hasPassed } from '../../shell/clock.ts';
import { newId, type Random } from '../../shell/random.ts';
import type { Database } from '../../store/database.ts';
import type { SessionRow } from '../../store/schema.ts';
import type { Peer } from './peer.ts';

const TOKEN_BYTES = 32;
export const SESSION_MAX_MS = 7 * 24 * 3_600_000;
/** Between password and second factor. */
const SECOND_FACTOR_MAX_MS = 10 * 60_000;
export const STEP_UP_MS = 5 * 60_000;
/** Without any request for this long, what was proven has to be proven again. Longer than a step-up lasts, so it only matters should that ever be made longer. */
const IDLE_MAX_MS = 30 * 60_000;
/** Requests that were under way while the token changed still arrive with the old one. It never carries the step-up. */
const PREVIOUS_GRACE_MS = 10_000;
/** Writing the time of every request would be a disk write per poll. */
const SEEN_GRAIN_MS = 60_000;
/**
 * A person with more open sessions than this is no person; the oldest end. Counted by stage: who knows the password
 * and no more makes halves of logins as many as they like, and must not push out who is really in.
 */
const SESSIONS_PER_STAGE_MAX = 50;

export type Session = Readonly<SessionRow>;
export type Opened = { readonly session: Session; readonly token: string };

export class Sessions {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Logger;
  readonly #onEnded: (ids: readonly string[]) => void;

  constructor(parts: {
    database: Database;
    clock: Clock;
    random: Random;
    log: Logger;
    onEnded: (ids: readonly string[]) => void;
  }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#log = parts.log;
    this.#onEnded = parts.onEnded;
  }

  async open(userId: string, stage: SessionRow['stage'], peer: Peer): Promise<Opened> {
    const nowMs = this.#clock.nowMs();
    const token = this.#token();
    const session: SessionRow = {
      id: newId(this.#random),
      user_id: userId,
      token_hash: hashOf(token),
      previous_hash: null,
      previous_until_ms: 0,
      stage,
      created_at_ms: nowMs,
      last_seen_at_ms: nowMs,
      step_up_until_ms: stage === 'signed-in' ? nowMs + STEP_UP_MS : 0,
      address: peer.address,
      device: peer.device,
    };
    await this.#database.insertInto('sessions').values(session).execute();
    await this.#dropOld(userId, nowMs);
    return { session, token };
  }

  /** The session of a cookie, or null: unknown, ended, too old. */
  async find(token: string): Promise<Session | null> {
    const nowMs = this.#clock.nowMs();
    const hash = hashOf(token);
    const row = await this.#database
      .selectFrom('sessions')
      .selectAll()
      .where((or) =>
        or.or([
          or('token_hash', '=', hash),
          or.and([
            or('previous_hash', '=', hash),
            or('previous_until_ms', '>', nowMs),
            or('previous_until_ms', '<=', nowMs + PREVIOUS_GRACE_MS),
          ]),
        ]),
      )
      .executeTakeFirst();
    if (row === undefined) return null;
    if (nowMs >= endsAtMs(row)) {
      await this.end([row.id]);
      return null;
    }
    const isCurrent = row.token_hash === hash;
    const isIdle = nowMs - row.last_seen_at_ms > IDLE_MAX_MS;
    // Longer than any step-up lasts: the clock was set back since, and how old the proof is nobody knows.
    const isOfAnotherTime = row.step_up_until_ms > nowMs + STEP_UP_MS;
    const isGood = isCurrent && !isIdle && !isOfAnotherTime;
    const stepUpUntilMs = isGood ? row.step_up_until_ms : Math.min(row.step_up_until_ms, nowMs);
    if (hasPassed(nowMs, row.last_seen_at_ms, SEEN_GRAIN_MS)) {
      await this.#noteSeen(row.id, nowMs);
    }
    return { ...row, step_up_until_ms: stepUpUntilMs };
  }

  /** Where the disk is full its person still has to be let in: they may want to cancel, or halt. */
  async #noteSeen(id: string, nowMs: number): Promise<void> {
    try {
      await this.#database.updateTable('sessions').set({ last_seen_at_ms: nowMs }).where('id', '=', id).execute();
    } catch (error) {
      this.#log.warn({ err: error, session: id }, 'When a session was last seen could not be written');
    }
  }

  /** A new token for the same session, signed in and stepped up from now on. */
  async raise(session: Session): Promise<Opened> {
    const nowMs = this.#clock.nowMs();
    const token = this.#token();
    const isStepUp = session.stage === 'signed-in';
    const changed = {
      token_hash: hashOf(token),
      previous_hash: isStepUp ? session.token_hash : null,
      previous_until_ms: isStepUp ? nowMs + PREVIOUS_GRACE_MS : 0,
      stage: 'signed-in' as const,
      // The seven days count from the moment the person was in, not from the first half of a login.
      created_at_ms: isStepUp ? session.created_at_ms : nowMs,
      last_seen_at_ms: nowMs,
      step_up_until_ms: nowMs + STEP_UP_MS,
    };
    await this.#database.updateTable('sessions').set(changed).where('id', '=', session.id).execute();
    return { session: { ...session, ...changed }, token };
  }

  async list(userId: string): Promise<readonly Session[]> {
    const oldestMs = this.#clock.nowMs() - SESSION_MAX_MS;
    return this.#database
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('stage', '=', 'signed-in')
      .where('created_at_ms', '>', oldestMs)
      .orderBy('last_seen_at_ms', 'desc')
      .execute();
  }

  async end(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#database.deleteFrom('sessions').where('id', 'in', ids).execute();
    this.#onEnded(ids);
  }

  /** All of a person's sessions but one; returns how many ended. */
  async endOthers(userId: string, keepId: string | null): Promise<number> {
    const rows = await this.#database.selectFrom('sessions').select('id').where('user_id', '=', userId).execute();
    const ids = rows.map((row) => row.id).filter((id) => id !== keepId);
    await this.end(ids);
    return ids.length;
  }

  /** Which of these are still good: how open sockets learn of an end that another process caused (reset-password). */
  async alive(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.#database.selectFrom('sessions').selectAll().where('id', 'in', ids).execute();
    const nowMs = this.#clock.nowMs();
    return new Set(rows.filter((row) => nowMs < endsAtMs(row)).map((row) => row.id));
  }

  #token(): string {
    return Buffer.from(this.#random.bytes(TOKEN_BYTES)).toString('base64url');
  }

  async #dropOld(userId: string, nowMs: number): Promise<void> {
    const rows = await this.#database
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at_ms', 'desc')
      .execute();
    const good = rows.filter((row) => nowMs < endsAtMs(row));
    const kept = [...Map.groupBy(good, (row) => row.stage).values()].flatMap((of) =>
      of.slice(0, SESSIONS_PER_STAGE_MAX),
    );
    const keptIds = new Set(kept.map((row) => row.id));
    await this.end(rows.map((row) => row.id).filter((id) => !keptIds.has(id)));
  }
}

function endsAtMs(row: SessionRow): number {
  return row.created_at_ms + (row.stage === 'signed-in' ? SESSION_MAX_MS : SECOND_FACTOR_MAX_MS);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
