/** A connected exchange by what people call it: its id, or its name whatever the case. */

import type { Connection } from '../contract/exchanges.ts';
import { CliError } from './cli-error.ts';
import { plain } from './plain-text.ts';
import type { Workplace } from './workplace.ts';

/** Throws `CliError` where there is none, or more than one of that name. */
export async function findConnection(work: Workplace, idOrName: string): Promise<Connection> {
  return pick(await work.desk.call('connections.list'), idOrName);
}

export function pick(connections: readonly Connection[], idOrName: string): Connection {
  const wanted = comparable(idOrName);
  const found = connections.filter(({ id, label }) => id === idOrName || comparable(label) === wanted);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) {
    throw new CliError(
      'not_found',
      `No connected exchange is called "${plain(idOrName)}".`,
      connections.length === 0
        ? 'None is connected yet; `gapless exchanges add` connects one.'
        : `There are: ${connections.map(({ label }) => plain(label)).join(', ')}.`,
    );
  }
  throw new CliError(
    'ambiguous',
    `${found.length} exchanges are called "${plain(idOrName)}".`,
    `Name it by its id: ${found.map(({ id }) => id).join(', ')}.`,
  );
}

function comparable(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}
