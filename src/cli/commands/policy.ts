/**
 * `policy show | first | propose | approve | withdraw`: what custody lets a key do. What is approved is read from custody
 * itself, in its own words, with the hash of exactly that change: a desk that lies about it changes nothing.
 */

import type { Command } from 'commander';
import type { Connection } from '../../contract/exchanges.ts';
import type { Policy } from '../../contract/trading.ts';
import { Decimal } from '../../core/decimal.ts';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import type * as custody from '../../custody/trade-protocol.ts';
import { quantityText } from '../amount-text.ts';
import { CliError, EXIT, type ExitCode, wrongUsage } from '../cli-error.ts';
import { findAccount } from '../find-account.ts';
import { findConnection } from '../find-connection.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { facts } from '../table.ts';
import { dateTimeText } from '../time-text.ts';
import { amountOf, collected, marketOf } from '../trade-options.ts';
import type { Workplace } from '../workplace.ts';
import { reducingText } from './halt.ts';

/** As custody tells it, and as the desk hands it on. */
type PolicyLimits = Omit<Policy['limits'], 'markets'> & Pick<custody.PolicyLimits, 'markets'>;
type Proposal = Omit<custody.Proposal, 'limits'> & { readonly limits: PolicyLimits };
type PolicyView = Omit<custody.PolicyView, 'limits' | 'proposal'> & {
  readonly limits: PolicyLimits;
  readonly proposal: Proposal | null;
};
type Amounts = 'bandPercent' | 'orderPercent' | 'orderFloor' | 'adversePercent' | 'turnover' | 'assetPercent';
type Counts = 'ordersPerMinute' | 'openPerMarket' | 'openOrders';
type ProposeOptions = { readonly [Name in Amounts | Counts]?: string } & {
  readonly addMarket?: readonly string[];
  readonly removeMarket?: readonly string[];
};

export function addPolicyCommands(program: Command, act: Act): void {
  const policy = program.command('policy').description('what custody lets a key do: markets, sizes, prices, rates');
  policy
    .command('show', { isDefault: true })
    .description('what is allowed, what of it is used, and what was proposed; custody says it')
    .argument('[id|name]')
    .action(act((work, idOrName: string | undefined) => show(work, idOrName)));
  policy
    .command('first')
    .description('choose the markets of a key that has none yet; orders are possible from then on')
    .argument('<id|name>')
    .argument('<markets...>', 'such as BTC_USDT ETH_USDT')
    .option('-y, --yes', 'do not ask')
    .action(
      act((work, idOrName: string, markets: string[], options: { yes?: true }) =>
        first(work, idOrName, markets, options),
      ),
    );
  policy
    .command('propose')
    .description('ask for a change: what only tightens is in force at once, the rest waits for `policy approve`')
    .argument('[id|name]')
    .option('--add-market <market>', 'may be traded too', collected)
    .option('--remove-market <market>', 'may not be traded any more', collected)
    .option('--band-percent <n>', 'how far beyond the market a price may reach')
    .option('--order-percent <n>', 'the largest order, of the account')
    .option('--order-floor <usdt>', 'an order of this value is never too large')
    .option('--adverse-percent <n>', 'what bad prices and fees may cost in 24 hours, of the account')
    .option('--asset-percent <n>', 'what one asset may come to by buying, of the account')
    .option('--turnover <times>', 'traded in 24 hours, times the account')
    .option('--orders-per-minute <n>', 'new orders a minute')
    .option('--open-per-market <n>', 'open orders a market')
    .option('--open-orders <n>', 'open orders')
    .addHelpText('after', '\nExamples:\n  $ gapless policy propose --add-market ETH_USDT --order-percent 10')
    .action(act((work, idOrName: string | undefined, options: ProposeOptions) => propose(work, idOrName, options)));
  policy
    .command('approve')
    .description("shows the proposed change in custody's words with its hash, asks, and approves exactly that")
    .argument('[id|name]')
    .option('-y, --yes', 'do not ask')
    .action(act((work, idOrName: string | undefined, options: { yes?: true }) => approve(work, idOrName, options)));
  policy
    .command('withdraw')
    .description('take a proposed change back')
    .argument('[id|name]')
    .action(act((work, idOrName: string | undefined) => withdraw(work, idOrName)));
}

