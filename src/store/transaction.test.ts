import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { inTransaction, type Statements } from './transaction.ts';

let database: Database;
beforeEach(() => {
  database = openDatabase(':memory:');
});
afterEach(async () => {
  await database.destroy();
});

const put = (name: string, value: string) => ({
  sql: 'insert into meta (name, value) values (?, ?) returning name',
  parameters: [name, value],
});
const names = async () =>
  (await database.selectFrom('meta').select('name').orderBy('name').execute()).map(({ name }) => name);

test('each statement hears what came of the one before', async () => {
  await inTransaction(
    database,
    (function* (): Statements {
      const [row] = yield put('first', '1');
      yield put(`after ${(row as { readonly name: string }).name}`, '2');
    })(),
  );
  expect(await names()).toEqual(['after first', 'first']);
});

test('nothing stays of one that fails, and the next one begins anew', async () => {
  const failing = (function* (): Statements {
    yield put('first', '1');
    yield put('first', '2');
  })();
  await expect(inTransaction(database, failing)).rejects.toThrow(/UNIQUE/);
  const thrown = (function* (): Statements {
    yield put('second', '1');
    throw new TypeError('Not this one');
  })();
  await expect(inTransaction(database, thrown)).rejects.toThrow('Not this one');
  await inTransaction(
    database,
    (function* (): Statements {
      yield put('third', '1');
    })(),
  );
  expect(await names()).toEqual(['third']);
});

test('one that comes in the middle of another waits for its end', async () => {
  const { promise: middle, resolve: goOn } = Promise.withResolvers<void>();
  const other = database.transaction().execute(async (all) => {
    await all.insertInto('meta').values({ name: 'other', value: '1' }).execute();
    await middle;
    throw new TypeError('Taken back');
  });
  const ours = inTransaction(
    database,
    (function* (): Statements {
      yield put('ours', '1');
    })(),
  );
  goOn();
  await expect(other).rejects.toThrow('Taken back');
  await ours;
  expect(await names()).toEqual(['ours']);
});
