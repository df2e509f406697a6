/**
 * Tokens with which programs come in: `gap_<id>_<secret>`, shown once, kept as a hash. A token is bound to scopes, and
 * to markets and connections where its person said so; it never makes, widens or ends a token.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { Scope } from '../../contract/routes.ts';
import type { ApiToken } from '../../contract/trading.ts';
import { type Clock, hasPassed } from '../../shell/clock.ts';
import { newId, type Random } from '../../shell/random.ts';
import { notFound, Refusal } from '../../shell/refusal.ts';
import type { Database } from '../../store/database.ts';
import {
  deleteExpiredTokens,
  deleteToken,
  goodTokens,
  insertToken,
  noteTokenUse,
  type StoredToken,
  tokenById,
  tokensOf,
} from '../../store/tokens.ts';

/** More programs than anybody keeps an eye on. */
const TOKENS_PER_USER_MAX = 20;
const SECRET_BYTES = 32;
const TOKEN = /^gap_([a-z2-7]{26})_([A-Za-z0-9_-]{43})$/;
const DAY_MS = 86_400_000;
/** Writing the time of every request would be a disk write per order. */
const USED_GRAIN_MS = 60_000;
/** What an unknown token is compared with, so that it takes as long to refuse as a wrong one. */
const NO_HASH = '0'.repeat(64);

export type NewToken = Pick<StoredToken, 'label' | 'scopes' | 'markets' | 'connections'> & { readonly days: number };

export class Tokens {
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

  async list(owner: string): Promise<ApiToken[]> {
    const nowMs = this.#clock.nowMs();
    return (await tokensOf(this.#database, owner)).filter((token) => token.expiresAtMs > nowMs).map(view);
  }

  async create(owner: string, wanted: NewToken): Promise<ApiToken & { readonly token: string }> {
    const nowMs = this.#clock.nowMs();
    await deleteExpiredTokens(this.#database, owner, nowMs);
    const secret = Buffer.from(this.#random.bytes(SECRET_BYTES)).toString('base64url');
    const { label, scopes, markets, connections, days } = wanted;
    const token: StoredToken = {
      id: newId(this.#random),
      owner,
      label,
      hash: hashOf(secret),
      scopes: [...new Set<Scope>(scopes)],
      markets,
      connections,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + days * DAY_MS,
      lastUsedAtMs: null,
    };
    if (!(await insertToken(this.#database, token, TOKENS_PER_USER_MAX))) {
      throw new Refusal(
        'limit_reached',
        `There are ${TOKENS_PER_USER_MAX} tokens already.`,
        'Revoke one that is not used any more.',
      );
    }
    return { token: `gap_${token.id}_${secret}`, ...view(token) };
  }

  async revoke(owner: string, id: string): Promise<StoredToken> {
    const token = await tokenById(this.#database, id);
    if (token === null || token.owner !== owner || !(await deleteToken(this.#database, owner, id)))
      throw notFound('token');
    this.#onEnded([id]);
    return token;
  }

  /** The token behind this text, or null: unknown, wrong, revoked, expired. */
  async find(text: string): Promise<StoredToken | null> {
    const [, id, secret] = TOKEN.exec(text) ?? [];
    if (id === undefined || secret === undefined) return null;
    const token = await tokenById(this.#database, id);
    const isRight = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(token?.hash ?? NO_HASH));
    if (token === null || !isRight) return null;
    const nowMs = this.#clock.nowMs();
    if (nowMs >= token.expiresAtMs) return null;
    if (token.lastUsedAtMs === null || hasPassed(nowMs, token.lastUsedAtMs, USED_GRAIN_MS))
      await this.#noteUse(token.id, nowMs);
    return token;
  }

  /** Where the disk is full the program still has to be let in: it may want to cancel. */
  async #noteUse(id: string, nowMs: number): Promise<void> {
    try {
      await noteTokenUse(this.#database, id, nowMs);
    } catch (error) {
      this.#log.warn({ err: error, token: id }, 'When a token was last used could not be written');
    }
  }

  /** Which of these are still good: how an open line learns that its token ran out. */
  async alive(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await goodTokens(this.#database, ids, this.#clock.nowMs()));
  }
}

function view(token: StoredToken): ApiToken {
  const { id, label, scopes, markets, connections, createdAtMs, expiresAtMs, lastUsedAtMs } = token;
  return {
    ...{ id, label, createdAtMs, expiresAtMs, lastUsedAtMs },
    scopes: [...scopes],
    markets: markets === null ? null : [...markets],
    connections: connections === null ? null : [...connections],
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