type Whose = { readonly connection: ConnectionId; readonly owner: UserId };

async function whoseOf(work: Workplace, { id }: Connection): Promise<Whose> {
  const session = await work.desk.call('session.read');
  if (session.state !== 'signed-in') throw new CliError('unclaimed', 'This desk has no owner yet.', 'Claim it first.');
  return { connection: id as ConnectionId, owner: session.user.id as UserId };
}

async function show(work: Workplace, idOrName: string | undefined): Promise<void> {
  const connection = await findAccount(work, idOrName, null);
  const view = await work.custody.request('policy', await whoseOf(work, connection));
  const { reducing } = await work.custody.request('trading-status', {});
  const sales = reducing.find((one) => one.connection === null || one.connection === connection.id) ?? null;
  tell(work, connection, view, sales);
}

async function first(work: Workplace, idOrName: string, texts: string[], { yes }: { yes?: true }): Promise<ExitCode> {
  const markets = [...new Set(texts.map(marketOf))];
  const connection = await findConnection(work, idOrName);
  if (yes !== true) {
    const question = `Let the key of "${connection.label}" trade ${markets.join(', ')}?`;
    if (!(await work.terminal.confirm(question, 'Add --yes.'))) {
      work.terminal.note('Nothing was changed.');
      return EXIT.ok;
    }
  }
  tell(
    work,
    connection,
    await work.desk.call('trading.policy.first', { params: { id: connection.id }, body: { markets } }),
  );
  return EXIT.ok;
}

async function propose(work: Workplace, idOrName: string | undefined, options: ProposeOptions): Promise<void> {
  if (Object.keys(options).length === 0) {
    throw wrongUsage('What shall change?', 'Give one of the options of `gapless policy propose --help`.');
  }
  const changes = changesOf(options);
  const connection = await findAccount(work, idOrName, null);
  const params = { id: connection.id };
  const { limits } = await work.desk.call('trading.policy.read', { params });
  const removed = (options.removeMarket ?? []).map(marketOf);
  const added = (options.addMarket ?? []).map(marketOf);
  const markets = [...new Set([...limits.markets, ...added])].filter((market) => !removed.includes(market));
  const body = { limits: { ...limits, ...changes, markets } };
  const policy = await work.desk.call('trading.policy.propose', { params, body });
  tell(work, connection, policy);
  if (!work.json && policy.proposal === null) work.terminal.print('\nIn force now: it allows no more than before.');
}

function changesOf(options: ProposeOptions): Partial<PolicyLimits> {
  const amount = (name: Amounts, flag: string) =>
    options[name] === undefined ? {} : { [name]: amountOf(options[name], flag) };
  const count = (name: Counts, flag: string) =>
    options[name] === undefined ? {} : { [name]: countOf(options[name], flag) };
  return {
    ...amount('bandPercent', '--band-percent'),
    ...amount('orderPercent', '--order-percent'),
    ...amount('orderFloor', '--order-floor'),
    ...amount('adversePercent', '--adverse-percent'),
    ...amount('turnover', '--turnover'),
    ...amount('assetPercent', '--asset-percent'),
    ...count('ordersPerMinute', '--orders-per-minute'),
    ...count('openPerMarket', '--open-per-market'),
    ...count('openOrders', '--open-orders'),
  };
}

function countOf(text: string, flag: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw wrongUsage(`${flag}: not a count.`, 'Give a whole number above zero.');
}

async function approve(work: Workplace, idOrName: string | undefined, { yes }: { yes?: true }): Promise<ExitCode> {
  const connection = await findAccount(work, idOrName, null);
  const whose = await whoseOf(work, connection);
  const before = await work.custody.request('policy', whose);
  const proposal = mustBeProposed(before);
  if (proposal.inForceAtMs !== null) {
    throw new CliError(
      'conflict',
      'This change is approved already.',
      `It is in force from ${dateTimeText(proposal.inForceAtMs)}.`,
    );
  }
  if (yes !== true) {
    for (const line of proposalLines(proposal)) work.terminal.note(line);
    if (!(await work.terminal.confirm(`Approve this for "${connection.label}"?`, 'Add --yes.'))) {
      work.terminal.note('Nothing was approved.');
      return EXIT.ok;
    }
  }
  // Only what was shown: should another proposal have taken its place meanwhile, custody refuses.
  await work.custody.request('approve-policy', { ...whose, proposal: proposal.id });
  // Asked again: where nothing has to be waited for, it is in force by now.
  const after = await work.custody.request('policy', whose);
  await work.desk.custodyChanged();
  tell(work, connection, after);
  return EXIT.ok;
}

