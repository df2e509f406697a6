/** Curves of value: a point an hour for a week, a point a day before. */

import { sql } from 'kysely';
import { Decimal } from '../core/decimal.ts';
import type { Currency } from '../portfolio/price.ts';
import type { Database } from './database.ts';
import type { ValueRow } from './schema.ts';

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A little over the week that is shown. */
const HOURLY_FOR_MS = 8 * DAY_MS;

export type ValuePoint = { readonly atMs: number; readonly value: string };
/** Written into the text of the query: a bound number would make the division one of fractions. */
const DAY = sql.lit(DAY_MS);
/** The total of a person: points of no connection in particular. */
export const TOTAL = '';

/** The first point of an hour stays; a second one of the same hour changes nothing. */
export async function addPoints(database: Database, rows: readonly ValueRow[]): Promise<void> {
  if (rows.length === 0) return;
  await database
    .insertInto('value_points')
    .values([...rows])
    .onConflict((on) => on.doNothing())
    .execute();
}

export async function readPoints(
  database: Database,
  of: { readonly userId: string; readonly connection: string; readonly currency: Currency; readonly sinceMs: number },
): Promise<ValuePoint[]> {
  const rows = await database
    .selectFrom('value_points')
    .select(['at_ms as atMs', 'value'])
    .where('user_id', '=', of.userId)
    .where('connection_id', '=', of.connection)
    .where('currency', '=', of.currency)
    .where('at_ms', '>=', of.sinceMs)
    .orderBy('at_ms')
    .execute();
  return rows.filter((row) => Decimal.tryParse(row.value) !== null);
}

/** Of days more than a week ago only the last point stays. */
export async function thinOut(database: Database, nowMs: number): Promise<void> {
  const beforeMs = Math.floor((nowMs - HOURLY_FOR_MS) / DAY_MS) * DAY_MS;
  await database
    .deleteFrom('value_points')
    .where('at_ms', '<', beforeMs)
    .where((is) =>
      is.exists(
        is
          .selectFrom('value_points as later')
          .select('later.at_ms')
          .whereRef('later.user_id', '=', 'value_points.user_id')
          .whereRef('later.connection_id', '=', 'value_points.connection_id')
          .whereRef('later.currency', '=', 'value_points.currency')
          .whereRef('later.at_ms', '>', 'value_points.at_ms')
          .where(sql<boolean>`later.at_ms / ${DAY} = value_points.at_ms / ${DAY}`),
      ),
    )
    .execute();
}
