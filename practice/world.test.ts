import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPLAY_HEADER } from './life/replay.ts';
import { startPractice } from './server.ts';

let folder: string;
const start = () => startPractice({ port: 0, dataDir: folder, life: false });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'practice-world-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('files that do not belong together are refused with a cure, and left as they are', async () => {
  await (await start()).stop();
  const lost = join(folder, 'practice-exchange.sqlite');
  for (const end of ['', '-wal', '-shm']) rmSync(lost + end, { force: true });
  const refusal = { code: 'files-differ', message: expect.stringContaining('Put back a copy of the whole folder') };
  await expect(start()).rejects.toMatchObject(refusal);
  await expect(start()).rejects.toMatchObject(refusal);
});

test('a folder that was closed well is opened again', async () => {
  const first = await start();
  const account = first.accounts.accountByEmail('demo@practice.example');
  if (account === null) throw new Error('no demo account');
  await first.stop();
  const second = await start();
  expect(second.accounts.balances(account.id, 'trade').get('USDT')?.available.toString()).toBe('9812.1');
  await second.stop();
});

test('until the first trade of a replay the ticker showed the price of the model', async () => {
  let nowMs = 1_767_225_600_000;
  const options = { port: 0, dataDir: folder, life: false, baseClock: { nowMs: () => nowMs } };
  await (await startPractice(options)).stop();
  nowMs += 3_600_000;
  const replay = join(folder, 'candles.csv');
  writeFileSync(replay, `${REPLAY_HEADER}\nBTC_USDT,1000,12345.6,12345.6,12345.6,12345.6,1\n`);
  const practice = await startPractice({ ...options, replay });
  const body: unknown = await (await fetch(`${practice.url}/api/v4/public/ticker`)).json();
  await practice.stop();
  expect(body).toMatchObject({ BTC_USDT: { last_price: '12345.6' } });
});
