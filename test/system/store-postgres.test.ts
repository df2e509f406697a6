/** The trade store over a real PostgreSQL server: the suite that SQLite passes, with the same tables. */

import { afterAll, beforeAll, describe } from 'vitest';
import type { Place } from '../../src/store/trade-store.suite.testing.ts';
import { suiteOfTradeStore } from '../../src/store/trade-store.suite.testing.ts';
import { Postgres } from './postgres.testing.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await Postgres.start();
});
afterAll(async () => {
  await postgres.stop();
});

describe('the trade store in PostgreSQL', () => {
  suiteOfTradeStore((): Place => {
    let reopen: Awaited<ReturnType<Postgres['create']>> | null = null;
    const open = async () => {
      reopen ??= await postgres.create();
      return await reopen();
    };
    return { open, reopen: open, close: async () => {} };
  }, [1, 2, 3]);
});
