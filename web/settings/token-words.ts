/** Tokens in words, and the first command to try one with. Pure. */

import type { ApiToken } from '../../src/contract/trading.ts';

type Scope = ApiToken['scopes'][number];

export const SCOPES: readonly { readonly scope: Scope; readonly name: string; readonly words: string }[] = [
  { scope: 'read', name: 'Read', words: 'Sees orders, trades, balances, markets and limits.' },
  { scope: 'trade', name: 'Trade', words: 'Places, moves and cancels orders, inside the same limits as you.' },
  { scope: 'halt', name: 'Halt', words: 'Stops trading. Going on is never a token’s to say.' },
];

const listed = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** More names than this hide what they say. */
const NAMED = 3;

export function reachWords(
  { markets, connections }: Pick<ApiToken, 'markets' | 'connections'>,
  labelOf: (id: string) => string,
): string {
  const where = connections === null ? 'every connection' : listed(connections.map(labelOf), NAMED);
  const what =
    markets === null
      ? 'every market'
      : listed(
          markets.map((market) => market.replaceAll('_', '/')),
          NAMED,
        );
  return `${what} on ${where}`;
}

/** The symbols in what was typed, `BTC/USDT, eth_usdt`; null where something is none. */
export function marketsIn(typed: string): string[] | null {
  const words = typed
    .toUpperCase()
    .replaceAll('/', '_')
    .split(/[\s,;]+/)
    .filter(Boolean);
  return words.every((word) => /^[A-Z0-9]{1,24}(_[A-Z0-9]{1,24}){1,2}$/.test(word)) ? [...new Set(words)] : null;
}

/**
 * What is said of markets that no exchange lists; undefined where there are none, or where no exchange told its markets. It
 * bars nothing: an exchange may be silent now, or list a market later.
 */
export function doubtWords(
  markets: readonly string[],
  known: readonly { readonly symbol: string }[],
): string | undefined {
  const symbols = new Set(known.map(({ symbol }) => symbol));
  const absent = symbols.size === 0 ? [] : markets.filter((market) => !symbols.has(market));
  if (absent.length === 0) return undefined;
  const names = listed(
    absent.map((market) => market.replaceAll('_', '/')),
    NAMED,
  );
  return `No exchange here lists ${names} now. Check the spelling; the token can be made all the same.`;
}

/** Harmless whatever the token may do; null where its only use is to stop trading. */
export function exampleOf(token: string, origin: string, scopes: readonly Scope[]): string | null {
  const command = `curl -H "Authorization: Bearer ${token}"`;
  if (scopes.includes('read')) return `${command} ${origin}/api/orders`;
  // An order of nothing is refused, and the refusal tells that the token was taken.
  return scopes.includes('trade')
    ? `${command} -H "Content-Type: application/json" -d '{}' ${origin}/api/orders`
    : null;
}
