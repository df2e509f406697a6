import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
