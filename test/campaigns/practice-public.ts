/** What everybody was told of the markets, over all lives of one exchange: ids that may not go back, trades that stay. */

type DepthData = { readonly update_id: number; readonly past_update_id?: number };
type Trade = { readonly id: number; readonly price: string; readonly amount: string; readonly type: string };

/** Snapshots show a hundred; older ones are never seen again. */
const TRADES_KEPT = 1_000;

export type PublicConnection = {
  /** Parameters of a `depth_update`. */
  depth(params: readonly unknown[]): void;
  /** Parameters of a `trades_update`. */
  trades(params: readonly unknown[]): void;
};

export class PublicMemory {
  readonly faults: string[] = [];
  readonly #updateIds = new Map<string, number>();
  readonly #trades = new Map<string, Map<number, string>>();
  trades = 0;

  /** For the frames of one connection: each begins with the whole picture. One connection at a time, or ids seem to go back. */
  connection(): PublicConnection {
    const lastIds = new Map<string, number>();
    const seen = new Set<string>();
    return {
      depth: (params) => {
        const [isWhole, data, market] = params as readonly [boolean, DepthData, string];
        this.#depth(market, data, isWhole, lastIds.get(market) ?? null);
        lastIds.set(market, data.update_id);
      },
      trades: (params) => {
        const [market, trades] = params as readonly [string, readonly Trade[]];
        if (!seen.has(market)) this.#noneMissing(market, trades);
        seen.add(market);
        for (const trade of trades.toSorted((a, b) => a.id - b.id)) this.#trade(market, trade);
      },
    };
  }

  #depth(market: string, data: DepthData, isWhole: boolean, last: number | null): void {
    const greatest = this.#updateIds.get(market) ?? 0;
    if (data.update_id < greatest) this.faults.push(`${market}: update ${data.update_id} after ${greatest}`);
    if (!isWhole && data.past_update_id !== last)
      this.faults.push(`${market}: an update after ${data.past_update_id}, told was ${last}`);
    this.#updateIds.set(market, Math.max(greatest, data.update_id));
  }

  /** A first picture holds every trade that was told and is not older than its oldest. */
  #noneMissing(market: string, trades: readonly Trade[]): void {
    const ids = new Set(trades.map(({ id }) => id));
    const oldest = Math.min(...ids);
    for (const id of this.#of(market).keys())
      if (id >= oldest && !ids.has(id)) this.faults.push(`${market}: trade ${id} was told and is gone`);
  }

  #trade(market: string, { id, price, amount, type }: Trade): void {
    const known = this.#of(market);
    const words = `${type} ${amount} for ${price}`;
    const before = known.get(id);
    if (before === undefined) {
      const greatest = [...known.keys()].at(-1) ?? 0;
      if (id < greatest) this.faults.push(`${market}: a new trade ${id} after ${greatest}`);
      known.set(id, words);
      this.trades += 1;
      for (const old of known.keys()) {
        if (known.size <= TRADES_KEPT) break;
        known.delete(old);
      }
    } else if (before !== words) this.faults.push(`${market}: trade ${id} was ${before} and is ${words}`);
  }

  #of(market: string): Map<number, string> {
    const known = this.#trades.get(market) ?? new Map<number, string>();
    this.#trades.set(market, known);
    return known;
  }
}
