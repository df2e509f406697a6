/**
 * The process that holds the keys. Started by the supervisor with the flags of launch.ts; the two boot tokens come as
 * one JSON line on standard input, which then stays open as the sign that the supervisor lives. Prints errors only.
 *
 * Core dumps: Node cannot set a limit on itself. Whoever installs custody as a service sets LimitCORE=0 there.
 */

import { chmodSync, mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { VenueId } from '../core/ids.ts';
import { Custody } from './custody.ts';
import { hasExactly } from './exact.ts';
import { KeystoreError } from './keystore.ts';
import { custodyFolder, socketPath } from './launch.ts';
import { listen } from './listener.ts';
import { systemClock, systemRandom } from './seams.ts';
import { StoreError } from './store.ts';
import { JournalError } from './trading/journal-file.ts';

const BOOT_LINE_MAX = 1_024;
const TICK_MS = 5_000;
const TOKEN = /^[\x21-\x7e]{16,256}$/;

async function main(): Promise<void> {
  // Files that libraries of Node make for us (SQLite's journal) are for the owner alone as well.
  process.umask(0o077);
  const options = readArguments();
  const tokens = await readBootLine();
  const custody = new Custody({
    folder: custodyFolder(options.data),
    keyDir: options.keyDir,
    origins: options.origins,
    clock: systemClock,
    random: systemRandom,
    chance: Math.random,
    hardening: hardeningInForce(),
  });
  if (process.platform !== 'win32') {
    mkdirSync(options.socketDir, { recursive: true, mode: 0o700 });
    chmodSync(options.socketDir, 0o700);
  }
  const shared = {
    clock: systemClock,
    handle: custody.run.bind(custody) as Parameters<typeof listen>[1]['handle'],
    refused: (kind: string, detail: string) => custody.noteRefusal(kind, detail),
  };
  const listeners = await Promise.all(
    (['desk', 'owner'] as const).map((kind) =>
      listen(socketPath(options.socketDir, kind, process.platform), { ...shared, kind, token: tokens[kind] }),
    ),
  );
  const timer = setInterval(() => custody.tick(), TICK_MS);

  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    clearInterval(timer);
    void Promise.all(listeners.map((listener) => listener.close())).then(() => {
      custody.close();
      process.exit(0);
    });
  };
  process.stdin.on('end', end).on('close', end).on('error', end);
  process.on('disconnect', end).on('SIGTERM', end).on('SIGINT', end);
  process.send?.({ type: 'ready' });
}

type Options = {
  readonly data: string;
  readonly keyDir: string;
  readonly socketDir: string;
  readonly origins: readonly { readonly venue: VenueId; readonly origin: string }[];
};

function readArguments(): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { data: text, 'key-dir': text, 'socket-dir': text, whitebit: text, practice: text },
  });
  const { data, whitebit, practice, 'key-dir': keyDir, 'socket-dir': socketDir } = values;
  if (!data || !keyDir || !socketDir || !whitebit)
    throw new KeystoreError('Custody needs --data, --key-dir, --socket-dir and --whitebit');
  const origins: { venue: VenueId; origin: string }[] = [{ venue: 'whitebit', origin: whitebit }];
  if (practice) origins.push({ venue: 'practice', origin: practice });
  return { data, keyDir, socketDir, origins };
}

/** Leaves standard input flowing, so that its end is noticed. */
function readBootLine(): Promise<{ readonly desk: string; readonly owner: string }> {
  const token = (value: unknown) => typeof value === 'string' && TOKEN.test(value);
  return new Promise((resolve, reject) => {
    let line = '';
    const onData = (chunk: Buffer) => {
      line += chunk.toString('latin1');
      const end = line.indexOf('\n');
      if (end === -1 && line.length <= BOOT_LINE_MAX) return;
      process.stdin.off('data', onData);
      process.stdin.resume();
      try {
        const tokens: unknown = JSON.parse(line.slice(0, end));
        if (hasExactly(tokens, { desk: token, owner: token }) && tokens.desk !== tokens.owner)
          resolve(tokens as { desk: string; owner: string });
        else reject(new KeystoreError('The boot line does not hold the two tokens'));
      } catch {
        reject(new KeystoreError('The boot line is not JSON'));
      }
    };
    process.stdin.on('data', onData);
    process.stdin.once('end', () => reject(new KeystoreError('No boot line came')));
  });
}

/** What is really in force, asked of the running process and not of the wish. */
function hardeningInForce(): readonly string[] {
  const permission = process.permission;
  const flags = new Set(process.execArgv);
  const found = [
    permission !== undefined && !permission.has('child') && 'cannot start programs',
    permission !== undefined && !permission.has('worker') && 'cannot start threads',
    permission !== undefined && !permission.has('addon') && 'cannot load native code',
    permission !== undefined && !permission.has('fs.read', '/') && 'reads its own files only',
    permission !== undefined && !permission.has('fs.write', '/') && 'writes its own files only',
    flags.has('--disable-sigusr1') && 'no debugger by signal',
    flags.has('--disallow-code-generation-from-strings') && 'no code from text',
    process.env.NODE_OPTIONS === undefined && 'no options from the environment',
    'no packages',
  ];
  return found.filter((one) => one !== false);
}

main().catch((error: unknown) => {
  // A sentence of ours, or nothing but the error's name: messages of others may hold anything.
  const ours =
    error instanceof KeystoreError ||
    error instanceof StoreError ||
    error instanceof JournalError ||
    error instanceof TypeError;
  const name = error instanceof Error ? error.name : 'error';
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  process.stderr.write(`Custody cannot start: ${ours ? error.message : `${name}${code}`}\n`);
  process.exit(1);
});
