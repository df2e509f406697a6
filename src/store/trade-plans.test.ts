import type { KyselyPlugin } from 'kysely';
import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import type { ConnectionId, UserId } from '../core/ids.ts';
import type { Database } from './database.ts';
import { openDatabase } from './database.ts';
import type { TradeStore } from './trade-store.ts';
import { openTradeStore } from './trade-store-sql.ts';

const OWNER = 'ann' as UserId;
const C = 'c' as ConnectionId;
const ALL = { owner: OWNER, connection: null, market: null, limit: 50, before: null };

/** How SQLite would go about each query that the call makes. */
async function plansOf(database: Database, call: (store: TradeStore) => Promise<unknown>): Promise<string[]> {
  const asked: CompiledQuery[] = [];
  const listen: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      asked.push(database.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await call(openTradeStore(database.withPlugin(listen)));
  const plans: string[] = [];
  for (const { sql, parameters } of asked) {
    const plan = await database.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`EXPLAIN QUERY PLAN ${sql}`, [...parameters]),
    );
    plans.push(...plan.rows.map(({ detail }) => detail));
  }
  return plans;
}

test('no list walks through a table or sorts one, however many rows there are', async () => {
  const database = openDatabase(':memory:');
  const before = '5.5.c';
  const calls: [string, (store: TradeStore) => Promise<unknown>][] = [
    ['orders_of_user', (store) => store.orders({ ...ALL, closed: true })],
    ['orders_of_user', (store) => store.orders({ ...ALL, closed: false, connection: C, market: 'A_B', before })],
    ['fills_of_user', (store) => store.fills({ ...ALL, order: null })],
    ['fills_of_user', (store) => store.fills({ ...ALL, order: null, connection: C, market: 'A_B', before })],
    ['fills_of_order', (store) => store.fills({ ...ALL, order: 'o', connection: C })],
    ['fills_of_order', (store) => store.fillsOf(C, ['o', 'p'])],
    ['sqlite_autoindex_journal_1', (store) => store.journal(C, 5, 100)],
    ['sqlite_autoindex_orders_1', (store) => store.order(OWNER, C, 'o')],
  ];
  for (const [index, call] of calls) {
    const plans = await plansOf(database, call);
    expect(plans.join('\n')).toContain(`USING INDEX ${index}`);
    expect(plans.join('\n')).not.toMatch(/SCAN|TEMP B-TREE FOR ORDER/);
  }
  await database.destroy();
});
