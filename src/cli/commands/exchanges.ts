/** `exchanges list | add | check | replace-key | rename | remove`. */

import type { Command } from 'commander';
import type { Connection } from '../../contract/exchanges.ts';
import type { VenueId } from '../../core/ids.ts';
import { worthText, worthWithCurrency } from '../amount-text.ts';
import { follow, troubleError } from '../attempt.ts';
import { EXIT, type ExitCode, wrongUsage } from '../cli-error.ts';
import { findConnection } from '../find-connection.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { type Column, facts, table } from '../table.ts';
import { agoText } from '../time-text.ts';
import type { Workplace } from '../workplace.ts';
import { attemptJson, type Confirmation, connectWith, troubleJson } from './connecting.ts';

const VENUE_NAMES: Readonly<Record<VenueId, string>> = { whitebit: 'WhiteBIT', practice: 'Practice exchange' };
const CONFIRMATIONS: readonly Confirmation[] = ['cannot-withdraw', 'same-account'];

type KeyOptions = { readonly watch?: true; readonly confirm?: readonly string[] };

export function addExchangesCommands(program: Command, act: Act): void {
  const exchanges = program.command('exchanges').description('connect exchanges and look after their keys');
  exchanges
    .command('list')
    .description('every connected exchange with its status and trading balance')
    .action(act((work) => list(work)));
  exchanges
    .command('add')
    .description('connect an exchange; asks for API key and secret key without showing them')
    .argument('<exchange>', Object.keys(VENUE_NAMES).join(' or '))
    .option('--name <name>', 'your own name for it (default: the name of the exchange)')
    .option('--watch', 'only watch: the key need not be able to trade')
    .option('--confirm <what>', confirmHelp(), collected)
    .addHelpText(
      'after',
      examples('exchanges add whitebit --name "Main account"', 'exchanges add whitebit < two-lines'),
    )
    .action(act((work, exchange: string, options: KeyOptions & { name?: string }) => add(work, exchange, options)));
  exchanges
    .command('check')
    .description('run all ten checks again with the stored key')
    .argument('<id|name>')
    .action(act((work, idOrName: string) => check(work, idOrName)));
  exchanges
    .command('replace-key')
    .description('give a connected exchange a new key; its history stays')
    .argument('<id|name>')
    .option('--watch', 'only watch: the new key need not be able to trade')
    .option('--confirm <what>', confirmHelp(), collected)
    .addHelpText('after', examples('exchanges replace-key "Main account"'))
    .action(act((work, idOrName: string, options: KeyOptions) => replaceKey(work, idOrName, options)));
  exchanges
    .command('rename')
    .description('call a connected exchange something else')
    .argument('<id|name>')
    .argument('<new name>')
    .action(act((work, idOrName: string, name: string) => rename(work, idOrName, name)));
  exchanges
    .command('remove')
    .description('forget a connected exchange and delete its key here')
    .argument('<id|name>')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('exchanges remove "Main account"'))
    .action(act((work, idOrName: string, options: { yes?: true }) => remove(work, idOrName, options)));
}

/** May be given twice; a list in one option would swallow the name that follows it. */
function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function confirmHelp(): string {
  return 'cannot-withdraw: you looked, and the key cannot move money out; same-account: both keys are of one account';
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ gapless ${line}`).join('\n')}`;
}

async function list(work: Workplace): Promise<void> {
  const connections = await work.desk.call('connections.list');
  if (work.json) return work.terminal.json({ exchanges: connections.map(exchangeJson) });
  if (connections.length === 0) {
    return work.terminal.print('No exchange is connected yet. `gapless exchanges add whitebit` connects one.');
  }
  const nowMs = work.clock.nowMs();
  const layout: Column<Connection>[] = [
    { title: 'Name', text: ({ label }) => label },
    { title: 'Exchange', text: exchangeName },
    { title: 'Status', text: ({ statusText }) => statusText },
    { title: 'Free to trade', align: 'decimal', text: ({ tradingBalance }) => worthText(tradingBalance) },
    { title: '', text: ({ tradingBalance }) => (tradingBalance.value === null ? '' : tradingBalance.currency) },
    { title: 'Read', text: ({ balancesAtMs }) => agoText(balancesAtMs, nowMs) },
    { title: 'Key', text: ({ keyHint }) => keyHint },
    { title: 'Id', text: ({ id }) => id },
  ];
  work.terminal.lines(table(connections, layout, work.terminal.strong));
  for (const { label, trouble } of connections) {
    if (trouble !== null) work.terminal.print(`\n${plain(label)}: ${plain(trouble.title)} ${plain(trouble.cure)}`);
  }
}

/** WhiteBIT's tile may be pointed at a practice exchange; then every line says so. */
function exchangeName({ venue, venueName, practice }: Connection): string {
  return practice && venue !== 'practice' ? `${venueName} (practice)` : venueName;
}

