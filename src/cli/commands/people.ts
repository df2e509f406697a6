/** `reset-password` and `setup-code`: ways in for whoever sits at the machine itself. */

import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { CliError, noDesk } from '../cli-error.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { chooseTwice } from '../secrets.ts';
import { dateTimeText } from '../time-text.ts';
import type { Workplace } from '../workplace.ts';

/** The shortest that the desk takes; what else makes a password weak, its own rule says. */
const PASSWORD_BYTES_MIN = 8;

export function addPeopleCommands(program: Command, act: Act): void {
  program
    .command('reset-password')
    .description('set a new password for somebody of this desk and end all their sessions')
    .argument('<name>', 'as they log in')
    .addHelpText(
      'after',
      '\nThe only way to reset a password. It works on the data folder, with or without a running desk. A second\nfactor stays as it is: whoever had one still needs it, or a recovery code.\n\nExamples:\n  $ gapless reset-password alex',
    )
    .action(act((work, name: string) => resetPassword(work, name)));
  program
    .command('setup-code')
    .description('a new one-time code for a desk that has no owner yet')
    .action(act((work) => setupCode(work)));
}

async function resetPassword(work: Workplace, name: string): Promise<void> {
  // Loaded here only: database and password hashing are half of the start-up time of every other command.
  const [{ openDatabase, DatabaseError }, { databaseFile }, reset, { Refusal }] = await Promise.all([
    import('../../store/database.ts'),
    import('../../store/file.ts'),
    import('../../server/people/reset.ts'),
    import('../../shell/refusal.ts'),
  ]);
  const file = databaseFile(work.places.data);
  if (!existsSync(file)) {
    const { message, exit } = noDesk(work.places.data);
    throw new CliError(
      'no_database',
      `${path.dirname(file)} holds no desk. ${message}`,
      'Name the right folder with --data DIR.',
      exit,
    );
  }
  const typed = await chooseTwice(work.terminal, `New password for ${plain(name)}`, PASSWORD_BYTES_MIN);
  const password = typed.toString('utf8');
  typed.fill(0);
  try {
    const database = openDatabase(file);
    try {
      const { clock, random } = work;
      if (!(await reset.resetPassword(database, name, password, { clock, random }))) {
        throw new CliError(
          'not_found',
          `Nobody here is called "${plain(name)}".`,
          'Give the name as it is used to log in.',
        );
      }
    } finally {
      await database.destroy();
    }
  } catch (error) {
    if (error instanceof Refusal) throw new CliError(error.code, error.message, error.cure);
    if (error instanceof DatabaseError) throw new CliError(error.code, error.message, 'Then run this again.');
    throw error;
  }
  if (work.json) return work.terminal.json({ reset: name });
  work.terminal.print(
    `${plain(name)} has a new password, and all their sessions have ended. A second factor stays as it is.`,
  );
}

async function setupCode(work: Workplace): Promise<void> {
  const { code, expiresAtMs } = await work.desk.setupCode();
  if (work.json) return work.terminal.json({ code, expiresAtMs });
  work.terminal.print(code);
  work.terminal.note(`Makes whoever types it the owner of this desk. Works once, until ${dateTimeText(expiresAtMs)}.`);
}
