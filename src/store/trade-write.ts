/** One transaction for any number of steps of any number of accounts, in as few statements as their rows allow. */

import { sql } from 'kysely';
import type { ConnectionId } from '../core/ids.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';
import type { Batch } from './trade-batch.ts';
import { batchesOf } from './trade-batch.ts';
import { lengthOf, listsOf } from './trade-lists.ts';
import { AccountsGone, type Written } from './trade-store.ts';
import { inTransaction, type Statement, type Statements } from './transaction.ts';

const SQLITE_CONSTRAINT = 19;

/** Some of the statements of a transaction, and what came of them. */
type Part<Result> = Generator<Statement, Result, readonly unknown[]>;

type Table<Name extends keyof Schema> = {
  readonly name: Name;
  readonly columns: readonly (keyof Schema[Name] & string)[];
  /** These name a row; without them rows are only ever added. */
  readonly key?: readonly (keyof Schema[Name] & string)[];
  /** What of a row may change. An index on anything else need not be touched, which is half of the work of a fill. */
  readonly changing?: readonly (keyof Schema[Name] & string)[];
};

const ACCOUNTS: Table<'accounts'> = {
  name: 'accounts',
  columns: ['connection_id', 'user_id', 'machine', 'journal_seq'],
};
const ORDERS: Table<'orders'> = {
  name: 'orders',
  columns: [
    ...(['connection_id', 'key', 'user_id', 'client_id', 'owner', 'slot', 'market', 'rank'] as const),
    ...(['is_open', 'at_ms', 'is_forgotten', 'data'] as const),
  ],
  key: ['connection_id', 'key'],
  changing: ['is_open', 'at_ms', 'is_forgotten', 'data'],
};
const FILLS: Table<'fills'> = {
  name: 'fills',
  columns: ['connection_id', 'key', 'user_id', 'order_key', 'market', 'rank', 'at_ms', 'is_forgotten', 'data'],
  key: ['connection_id', 'key'],
  changing: ['order_key', 'is_forgotten', 'data'],
};
const LEDGER: Table<'ledger'> = {
  name: 'ledger',
  columns: ['connection_id', 'seq', 'user_id', 'at_ms', 'data'],
};
const BALANCES: Table<'balances'> = {
  name: 'balances',
  columns: ['connection_id', 'asset', 'user_id', 'data'],
  key: ['connection_id', 'asset'],
  changing: ['data'],
};
const INSTRUMENTS: Table<'instruments'> = {
  name: 'instruments',
  columns: ['connection_id', 'symbol', 'user_id', 'data'],
  key: ['connection_id', 'symbol'],
  changing: ['data'],
};
const REQUESTS: Table<'requests'> = {
  name: 'requests',
  columns: ['connection_id', 'request_id', 'user_id', 'is_forgotten', 'data'],
  key: ['connection_id', 'request_id'],
  changing: ['is_forgotten', 'data'],
};
const JOURNAL: Table<'journal'> = {
  name: 'journal',
  columns: ['connection_id', 'seq', 'user_id', 'at_ms', 'event', 'commands', 'surprises'],
};

/**
 * The texts of its statements are made once: building one of a hundred rows takes longer than running it. Numbers of rows
 * are few, so that the texts are.
 */
export class TradeWriter {
  readonly #database: Database;
  readonly #texts = new Map<string, string>();

  constructor(database: Database) {
    this.#database = database;
  }

  async write(steps: readonly Written[]): Promise<void> {
    const batches = batchesOf(steps);
    if (batches.length === 0) return;
    try {
      await inTransaction(this.#database, this.#statements(batches));
    } catch (error) {
      const gone = isBrokenRule(error) ? await this.#missing(batches) : [];
      throw gone.length === 0 ? error : new AccountsGone(gone, error);
    }
  }

  /** Rolled back by now: which of the connections are not there? */
  async #missing(batches: readonly Batch[]): Promise<ConnectionId[]> {
    const asked = batches.map(({ connection }) => connection as ConnectionId);
    const found = new Set<string>();
    for (const ids of listsOf(new Set(asked)))
      for (const { id } of await this.#database
        .selectFrom('connections')
        .select('id')
        .where('id', 'in', ids as ConnectionId[])
        .execute())
        found.add(id);
    return asked.filter((connection) => !found.has(connection));
  }

