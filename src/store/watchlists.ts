/** The markets that a person wants to see first, in their own order. */

import type { VenueId } from '../core/ids.ts';
import type { Database } from './database.ts';

export type WatchedMarket = { readonly venue: VenueId; readonly market: string };

export async function readWatchlist(database: Database, owner: string): Promise<WatchedMarket[]> {
  const row = await database.selectFrom('watchlists').select('markets').where('user_id', '=', owner).executeTakeFirst();
  return row === undefined ? [] : (JSON.parse(row.markets) as WatchedMarket[]);
}

export async function writeWatchlist(
  database: Database,
  owner: string,
  markets: readonly WatchedMarket[],
): Promise<void> {
  const text = JSON.stringify(markets);
  await database
    .insertInto('watchlists')
    .values({ user_id: owner, markets: text })
    .onConflict((on) => on.column('user_id').doUpdateSet({ markets: text }))
    .execute();
}
