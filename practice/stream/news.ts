import type { BalanceEvent, DealEvent, OrderEvent, TradeEvent } from '../engine/events.ts';
import { US_PER_SECOND } from '../engine/limits.ts';
import type { DurableExchange, Published } from '../exchange/durable-exchange.ts';
import type { AccountId } from '../ports.ts';

export type AccountEvent = OrderEvent | DealEvent | BalanceEvent;

/** What is known of a market without asking: whoever sees the same numbers again has nothing new to tell. */
export type MarketNews = {
  readonly bookVersion: number;
  /** When the book changed last, Unix microseconds; when listening began, where it has not changed since (inferred). */
  readonly bookChangedUs: number;
  readonly tradeVersion: number;
  /** Unix microseconds; 0 before the first trade heard of. */
  readonly lastTradeUs: number;
};

/** What the exchange has committed, sorted by who wants to hear it, at once and in the order of commits. */
export interface News {
  market(name: string): MarketNews;
  /** The answer stops it, as with all of these. */
  onAccount(account: AccountId, listener: (event: AccountEvent) => void): () => void;
  /** All trades of one command in one market, oldest first. */
  onTrades(listener: (market: string, trades: readonly TradeEvent[]) => void): () => void;
  /** The book of this market changed. It may be asked for at once, and may be ahead by other commands of the commit. */
  onBook(listener: (market: string) => void): () => void;
  close(): void;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const US_PER_MS = US_PER_SECOND / 1000;

export function createNews(exchange: Pick<DurableExchange, 'on'>, nowMs: number): News {
  const markets = new Map<string, Writable<MarketNews>>();
  const accountListeners = new Map<AccountId, Set<(event: AccountEvent) => void>>();
  const tradeListeners = new Set<Parameters<News['onTrades']>[0]>();
  const bookListeners = new Set<Parameters<News['onBook']>[0]>();

  function open(name: string): Writable<MarketNews> {
    let market = markets.get(name);
    if (market === undefined) {
      market = { bookVersion: 0, bookChangedUs: nowMs * US_PER_MS, tradeVersion: 0, lastTradeUs: 0 };
      markets.set(name, market);
    }
    return market;
  }

  function tellAccount(account: AccountId, event: AccountEvent): void {
    for (const listener of accountListeners.get(account) ?? []) listener(event);
  }

  function tell({ command, events }: Published): void {
    const trades = new Map<string, TradeEvent[]>();
    const books = new Set<string>();
    for (const event of events) {
      switch (event.kind) {
        case 'order':
          tellAccount(event.order.account, event);
          break;
        case 'deal':
        case 'balance':
          tellAccount(event.account, event);
          break;
        case 'trade': {
          const known = trades.get(event.spec.name);
          if (known === undefined) trades.set(event.spec.name, [event]);
          else known.push(event);
          break;
        }
        case 'level':
          books.add(event.spec.name);
          break;
        case 'kill-switch':
          break;
      }
    }
    for (const [name, list] of trades) {
      const market = open(name);
      market.tradeVersion += 1;
      market.lastTradeUs = command.atUs;
      for (const listener of tradeListeners) listener(name, list);
    }
    for (const name of books) {
      const market = open(name);
      market.bookVersion += 1;
      market.bookChangedUs = command.atUs;
      for (const listener of bookListeners) listener(name);
    }
  }

  return {
    market: open,
    onAccount(account, listener) {
      const listeners = accountListeners.get(account) ?? new Set();
      accountListeners.set(account, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && accountListeners.get(account) === listeners) accountListeners.delete(account);
      };
    },
    onTrades: (listener) => adding(tradeListeners, listener),
    onBook: (listener) => adding(bookListeners, listener),
    close: exchange.on(tell),
  };
}

function adding<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
