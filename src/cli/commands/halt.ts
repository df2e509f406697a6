/**
 * `halt` and `resume`. The brake goes straight to custody, which signs nothing from then on, whatever the desk is doing;
 * the desk is told afterwards. Going on is said to custody alone, on this machine.
 */

import type { Command } from 'commander';
import { type ConnectionId, isId } from '../../core/ids.ts';
import type { Halt, TradingStatus } from '../../custody/trade-protocol.ts';
import { CliError, EXIT, type ExitCode } from '../cli-error.ts';
import { labelsOf } from '../find-account.ts';
import { pick } from '../find-connection.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { dateTimeText } from '../time-text.ts';
import type { Workplace } from '../workplace.ts';

type HaltOptions = { readonly connection?: string; readonly why: string; readonly cancelOrders?: true };
type ResumeOptions = { readonly connection?: string; readonly reduceOnly?: true; readonly yes?: true };
/** Null: everything. */
type Target = ConnectionId | null;

const WHY_STANDARD = 'halted at the command line';
const WHY_REDUCING = 'held to sales at the command line';
/** Custody takes at most this much, for a person who reads the trail. */
const WHY_LENGTH_MAX = 200;
/** Custody answers a halt in milliseconds; a person at the brake does not wait for what hangs. */
const CUSTODY_WAIT_MS = 5_000;
const DESK_WAIT_MS = 5_000;

export function addHaltCommands(program: Command, act: Act): void {
  program
    .command('halt')
    .description('stop trading at once: no order is signed until `gapless resume`; works without the desk')
    .option('--connection <id|name>', 'only this connected exchange (default: everything)')
    .option('--why <text>', 'for whoever reads it later', WHY_STANDARD)
    .option('--cancel-orders', 'cancel the open orders that were placed here as well')
    .addHelpText('after', '\nExamples:\n  $ gapless halt\n  $ gapless halt --connection "Main account" --cancel-orders')
    .action(act((work, options: HaltOptions) => halt(work, options)));
  program
    .command('resume')
    .description('shows what is halted and since when, asks, and lets orders be signed again')
    .option('--connection <id|name>', 'only this connected exchange (default: everything)')
    .option('--reduce-only', 'let only what sells coins be signed, until `gapless resume` without it')
    .option('-y, --yes', 'do not ask')
    .action(act((work, options: ResumeOptions) => resume(work, options)));
}

type Braked = { readonly status: TradingStatus } | { readonly error: CliError };
type Told = { readonly ok: true } | { readonly error: CliError };

async function halt(work: Workplace, options: HaltOptions): Promise<ExitCode> {
  const connection = await targetOf(work, options.connection);
  const why = options.why.replaceAll(/\p{C}/gu, ' ').trim().slice(0, WHY_LENGTH_MAX) || WHY_STANDARD;
  // Everything of one person is not everything: only the desk knows what is theirs.
  const braked = work.user !== null && connection === null ? null : await brake(work, connection, why);
  if (braked !== null && 'status' in braked && !work.json) {
    work.terminal.print(
      connection === null ? 'Halted: no order is signed any more.' : 'Halted: no order of it is signed any more.',
    );
  }
  const told = await tellDesk(work, connection, why, options.cancelOrders === true);
  const isHalted = braked === null ? 'ok' in told : 'status' in braked || 'ok' in told;
  if (!isHalted) throw braked !== null && 'error' in braked ? braked.error : (told as { error: CliError }).error;
  if (work.json) {
    const custody = braked !== null && 'status' in braked;
    work.terminal.json({
      halted: true,
      connection,
      why,
      custody,
      desk: 'ok' in told,
      cancelling: options.cancelOrders === true && 'ok' in told,
    });
  } else sayHow(work, braked, told, options.cancelOrders === true);
  return 'error' in told && options.cancelOrders === true ? EXIT.problem : EXIT.ok;
}

function sayHow(work: Workplace, braked: Braked | null, told: Told, isCancelling: boolean): void {
  const { terminal } = work;
  if ('error' in told) {
    terminal.note(`The desk did not hear it: ${plain(told.error.message)}`);
    terminal.note('Open orders stay at the exchange. Cancel them there, or here once the desk answers.');
    return;
  }
  if (braked === null) terminal.print('Halted: no order of this person is signed any more.');
  else if ('error' in braked) {
    terminal.print('Halted by the desk, which holds custody to it as soon as that answers.');
    terminal.note(`Custody did not answer: ${plain(braked.error.message)}`);
  }
  terminal.print(
    isCancelling
      ? 'The open orders that were placed here are being cancelled; `gapless orders` shows them.'
      : 'Open orders stay where they are; `gapless order cancel --all` cancels them.',
  );
  terminal.print('`gapless resume` goes on.');
}

