import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
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

  test('of a desk that was killed is taken over, by one of two that try at once', async () => {
    const script = `import { claimFolder } from ${JSON.stringify(path.join(import.meta.dirname, 'claim.ts'))};
      await claimFolder(${JSON.stringify(where)});
      console.log('up');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    await expect(claimFolder(where)).rejects.toThrow(OptionError);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const tries = await Promise.allSettled([claimFolder(where), claimFolder(where)]);
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    for (const one of tries) if (one.status === 'fulfilled') one.value();
  });

  test('closes the folders of the sockets to others', async () => {
    mkdirSync(where.run, { recursive: true });
    chmodSync(where.run, 0o755);
    (await claimFolder(where))();
    for (const place of [where.run, where.sockets]) expect(statSync(place).mode & 0o777).toBe(0o700);
  });

  test('is not taken where sockets would lie in a place that somebody else made', async () => {
    // A link stands for it: a folder of another user only root can make.
    const sockets = path.join(os.tmpdir(), `gapless-foreign-${process.pid}`);
    symlinkSync(folder, sockets);
    try {
      await expect(claimFolder({ ...where, sockets })).rejects.toThrow(/somebody else.*shorter path/);
    } finally {
      rmSync(sockets);
    }
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
