import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OptionError } from '../options.ts';
import { claimFolder, portIsFree, readRunFile, writeRunFile } from './claim.ts';
import { type Places, places } from './places.ts';

let folder: string;
let where: Places;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-claim-'));
  where = places({
    data: folder,
    env: { XDG_CONFIG_HOME: path.join(folder, 'config') },
    platform: 'linux',
    home: folder,
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock on a data folder', () => {
  test('lets one desk in, and the next when that one is gone', async () => {
    const release = await claimFolder(where);
    await expect(claimFolder(where)).rejects.toThrow(/already running.*--data DIR/);
    release();
    (await claimFolder(where))();
  });

  test('of a desk that was killed is taken over', async () => {
    const lock = path.join(where.sockets, 'lock');
    const script = `require('fs').mkdirSync(${JSON.stringify(where.sockets)}, { recursive: true });
      require('net').createServer().listen(${JSON.stringify(lock)}, () => console.log('up'));`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    await expect(claimFolder(where)).rejects.toThrow(OptionError);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(statSync(lock).isSocket()).toBe(true);
    (await claimFolder(where))();
  });

  test('on a path that is a file is refused with its cure', async () => {
    const wrong = places({ data: '/dev/null/desk', env: {}, platform: 'linux', home: folder });
    await expect(claimFolder({ ...wrong, keys: where.keys })).rejects.toThrow(/cannot be written/);
  });
});

test('the run file is the owner’s alone and is gone with the lock', async () => {
  const release = await claimFolder(where);
  const content = {
    pid: process.pid,
    address: 'http://localhost:1',
    sockets: where.sockets,
    ownerToken: 'o',
    cliToken: 'c',
  };
  writeRunFile(where, content);
  expect(readRunFile(where)).toEqual(content);
  expect(statSync(path.join(where.run, 'desk.json')).mode & 0o777).toBe(0o600);
  release();
  expect(readRunFile(where)).toBeNull();
});

test('a port in use is noticed before anything starts', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await portIsFree(port, '127.0.0.1')).toBe(false);
  server.close();
  await once(server, 'close');
  expect(await portIsFree(port, '127.0.0.1')).toBe(true);
});

describe('places', () => {
  test('follow the platform and XDG, and keep the unlock key away from the data', () => {
    const linux = places({ data: undefined, env: {}, platform: 'linux', home: '/home/ada' });
    expect(linux.data).toBe('/home/ada/.local/share/gapless');
    expect(linux.keys).toBe('/home/ada/.config/gapless');
    expect(places({ data: undefined, env: { XDG_DATA_HOME: '/d' }, platform: 'linux', home: '/h' }).data).toBe(
      '/d/gapless',
    );
    const mac = places({ data: undefined, env: {}, platform: 'darwin', home: '/Users/ada' });
    expect(mac.keys.startsWith(mac.data)).toBe(false);
  });

  test('a socket path too long for the system moves to the temporary folder', () => {
    const deep = places({ data: `/${'d'.repeat(120)}`, env: {}, platform: 'linux', home: '/h' });
    expect(Buffer.byteLength(deep.sockets)).toBeLessThan(84);
  });
});
