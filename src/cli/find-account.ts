/** Which connected exchange an order is for: the one that was named, or the only one that it can be. */

import type { Connection } from '../contract/exchanges.ts';
import type { TradingAccount } from '../contract/trading.ts';
import { CliError } from './cli-error.ts';
import { pick } from './find-connection.ts';
import { plain } from './plain-text.ts';
import type { Workplace } from './workplace.ts';

/** `market` decides between several. Throws `CliError` where there is none, or more than one is left. */
export async function findAccount(
  work: Workplace,
  idOrName: string | undefined,
  market: string | null,
): Promise<Connection> {
  const connections = await work.desk.call('connections.list');
  if (idOrName !== undefined) return pick(connections, idOrName);
  const accounts = await work.desk.call('trading.list');
  const trading = connections.filter(({ id }) => mayTrade(accounts, id));
  const here = market === null ? [] : trading.filter(({ id }) => marketsOf(accounts, id).includes(market));
  const [first, second] = here.length > 0 ? here : trading;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) {
    throw new CliError(
      'not_found',
      'No exchange is connected that may trade.',
      connections.length === 0
        ? '`gapless exchanges add` connects one.'
        : '`gapless exchanges replace-key` gives one a key that may trade.',
    );
  }
  throw new CliError(
    'ambiguous',
    'More than one exchange could be meant.',
    `Name it with --connection: ${(here.length > 0 ? here : trading).map(({ label }) => plain(label)).join(', ')}.`,
  );
}

function mayTrade(accounts: readonly TradingAccount[], id: string): boolean {
  return accounts.some(({ connection, state }) => connection === id && state !== 'watch-only');
}

function marketsOf(accounts: readonly TradingAccount[], id: string): readonly string[] {
  return accounts.find(({ connection }) => connection === id)?.markets ?? [];
}

/** By id, for tables that name the exchange of each row; where the money is not real every row says so. */
export async function labelsOf(work: Workplace): Promise<ReadonlyMap<string, string>> {
  const connections = await work.desk.call('connections.list');
  return new Map(connections.map((connection) => [connection.id, markedLabel(connection)]));
}

/** The practice exchange's own name says it already. */
export function markedLabel({ label, practice }: Pick<Connection, 'label' | 'practice'>): string {
  return practice && !/^practice exchange\b/i.test(label) ? `${label} (practice)` : label;
}
