/** An order by its key, or by as much of the beginning of one of its ids as names no other. */

import type { Order } from '../contract/trading.ts';
import { CliError } from './cli-error.ts';
import { plain } from './plain-text.ts';
import type { Workplace } from './workplace.ts';

/** Among open orders: nothing else can be cancelled or moved. Throws `CliError`. */
export async function findOpenOrder(work: Workplace, text: string, connection: string | null): Promise<Order> {
  const query = connection === null ? {} : { connection };
  const { orders } = await work.desk.call('orders.list', { query });
  const exact = orders.filter(({ key }) => key === text);
  const found =
    exact.length > 0 ? exact : orders.filter((order) => namesOf(order).some((name) => name.startsWith(text)));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) {
    throw new CliError(
      'not_found',
      `No open order is called "${plain(text)}".`,
      '`gapless orders` lists the open ones, `gapless orders --closed` those that ended.',
    );
  }
  throw new CliError(
    'ambiguous',
    `${found.length} open orders begin with "${plain(text)}".`,
    exact.length > 0
      ? 'Name its exchange with --connection.'
      : `Give more of it: ${found.map(({ key }) => plain(key)).join(', ')}.`,
  );
}

function namesOf({ key, clientId, venueId }: Order): string[] {
  return [key, clientId, venueId].flatMap((name) => (name === null ? [] : [name]));
}
