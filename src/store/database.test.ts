import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConnections } from './connections.ts';
import { DatabaseError, openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gapless-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const user = (id: string, role: 'owner' | 'member') => ({
  id,
  name: id,
  name_key: id,
  role,
  password_hash: 'x',
  password_changed_at_ms: 1,
  totp_secret: null,
  totp_last_step: 0,
  currency: 'USDT' as const,
  swap_up_down: 0 as const,
  theme: 'system' as const,
  created_at_ms: 1,
});

describe('the database', () => {
  test('keeps rows over a reopening and brings a new file up to date', async () => {
    const file = path.join(folder, 'desk.db');
    const first = openDatabase(file);
    await first.insertInto('users').values(user('a', 'owner')).execute();
    for (const name of readdirSync(folder))
      expect([name, statSync(path.join(folder, name)).mode & 0o77]).toEqual([name, 0]);
    await first.destroy();
    const second = openDatabase(file);
    expect(await second.selectFrom('users').select(['id', 'role']).execute()).toEqual([{ id: 'a', role: 'owner' }]);
    await second.destroy();
  });

  test('a file of the first version gets the later marks: no row is being removed, and only practice rows are practice', async () => {
    const file = path.join(folder, 'desk.db');
    const raw = new DatabaseSync(file);
    raw.exec(MIGRATIONS[0] ?? '');
    raw.exec('PRAGMA user_version = 1');
    raw.exec(`INSERT INTO users VALUES ('a', 'a', 'a', 'owner', 'x', 1, NULL, 0, 'USDT', 0, 'system', 1)`);
    raw.exec(
      `INSERT INTO connections VALUES ('c', 'a', 'practice', 'Mine', 'watch', 'aa…bb', 1, 1, NULL, NULL, 1, NULL, NULL, 'checking', 1),
        ('d', 'a', 'whitebit', 'Real', 'watch', 'cc…dd', 2, 2, NULL, NULL, 2, NULL, NULL, 'checking', 2)`,
    );
    raw.close();
    const database = openDatabase(file);
    expect(await readConnections(database)).toMatchObject([
      { id: 'c', label: 'Mine', removingAtMs: null, madeOnPractice: true },
      { id: 'd', label: 'Real', removingAtMs: null, madeOnPractice: false },
    ]);
    await database.destroy();
  });

  test('is refused with cause and cure when a newer version wrote it', () => {
    const file = path.join(folder, 'desk.db');
    const raw = new DatabaseSync(file);
    raw.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    raw.close();
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'database_newer' }));
    expect(() => openDatabase(file)).toThrow(/newer version.*--data/s);
  });

  test('is refused with cause and cure when the file is something else', () => {
    const file = path.join(folder, 'desk.db');
    writeFileSync(file, 'this is no database, only a long line of text that a person put here by mistake');
    expect(() => openDatabase(file)).toThrow(DatabaseError);
  });

  test('two owners cannot exist, whoever tries at once', async () => {
    const database = openDatabase(':memory:');
    await database.insertInto('users').values(user('a', 'owner')).execute();
    await expect(database.insertInto('users').values(user('b', 'owner')).execute()).rejects.toThrow(/UNIQUE/);
    await database.destroy();
  });

  test("a removed person's rows go with them", async () => {
    const database = openDatabase(':memory:');
    await database.insertInto('users').values(user('a', 'owner')).execute();
    await database.insertInto('recovery_codes').values({ user_id: 'a', code_hash: 'h' }).execute();
    await database.deleteFrom('users').where('id', '=', 'a').execute();
    expect(await database.selectFrom('recovery_codes').selectAll().execute()).toEqual([]);
    await database.destroy();
  });
});
