import { z } from 'zod';
import { atMost } from './amounts.ts';
import { depthUpdate } from './stream-public.ts';

/** What holds between the frames of one connection, beyond the shape of each. */

export interface SequenceCheck {
  /** A channel was asked for anew: its first update may tell everything again. */
  subscribed(channel: string): void;
  faults(method: string, params: unknown): readonly string[];
}

type Kept = { readonly asks: Map<string, string>; readonly bids: Map<string, string>; updateId: number };

const ids = z.tuple([z.string(), z.array(z.object({ id: z.number() }))]);
/** Both deals of a trade have its id, so whoever trades with himself hears it twice, once for each order. */
const ROLE_AT = 9;
const dealId = z.tuple([z.number()]).rest(z.unknown());
const pending = z.tuple([z.number(), z.object({ id: z.number() })]);

export function createSequenceCheck(): SequenceCheck {
  const books = new Map<string, Kept>();
  const lastTrade = new Map<string, number>();
  const deals = new Set<string>();
  const ended = new Set<number>();

  function depth(params: unknown): readonly string[] {
    const [whole, data, market] = depthUpdate.parse(params);
    const kept = books.get(market);
    if (whole) {
      books.set(market, { asks: new Map(data.asks), bids: new Map(data.bids), updateId: data.update_id });
      return [];
    }
    if (kept === undefined) return ['a change before the first whole book'];
    const faults: string[] = [];
    if (data.past_update_id !== kept.updateId) faults.push(`a gap: the last update_id was ${kept.updateId}`);
    apply(kept.asks, data.asks ?? []);
    apply(kept.bids, data.bids ?? []);
    kept.updateId = data.update_id;
    for (const ask of kept.asks.keys())
      for (const bid of kept.bids.keys()) if (atMost(ask, bid)) faults.push(`bid ${bid} reaches ask ${ask}`);
    return faults;
  }

  function trades(params: unknown): readonly string[] {
    const [market, rows] = ids.parse(params);
    const last = lastTrade.get(market);
    const numbers = rows.map(({ id }) => id);
    lastTrade.set(market, Math.max(last ?? 0, ...numbers));
    return last === undefined ? [] : numbers.filter((id) => id <= last).map((id) => `trade ${id} is not new`);
  }

  function deal(params: unknown): readonly string[] {
    const deal = dealId.parse(params);
    const key = `${deal[0]} ${String(deal[ROLE_AT])}`;
    if (deals.has(key)) return [`deal ${deal[0]} was told before`];
    deals.add(key);
    return [];
  }

  function order(params: unknown): readonly string[] {
    const [event, { id }] = pending.parse(params);
    if (ended.has(id)) return [`order ${id} has ended before`];
    if (event === 3) ended.add(id);
    return [];
  }

  return {
    subscribed(channel) {
      if (channel === 'depth') books.clear();
      if (channel === 'trades') lastTrade.clear();
    },
    faults(method, params) {
      switch (method) {
        case 'depth_update':
          return depth(params);
        case 'trades_update':
          return trades(params);
        case 'deals_update':
          return deal(params);
        case 'ordersPending_update':
          return order(params);
        default:
          return [];
      }
    },
  };
}

function apply(side: Map<string, string>, levels: readonly (readonly [string, string])[]): void {
  for (const [price, amount] of levels) {
    if (amount === '0') side.delete(price);
    else side.set(price, amount);
  }
}