async function add(work: Workplace, exchange: string, options: KeyOptions & { name?: string }): Promise<void> {
  const venue = venueOf(exchange);
  const confirmed = confirmationsOf(options);
  const label = options.name ?? (await freeLabel(work, VENUE_NAMES[venue]));
  const { attempt, connection } = await connectWith(work, {
    venue,
    purpose: options.watch === true ? 'watch' : 'trade',
    confirmed,
    begin: (body) => work.desk.call('connections.connect', { body: { ...body, venue, label } }),
  });
  if (work.json) work.terminal.json(attemptJson(attempt, exchangeJson(connection)));
  else tellConnected(work, connection);
}

async function replaceKey(work: Workplace, idOrName: string, options: KeyOptions): Promise<void> {
  const confirmed = confirmationsOf(options);
  const { id, venue, purpose } = await findConnection(work, idOrName);
  const { attempt, connection } = await connectWith(work, {
    venue,
    purpose: options.watch === true ? 'watch' : purpose,
    confirmed,
    begin: (body) => work.desk.call('connections.replaceKey', { params: { id }, body }),
  });
  if (work.json) work.terminal.json(attemptJson(attempt, exchangeJson(connection)));
  else tellConnected(work, connection);
}

function tellConnected(work: Workplace, connection: Connection): void {
  work.terminal.lines(
    facts([
      ['Name', connection.label],
      ['Status', connection.statusText],
      ['Free to trade', worthWithCurrency(connection.tradingBalance)],
      ['In orders', worthWithCurrency(connection.tradingInOrders)],
      ['Key', connection.keyHint],
      ['Id', connection.id],
    ]),
  );
}

async function check(work: Workplace, idOrName: string): Promise<ExitCode> {
  const { id } = await findConnection(work, idOrName);
  const attempt = await follow(work, await work.desk.call('connections.check', { params: { id }, body: {} }));
  const after = await findConnection(work, id);
  if (work.json) work.terminal.json(attemptJson(attempt, exchangeJson(after)));
  else work.terminal.print(`${plain(after.label)}: ${plain(after.statusText)}`);
  if (attempt.trouble !== null) throw troubleError(attempt.trouble, null);
  return attempt.state === 'failed' ? EXIT.problem : EXIT.ok;
}

async function rename(work: Workplace, idOrName: string, label: string): Promise<void> {
  const { id } = await findConnection(work, idOrName);
  const connection = await work.desk.call('connections.rename', { params: { id }, body: { label } });
  if (work.json) work.terminal.json({ exchange: exchangeJson(connection) });
  else work.terminal.print(`It is called "${plain(connection.label)}" now.`);
}

async function remove(work: Workplace, idOrName: string, options: { yes?: true }): Promise<void> {
  const { id, label, venueName, keyHint } = await findConnection(work, idOrName);
  if (options.yes !== true) {
    const question = `Forget "${label}" (${venueName}, key ${keyHint}) and delete its key here? The key at the exchange stays until you delete it there.`;
    if (!(await work.terminal.confirm(question, 'Add --yes.'))) {
      work.terminal.note('Nothing was removed.');
      return;
    }
  }
  await work.desk.call('connections.remove', { params: { id } });
  if (work.json) work.terminal.json({ removed: { id, name: label } });
  else
    work.terminal.print(
      `"${plain(label)}" is removed. Delete the key at ${plain(venueName)} too; it is of no use now.`,
    );
}

function venueOf(text: string): VenueId {
  const wanted = text.toLowerCase();
  if (wanted === 'whitebit' || wanted === 'practice') return wanted;
  throw wrongUsage(`"${plain(text)}" is no exchange that can be connected.`, 'Give whitebit or practice.');
}

function confirmationsOf(options: KeyOptions): Confirmation[] {
  return (options.confirm ?? []).map((text) => {
    const known = CONFIRMATIONS.find((confirmation) => confirmation === text);
    if (known !== undefined) return known;
    throw wrongUsage(`--confirm does not know "${plain(text)}".`, `Give ${CONFIRMATIONS.join(' or ')}.`);
  });
}

/** "WhiteBIT", then "WhiteBIT 2", as the page suggests them. */
async function freeLabel(work: Workplace, name: string): Promise<string> {
  const taken = new Set((await work.desk.call('connections.list')).map(({ label }) => label.toLowerCase()));
  for (let count = 1; ; count += 1) {
    const label = count === 1 ? name : `${name} ${count}`;
    if (!taken.has(label.toLowerCase())) return label;
  }
}

/** The stable shape of an exchange in `--json`. Money is exact decimal text, times are Unix milliseconds. */
export function exchangeJson(connection: Connection): Record<string, unknown> {
  const { id, venue, venueName, label, purpose, practice, keyHint, status, statusText, rights, rightsSource } =
    connection;
  return {
    id,
    name: label,
    exchange: venue,
    exchangeName: venueName,
    practice,
    purpose,
    keyHint,
    status,
    statusText,
    tradingBalance: connection.tradingBalance,
    tradingInOrders: connection.tradingInOrders,
    total: connection.total,
    wallets: connection.wallets,
    rights,
    rightsSource,
    endsInDays: connection.endsInDays,
    keyAddedAtMs: connection.keyAddedAtMs,
    checkedAtMs: connection.checkedAtMs,
    balancesAtMs: connection.balancesAtMs,
    trouble: connection.trouble === null ? null : troubleJson(connection.trouble),
  };
}
