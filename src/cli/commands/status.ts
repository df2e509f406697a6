/** `status`: is a desk running here, where is it, and is it well. */

import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.ts';
import type { Act } from '../program.ts';
import { facts } from '../table.ts';
import type { Workplace } from '../workplace.ts';

export function addStatusCommand(program: Command, act: Act): void {
  program
    .command('status')
    .description('whether a desk runs on this data folder, its address, and the state of its parts')
    .action(act((work) => status(work)));
}

async function status(work: Workplace): Promise<ExitCode> {
  const run = work.running();
  const data = work.places.data;
  if (run === null) {
    if (work.json) work.terminal.json({ running: false, data });
    else work.terminal.print(`No desk is running on ${data}.`);
    return EXIT.noDesk;
  }
  const session = await work.desk.call('session.read').catch(faultOf);
  const custody = await work.custody.request('status', {}).catch(faultOf);
  const desk = session instanceof CliError ? 'not answering' : session.state === 'unclaimed' ? 'no owner yet' : 'ready';
  const keys = custody instanceof CliError ? 'not answering' : custody.state;
  // A desk without an owner keeps its version to itself.
  const version = session instanceof CliError || session.version === '' ? null : session.version;
  if (work.json) {
    work.terminal.json({ running: true, data, address: run.address, pid: run.pid, version, desk, custody: keys });
  } else {
    work.terminal.lines(
      facts([
        ['Address', run.address],
        ['Desk', `${desk}${version === null ? '' : `, version ${version}`}`],
        ['Keys', keys],
        ['Data', data],
        ['Process', String(run.pid)],
      ]),
    );
  }
  return session instanceof CliError || custody instanceof CliError || keys === 'halted' ? EXIT.problem : EXIT.ok;
}

function faultOf(error: unknown): CliError {
  if (error instanceof CliError) return error;
  throw error;
}
