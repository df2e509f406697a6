/** An account as the machine opens it: what it remembers, read in one transaction. */

import { sql } from 'kysely';
import type { ConnectionId } from '../core/ids.ts';
import type { Plain } from '../engine/plain.ts';
import type { SavedAccount } from '../engine/saved.ts';
import type { Database } from './database.ts';

/** Written into the text of the query, not bound to it: only so is the index of remembered rows used. */
const NO = sql.lit(0 as const);

export async function loadAccount(database: Database, connection: ConnectionId): Promise<SavedAccount | null> {
  return await database
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (all) => {
      const account = await all
        .selectFrom('accounts')
        .select('machine')
        .where('connection_id', '=', connection)
        .executeTakeFirst();
      if (account === undefined) return null;
      const remembered = async (table: 'orders' | 'fills' | 'requests') =>
        plainOf(
          await all
            .selectFrom(table)
            .select('data')
            .where('connection_id', '=', connection)
            .where('is_forgotten', '=', NO)
            .execute(),
        );
      const whole = async (table: 'balances' | 'instruments') =>
        plainOf(await all.selectFrom(table).select('data').where('connection_id', '=', connection).execute());
      return {
        version: 1,
        machine: JSON.parse(account.machine) as Plain,
        orders: await remembered('orders'),
        fills: await remembered('fills'),
        requests: await remembered('requests'),
        balances: await whole('balances'),
        instruments: await whole('instruments'),
      };
    });
}

function plainOf(rows: readonly { readonly data: string }[]): Plain[] {
  return rows.map(({ data }) => JSON.parse(data) as Plain);
}
