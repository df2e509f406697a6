/** What a token may touch, asked on every route that it may use. What is out of its reach does not exist for it. */

import type { HaltState } from '../contract/trading.ts';
import { notFound, Refusal } from '../shell/refusal.ts';
import type { Reach } from '../shell/trading/ports.ts';
import type { TokenUse } from './handler.ts';

/** Null: a person, who reaches all that is theirs. */
export function reachOf(token: TokenUse | null): Reach | null {
  return token === null ? null : { connections: token.connections, markets: token.markets };
}

type Asked = { readonly connection?: string | undefined; readonly market?: string | undefined };

function soleOf(list: readonly string[] | null): string | undefined {
  return list?.length === 1 ? list[0] : undefined;
}

export function withinReach(token: TokenUse | null) {
  const connections = token?.connections ?? null;
  const markets = token?.markets ?? null;
  const hasConnection = (id: string): boolean => connections === null || connections.includes(id);
  const hasMarket = (symbol: string): boolean => markets === null || markets.includes(symbol);
  return {
    hasConnection,
    hasMarket,
    has: (connection: string, market: string): boolean => hasConnection(connection) && hasMarket(market),
    /** A token for one connection, or one market, asks for nothing else even where it names none. */
    narrowed(asked: Asked): Asked {
      const [connection, market] = [asked.connection ?? soleOf(connections), asked.market ?? soleOf(markets)];
      return { ...(connection !== undefined && { connection }), ...(market !== undefined && { market }) };
    },
    /** One that a market of the token trades. */
    hasAsset: (asset: string): boolean =>
      markets === null || markets.some((market) => market.split('_').includes(asset)),
    /** Throws the refusal, as the next two do. */
    connection(id: string): void {
      if (!hasConnection(id)) throw notFound('connection');
    },
    market(symbol: string, what: string): void {
      if (hasMarket(symbol)) return;
      throw what === 'market' ? beyondMarkets(symbol) : notFound(what);
    },
    /** Null: not named, which is no reason to refuse. */
    both(connection: string | null, market: string | null): void {
      if (connection !== null) this.connection(connection);
      if (market !== null) this.market(market, 'market');
    },
  };
}

/** Markets are public: whether one exists is no secret, and what the token was made for is known to whoever holds it. */
function beyondMarkets(symbol: string): Refusal {
  return new Refusal(
    'not_found',
    `For this token there is no market ${symbol}: it was made for certain markets.`,
    'Ask GET /api/markets for them, or make a token for this one on the page: Settings → API tokens.',
  );
}

/** What of the brake concerns a token: what holds everything, and its own connections. */
export function haltsWithin(
  state: HaltState,
  within: Pick<ReturnType<typeof withinReach>, 'hasConnection'>,
): HaltState {
  const isIn = ({ connection }: HaltState['halts'][number]) => connection === null || within.hasConnection(connection);
  return { ...state, halts: state.halts.filter(isIn), reducing: state.reducing.filter(isIn) };
}
