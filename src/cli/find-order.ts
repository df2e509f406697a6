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
    const heir = await heirOf(work, text, query);
    if (heir !== null) {
      const now = heir.replacedBy ?? '';
      throw new CliError(
        'order_moved',
        `Order ${plain(heir.key)} was moved: order ${plain(now)} stands in its place.`,
        `If that one is meant, give the same command with ${plain(now)}.`,
      );
    }
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

/** How many ended orders are looked through for one that was moved: the newest, which is what a person still has on the screen. */
const MOVED_AMONG = 200;
/** A chain of moves longer than this is followed no further; its last known link is named. */
const MOVES_MAX = 200;

/** The last order before the one that stands now, of those that were moved. Nothing is done to an order that nobody named. */
async function heirOf(work: Workplace, text: string, query: { readonly connection?: string }): Promise<Order | null> {
  const { orders } = await work.desk.call('orders.list', { query: { ...query, state: 'closed', limit: MOVED_AMONG } });
  const moved = orders.filter(({ replacedBy }) => replacedBy !== null);
  const exact = moved.filter(({ key }) => key === text);
  const found =
    exact.length > 0 ? exact : moved.filter((order) => namesOf(order).some((name) => name.startsWith(text)));
  let [last] = found;
  if (last === undefined || found.length > 1) return null;
  for (let step = 0; step < MOVES_MAX; step += 1) {
    const from: Order = last;
    const next = moved.find(({ connection, key }) => connection === from.connection && key === from.replacedBy);
    if (next === undefined) break;
    last = next;
  }
  return last;
}
