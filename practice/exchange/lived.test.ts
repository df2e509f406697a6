import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bench, Folder, START_MS } from './exchange.testing.ts';
import { openExchangeFile } from './exchange-file.ts';
import { createLived } from './lived.ts';

const START_SEC = START_MS / 1_000;
const us = (sec: number): number => (START_SEC + sec) * 1_000_000;

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

/** Seconds since the start, `L` lived and `-` not, with the second where that began. */
function told(bench: Bench, fromSec: number, toSec: number): readonly string[] {
  const { lived } = bench.exchange.tape;
  const segments = lived.split(START_SEC + fromSec, START_SEC + toSec, bench.clock.ms * 1_000);
  return [...segments].map(({ isLived, ...span }) => {
    const began = span.beganSec === Number.NEGATIVE_INFINITY ? 'never' : span.beganSec - START_SEC;
    return `${isLived ? 'L' : '-'} ${span.fromSec - START_SEC} ${span.toSec - START_SEC} ${began}`;
  });
}

async function go(bench: Bench, sec: number): Promise<void> {
  bench.clock.ms += sec * 1_000;
  const ticked = bench.exchange.tick();
  while (bench.turn());
  await ticked;
}

test('a running exchange lives from its start to now; silence of a minute is lived through, longer is not', async () => {
  const bench = new Bench(':memory:');
  expect(told(bench, -10, 10)).toEqual(['- -10 0 never', 'L 0 1 0', '- 1 10 1']);
  await go(bench, 60);
  expect(told(bench, -10, 61)).toEqual(['- -10 0 never', 'L 0 61 0']);
  await go(bench, 61);
  expect(told(bench, 0, 122)).toEqual(['L 0 61 0', '- 61 121 61', 'L 121 122 121']);
  // In the middle of a life, and of a gap.
  expect(told(bench, 30, 70)).toEqual(['L 30 61 0', '- 61 70 61']);
  expect(told(bench, 70, 70)).toEqual([]);
  bench.exchange.close();
});

test('before the first tick after a jump it is a gap already, as it will be ever after', async () => {
  const bench = new Bench(':memory:');
  bench.clock.ms += 3_600_000;
  const before = told(bench, 0, 3_000);
  expect(before).toEqual(['L 0 1 0', '- 1 3000 1']);
  await go(bench, 0);
  expect(told(bench, 0, 3_000)).toEqual(before);
  bench.exchange.close();
});

test('a faster clock needs a longer gap', async () => {
  const bench = new Bench(':memory:', { tape: { gapMs: 60_000 * 100 } });
  for (let tick = 0; tick < 10; tick += 1) await go(bench, 100);
  expect(told(bench, 0, 1_001)).toEqual(['L 0 1001 0']);
  bench.exchange.close();
});

test('a quiet exchange writes a sign of life now and then, so that a death in silence makes no gap', async () => {
  const file = folder.file();
  const bench = new Bench(file);
  for (let tick = 0; tick < 600; tick += 1) await go(bench, 1);
  const dead = new Bench(folder.crashed(file));
  const [life] = told(dead, 0, 10_000);
  const lastSec = Number(life?.split(' ')[2]);
  expect(lastSec).toBeGreaterThan(600 - 20);
  expect(dead.exchange.tape.lived.lastUs()).toBeLessThanOrEqual(us(600));
  bench.exchange.close();
  dead.exchange.close();
});

test('a command is a sign of life though nothing else was saved', () => {
  const database = openExchangeFile(':memory:');
  const lived = createLived(database, us(50));
  expect(lived.lastUs()).toBe(us(50));
  lived.signOfLife(us(20));
  expect([lived.firstUs(), lived.lastUs()]).toEqual([us(50), us(50)]);
  database.close();
});
