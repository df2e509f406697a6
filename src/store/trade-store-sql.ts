/** The trading tables over SQL that SQLite and PostgreSQL both speak. */

import type { Database } from './database.ts';
import { pruneJournal, readJournal } from './trade-journal.ts';
import { loadAccount } from './trade-load.ts';
import { readAsked, readFills, readFillsOf, readOrder, readOrders } from './trade-queries.ts';
import type { TradeStore } from './trade-store.ts';
import { TradeWriter } from './trade-write.ts';

const INSTALL = 'install';

export function openTradeStore(database: Database): TradeStore {
  const writer = new TradeWriter(database);
  return {
    install: (make) => installOf(database, make),
    load: (connection) => loadAccount(database, connection),
    write: (steps) => writer.write(steps),
    orders: (query) => readOrders(database, query),
    order: (owner, connection, key) => readOrder(database, owner, connection, key),
    asked: (owner, connection, requestId) => readAsked(database, owner, connection, requestId),
    fills: (query) => readFills(database, query),
    fillsOf: (connection, orders) => readFillsOf(database, connection, orders),
    journal: (connection, afterSeq, limit) => readJournal(database, connection, afterSeq, limit),
    pruneJournal: (nowMs) => pruneJournal(database, nowMs),
    async remove(connection) {
      await database.deleteFrom('accounts').where('connection_id', '=', connection).execute();
    },
  };
}

/** Whoever comes second gets what the first one made. */
async function installOf(database: Database, make: () => string): Promise<string> {
  const read = () => database.selectFrom('meta').select('value').where('name', '=', INSTALL).executeTakeFirst();
  const known = await read();
  if (known !== undefined) return known.value;
  await database
    .insertInto('meta')
    .values({ name: INSTALL, value: make() })
    .onConflict((on) => on.doNothing())
    .execute();
  const made = await read();
  if (made === undefined) throw new TypeError('What was just written is not there');
  return made.value;
}
