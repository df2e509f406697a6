/** One desk a data folder: two would fight over nonces and orders. Also: whether a port is free, before anything starts. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { OptionError } from '../options.ts';
import type { Places } from './places.ts';

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
  // The lock is a socket that somebody listens on: the system closes it with the process, however that ends, and a
  // process number that was given out again cannot be taken for a running desk.
  const address = lockAddress(where);
  const lock = (await listen(address)) ?? ((await answers(address)) ? null : await takeOver(address));
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

function lockAddress(where: Places): string {
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\gapless-lock-${createHash('sha256').update(where.data).digest('hex').slice(0, 16)}`
    : path.join(where.sockets, 'lock');
}

function listen(address: string): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(null));
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The holder died without cleaning up (kill -9, power): its socket's name is left and nobody listens. */
function takeOver(address: string): Promise<Server | null> {
  rmSync(address, { force: true });
  return listen(address);
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
