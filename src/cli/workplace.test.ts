import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manualClock } from '../shell/manual-clock.ts';
import { systemRandom } from '../shell/random.ts';
import { run } from './program.ts';
import { fakeTerminal } from './terminal.testing.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-work-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The real workplace over a folder that a test made. */
async function gapless(...args: string[]) {
  const fake = fakeTerminal({ tty: false });
  const exit = await run(args, {
    terminal: fake.terminal,
    env: { XDG_DATA_HOME: folder },
    platform: process.platform,
    home: folder,
    clock: manualClock(),
    random: systemRandom,
    version: '0.1.0',
    pause: async () => {},
  });
  return { exit, out: fake.out(), err: fake.err() };
}

function leaveRunFile(content: string): void {
  mkdirSync(path.join(folder, 'gapless', 'run'), { recursive: true });
  writeFileSync(path.join(folder, 'gapless', 'run', 'desk.json'), content);
}

test('finds the folder of the platform, or the one that is named', async () => {
  expect((await gapless('status')).out).toContain(path.join(folder, 'gapless'));
  const named = path.join(folder, 'elsewhere');
  expect((await gapless('status', '--data', named)).out).toContain(named);
  expect(JSON.parse((await gapless('--data', named, '--json', 'status')).out)).toEqual({ running: false, data: named });
});

test('a desk that was killed counts as none', async () => {
  // No system gives out a process number this high.
  leaveRunFile(
    JSON.stringify({ pid: 2 ** 30, address: 'http://localhost:1', sockets: folder, ownerToken: 't', cliToken: 't' }),
  );
  expect(await gapless('status')).toMatchObject({ exit: 3 });
  expect(await gapless('exchanges', 'list')).toMatchObject({ exit: 3, out: '' });
});

test('a desk that lives but does not answer is told apart from none', async () => {
  const sockets = path.join(folder, 'sockets');
  const run = { pid: process.pid, address: 'http://localhost:1', sockets, ownerToken: 't', cliToken: 't' };
  leaveRunFile(JSON.stringify(run));
  const listed = await gapless('exchanges', 'list');
  expect(listed.exit).toBe(3);
  expect(listed.err).toContain('does not answer');
});

test('a file that is no run file is told with its cure', async () => {
  leaveRunFile('{');
  const listed = await gapless('exchanges', 'list');
  expect(listed.exit).toBe(1);
  expect(listed.err).toContain('cannot be read');
  expect(listed.err).toContain('--data DIR');
});

test('restore tells a missing file, and one too large, before it asks for anything', async () => {
  const missing = await gapless('restore', path.join(folder, 'none'));
  expect(missing).toMatchObject({ exit: 1 });
  expect(missing.err).toContain('ENOENT');
  const large = path.join(folder, 'large');
  writeFileSync(large, Buffer.alloc(1024 * 1024));
  expect((await gapless('restore', large)).err).toContain('too large');
});

test('reset-password on a folder without a desk says so', async () => {
  const reset = await gapless('reset-password', 'alex', '--json');
  expect(reset.exit).toBe(3);
  expect(JSON.parse(reset.err)).toMatchObject({ error: { code: 'no_database' } });
});
