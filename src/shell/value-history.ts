/** Writes down every hour what each connection and each person's whole is worth, in every currency one can choose. */

import { Decimal } from '../core/decimal.ts';
import type { Currency } from '../portfolio/price.ts';
import { totals } from '../portfolio/value.ts';
import type { StoredConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import type { ValueRow } from '../store/schema.ts';
import { addPoints, HOUR_MS, readPoints, TOTAL, thinOut, type ValuePoint } from '../store/value-points.ts';
import type { Clock } from './clock.ts';
import type { Prices } from './prices.ts';
import { valued } from './view.ts';

export const CURRENCIES: readonly Currency[] = ['USDT', 'USD', 'EUR', 'BTC'];
const WEEK_MS = 7 * 24 * HOUR_MS;
/** Balances or prices older than this are not written down as what was so in this hour. */
const FRESH_MS = 15 * 60_000;
/** An asset that had a price and has none is waited for this long; then it is one that has none. */
const UNPRICED_WAIT_MS = 24 * HOUR_MS;

/** Which assets of a connection had no price when its last point was written, and since when more had none. */
type Unpriced = { readonly assets: ReadonlySet<string>; readonly moreSinceMs: number | null };

export class ValueHistory {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #prices: Prices;
  /** The week of each connection, by `id currency`. */
  readonly #weeks = new Map<string, ValuePoint[]>();
  readonly #unpriced = new Map<string, Unpriced>();
  #lastHourMs = 0;

  constructor(parts: { database: Database; clock: Clock; prices: Prices }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#prices = parts.prices;
  }

  async load(connections: readonly StoredConnection[]): Promise<void> {
    const sinceMs = this.#clock.nowMs() - WEEK_MS;
    for (const { owner, id } of connections) {
      for (const currency of CURRENCIES) {
        this.#weeks.set(
          `${id} ${currency}`,
          await readPoints(this.#database, { userId: owner, connection: id, currency, sinceMs }),
        );
      }
    }
  }

  week(connection: string, currency: Currency): readonly ValuePoint[] {
    const sinceMs = this.#clock.nowMs() - WEEK_MS;
    return (this.#weeks.get(`${connection} ${currency}`) ?? []).filter((point) => point.atMs >= sinceMs);
  }

  /**
   * The sum of these connections over time. Made of their own points and not of the person's total, which remembers
   * connections that are gone, and practice money among real. An hour that lacks one that had begun is left out.
   */
  async together(userId: string, connections: readonly string[], currency: Currency): Promise<ValuePoint[]> {
    const curves = await Promise.all(
      connections.map((connection) => readPoints(this.#database, { userId, connection, currency, sinceMs: 0 })),
    );
    const begunMs = curves.flatMap((points) => points[0]?.atMs ?? []);
    const hours = Map.groupBy(curves.flat(), ({ atMs }) => atMs);
    return [...hours]
      .filter(([atMs, points]) => points.length === begunMs.filter((firstMs) => firstMs <= atMs).length)
      .map(([atMs, points]) => ({
        atMs,
        value: Decimal.sum(points.map(({ value }) => Decimal.parse(value))).toString(),
      }))
      .toSorted((a, b) => a.atMs - b.atMs);
  }

  forget(connection: string): void {
    for (const currency of CURRENCIES) {
      this.#weeks.delete(`${connection} ${currency}`);
      this.#unpriced.delete(`${connection} ${currency}`);
    }
  }

  /** Once an hour; before that nothing. */
  async tick(connections: readonly StoredConnection[]): Promise<void> {
    const hourMs = Math.floor(this.#clock.nowMs() / HOUR_MS) * HOUR_MS;
    if (hourMs === this.#lastHourMs || connections.length === 0) return;
    const rows = this.#rows(connections, hourMs);
    // Right after a start nothing is known yet: this hour is tried again with the next tick.
    if (rows.length === 0) return;
    this.#lastHourMs = hourMs;
    await addPoints(this.#database, rows);
    await thinOut(this.#database, hourMs);
    for (const row of rows) if (row.connection_id !== TOTAL) this.#remember(row);
  }

  #rows(connections: readonly StoredConnection[], hourMs: number): ValueRow[] {
    const rows: ValueRow[] = [];
    for (const [owner, own] of Map.groupBy(connections, (connection) => connection.owner)) {
      for (const currency of CURRENCIES) {
        const values = own.map((connection) => ({ connection, value: this.#value(connection, currency) }));
        for (const { connection, value } of values) {
          if (value !== null)
            rows.push({
              user_id: owner,
              connection_id: connection.id,
              currency,
              at_ms: hourMs,
              value: value.toString(),
            });
        }
        // A total that lacks a part would look like a loss.
        if (values.some(({ value }) => value === null)) continue;
        const total = Decimal.sum(values.map(({ value }) => value ?? Decimal.ZERO));
        rows.push({ user_id: owner, connection_id: TOTAL, currency, at_ms: hourMs, value: total.toString() });
      }
    }
    return rows;
  }

  #value(connection: StoredConnection, currency: Currency): Decimal | null {
    const nowMs = this.#clock.nowMs();
    const priced = this.#prices.last(connection.venue);
    if (connection.balancesAtMs === null || nowMs - connection.balancesAtMs > FRESH_MS) return null;
    if (nowMs - priced.atMs > FRESH_MS) return null;
    const { total } = totals(valued(connection, currency, priced), currency);
    return this.#lacksNothingNew(`${connection.id} ${currency}`, total.unpriced) ? total.value : null;
  }

  /** A price that is missing for an hour must not be written down as a loss. */
  #lacksNothingNew(key: string, unpriced: readonly string[]): boolean {
    const before = this.#unpriced.get(key);
    const nowMs = this.#clock.nowMs();
    if (before !== undefined && unpriced.some((asset) => !before.assets.has(asset))) {
      const moreSinceMs = before.moreSinceMs ?? nowMs;
      if (nowMs - moreSinceMs < UNPRICED_WAIT_MS) {
        this.#unpriced.set(key, { assets: before.assets, moreSinceMs });
        return false;
      }
    }
    this.#unpriced.set(key, { assets: new Set(unpriced), moreSinceMs: null });
    return true;
  }

  #remember(row: ValueRow): void {
    const key = `${row.connection_id} ${row.currency}`;
    const points = this.#weeks.get(key) ?? [];
    if (points.at(-1)?.atMs === row.at_ms) return;
    const sinceMs = row.at_ms - WEEK_MS;
    this.#weeks.set(key, [...points.filter((point) => point.atMs >= sinceMs), { atMs: row.at_ms, value: row.value }]);
  }
}
