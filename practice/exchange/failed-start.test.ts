import { openSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { DatabaseError } from '../accounts/database.ts';
import { OPENING } from '../engine/world.testing.ts';
import { Bench, Folder } from './exchange.testing.ts';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

test('an opening with an impossible price stayed in the file and failed every later start', async () => {
  const file = folder.file();
  const [listing] = OPENING.listings;
  const lastPrices = new Map([[String(listing?.name), Decimal.power(30)]]);
  expect(() => new Bench(file, { opening: { ...OPENING, lastPrices } })).toThrow(RangeError);
  const bench = new Bench(file);
  expect(bench.exchange.opening).toEqual(OPENING);
  bench.exchange.close();
});

test('a page of the file that is no page any more is named with its cure', async () => {
  const file = folder.file();
  const bench = new Bench(file);
  for (let count = 0; count < 200; count += 1) await bench.one({ kind: 'tick' });
  bench.exchange.close();
  // The first page says what tables there are; all behind it is rubbish now.
  writeSync(openSync(file, 'r+'), Buffer.alloc(100_000, 0x5a), 0, 100_000, 4096);
  expect(() => new Bench(file)).toThrow(DatabaseError);
  expect(() => new Bench(file)).toThrow(/cannot be used .*malformed.*--data/);
});
