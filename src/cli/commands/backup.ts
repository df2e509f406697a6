/** `backup FILE` and `restore FILE`: all keys as one file, encrypted under a passphrase of its own. */

import { existsSync, statSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { sealingKeyOf } from '../custody-link.ts';
import type { Act } from '../program.ts';
import { askPassphrase, chooseTwice, PASSPHRASE_BYTES_MIN, sealPassphrase } from '../secrets.ts';
import type { Workplace } from '../workplace.ts';

/** Sent as base64 in one frame of at most 1 MiB to custody; thousands of keys fit. */
const BACKUP_BYTES_MAX = 760 * 1024;

export function addBackupCommands(program: Command, act: Act): void {
  program
    .command('backup')
    .description('write all keys into one encrypted file; asks for a passphrase of its own')
    .argument('<file>', 'must not exist yet')
    .addHelpText('after', '\nExamples:\n  $ gapless backup /media/usb/gapless-2026-11.backup')
    .action(act((work, file: string) => backup(work, file)));
  program
    .command('restore')
    .description('take the keys from a backup file; each is checked before it is used again')
    .argument('<file>')
    .option('--overwrite', 'replace the keys that are here now')
    .action(act((work, file: string, options: { overwrite?: true }) => restore(work, file, options)));
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

async function restore(work: Workplace, name: string, options: { overwrite?: true }): Promise<void> {
  const bytes = await readBackup(path.resolve(name));
  const status = await work.custody.request('status', {});
  if (status.keys > 0 && options.overwrite !== true) {
    throw new CliError(
      'keys_exist',
      `There are ${status.keys} keys here already, and a restore replaces all of them.`,
      'Make a backup of them first, then add --overwrite.',
    );
  }
  const { key } = sealingKeyOf(status);
  const sealed = sealPassphrase(key, await askPassphrase(work.terminal));
  const { keys } = await work.custody.request('restore', {
    sealed,
    file: bytes.toString('base64'),
    overwrite: options.overwrite === true,
  });
  const isTold = await work.desk.custodyChanged();
  if (work.json) return work.terminal.json({ keys });
  work.terminal.print(`${keys} ${keys === 1 ? 'key is' : 'keys are'} back. Each is checked before it is used.`);
  if (!isTold) work.terminal.note('The desk did not answer; it takes them in when it starts again.');
}

async function readBackup(file: string): Promise<Buffer> {
  try {
    if (statSync(file).size > BACKUP_BYTES_MAX) throw notABackup(file);
    return await readFile(file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(
      'file_unreadable',
      `${file} cannot be read (${reasonOf(error)}).`,
      'Check the name and the rights.',
    );
  }
}

function exists(file: string): CliError {
  return new CliError(
    'file_exists',
    `${file} exists already.`,
    'Choose another name; a backup never overwrites a file.',
  );
}

function notABackup(file: string): CliError {
  return new CliError('not_a_backup', `${file} is too large to be a backup of Gapless.`, 'Choose the right file.');
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
