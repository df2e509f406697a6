/**
 * From topics to the requests of the WebSocket. A second subscription to a channel replaces the first, so a channel is
 * always asked for with its whole set; only the book has a way to add one market to those that are there.
 */

import type { Topic } from '../streams.ts';

/** Levels of a side; the most there is. */
export const BOOK_LEVELS = 100;

export type Plan = {
  /** What is subscribed as one: a channel, or the book of one market. */
  readonly key: string;
  readonly method: string;
  readonly params: readonly unknown[];
  readonly leaveMethod: string;
  readonly leaveParams: readonly unknown[];
  readonly markets: readonly string[];
  readonly isPrivate: boolean;
};

export const bookKey = (market: string): string => `depth ${market}`;

/** `without`: markets that the exchange says it does not have. */
export function plansOf(topics: readonly Topic[], without: ReadonlySet<string>): ReadonlyMap<string, Plan> {
  const markets: Record<'trades' | 'ticker' | 'orders' | 'book', Set<string>> = {
    trades: new Set(),
    ticker: new Set(),
    orders: new Set(),
    book: new Set(),
  };
  const plans = new Map<string, Plan>();
  const add = (plan: Plan): void => void plans.set(plan.key, plan);
  for (const topic of topics) {
    if ('market' in topic && without.has(topic.market)) continue;
    switch (topic.kind) {
      case 'book':
      case 'trades':
      case 'ticker':
      case 'orders':
        markets[topic.kind].add(topic.market);
        break;
      case 'candles':
        add(whole('candles', [topic.market, topic.intervalSec], [topic.market], false));
        break;
      case 'deals':
        // A list in the list; an empty one means all markets.
        add(whole('deals', [[]], [], true));
        break;
      case 'balances':
        // Naming every asset is refused as an invalid argument; none means all.
        add(whole('balanceSpot', [], [], true));
        break;
    }
  }
  const channels = [
    ['trades', 'trades', false],
    ['market', 'ticker', false],
    ['ordersPending', 'orders', true],
  ] as const;
  for (const [channel, kind, isPrivate] of channels) {
    const names = [...markets[kind]].toSorted();
    // Without a name some channels would tell of every market.
    if (names.length > 0) add(whole(channel, names, names, isPrivate));
  }
  for (const market of markets.book)
    add({
      key: bookKey(market),
      method: 'depth_subscribe',
      // No grouping of prices; true: beside the books that are subscribed already.
      params: [market, BOOK_LEVELS, '0', true],
      leaveMethod: 'depth_unsubscribe',
      leaveParams: [market],
      markets: [market],
      isPrivate: false,
    });
  return plans;
}

function whole(channel: string, params: readonly unknown[], markets: readonly string[], isPrivate: boolean): Plan {
  return {
    key: channel,
    method: `${channel}_subscribe`,
    params,
    leaveMethod: `${channel}_unsubscribe`,
    leaveParams: [],
    markets,
    isPrivate,
  };
}
