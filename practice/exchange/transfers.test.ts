import { afterEach, beforeEach, expect, test } from 'vitest';
import { textOf } from '../engine/scale.ts';
import { ALICE, d } from '../engine/world.testing.ts';
import { Bench, Folder } from './exchange.testing.ts';
import type { UntimedCommand } from './writer.ts';

let folder: Folder;
let file: string;
let bench: Bench;
beforeEach(() => {
  folder = new Folder();
  file = folder.file();
  bench = new Bench(file);
});
afterEach(() => {
  bench.exchange.close();
  folder.remove();
});

const move = (kind: 'credit' | 'debit', transfer: string | null, amount: string): UntimedCommand => ({
  kind,
  account: ALICE,
  ticker: 'USDT',
  amount: d(amount),
  transfer,
});

function usdt(): string {
  const [balance] = bench.exchange.query.balances(ALICE);
  return balance === undefined ? '0' : textOf(balance.available, balance.asset.scale);
}

/** The process dies now and starts again. */
function restart(): void {
  const copy = folder.crashed(file);
  bench.exchange.close();
  file = copy;
  bench = new Bench(file);
}

test('a credit with an id is carried out once: in one commit, in two, and after a crash', async () => {
  const heard: number[] = [];
  bench.exchange.on(({ sequence }) => heard.push(sequence));
  const [first, second] = await bench.run([move('credit', 'one', '5'), move('credit', 'one', '5.0')]);
  expect(first).toMatchObject({ kind: 'done', sequence: 1, reply: { ok: true } });
  expect(second).toEqual(first);
  expect(await bench.one(move('credit', 'one', '5'))).toEqual(first);
  expect(heard).toEqual([1]);
  restart();
  expect(await bench.one(move('credit', 'one', '5'))).toEqual(first);
  expect(usdt()).toBe('5');
});

test('a refused debit stays refused under its id, also when the money has come meanwhile', async () => {
  const refused = await bench.one(move('debit', 'one', '5'));
  expect(refused).toMatchObject({ kind: 'done', reply: { ok: false, code: 10 } });
  await bench.one(move('credit', null, '5'));
  restart();
  expect(await bench.one(move('debit', 'one', '5'))).toEqual(refused);
  expect(bench.exchange.transfers.replyOf('one')).toMatchObject({ ok: false, code: 10 });
  expect(usdt()).toBe('5');
});

test('an id of another transfer is a fault of the asker, and nothing is done', async () => {
  await bench.one(move('credit', 'one', '5'));
  expect(await bench.one(move('credit', 'one', '6'))).toMatchObject({ kind: 'impossible' });
  expect(await bench.one(move('debit', 'one', '5'))).toMatchObject({ kind: 'impossible' });
  expect(usdt()).toBe('5');
});

test('what is forgotten is gone from the file with the next commit, and nothing else is', async () => {
  await bench.run([move('credit', 'one', '5'), move('credit', 'two', '5'), move('credit', null, '1')]);
  bench.exchange.transfers.forget(['one', 'never']);
  await bench.one({ kind: 'tick' });
  expect(bench.exchange.transfers.ids()).toEqual(['two']);
  restart();
  expect(bench.exchange.transfers.ids()).toEqual(['two']);
  expect(bench.exchange.transfers.replyOf('one')).toBe(null);
});
