/** Rows of connections and of their curves of value, read and written as they are meant. */

import type { ConnectionId, UserId, VenueId } from '../core/ids.ts';
import type { CheckReport, Purpose, WireBalance } from '../custody/protocol.ts';
import type { Wallet } from '../venues/venue.ts';
import type { Database } from './database.ts';
import type { ConnectionRow } from './schema.ts';

export type HeldBalances = { readonly rows: readonly WireBalance[]; readonly unreadable: readonly Wallet[] };

export type StoredConnection = {
  id: ConnectionId;
  owner: UserId;
  venue: VenueId;
  label: string;
  purpose: Purpose;
  keyHint: string;
  addedAtMs: number;
  keyAddedAtMs: number;
  report: CheckReport | null;
  checkedAtMs: number | null;
  lastGoodAtMs: number;
  balances: HeldBalances | null;
  balancesAtMs: number | null;
  status: string;
  sinceMs: number;
  /** Not null: its removal was asked for, and custody has not yet said that the key is gone. */
  removingAtMs: number | null;
  /**
   * Its key is one of a practice exchange, also where the venue is WhiteBIT: that was pointed at one when it was made.
   * Stays for good: a key is replaced only while the same exchange is there.
   */
  madeOnPractice: boolean;
};

export async function readConnections(database: Database): Promise<StoredConnection[]> {
  const rows = await database.selectFrom('connections').selectAll().orderBy('added_at_ms').orderBy('id').execute();
  return rows.map(fromRow);
}

/** Inserts, or brings up to date what exists under this id and owner. */
export async function writeConnection(database: Database, connection: StoredConnection): Promise<void> {
  const row = toRow(connection);
  const { id: _id, user_id: _owner, ...changed } = row;
  await database
    .insertInto('connections')
    .values(row)
    .onConflict((on) => on.column('id').doUpdateSet(changed).where('connections.user_id', '=', row.user_id))
    .execute();
}

export async function deleteConnection(database: Database, owner: UserId, id: ConnectionId): Promise<void> {
  await database.transaction().execute(async (all) => {
    await all.deleteFrom('connections').where('id', '=', id).where('user_id', '=', owner).execute();
    await all.deleteFrom('value_points').where('connection_id', '=', id).where('user_id', '=', owner).execute();
  });
}

function fromRow(row: ConnectionRow): StoredConnection {
  return {
    id: row.id as ConnectionId,
    owner: row.user_id as UserId,
    venue: row.venue,
    label: row.label,
    purpose: row.purpose,
    keyHint: row.key_hint,
    addedAtMs: row.added_at_ms,
    keyAddedAtMs: row.key_added_at_ms,
    report: row.report === null ? null : (JSON.parse(row.report) as CheckReport),
    checkedAtMs: row.checked_at_ms,
    lastGoodAtMs: row.last_good_at_ms,
    balances: row.balances === null ? null : (JSON.parse(row.balances) as HeldBalances),
    balancesAtMs: row.balances_at_ms,
    status: row.status,
    sinceMs: row.since_ms,
    removingAtMs: row.removing_at_ms,
    madeOnPractice: row.made_on_practice === 1,
  };
}

function toRow(connection: StoredConnection): ConnectionRow {
  return {
    id: connection.id,
    user_id: connection.owner,
    venue: connection.venue,
    label: connection.label,
    purpose: connection.purpose,
    key_hint: connection.keyHint,
    added_at_ms: connection.addedAtMs,
    key_added_at_ms: connection.keyAddedAtMs,
    report: connection.report === null ? null : JSON.stringify(connection.report),
    checked_at_ms: connection.checkedAtMs,
    last_good_at_ms: connection.lastGoodAtMs,
    balances: connection.balances === null ? null : JSON.stringify(connection.balances),
    balances_at_ms: connection.balancesAtMs,
    status: connection.status,
    since_ms: connection.sinceMs,
    removing_at_ms: connection.removingAtMs,
    made_on_practice: connection.madeOnPractice ? 1 : 0,
  };
}
