/** Rows of API tokens, read and written as they are meant. */

import type { Database } from './database.ts';
import type { ApiTokenRow } from './schema.ts';

type Scope = 'read' | 'trade' | 'halt';

export type StoredToken = {
  readonly id: string;
  readonly owner: string;
  readonly label: string;
  readonly hash: string;
  readonly scopes: readonly Scope[];
  /** Null: all. */
  readonly markets: readonly string[] | null;
  readonly connections: readonly string[] | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number | null;
};

export async function tokenById(database: Database, id: string): Promise<StoredToken | null> {
  const row = await database.selectFrom('api_tokens').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : fromRow(row);
}

/** Newest first. */
export async function tokensOf(database: Database, owner: string): Promise<StoredToken[]> {
  const rows = await database
    .selectFrom('api_tokens')
    .selectAll()
    .where('user_id', '=', owner)
    .orderBy('created_at_ms', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(fromRow);
}

/** False: that person has as many already. Counted and written in one statement each, in one transaction. */
export function insertToken(database: Database, token: StoredToken, max: number): Promise<boolean> {
  return database.transaction().execute(async (all) => {
    const kept = await all.selectFrom('api_tokens').select('id').where('user_id', '=', token.owner).execute();
    if (kept.length >= max) return false;
    await all.insertInto('api_tokens').values(toRow(token)).execute();
    return true;
  });
}

export async function deleteToken(database: Database, owner: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await database
    .deleteFrom('api_tokens')
    .where('id', '=', id)
    .where('user_id', '=', owner)
    .executeTakeFirst();
  return numDeletedRows > 0;
}

export async function deleteExpiredTokens(database: Database, owner: string, nowMs: number): Promise<void> {
  await database.deleteFrom('api_tokens').where('user_id', '=', owner).where('expires_at_ms', '<=', nowMs).execute();
}

export async function noteTokenUse(database: Database, id: string, atMs: number): Promise<void> {
  await database.updateTable('api_tokens').set({ last_used_at_ms: atMs }).where('id', '=', id).execute();
}

/** Which of these are good at this moment. */
export async function goodTokens(database: Database, ids: readonly string[], nowMs: number): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .selectFrom('api_tokens')
    .select('id')
    .where('id', 'in', ids)
    .where('expires_at_ms', '>', nowMs)
    .execute();
  return rows.map((row) => row.id);
}

function fromRow(row: ApiTokenRow): StoredToken {
  return {
    id: row.id,
    owner: row.user_id,
    label: row.label,
    hash: row.secret_hash,
    scopes: JSON.parse(row.scopes) as Scope[],
    markets: row.markets === null ? null : (JSON.parse(row.markets) as string[]),
    connections: row.connections === null ? null : (JSON.parse(row.connections) as string[]),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
  };
}

function toRow(token: StoredToken): ApiTokenRow {
  return {
    id: token.id,
    user_id: token.owner,
    label: token.label,
    secret_hash: token.hash,
    scopes: JSON.stringify(token.scopes),
    markets: token.markets === null ? null : JSON.stringify(token.markets),
    connections: token.connections === null ? null : JSON.stringify(token.connections),
    created_at_ms: token.createdAtMs,
    expires_at_ms: token.expiresAtMs,
    last_used_at_ms: token.lastUsedAtMs,
  };
}
