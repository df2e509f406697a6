/** `balances` and `overview`: what is there and what it is worth, with what is missing said beside it. */

import type { Command } from 'commander';
import type { z } from 'zod';
import type { balanceRow, Connection } from '../../contract/exchanges.ts';
import { percentText, quantityText, totalWorth, worthText, worthWithCurrency } from '../amount-text.ts';
import { findConnection } from '../find-connection.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { type Column, table } from '../table.ts';
import { agoText, dateTimeText } from '../time-text.ts';
import type { Workplace } from '../workplace.ts';

type BalanceRow = z.infer<typeof balanceRow>;
type BalanceOptions = { readonly exchange?: string; readonly currency?: string };

/** Balances are read at least every five minutes; what is older than this is said to be old. */
const OLD_MS = 3 * 60_000;

export function addHoldingsCommands(program: Command, act: Act): void {
  program
    .command('balances')
    .description('what each wallet of each exchange holds')
    .option('--exchange <id|name>', 'only this connected exchange')
    .option('--currency <code>', 'only holdings of this currency, such as BTC')
    .addHelpText(
      'after',
      '\nExamples:\n  $ gapless balances --currency BTC\n  $ gapless balances --json | jq .balances',
    )
    .action(act((work, options: BalanceOptions) => balances(work, options)));
  program
    .command('overview')
    .description('total value over all exchanges, by currency and by exchange')
    .action(act((work) => overview(work)));
}

async function balances(work: Workplace, options: BalanceOptions): Promise<void> {
  const only = options.exchange === undefined ? null : await findConnection(work, options.exchange);
  const rows = await work.desk.call('balances.list', only === null ? {} : { query: { connection: only.id } });
  const connections = (await work.desk.call('connections.list')).filter(({ id }) => only === null || id === only.id);
  const wanted = options.currency?.toUpperCase();
  const shown = rows.filter(({ asset }) => wanted === undefined || asset.toUpperCase() === wanted);
  const nowMs = work.clock.nowMs();
  if (work.json) {
    return work.terminal.json({
      balances: shown.map(balanceJson),
      exchanges: connections.map((connection) => ({
        id: connection.id,
        name: connection.label,
        status: connection.status,
        balancesAtMs: connection.balancesAtMs,
        unreadableWallets: unreadable(connection),
      })),
    });
  }
  if (shown.length === 0) work.terminal.print(wanted === undefined ? 'No balances.' : `No ${plain(wanted)} anywhere.`);
  else printBalances(work, shown, connections);
  for (const line of shortcomings(connections, nowMs)) work.terminal.print(line);
}

function printBalances(work: Workplace, rows: readonly BalanceRow[], connections: readonly Connection[]): void {
  const labels = new Map(connections.map(({ id, label }) => [id, label]));
  const currency = rows[0]?.worth.currency ?? '';
  const layout: Column<BalanceRow>[] = [
    { title: 'Exchange', text: ({ connection }) => labels.get(connection) ?? connection },
    { title: 'Wallet', text: ({ wallet }) => wallet },
    { title: 'Currency', text: ({ asset }) => asset },
    { title: 'Free', align: 'decimal', text: ({ free }) => quantityText(free) },
    { title: 'In orders', align: 'decimal', text: ({ locked }) => quantityText(locked) },
    { title: `Worth in ${currency}`, align: 'decimal', text: ({ worth }) => worthText(worth) },
  ];
  work.terminal.lines(table(rows, layout, work.terminal.strong));
  const { value, unknown } = totalWorth(rows.map(({ worth }) => worth));
  const lacking =
    unknown === 0 ? '' : `, without ${unknown} ${unknown === 1 ? 'holding' : 'holdings'} of unknown price`;
  work.terminal.print(`\nTogether ${worthWithCurrency({ value, currency, reason: '' })}${lacking}`);
}

/** What the table does not show: wallets closed to the key, balances that are old or were never read. */
function shortcomings(connections: readonly Connection[], nowMs: number): string[] {
  return connections.flatMap((connection) => {
    const name = plain(connection.label);
    const lines = unreadable(connection).map((wallet) => `${name}: its key may not read the ${wallet} wallet.`);
    if (connection.balancesAtMs === null)
      lines.push(`${name}: balances were never read (${plain(connection.statusText)}).`);
    else if (nowMs - connection.balancesAtMs > OLD_MS) {
      lines.push(
        `${name}: balances were read ${agoText(connection.balancesAtMs, nowMs)} (${plain(connection.statusText)}).`,
      );
    }
    return lines;
  });
}

function unreadable(connection: Connection): string[] {
  return connection.wallets.filter(({ readable }) => !readable).map(({ wallet }) => wallet);
}

function balanceJson({ connection, wallet, asset, free, locked, worth, price, priceAtMs }: BalanceRow) {
  return { exchange: connection, wallet, currency: asset, free, locked, worth, price, priceAtMs };
}

async function overview(work: Workplace): Promise<void> {
  const state = await work.desk.call('overview.read');
  const { currency, atMs, money, total, practice, missing, byAsset, byExchange } = state;
  if (work.json)
    return work.terminal.json({
      currency,
      atMs,
      money,
      total,
      practice,
      missing,
      byCurrency: byAsset.map(({ asset, ...rest }) => ({ currency: asset, ...rest })),
      byExchange,
    });
  const { terminal } = work;
  const kind = money === 'practice' && byExchange.length > 0 ? '  (practice money)' : '';
  terminal.print(`Total  ${worthWithCurrency(total)}  at ${dateTimeText(atMs)}${kind}`);
  if (practice !== null) {
    const many = practice.connections === 1 ? '1 connection' : `${practice.connections} connections`;
    terminal.print(`Practice money, not counted: ${worthWithCurrency(practice.worth)} in ${many}`);
  }
  if (total.value === null && total.reason !== '') terminal.print(plain(total.reason));
  for (const { label, reason, ageMs, isCurrent } of missing) {
    const age = ageMs === null || isCurrent ? '' : ` (${agoText(0, ageMs)})`;
    terminal.print(`Lacks ${plain(label)}: ${plain(reason)}${age}`);
  }
  if (byAsset.length > 0) {
    terminal.print('');
    const layout: Column<(typeof byAsset)[number]>[] = [
      { title: 'Currency', text: ({ asset }) => asset },
      { title: 'Quantity', align: 'decimal', text: ({ quantity }) => quantityText(quantity) },
      { title: `Worth in ${currency}`, align: 'decimal', text: ({ worth }) => worthText(worth) },
      { title: '%', align: 'decimal', text: ({ share }) => percentText(share) },
    ];
    terminal.lines(table(byAsset, layout, terminal.strong));
  }
  if (byExchange.length > 0) {
    terminal.print('');
    const layout: Column<(typeof byExchange)[number]>[] = [
      { title: 'Name', text: ({ label }) => label },
      { title: 'Exchange', text: ({ venueName }) => venueName },
      { title: `Worth in ${currency}`, align: 'decimal', text: ({ worth }) => worthText(worth) },
      { title: '%', align: 'decimal', text: ({ share }) => percentText(share) },
    ];
    terminal.lines(table(byExchange, layout, terminal.strong));
  }
}
