/** `markets`: what can be traded, with prices and the steps that orders must fit. */

import type { Command } from 'commander';
import type { Market } from '../../contract/trading.ts';
import { Decimal } from '../../core/decimal.ts';
import { quantityText } from '../amount-text.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { type Column, table } from '../table.ts';
import { venueOf } from '../trade-options.ts';
import type { Workplace } from '../workplace.ts';

type MarketsOptions = { readonly venue?: string };

export function addMarketsCommand(program: Command, act: Act): void {
  program
    .command('markets')
    .description('markets with price, change and the steps of their orders; the most traded first')
    .argument('[search]', 'only those whose name holds this, such as btc or eth/usdt')
    .option('--venue <exchange>', 'only of whitebit or practice')
    .addHelpText('after', '\nExamples:\n  $ gapless markets btc\n  $ gapless markets eth/usdt --venue whitebit --json')
    .action(act((work, search: string | undefined, options: MarketsOptions) => markets(work, search, options)));
}

async function markets(work: Workplace, search: string | undefined, options: MarketsOptions): Promise<void> {
  const query = options.venue === undefined ? {} : { venue: venueOf(options.venue) };
  const wanted = (search ?? '').toUpperCase().replaceAll(/[/-]/g, '_');
  const listed = await work.desk.call('markets.list', { query });
  const found = listed.filter(({ symbol }) => symbol.includes(wanted)).sort(byVolume);
  if (work.json) return work.terminal.json({ markets: found });
  if (found.length === 0) return work.terminal.print(`No market has "${plain(search ?? '')}" in its name.`);
  const layout: Column<Market>[] = [
    { title: 'Market', text: ({ symbol }) => symbol },
    { title: 'Exchange', text: ({ venueName }) => venueName },
    { title: 'Last', align: 'decimal', text: ({ last }) => (last === null ? 'unknown' : quantityText(last)) },
    { title: '24 h %', align: 'decimal', text: ({ changePercent }) => changePercent ?? '' },
    { title: '24 h volume', align: 'decimal', text: ({ volumeQuote }) => volumeText(volumeQuote) },
    { title: '', text: ({ quote }) => quote },
    { title: 'Price step', align: 'decimal', text: ({ tick }) => tick },
    { title: 'Amount step', align: 'decimal', text: ({ lot }) => lot },
    { title: 'Least order', align: 'decimal', text: ({ notionalMin }) => quantityText(notionalMin) },
    { title: 'State', text: ({ status }) => (status === 'trading' ? '' : status) },
  ];
  work.terminal.lines(table(found, layout, work.terminal.strong));
}

/** Whole units: it is read for its size alone. `--json` has every digit. */
function volumeText(volume: string | null): string {
  return volume === null ? '' : quantityText(Decimal.parse(volume).round(0, 'half-even').toString());
}

/** Volumes in different assets do not compare; what is quoted in the same one stands together, the busiest first. */
function byVolume(first: Market, second: Market): number {
  if (first.quote !== second.quote) return first.quote < second.quote ? -1 : 1;
  const [one, other] = [first, second].map(({ volumeQuote }) => Decimal.parse(volumeQuote ?? '0'));
  if (one === undefined || other === undefined || one.eq(other)) return first.symbol < second.symbol ? -1 : 1;
  return one.gt(other) ? -1 : 1;
}
