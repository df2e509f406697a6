/** All commands in one place, and how each of them ends. */

import { Command, CommanderError } from 'commander';
import { dataOption } from '../shell/command-line.ts';
import { places } from '../shell/places.ts';
import { CliError, EXIT, type ExitCode } from './cli-error.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBackupCommand } from './commands/backup.ts';
import { addCustodyCommands } from './commands/custody.ts';
import { addExchangesCommands } from './commands/exchanges.ts';
import { addHaltCommands } from './commands/halt.ts';
import { addHoldingsCommands } from './commands/holdings.ts';
import { addMarketsCommand } from './commands/markets.ts';
import { addPlacing } from './commands/order.ts';
import { addChanging } from './commands/order-changes.ts';
import { addOrdersCommands } from './commands/orders.ts';
import { addPeopleCommands } from './commands/people.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addRestoreCommand } from './commands/restore.ts';
import { addStatusCommand } from './commands/status.ts';
import { addWatchCommand } from './commands/watch.ts';
import { plain } from './plain-text.ts';
import { type GlobalOptions, openWorkplace, type Surroundings, type Workplace } from './workplace.ts';

/** Wraps a command's function: opens the workplace, closes it, and keeps the exit code. */
export type Act = <Given extends unknown[]>(
  run: (work: Workplace, ...given: Given) => Promise<ExitCode> | Promise<void>,
) => (...given: Given) => Promise<void>;

/** Runs one command line (without `node` and the script) and gives the exit code. Never throws. */
export async function run(
  args: readonly string[],
  around: Surroundings,
  open: typeof openWorkplace = openWorkplace,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const program = new Command('gapless');
  const act: Act =
    (body) =>
    async (...given) => {
      const options = program.opts<GlobalOptions>();
      around.terminal.commandsTake(dataOption(places({ ...around, data: options.data }), around));
      const work = open(around, options);
      try {
        exit = (await body(work, ...given)) ?? EXIT.ok;
      } finally {
        work.close();
      }
    };
  configure(program, around);
  addExchangesCommands(program, act);
  addHoldingsCommands(program, act);
  addTrading(program, act);
  addCustodyCommands(program, act);
  addAuditCommands(program, act);
  addBackupCommand(program, act);
  addRestoreCommand(program, act);
  addPeopleCommands(program, act);
  addStatusCommand(program, act);
  inherit(program, around);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    return told(error, around, args.includes('--json'));
  }
}

function addTrading(program: Command, act: Act): void {
  addMarketsCommand(program, act);
  addOrdersCommands(program, act);
  const order = program.command('order').description('place, cancel and move orders');
  addPlacing(order, act);
  addChanging(order, act);
  addHaltCommands(program, act);
  addPolicyCommands(program, act);
  addWatchCommand(program, act);
}

function configure(program: Command, around: Surroundings): void {
  program
    .description('The command line of a Gapless desk on this machine.')
    .version(around.version)
    .option('--data <dir>', "the desk's data folder (default: the platform's data folder)")
    .option('--user <name>', 'for this person of the desk (default: its owner)')
    .option('--json', 'print the result as JSON, in the shapes of docs/command-line.md')
    .addHelpText(
      'after',
      `
Keys, secrets and passphrases are asked for without showing them, or read from standard input, a line each.
They are never taken as arguments.

Exit codes: 0 done, 1 refused or a problem, 2 wrong usage, 3 no desk running.

Examples:
  $ gapless exchanges add whitebit
  $ gapless balances --json
  $ gapless order buy BTC_USDT 0.01 --price 43000
  $ gapless halt
  $ gapless backup keys.backup`,
    );
}

/** Commander hands output, exits and help settings down only to commands that are made later; ours exist already. */
function inherit(command: Command, around: Surroundings): void {
  command
    .exitOverride()
    .showHelpAfterError(`Look at \`${fullName(command)} --help\`. Keys and secrets are never taken as arguments.`)
    .configureHelp({ showGlobalOptions: command.parent !== null });
  command.configureOutput({
    writeOut: (text) => around.terminal.print(text.trimEnd()),
    writeErr: (text) => around.terminal.note(text.trimEnd()),
    outputError: (text, write) => write(plain(withoutValues(text.trimEnd()))),
  });
  for (const child of command.commands) inherit(child, around);
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** A mistake may be a secret given as an argument; what is told about it names the option or counts, and no value. */
function withoutValues(text: string): string {
  return text.replace(/=[^']*'/g, "=…'").replace(/( arguments? but got \d+)[\s\S]*$/, '$1.');
}

/** Every error in two lines, cause and cure; with `--json` as one object on standard error. */
function told(error: unknown, around: Surroundings, json: boolean): ExitCode {
  const { terminal } = around;
  if (error instanceof CommanderError) {
    // Help and version have been printed; they end through the same door as mistakes do.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (!(error instanceof CliError)) {
    // Only the kind: an unforeseen message might quote what was being worked on.
    const kind = error instanceof Error ? `${error.name}${'code' in error ? ` ${String(error.code)}` : ''}` : 'unknown';
    return told(
      new CliError(
        'internal',
        `Something went wrong in this program (${kind}).`,
        'Please report it with the command you ran, without keys.',
      ),
      around,
      json,
    );
  }
  const { code, message, cure, exit } = error;
  const withOption = (text: string): string => terminal.withOption(plain(text));
  if (json) terminal.noteJson({ error: { code, cause: withOption(message), cure: withOption(cure) } });
  else terminal.note(`${plain(message)}\n${plain(cure)}`);
  return exit;
}
