/** An address may name what is not there, or nothing at all; this says where to go instead. */

import type { Market, TradingAccount } from '../../../src/contract/trading.ts';
import { compareText } from '../../format/number.ts';
import { type Place, TRADE_PATH } from './place.ts';

const RANK: Readonly<Record<TradingAccount['state'], number>> = {
  ready: 0,
  starting: 1,
  halted: 2,
  trouble: 3,
  'no-markets': 4,
  'watch-only': 5,
};

const mostTraded = (markets: readonly Market[]): Market | undefined =>
  [...markets].sort((a, b) => compareText(b.volumeQuote ?? '-1', a.volumeQuote ?? '-1'))[0];

type Address = { readonly pathname: string; readonly searchStr: string };

/**
 * What has to change in the address; null: nothing, `{}`: only that it says what is shown. Trade stands for a moment while
 * another page is being opened; then the address is none of its business.
 */
export function correction(
  address: Address,
  place: Place,
  accounts: readonly TradingAccount[] | null,
  markets: readonly Market[] | null,
): Partial<Place> | null {
  if (address.pathname !== TRADE_PATH) return null;
  return settlePlace(place, accounts, markets) ?? (address.searchStr === '' ? {} : null);
}

/** Null where all is well, and for whatever is not told yet (`null` arguments). */
function settlePlace(
  place: Place,
  accounts: readonly TradingAccount[] | null,
  markets: readonly Market[] | null,
): Partial<Place> | null {
  if (accounts !== null && !accounts.some(({ connection }) => connection === place.connection)) {
    const [best] = [...accounts].sort(
      (a, b) => Number(a.venue !== place.venue) - Number(b.venue !== place.venue) || RANK[a.state] - RANK[b.state],
    );
    if (best !== undefined) return { connection: best.connection, venue: best.venue };
    if (place.connection !== null) return { connection: null };
  }
  if (markets === null) return null;
  const here = markets.filter(({ venue }) => venue === place.venue);
  if (here.some(({ symbol }) => symbol === place.market)) return null;
  const instead = mostTraded(here);
  return instead === undefined ? null : { market: instead.symbol };
}