async function withdraw(work: Workplace, idOrName: string | undefined): Promise<void> {
  const connection = await findAccount(work, idOrName, null);
  const params = { id: connection.id };
  const { id: proposal } = mustBeProposed(await work.desk.call('trading.policy.read', { params }));
  tell(work, connection, await work.desk.call('trading.policy.withdraw', { params, body: { proposal } }));
}

function mustBeProposed({ proposal }: Pick<PolicyView, 'proposal'>): Proposal {
  if (proposal !== null) return proposal;
  throw new CliError('not_found', 'No change is proposed.', '`gapless policy propose` proposes one.');
}

/** `sales`: what holds it to sales; undefined where it was not asked for. */
function tell(work: Workplace, connection: Connection, view: PolicyView, sales?: custody.Halt | null): void {
  const { version, limits, proposal, equity, used } = view;
  // Custody's own word is about delays; whoever reads this asks whether the money is real.
  const { practice } = connection;
  if (work.json) {
    const shown = proposal === null ? null : proposalJson(proposal);
    const told = { connection: connection.id, version, limits, proposal: shown, practice, equity, used };
    work.terminal.json(sales === undefined ? told : { ...told, reducing: sales });
    return;
  }
  const of = (percent: string) => `${percent} % of the account`;
  work.terminal.lines(
    facts([
      ['Exchange', `${connection.label}${practice ? ' (practice money)' : ''}`],
      ['Version', String(version)],
      ['Markets', limits.markets.join(', ') || `none yet: gapless policy first ${connection.id} BTC_USDT`],
      ['Account', equity === null ? 'not measured yet' : `${quantityText(equity)} USDT`],
      ['Largest order', `${of(limits.orderPercent)}; ${quantityText(limits.orderFloor)} USDT always`],
      ['Prices', `up to ${limits.bandPercent} % beyond the market`],
      ['Bad prices and fees', `${of(limits.adversePercent)} in 24 hours; ${usedText(used.adverse, used.adverseOpen)}`],
      ['Traded', `${limits.turnover} times the account in 24 hours; ${usedText(used.turnover, used.turnoverOpen)}`],
      ['One asset', `up to ${of(limits.assetPercent)}`],
      ['New orders', `${limits.ordersPerMinute} a minute`],
      ['Open orders', `${limits.openOrders}, ${limits.openPerMarket} a market; ${used.openOrders} now`],
    ]),
  );
  if (sales != null) work.terminal.print(reducingText(sales, new Map([[connection.id, connection.label]])));
  if (proposal === null) return;
  work.terminal.print('');
  work.terminal.lines(proposalLines(proposal));
  if (proposal.inForceAtMs === null) work.terminal.print(`\`gapless policy approve ${connection.id}\` approves it.`);
}

/** An open order counts with all that it may still come to: what of that does not trade is given back at its end. */
function usedText(all: string, open: string): string {
  const held = Decimal.parse(open).isZero() ? '' : `, of it ${quantityText(open)} by open orders`;
  return `${quantityText(all)} USDT used${held}`;
}

function proposalJson({ id, limits, words, proposedAtMs, delayMs, inForceAtMs }: Proposal): Proposal {
  return { id, limits, words, proposedAtMs, delayMs, inForceAtMs };
}

const MINUTE_MS = 60_000;

function proposalLines({ id, words, proposedAtMs, delayMs, inForceAtMs }: Proposal): string[] {
  const minutes = Math.ceil(delayMs / MINUTE_MS);
  const when =
    inForceAtMs !== null
      ? `Approved; in force from ${dateTimeText(inForceAtMs)}.`
      : delayMs === 0
        ? 'In force at once when approved.'
        : `In force ${minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`} after it is approved.`;
  return [`Proposed ${dateTimeText(proposedAtMs)}, hash ${id}:`, ...words.map((line) => `  ${plain(line)}`), when];
}
