import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { createKeyUse, type KeyUse } from './key-use.ts';
import { KEY_USE_MIGRATIONS } from './migrations.ts';

const NOW_MS = 1_780_000_000_000;

let database: ReturnType<typeof openDatabase>;
let deferred: (() => void)[];
let use: KeyUse;

beforeEach(() => {
  database = openDatabase(':memory:', KEY_USE_MIGRATIONS, 'normal');
  deferred = [];
  use = createKeyUse(database, (work) => void deferred.push(work));
});
afterEach(() => {
  if (database.isOpen) database.close();
});

/** What the next start would know. */
const afterwards = (): KeyUse => createKeyUse(database);

test('what is taken in one turn is decided at once and written in one go', async () => {
  expect(use.written()).toBeNull();
  expect(use.takeGrowing('a', 5n, NOW_MS)).toBe(true);
  expect(use.takeGrowing('a', 6n, NOW_MS + 1)).toBe(true);
  expect(use.takeGrowing('a', 6n, NOW_MS + 1)).toBe(false);
  expect(use.takeUnique('b', 7n, NOW_MS, NOW_MS + 5_000)).toBe(true);
  expect(use.takeUnique('b', 7n, NOW_MS, NOW_MS + 5_000)).toBe(false);
  expect(use.lastUsedAtMs('a')).toBe(NOW_MS + 1);
  const written = use.written();
  expect(deferred).toHaveLength(1);
  deferred[0]?.();
  await written;
  expect(use.written()).toBeNull();
  const next = afterwards();
  expect(next.takeGrowing('a', 6n, NOW_MS)).toBe(false);
  expect(next.takeUnique('b', 7n, NOW_MS, NOW_MS + 5_000)).toBe(false);
  expect(next.takeUnique('b', 8n, NOW_MS, NOW_MS + 5_000)).toBe(true);
  expect(next.lastUsedAtMs('a')).toBe(NOW_MS + 1);
});

test('a key that is deleted before the end of the turn leaves nothing', async () => {
  use.takeGrowing('a', 5n, NOW_MS);
  use.takeUnique('a', 7n, NOW_MS, NOW_MS + 5_000);
  use.forget('a');
  const written = use.written();
  deferred[0]?.();
  await written;
  expect(afterwards().lastUsedAtMs('a')).toBeNull();
  expect(database.prepare('SELECT count(*) AS rows FROM window_nonce').get()).toEqual({ rows: 0 });
});

test('expired nonces are swept from memory and file', async () => {
  for (let nonce = 0n; nonce < 999n; nonce += 1n) use.takeUnique('a', nonce, NOW_MS, NOW_MS + 1);
  deferred[0]?.();
  use.takeUnique('a', 999n, NOW_MS + 10, NOW_MS + 20);
  deferred[1]?.();
  expect(database.prepare('SELECT count(*) AS rows FROM window_nonce').get()).toEqual({ rows: 1 });
  expect(use.takeUnique('a', 1n, NOW_MS + 10, NOW_MS + 20)).toBe(true);
});

test('a failure is told to whoever waits', async () => {
  use.takeGrowing('a', 5n, NOW_MS);
  const written = use.written();
  database.close();
  deferred[0]?.();
  await expect(written).rejects.toThrow();
});
