/**
 * One transaction of statements, each of which may depend on what came of those before. In SQLite all of it runs in one
 * turn: a step has half a dozen statements, and a promise between any two costs more than the statements do.
 */

import { CompiledQuery } from 'kysely';
import { type Database, sqliteOf } from './database.ts';
import type { Sqlite } from './sqlite.ts';

export type Statement = Pick<CompiledQuery, 'sql' | 'parameters'>;
/** Gives statements, takes the rows of each; the transaction ends with it. */
export type Statements = Generator<Statement, void, readonly unknown[]>;

export async function inTransaction(database: Database, statements: Statements): Promise<void> {
  const sqlite = sqliteOf(database);
  // Through its one connection, because others may be in the middle of a transaction there.
  if (sqlite !== null) await database.connection().execute(async () => runAtOnce(sqlite, statements));
  else
    await database.transaction().execute(async (all) => {
      let next = statements.next();
      while (next.done !== true) {
        const { sql, parameters } = next.value;
        const { rows } = await all.executeQuery(CompiledQuery.raw(sql, [...parameters]));
        next = statements.next(rows);
      }
    });
}

function runAtOnce(sqlite: Sqlite, statements: Statements): void {
  const run = ({ sql, parameters }: Statement): readonly unknown[] => {
    const prepared = sqlite.prepare(sql);
    if (prepared.reader) return prepared.all(parameters);
    prepared.run(parameters);
    return [];
  };
  run(BEGIN);
  try {
    let next = statements.next();
    while (next.done !== true) next = statements.next(run(next.value));
    run(COMMIT);
  } catch (error) {
    // A disk that fails may have ended it already.
    if (sqlite.isTransaction) run(ROLLBACK);
    throw error;
  }
}

const BEGIN: Statement = { sql: 'begin', parameters: [] };
const COMMIT: Statement = { sql: 'commit', parameters: [] };
const ROLLBACK: Statement = { sql: 'rollback', parameters: [] };
