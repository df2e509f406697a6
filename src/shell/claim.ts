/** One desk a data folder: two would fight over nonces and orders. Also: whether a port is free, before anything starts. */

import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OptionError } from '../options.ts';
import type { Places } from './places.ts';

/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;
/** Any right of group or others. */
const OTHERS = 0o077;

/** What the command line needs to talk to a running desk. Readable by the owner of the data folder only. */
export type RunFile = {
  readonly pid: number;
  readonly address: string;
  readonly sockets: string;
  readonly ownerToken: string;
  readonly cliToken: string;
};

/** Makes the folders and takes the lock. Returns what gives it back. Throws `OptionError`. */
export async function claimFolder(where: Places): Promise<() => void> {
  try {
    for (const folder of [where.data, where.keys, where.run, where.sockets]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    const probe = path.join(where.data, '.writable');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new OptionError(
      `The data folder ${where.data} cannot be written (${code}). Make it yours (chown, chmod), or choose another with --data DIR.`,
    );
  }
  keepPrivate(where);
  const lock = takeLock(where);
  if (lock === null) {
    throw new OptionError(
      `A desk is already running on ${where.data}. Stop that one first, or choose another folder with --data DIR.`,
    );
  }
  return () => {
    rmSync(runFile(where), { force: true });
    lock.close();
  };
}

export function writeRunFile(where: Places, content: RunFile): void {
  const file = runFile(where);
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Null when no desk runs on this folder. */
export function readRunFile(where: Places): RunFile | null {
  if (!existsSync(runFile(where))) return null;
  const content = JSON.parse(readFileSync(runFile(where), 'utf8')) as RunFile;
  return isAlive(content.pid) ? content : null;
}

/** Port 0 is always free: the system picks one. */
export function portIsFree(port: number, host: string): Promise<boolean> {
  if (port === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function runFile(where: Places): string {
  return path.join(where.run, 'desk.json');
}

/**
 * SQLite's lock on a file that never holds anything: of two that ask at the same moment one has it, and the system gives
 * it back with the process, however that ends. Null where somebody else has it.
 */
function takeLock(where: Places): DatabaseSync | null {
  const file = path.join(where.run, 'lock.sqlite');
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OptionError(
      `The lock ${file} cannot be taken (${reason}). Choose a folder on a disk of this machine with --data DIR.`,
    );
  }
}

/**
 * Who can enter these folders can stand in for custody. Where the path is too long for sockets they lie in the
 * temporary folder of the whole machine, in which somebody else may have made ours first.
 */
function keepPrivate(where: Places): void {
  if (process.platform === 'win32') return;
  for (const folder of [where.run, where.sockets]) {
    const found = lstatSync(folder);
    const isShared = path.relative(where.data, folder).startsWith('..');
    if (isShared && (!found.isDirectory() || found.uid !== process.getuid?.())) {
      throw new OptionError(
        `The folder ${folder}, where sockets would lie, was made by somebody else. Remove it, or choose a shorter path with --data DIR: then they lie inside.`,
      );
    }
    if ((found.mode & OTHERS) !== 0) chmodSync(folder, 0o700);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
