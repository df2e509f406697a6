/** `backup FILE`: all keys as one file, encrypted under a passphrase of its own. */

import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { sealingKeyOf } from '../custody-link.ts';
import type { Act } from '../program.ts';
import { chooseTwice, PASSPHRASE_BYTES_MIN, sealPassphrase } from '../secrets.ts';
import type { Workplace } from '../workplace.ts';

export function addBackupCommand(program: Command, act: Act): void {
  program
    .command('backup')
    .description('write all keys into one encrypted file; asks for a passphrase of its own')
    .argument('<file>', 'must not exist yet')
    .addHelpText('after', '\nExamples:\n  $ gapless backup /media/usb/gapless-2026-11.backup')
    .action(act((work, file: string) => backup(work, file)));
}

async function backup(work: Workplace, name: string): Promise<void> {
  const file = path.resolve(name);
  // Said before anybody has typed a passphrase twice; the writing itself refuses as well.
  if (existsSync(file)) throw exists(file);
  const { key } = sealingKeyOf(await work.custody.request('status', {}));
  const chosen = await chooseTwice(work.terminal, 'Passphrase for this backup', PASSPHRASE_BYTES_MIN);
  const reply = await work.custody.request('backup', { sealed: sealPassphrase(key, chosen) });
  const bytes = Buffer.from(reply.file, 'base64');
  await writeNew(file, bytes);
  if (work.json) return work.terminal.json({ file, bytes: bytes.length });
  work.terminal.print(`${file} holds the keys (${bytes.length} bytes).`);
  work.terminal.note('Only this passphrase opens it. Keep the two apart.');
}

/** On the disk before it is called written; a file that could not be finished does not stay. */
async function writeNew(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? exists(file) : unwritable(file, error);
  });
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw unwritable(file, error);
  } finally {
    await handle.close();
  }
}

function exists(file: string): CliError {
  return new CliError(
    'file_exists',
    `${file} exists already.`,
    'Choose another name; a backup never overwrites a file.',
  );
}

function unwritable(file: string, error: unknown): CliError {
  return new CliError(
    'file_unwritable',
    `${file} cannot be written (${reasonOf(error)}).`,
    'Check the folder, its rights and the free space, or choose another place.',
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