  *#statements(batches: readonly Batch[]): Statements {
    const lastSeq = yield* this.#accounts(batches);
    yield* this.#forget(batches);
    yield* this.#insert(
      ORDERS,
      rowsOf(batches, ({ orders }) => orders),
    );
    yield* this.#insert(
      FILLS,
      rowsOf(batches, ({ fills }) => fills),
    );
    yield* this.#insert(
      LEDGER,
      rowsOf(batches, ({ ledger }) => ledger),
    );
    yield* this.#insert(
      BALANCES,
      rowsOf(batches, ({ balances }) => balances),
    );
    yield* this.#insert(
      INSTRUMENTS,
      rowsOf(batches, ({ instruments }) => instruments),
    );
    yield* this.#insert(
      REQUESTS,
      rowsOf(batches, ({ requests }) => requests),
    );
    const lines = rowsOf(batches, (batch) => {
      const before = (lastSeq.get(batch.connection) ?? 0) - batch.lines.length;
      return batch.lines.map((line, index) => ({ ...line, seq: before + index + 1 }));
    });
    yield* this.#insert(JOURNAL, lines);
  }

  /** The machines, and with the same statement the numbers of their journal lines: the last of each account. */
  *#accounts(batches: readonly Batch[]): Part<ReadonlyMap<string, number>> {
    const lastSeq = new Map<string, number>();
    const rows = batches.map(({ connection, owner, machine, lines }) => {
      if (machine === null) throw new TypeError('A step without its machine');
      return { connection_id: connection, user_id: owner, machine, journal_seq: lines.length };
    });
    const told = yield* this.#insert(ACCOUNTS, rows);
    for (const { connection_id, journal_seq } of told as Pick<Schema['accounts'], 'connection_id' | 'journal_seq'>[])
      lastSeq.set(connection_id, journal_seq);
    if (lastSeq.size !== batches.length) throw new TypeError('An account of another person');
    return lastSeq;
  }

  *#insert<Name extends keyof Schema>(table: Table<Name>, rows: readonly Schema[Name][]): Part<readonly unknown[]> {
    const told: unknown[] = [];
    let from = 0;
    while (from < rows.length) {
      const count = lengthOf(rows.length - from);
      const values: unknown[] = [];
      for (let at = from; at < from + count; at += 1) for (const name of table.columns) values.push(rows[at]?.[name]);
      told.push(...(yield { sql: this.#text(table, count), parameters: values }));
      from += count;
    }
    return told;
  }

  *#forget(batches: readonly Batch[]): Part<void> {
    for (const { connection, forgotten, mistaken } of batches) {
      for (const keys of listsOf(forgotten.orders)) yield this.#forgetting('orders', connection, 'key', keys);
      for (const keys of listsOf(mistaken))
        yield this.#database
          .deleteFrom('orders')
          .where('connection_id', '=', connection)
          .where('key', 'in', keys)
          .compile();
      for (const keys of listsOf(forgotten.fills)) yield this.#forgetting('fills', connection, 'key', keys);
      for (const keys of listsOf(forgotten.requests))
        yield this.#forgetting('requests', connection, 'request_id', keys);
    }
  }

  #forgetting(
    table: 'orders' | 'fills' | 'requests',
    connection: string,
    name: 'key' | 'request_id',
    keys: readonly string[],
  ): Statement {
    return sql`update ${sql.table(table)} set is_forgotten = 1
      where connection_id = ${connection} and ${sql.ref(name)} in (${sql.join(keys)})`.compile(this.#database);
  }

  #text<Name extends keyof Schema>(table: Table<Name>, count: number): string {
    const name = `${table.name} ${count}`;
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    const row = sql`(${sql.join(table.columns.map(() => null))})`;
    const rows = sql.join(Array.from({ length: count }, () => row));
    const columns = sql.join(table.columns.map((column) => sql.ref(column)));
    const { sql: text } =
      sql`insert into ${sql.table(table.name)} (${columns}) values ${rows} ${onConflict(table)}`.compile(
        this.#database,
      );
    this.#texts.set(name, text);
    return text;
  }
}

/** A constraint: 19 and its kinds in SQLite, class 23 in PostgreSQL. Neither is a disk that failed. */
function isBrokenRule(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') return (error.errcode & 0xff) === SQLITE_CONSTRAINT;
  return 'code' in error && typeof error.code === 'string' && /^23\d{3}$/.test(error.code);
}

function onConflict<Name extends keyof Schema>({ name, key, changing = [] }: Table<Name>) {
  if (name === 'accounts')
    return sql`on conflict (connection_id) do update
      set machine = excluded.machine, journal_seq = accounts.journal_seq + excluded.journal_seq
      where accounts.user_id = excluded.user_id returning connection_id, journal_seq`;
  if (key === undefined) return sql``;
  const names = sql.join(key.map((column) => sql.ref(column)));
  const sets = sql.join(changing.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`));
  return sql`on conflict (${names}) do update set ${sets}`;
}

/** Of all accounts. Most transactions are of one, whose own list it then is. */
function rowsOf<Row>(batches: readonly Batch[], of: (batch: Batch) => readonly Row[]): readonly Row[] {
  const [only] = batches;
  return batches.length === 1 && only !== undefined ? of(only) : batches.flatMap(of);
}