async function brake(work: Workplace, connection: Target, why: string): Promise<Braked> {
  try {
    return { status: await work.custody.request('halt', { connection, why }, CUSTODY_WAIT_MS) };
  } catch (error) {
    return { error: problemOf(error) };
  }
}

/** The pages show it at once, and its own machines stop asking for orders. */
async function tellDesk(work: Workplace, connection: Target, why: string, cancelOrders: boolean): Promise<Told> {
  try {
    await work.desk.call('halt.now', { body: { connection, why, cancelOrders }, waitMs: DESK_WAIT_MS });
    return { ok: true };
  } catch (error) {
    return { error: problemOf(error) };
  }
}

function problemOf(error: unknown): CliError {
  if (error instanceof CliError) return error;
  throw error;
}

/** An id needs nobody; a name is known to the desk alone. */
async function targetOf(work: Workplace, idOrName: string | undefined): Promise<Target> {
  if (idOrName === undefined) return null;
  if (isId(idOrName)) return idOrName as ConnectionId;
  try {
    const connections = await work.desk.call('connections.list', { waitMs: DESK_WAIT_MS });
    return pick(connections, idOrName).id as ConnectionId;
  } catch (error) {
    const { code, message, exit } = problemOf(error);
    if (code !== 'desk_unreachable') throw error;
    throw new CliError(code, message, 'Without --connection everything is halted, whatever the desk does.', exit);
  }
}

async function resume(work: Workplace, options: ResumeOptions): Promise<ExitCode> {
  const only = await targetOf(work, options.connection);
  const before = await work.custody.request('trading-status', {});
  const isMeant = ({ connection }: Halt) => only === null || connection === only;
  const halts = before.halts.filter(isMeant);
  const reducing = before.reducing.filter(isMeant);
  const isReducing = options.reduceOnly === true;
  // To hold to sales what nothing halts is more caution, and asks for no halt.
  if (halts.length + reducing.length === 0 && !isReducing && (only !== null || before.trouble === '')) {
    return done(work, before, only === null ? 'Nothing is halted.' : 'It is not halted by itself.');
  }
  const names: ReadonlyMap<string, string> = await labelsOf(work).catch(() => new Map());
  if (options.yes !== true) {
    for (const one of halts) work.terminal.note(haltText(one, names));
    for (const one of reducing) work.terminal.note(reducingText(one, names));
    if (before.trouble !== '') work.terminal.note(`Custody: ${plain(before.trouble)}`);
    const question = isReducing ? 'Let sales be signed, and nothing else?' : 'Let orders be signed again?';
    if (!(await work.terminal.confirm(question, 'Add --yes.'))) {
      return done(work, before, halts.length > 0 ? 'It stays halted.' : 'Nothing was changed.');
    }
  }
  // Everything first: it also opens a journal again that could not be written.
  const lifted = isReducing ? halts : [...halts, ...reducing];
  const targets = only === null ? new Set<Target>([null, ...lifted.map((one) => one.connection)]) : [only];
  let after = before;
  for (const connection of targets) {
    after = isReducing
      ? await work.custody.request('reduce-only', { connection, why: WHY_REDUCING })
      : await work.custody.request('resume', { connection });
  }
  await work.desk.custodyChanged();
  const whose = only === null ? '' : ' of it';
  return done(work, after, isReducing ? `Only sales${whose} are signed.` : `Orders${whose} are signed again.`);
}

function done(work: Workplace, { halts, reducing, trouble }: TradingStatus, text: string): ExitCode {
  if (work.json) work.terminal.json({ halts, reducing, trouble });
  else {
    const everything = halts.find(({ connection }) => connection === null);
    work.terminal.print(text);
    if (everything !== undefined) work.terminal.print(haltText(everything, new Map()));
    const sales = reducing.find(({ connection }) => connection === null);
    if (sales !== undefined) work.terminal.print(reducingText(sales, new Map()));
    if (trouble !== '') work.terminal.print(`Custody signs nothing: ${plain(trouble)}`);
  }
  return trouble === '' ? EXIT.ok : EXIT.problem;
}

function haltText({ connection, atMs, why }: Halt, names: ReadonlyMap<string, string>): string {
  const what = connection === null ? 'Everything' : (names.get(connection) ?? connection);
  return plain(`${what} is halted since ${dateTimeText(atMs)}: ${why}.`.replace(/\.\.$/, '.'));
}

export function reducingText({ connection, atMs, why }: Halt, names: ReadonlyMap<string, string>): string {
  const what = connection === null ? 'Everything' : (names.get(connection) ?? connection);
  return plain(`${what} is held to sales since ${dateTimeText(atMs)}: ${why}.`.replace(/\.\.$/, '.'));
}
