import { statSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALICE, BOB, d, form, OPENING } from '../engine/world.testing.ts';
import { createCommandLog } from './command-log.ts';
import { Bench, Folder } from './exchange.testing.ts';
import { ExchangeFileError, openExchangeFile } from './exchange-file.ts';
import type { UntimedCommand } from './writer.ts';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const SNAPSHOT_EVERY = 10;

/** Money, then orders that rest and trade by turns. */
function commandNumber(number: number): UntimedCommand {
  const account = number % 2 === 0 ? ALICE : BOB;
  if (number < 2) return { kind: 'credit', account, ticker: number === 0 ? 'USDT' : 'BTC', amount: d('1000000') };
  const order = form('limit', number % 2 === 0 ? 'buy' : 'sell', { price: '40000', amount: '0.01' });
  return { kind: 'place', account, order };
}

type Written = { readonly file: string; readonly hash: string };

/** `count` commands, one a commit, and no clean end. */
async function written(count: number): Promise<Written> {
  const file = folder.file();
  const bench = new Bench(file, { snapshotEvery: SNAPSHOT_EVERY });
  for (let number = 0; number < count; number += 1) await bench.one(commandNumber(number));
  const crashed = folder.crashed(file);
  const hash = bench.exchange.stateHash();
  bench.exchange.close();
  return { file: crashed, hash };
}

function sequences(file: string, table: 'command' | 'snapshot'): readonly unknown[] {
  const raw = new DatabaseSync(file);
  const rows = raw.prepare(`SELECT sequence FROM ${table} ORDER BY sequence`).all();
  raw.close();
  return rows.map(({ sequence }) => sequence);
}

function change(file: string, sql: string): void {
  const raw = new DatabaseSync(file);
  raw.exec(sql);
  raw.close();
}

function hashAtStart(file: string): string {
  const { exchange } = new Bench(file, { snapshotEvery: SNAPSHOT_EVERY });
  const hash = exchange.stateHash();
  exchange.close();
  return hash;
}

function faultAtStart(file: string): unknown {
  try {
    hashAtStart(file);
  } catch (error) {
    return error instanceof ExchangeFileError ? error.code : error;
  }
  return null;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('pruning', () => {
  test('one snapshot: every command is kept, for the opening is the other way back', async () => {
    const { file } = await written(19);
    expect(sequences(file, 'snapshot')).toEqual([10]);
    expect(sequences(file, 'command')).toEqual(range(1, 19));
  });

  test('the two newest snapshots stay, with the commands since the older', async () => {
    const { file, hash } = await written(47);
    expect(sequences(file, 'snapshot')).toEqual([30, 40]);
    expect(sequences(file, 'command')).toEqual(range(31, 47));
    expect(hashAtStart(file)).toBe(hash);
  });

  test('a normal end saves a snapshot, so that the next start replays nothing', async () => {
    const { file, hash } = await written(47);
    hashAtStart(file);
    expect(sequences(file, 'snapshot')).toEqual([40, 47]);
    expect(hashAtStart(file)).toBe(hash);
    // Nothing happened since, so there is nothing to save.
    expect(sequences(file, 'snapshot')).toEqual([40, 47]);
  });
});

describe('damage', () => {
  test('a damaged snapshot: the one before and the commands since, and it counts no longer', async () => {
    const { file, hash } = await written(47);
    change(file, "UPDATE snapshot SET record = replace(record, '40000', '40001') WHERE sequence = 40");
    expect(hashAtStart(file)).toBe(hash);
    expect(sequences(file, 'snapshot')).toEqual([30, 47]);
    expect(sequences(file, 'command')).toEqual(range(31, 47));
  });

  test('the only snapshot damaged: everything from the opening', async () => {
    const { file, hash } = await written(19);
    change(file, "UPDATE snapshot SET chain = 'x'");
    expect(hashAtStart(file)).toBe(hash);
  });

  test('both snapshots damaged: no start, and the file is left as it is', async () => {
    const { file } = await written(47);
    change(file, "UPDATE snapshot SET seal = 'x'");
    expect(faultAtStart(file)).toBe('no-good-snapshot');
    expect(sequences(file, 'snapshot')).toEqual([30, 40]);
  });

  test.each([
    ['a command in the middle is gone', 'DELETE FROM command WHERE sequence = 44', 'log-broken'],
    ['the last commands are gone', 'DELETE FROM command WHERE sequence > 45', 'log-broken'],
    ['all commands are gone', 'DELETE FROM command', 'log-broken'],
    [
      'a command was changed',
      "UPDATE command SET records = replace(records, '0.01', '0.02') WHERE sequence = 45",
      'replay-differs',
    ],
    ['the recorded end was changed', "UPDATE head SET chain = 'x'", 'replay-differs'],
  ])('%s: no start', async (_what, sql, code) => {
    const { file } = await written(47);
    change(file, sql);
    expect(faultAtStart(file)).toBe(code);
  });

  test('a commit torn in the middle never was; all before it are there', async () => {
    const file = folder.file();
    const bench = new Bench(file);
    const hashes: string[] = [];
    const sizes: number[] = [];
    const size = (): number => statSync(`${file}-wal`).size;
    for (let number = 0; number < 12; number += 1) {
      await bench.one(commandNumber(number));
      hashes.push(bench.exchange.stateHash());
      sizes.push(size());
    }
    for (let number = 5; number < 12; number += 1) {
      const before = sizes[number - 1] ?? 0;
      const after = sizes[number] ?? 0;
      expect(after).toBeGreaterThan(before);
      for (const bytes of [before + 1, Math.floor((before + after) / 2), after - 1]) {
        const torn = folder.crashed(file);
        truncateSync(`${torn}-wal`, bytes);
        expect(hashAtStart(torn)).toBe(hashes[number - 1]);
      }
    }
    bench.exchange.close();
  });
});

describe('the log alone', () => {
  test('is empty at first and takes the opening once', () => {
    const database = openExchangeFile(':memory:');
    const log = createCommandLog(database);
    expect(log.head()).toEqual({ sequence: 0, chain: '' });
    expect(log.firstSequence()).toBe(1);
    expect([...log.groupsAfter(0)]).toEqual([]);
    expect([...log.snapshots()]).toEqual([]);
    expect(log.opening(OPENING)).toEqual(OPENING);
    expect(log.opening({ ...OPENING, firstOrderId: 7 })).toEqual(OPENING);
    database.close();
  });
});
