/** The desk's process by itself: where it listens, and how it says that it cannot start. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { databaseFile } from '../../src/store/file.ts';

const DESK = path.resolve(import.meta.dirname, '../../src/desk.ts');
let folder: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gapless-desk-'));
  mkdirSync(path.join(folder, 's'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [DESK, '--data', folder, '--socket-dir', path.join(folder, 's'), ...args], {
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
  });
  running.push(child);
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  child.stdin?.write(`${JSON.stringify({ custody: 'x'.repeat(43) })}\n`);
  return {
    child,
    ready: once(child, 'message').then(([message]) => message as { port: number; address: string; setupCode: string }),
    // Not 'close': it stays away after this end of the channel was closed first.
    ended: Promise.all([once(child, 'exit'), once(child.stderr as NonNullable<typeof child.stderr>, 'end')]).then(
      ([[code]]) => ({ code: code as number | null, words }),
    ),
  };
}

const answers = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1_000 });
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });

test('W-02 by default it listens to this machine alone, and ends when its supervisor does', async () => {
  const { child, ready, ended } = start('--port', '0');
  const { port, address, setupCode } = await ready;
  expect(address).toBe(`http://localhost:${port}`);
  expect(setupCode).toHaveLength(24);
  expect(await answers(port, '127.0.0.1')).toBe(true);
  // Somebody who connects and says nothing holds nothing up.
  const silent = connect({ port, host: '127.0.0.1' }).on('error', () => {});
  await once(silent, 'connect');
  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => !one.internal && one.family === 'IPv4');
  for (const { address: host } of outside) expect([host, await answers(port, host)]).toEqual([host, false]);
  child.disconnect();
  expect((await ended).code).toBe(0);
});

test('SIGTERM ends it cleanly', async () => {
  const { child, ready, ended } = start('--port', '0');
  await ready;
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, words: '' });
});

test.each([
  ['an open address without TLS', ['--host', '0.0.0.0'], /--tls-cert/],
  [
    'a certificate that is not there',
    ['--tls-cert', '/nowhere.pem', '--tls-key', '/nowhere.pem'],
    /\/nowhere\.pem.*PEM/,
  ],
])('one sentence with the cure, and an exit code: %s', async (_what, args, pattern) => {
  const { code, words } = await start(...args).ended;
  expect(code).toBe(1);
  expect(words.trim()).toMatch(pattern);
  expect(words.trim().split('\n')).toHaveLength(1);
});

test('a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, words } = await start('--port', String(port)).ended;
  other.close();
  expect([code, words.trim()]).toEqual([1, expect.stringMatching(/^The desk cannot listen on port \d+.*--port\.$/)]);
});

test('a program that has the port on ::1 is not left to answer for localhost', async () => {
  const hasSix = Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === '::1'));
  const other = createServer().listen(0, hasSix ? '::1' : '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, words } = await start('--port', String(port)).ended;
  other.close();
  const told = hasSix ? /^Another program listens on \[::1\].*--port\.$/ : /^The desk cannot listen on port/;
  expect([code, words.trim()]).toEqual([1, expect.stringMatching(told)]);
});

test('a database of a newer version', async () => {
  const file = new DatabaseSync(databaseFile(folder));
  file.exec('PRAGMA user_version = 99');
  file.close();
  const { code, words } = await start('--port', '0').ended;
  expect([code, words.trim()]).toEqual([1, expect.stringMatching(/newer version.*--data DIR\.$/)]);
});
