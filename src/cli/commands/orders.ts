/** `orders` and `trades`: what stands at the exchanges, what has ended, what was traded and for which fee. */

import type { Command } from 'commander';
import type { Fill, Order, TradingAccount } from '../../contract/trading.ts';
import { quantityText } from '../amount-text.ts';
import { labelsOf } from '../find-account.ts';
import { findConnection } from '../find-connection.ts';
import { detailText, kindText, priceText, stateText, stopText } from '../order-text.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { type Column, table } from '../table.ts';
import { agoText, dateTimeText } from '../time-text.ts';
import { limitOf, marketOf } from '../trade-options.ts';
import type { Workplace } from '../workplace.ts';

type Labels = ReadonlyMap<string, string>;
type ListOptions = { readonly connection?: string; readonly market?: string; readonly limit: string };
type OrdersOptions = ListOptions & { readonly closed?: true };

const LIMIT_STANDARD = '50';

export function addOrdersCommands(program: Command, act: Act): void {
  program
    .command('orders')
    .description('open orders and what is being done about them, newest first')
    .option('--connection <id|name>', 'only of this connected exchange')
    .option('--market <market>', 'only of this market')
    .option('--closed', 'those that ended instead')
    .option('--limit <n>', 'how many of those that ended', LIMIT_STANDARD)
    .addHelpText(
      'after',
      '\nExamples:\n  $ gapless orders --market BTC_USDT\n  $ gapless orders --closed --limit 10 --json',
    )
    .action(act((work, options: OrdersOptions) => orders(work, options)));
  program
    .command('trades')
    .description('own trades with their fees, newest first')
    .option('--connection <id|name>', 'only of this connected exchange')
    .option('--market <market>', 'only of this market')
    .option('--limit <n>', 'how many', LIMIT_STANDARD)
    .addHelpText('after', '\nExamples:\n  $ gapless trades --market BTC_USDT --limit 10')
    .action(act((work, options: ListOptions) => trades(work, options)));
}

async function listQuery(work: Workplace, { connection, market, limit }: ListOptions) {
  return {
    limit: limitOf(limit),
    ...(market !== undefined && { market: marketOf(market) }),
    ...(connection !== undefined && { connection: (await findConnection(work, connection)).id }),
  };
}

async function orders(work: Workplace, options: OrdersOptions): Promise<void> {
  const query = await listQuery(work, options);
  const state = options.closed === true ? 'closed' : 'open';
  const page = await work.desk.call('orders.list', { query: { ...query, state } });
  const accounts = (await work.desk.call('trading.list')).filter(
    ({ connection }) => query.connection === undefined || connection === query.connection,
  );
  if (work.json) return work.terminal.json({ ...page, accounts });
  const labels = await labelsOf(work);
  if (page.orders.length === 0) work.terminal.print(state === 'open' ? 'No open orders.' : 'No order has ended yet.');
  else work.terminal.lines(table(page.orders, orderColumns(labels), work.terminal.strong));
  for (const line of page.orders.flatMap((order) => careLines(work, order))) work.terminal.print(line);
  for (const line of accountLines(accounts, labels, work.clock.nowMs())) work.terminal.print(line);
}

export function orderColumns(labels: Labels): Column<Order>[] {
  return [
    { title: 'Order', text: ({ key }) => key },
    { title: 'Exchange', text: ({ connection }) => labels.get(connection) ?? connection },
    { title: 'Market', text: ({ market }) => market },
    { title: 'Side', text: ({ side }) => side },
    {
      title: 'Kind',
      text: ({ terms, owner }) => `${kindText(terms)}${owner === 'external' ? ', placed elsewhere' : ''}`,
    },
    { title: 'Price', align: 'decimal', text: ({ terms }) => priceText(terms) },
    { title: 'Stop', align: 'decimal', text: ({ terms }) => stopText(terms) },
    { title: 'Amount', align: 'decimal', text: ({ quantity }) => quantityText(quantity.amount) },
    { title: '', text: ({ quantity, market }) => market.split('_')[quantity.unit === 'base' ? 0 : 1] ?? '' },
    { title: 'Traded', align: 'decimal', text: ({ filledBase }) => quantityText(filledBase) },
    { title: 'State', text: stateText },
    { title: 'Placed', text: ({ createdAtMs }) => dateTimeText(createdAtMs) },
  ];
}

/** What is in doubt, what is done about it, and when the next look is. */
function careLines(work: Workplace, order: Order): string[] {
  const { key, doing, quarantine, state } = order;
  const detail = detailText(order);
  const nowMs = work.clock.nowMs();
  const since = doing.sinceMs === null ? '' : ` Since ${agoText(doing.sinceMs, nowMs)}.`;
  const next =
    doing.nextAtMs === null ? '' : ` Next look in ${Math.max(0, Math.ceil((doing.nextAtMs - nowMs) / 1_000))} s.`;
  return [
    ...(doing.text === '' ? [] : [`${key}: ${doing.text}${since}${next}`]),
    ...(quarantine === '' ? [] : [`${key}: ${quarantine}`]),
    ...(state === 'closed' && detail !== '' ? [`${key}: ${detail}`] : []),
  ].map(plain);
}

/** Why a list may be old, or nothing can be placed. */
function accountLines(accounts: readonly TradingAccount[], labels: Labels, nowMs: number): string[] {
  return accounts
    .filter(({ state }) => state !== 'ready' && state !== 'watch-only')
    .map(({ connection, cause, cure, sinceMs }) =>
      plain(`${labels.get(connection) ?? connection}: ${cause} ${cure} (${agoText(sinceMs, nowMs)})`),
    );
}

async function trades(work: Workplace, options: ListOptions): Promise<void> {
  const page = await work.desk.call('fills.list', { query: await listQuery(work, options) });
  if (work.json) return work.terminal.json({ trades: page.fills, next: page.next });
  if (page.fills.length === 0) return work.terminal.print('No trades yet.');
  const labels = await labelsOf(work);
  const layout: Column<Fill>[] = [
    { title: 'When', text: ({ atMs }) => dateTimeText(atMs) },
    { title: 'Exchange', text: ({ connection }) => labels.get(connection) ?? connection },
    { title: 'Market', text: ({ market }) => market },
    { title: 'Side', text: ({ side }) => side },
    { title: 'Price', align: 'decimal', text: ({ price }) => quantityText(price) },
    { title: 'Amount', align: 'decimal', text: ({ quantity }) => quantityText(quantity) },
    { title: 'Value', align: 'decimal', text: ({ value }) => quantityText(value) },
    { title: 'Fee', align: 'decimal', text: ({ fee }) => (fee === null ? 'not told yet' : quantityText(fee.amount)) },
    { title: '', text: ({ fee }) => fee?.asset ?? '' },
    { title: 'Role', text: ({ role, reversed }) => (reversed ? 'taken back' : (role ?? '')) },
    { title: 'Order', text: ({ order }) => order ?? '' },
  ];
  work.terminal.lines(table(page.fills, layout, work.terminal.strong));
}
