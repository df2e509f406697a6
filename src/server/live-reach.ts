/** What a program hears on the live line: of trading and of markets, within its token's reach. */

import type { LiveMessage, WatchMessage } from '../contract/live.ts';
import type { TokenUse } from './handler.ts';
import { haltsWithin, withinReach } from './reach.ts';

/** Null: not for this token. Pages hear everything of their person. */
export function heardBy(token: TokenUse | null, message: LiveMessage): LiveMessage | null {
  if (token === null) return message;
  const within = withinReach(token);
  switch (message.type) {
    case 'hello':
    case 'prices':
      return message;
    case 'order':
      return within.has(message.order.connection, message.order.market) ? message : null;
    case 'fill':
      return within.has(message.fill.connection, message.fill.market) ? message : null;
    case 'trading': {
      const { account } = message;
      if (!within.hasConnection(account.connection)) return null;
      return { ...message, account: { ...account, markets: account.markets.filter(within.hasMarket) } };
    }
    case 'trade-balances':
      if (!within.hasConnection(message.connection)) return null;
      return { ...message, balances: message.balances.filter(({ asset }) => within.hasAsset(asset)) };
    case 'halt':
      return { ...message, halt: haltsWithin(message.halt, within) };
    case 'ticker':
    case 'book':
    case 'market-trades':
    case 'candles':
      return within.hasMarket(message.market) ? message : null;
    // How keys are connected and who is logged in: no scope of a token speaks of these.
    case 'connection':
    case 'connection-removed':
    case 'balances':
    case 'attempt':
    case 'custody':
    case 'session-changed':
      return null;
  }
}

export function watchedBy(token: TokenUse | null, wanted: WatchMessage): WatchMessage {
  if (token === null) return wanted;
  const { hasMarket } = withinReach(token);
  const within = ({ market }: { readonly market: string }): boolean => hasMarket(market);
  return { ...wanted, tickers: wanted.tickers.filter(within), markets: wanted.markets.filter(within) };
}
