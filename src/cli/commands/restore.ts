/**
 * `restore FILE`: the keys of a backup, on this desk or on another. A key whose owner this desk does not know would be on
 * no page, so whose they will be is settled before anything is replaced.
 */

import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Person } from '../../contract/people.ts';
import type { UserId } from '../../core/ids.ts';
import { CliError } from '../cli-error.ts';
import { sealingKeyOf } from '../custody-link.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { askPassphrase, sealPassphrase } from '../secrets.ts';
import type { Workplace } from '../workplace.ts';

/** Sent as base64 in one frame of at most 1 MiB to custody; thousands of keys fit. */
const BACKUP_BYTES_MAX = 760 * 1024;

type Options = { readonly overwrite?: true; readonly mine?: true };
/** For whom the command speaks, and everybody whose keys this desk would show. */
type Desk = { readonly me: Person; readonly people: readonly string[] };

export function addRestoreCommand(program: Command, act: Act): void {
  program
    .command('restore')
    .description('take the keys from a backup file; each is checked before it is used again')
    .argument('<file>')
    .option('--overwrite', 'replace the keys that are here now')
    .option('--mine', 'keys of people who are not on this desk become yours, or those of --user NAME')
    .addHelpText(
      'after',
      '\nKeys stay with the people they belong to, where this desk knows them all. On a new desk nobody of the old one is\nknown: then their keys become yours if you are the only person here. With more people here, say --mine.\n\nExamples:\n  $ gapless restore /media/usb/gapless-2026-11.backup\n  $ gapless restore keys.backup --mine --user alex',
    )
    .action(act((work, file: string, options: Options) => restore(work, file, options)));
}

async function restore(work: Workplace, name: string, options: Options): Promise<void> {
  const file = (await readBackup(path.resolve(name))).toString('base64');
  const status = await work.custody.request('status', {});
  if (status.keys > 0 && options.overwrite !== true) {
    throw new CliError(
      'keys_exist',
      `There are ${status.keys} keys here already, and a restore replaces all of them.`,
      'Make a backup of them first, then add --overwrite.',
    );
  }
  const desk = await deskOf(work);
  const { key } = sealingKeyOf(status);
  const passphrase = await askPassphrase(work.terminal);
  // Sealed twice: to look whose keys these are, and to take them.
  const toInspect = sealPassphrase(key, Buffer.from(passphrase));
  const sealed = sealPassphrase(key, passphrase);
  const { owners } = await work.custody.request('inspect-backup', { sealed: toInspect, file });
  const strangers = owners.filter((owner) => !desk.people.includes(owner));
  const give = strangers.length === 0 ? null : { from: strangers, to: takerOf(desk, strangers.length, options) };
  const { keys, leftOut } = await work.custody.request('restore', {
    sealed,
    file,
    overwrite: options.overwrite === true,
    give,
  });
  const isTold = await work.desk.custodyChanged();
  if (work.json) return work.terminal.json({ keys, leftOut, givenTo: give === null ? null : desk.me.name });
  work.terminal.lines(told({ keys, leftOut, strangers: strangers.length, takenBy: desk.me.name }));
  if (!isTold) work.terminal.note('The desk did not answer; it takes them in when it starts again.');
}

async function deskOf(work: Workplace): Promise<Desk> {
  const session = await work.desk.call('session.read');
  if (session.state !== 'signed-in') {
    throw new CliError(
      'unclaimed',
      'This desk has no owner yet, so that restored keys would be on no page. Nothing was changed.',
      'Open the page and enter the setup code (`gapless setup-code` makes one), then restore.',
    );
  }
  return { me: session.user, people: await work.desk.people() };
}

/** Who gets the keys of people whom this desk does not know. Throws where that has to be said. */
function takerOf(desk: Desk, strangers: number, options: Options): UserId {
  if (options.mine === true || desk.people.length === 1) return desk.me.id as UserId;
  throw new CliError(
    'keys_of_strangers',
    `The backup holds keys of ${peopleText(strangers)} this desk does not know, and no page would show them. Nothing was changed.`,
    `Add --mine to make these ${plain(desk.me.name)}’s, or --mine --user NAME for somebody else here.`,
  );
}

function told(of: { keys: number; leftOut: number; strangers: number; takenBy: string }): string[] {
  const { keys, leftOut, strangers, takenBy } = of;
  if (keys === 0) return ['The backup holds no keys; none is here now.'];
  const lines = [`${keys} ${keys === 1 ? 'key is' : 'keys are'} back. Each is checked before it is used.`];
  if (strangers > 0) {
    lines.push(
      `The backup has keys of ${peopleText(strangers)} this desk does not know; ${plain(takenBy)} has them now.`,
    );
  }
  if (leftOut > 0) {
    const what =
      leftOut === 1 ? '1 key was left out: its account is' : `${leftOut} keys were left out: their accounts are`;
    lines.push(`${what} here with another key.`);
  }
  return lines;
}

function peopleText(count: number): string {
  return count === 1 ? 'one person' : `${count} people`;
}

async function readBackup(file: string): Promise<Buffer> {
  try {
    if (statSync(file).size > BACKUP_BYTES_MAX) throw notABackup(file);
    return await readFile(file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new CliError('file_unreadable', `${file} cannot be read (${reason}).`, 'Check the name and the rights.');
  }
}

function notABackup(file: string): CliError {
  return new CliError('not_a_backup', `${file} is too large to be a backup of Gapless.`, 'Choose the right file.');
}
