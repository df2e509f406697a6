import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALICE, d } from '../engine/world.testing.ts';
import { Bench, Folder } from './exchange.testing.ts';
import type { UntimedCommand } from './writer.ts';

const CREDIT: UntimedCommand = { kind: 'credit', account: ALICE, ticker: 'USDT', amount: d('1') };

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

/** A disk whose syncs end when the test says so, and a timer that goes off when it says so. */
class Disk {
  syncs = 0;
  readonly timers: { readonly work: () => void; readonly delayMs: number }[] = [];
  ended: (error?: Error) => void = () => undefined;
  readonly parts = {
    sync: () =>
      new Promise<void>((resolve, reject) => {
        this.syncs += 1;
        this.ended = (error) => (error === undefined ? resolve() : reject(error));
      }),
    later: (work: () => void, delayMs: number) => {
      const timer = { work, delayMs };
      this.timers.push(timer);
      return () => void this.timers.splice(this.timers.indexOf(timer), 1);
    },
  };

  goOff(): void {
    this.timers.shift()?.work();
  }

  async end(error?: Error): Promise<void> {
    this.ended(error);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function begun(): Promise<{ readonly disk: Disk; readonly bench: Bench }> {
  const disk = new Disk();
  const bench = new Bench(folder.file(), { disk: disk.parts });
  // SQLite syncs the first commit itself.
  await bench.one(CREDIT);
  expect(disk.timers).toEqual([]);
  return { disk, bench };
}

test('many commits are answered before one sync, which comes within a second', async () => {
  const { disk, bench } = await begun();
  for (let count = 0; count < 5; count += 1) expect((await bench.one(CREDIT)).kind).toBe('done');
  expect(disk.timers.map(({ delayMs }) => delayMs)).toEqual([1_000]);
  expect(disk.syncs).toBe(0);
  disk.goOff();
  expect(disk.syncs).toBe(1);
  await disk.end();
  expect(disk.timers).toEqual([]);
  bench.exchange.close();
});

test('what is committed during a sync gets one of its own', async () => {
  const { disk, bench } = await begun();
  await bench.one(CREDIT);
  disk.goOff();
  await bench.one(CREDIT);
  expect(disk.timers).toEqual([]);
  await disk.end();
  expect(disk.timers).toHaveLength(1);
  bench.exchange.close();
  expect(disk.timers).toEqual([]);
});

test('a transfer waits for the disk and leaves nothing to a later sync', async () => {
  const { disk, bench } = await begun();
  await bench.one({ ...CREDIT, transfer: 'one' });
  expect(disk.timers).toEqual([]);
  bench.exchange.close();
});

test('a disk that refuses stops the exchange', async () => {
  const { disk, bench } = await begun();
  await bench.one(CREDIT);
  disk.goOff();
  await disk.end(new Error('No space left'));
  expect(await bench.one(CREDIT)).toEqual({ kind: 'not-taken', reason: 'unknown' });
  expect(bench.faults.map(({ kind }) => kind)).toEqual(['commit-failed']);
  bench.exchange.close();
});

test('the real file is synced, not another', async () => {
  const file = folder.file();
  const timers: (() => void)[] = [];
  const later = (work: () => void) => {
    timers.push(work);
    return () => undefined;
  };
  const bench = new Bench(file, { disk: { later } });
  await bench.one(CREDIT);
  await bench.one(CREDIT);
  timers.shift()?.();
  // Comes to its end, without which no second sync is planned.
  await expect
    .poll(async () => {
      await bench.one(CREDIT);
      return timers.length;
    })
    .toBeGreaterThan(0);
  expect(bench.faults).toEqual([]);
  bench.exchange.close();
});
