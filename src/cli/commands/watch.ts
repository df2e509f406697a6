/** `watch`: prices, own orders and trades, and how the exchanges stand, a line each as it happens. Ctrl-C ends it. */

import type { Command } from 'commander';
import type { LiveMessage, WatchMessage } from '../../contract/live.ts';
import type { Order, TradingAccount } from '../../contract/trading.ts';
import { repeat } from '../../shell/clock.ts';
import { CliError, EXIT, type ExitCode } from '../cli-error.ts';
import { labelsOf } from '../find-account.ts';
import type { LiveLine } from '../live-line.ts';
import type { Act } from '../program.ts';
import { marketOf } from '../trade-options.ts';
import { TICKER_EVERY_MS, WatchText } from '../watch-text.ts';
import type { Workplace } from '../workplace.ts';

type Ticker = WatchMessage['tickers'][number];

/** As much as the desk takes at once. */
const TICKERS_MAX = 200;
/** A desk that is started anew is back within seconds. */
const AGAIN_MS = 1_000;

export function addWatchCommand(program: Command, act: Act): void {
  program
    .command('watch')
    .description('prices, own orders and trades as they happen, until Ctrl-C; with --json one object a line')
    .argument('[market]', 'only this one (default: the watchlist and every market with an open order)')
    .addHelpText('after', '\nExamples:\n  $ gapless watch BTC_USDT\n  $ gapless watch --json | jq -c .type')
    .action(act((work, market: string | undefined) => watch(work, market === undefined ? null : marketOf(market))));
}

/** Goes on over a desk that stops and comes back; whatever was missed meanwhile is read again. */
async function watch(work: Workplace, market: string | null): Promise<ExitCode> {
  const end = Promise.withResolvers<'end'>();
  const forget = work.terminal.onEnd(() => end.resolve('end'));
  let isFirst = true;
  try {
    for (;;) {
      const why = await once(work, market, end.promise).catch((error: unknown) => {
        // Only a line that stood before is waited for: without a desk there is nothing to watch.
        if (isFirst || !(error instanceof CliError) || error.exit !== EXIT.noDesk) throw error;
        return error.message;
      });
      if (why === null) return EXIT.ok;
      if (isFirst || !work.json) work.terminal.note(`The line to the desk ended (${why}); trying again.`);
      isFirst = false;
      if ((await Promise.race([work.pause(AGAIN_MS), end.promise])) === 'end') return EXIT.ok;
      work.forgetDesk();
    }
  } finally {
    forget();
  }
}

/** Null when it was ended by hand, otherwise why the line ended. */
async function once(work: Workplace, market: string | null, end: Promise<'end'>): Promise<string | null> {
  const labels = await labelsOf(work);
  const text = new WatchText(labels, market);
  const wanted = new Wanted();
  const hear = (message: LiveMessage): void => {
    // A market that is traded in from now on has its price shown too.
    if (message.type === 'order' && text.isMeant(message) && wanted.add(message.order)) line?.watch(wanted.message);
    if (work.json) {
      if (text.isMeant(message)) work.terminal.jsonLine(message);
    } else {
      const line = text.line(message, work.clock.nowMs());
      if (line !== null) work.terminal.print(line);
    }
  };
  // What comes before the lists are read is said after them: a newer word must not be taken back by an older one.
  const early: LiveMessage[] = [];
  let isReady = false;
  let line: LiveLine | null = null;
  line = await work.desk.live((message) => (isReady ? hear(message) : void early.push(message)));
  const flush = (): void => {
    if (!work.json) work.terminal.lines(text.flush(work.clock.nowMs()));
  };
  const stop = repeat(work.clock, TICKER_EVERY_MS, flush, () => {});
  try {
    const messages = await standing(work, market, wanted);
    line.watch(wanted.message);
    for (const message of [...messages, ...early]) hear(message);
    isReady = true;
    return await Promise.race([line.ended, end.then(() => null)]);
  } finally {
    stop();
    line.close();
  }
}

/** How everything stands now, in the words of the live line, and which prices to ask for. */
async function standing(work: Workplace, market: string | null, wanted: Wanted): Promise<LiveMessage[]> {
  const accounts = await work.desk.call('trading.list');
  const { orders } = await work.desk.call('orders.list', { query: market === null ? {} : { market } });
  const halt = await work.desk.call('halt.read');
  const watched = market === null ? await work.desk.call('watchlist.read') : [];
  wanted.know(accounts);
  if (market !== null) {
    const listed = (await work.desk.call('markets.list', {})).filter(({ symbol }) => symbol === market);
    if (listed.length === 0) {
      throw new CliError('not_found', `No exchange has a market ${market}.`, '`gapless markets` lists them.');
    }
    const connected = listed.filter(({ venue }) => accounts.some((account) => account.venue === venue));
    for (const { venue } of connected.length > 0 ? connected : listed) wanted.addTicker(venue, market);
  }
  for (const one of watched) wanted.addTicker(one.venue, one.market);
  for (const order of orders) wanted.add(order);
  return [
    ...accounts.map((account) => ({ type: 'trading', account }) as const),
    { type: 'halt', halt },
    ...orders.map((order) => ({ type: 'order', order }) as const),
  ];
}

/** Whose prices are asked for; grows with the markets of own orders. */
class Wanted {
  readonly #tickers = new Map<string, Ticker>();
  #venues: ReadonlyMap<string, Ticker['venue']> = new Map();

  get message(): WatchMessage {
    return { type: 'watch', tickers: [...this.#tickers.values()], markets: [] };
  }

  know(accounts: readonly TradingAccount[]): void {
    this.#venues = new Map(accounts.map(({ connection, venue }) => [connection, venue]));
  }

  addTicker(venue: Ticker['venue'], market: string): boolean {
    const name = `${venue} ${market}`;
    if (this.#tickers.has(name) || this.#tickers.size >= TICKERS_MAX) return false;
    this.#tickers.set(name, { venue, market });
    return true;
  }

  /** Whether its market is new here. */
  add({ connection, market }: Pick<Order, 'connection' | 'market'>): boolean {
    const venue = this.#venues.get(connection);
    return venue !== undefined && this.addTicker(venue, market);
  }
}
