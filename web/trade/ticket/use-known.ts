/** The market and the account as the ticket reckons with them. */

import { useMemo } from 'react';
import { useTradeBalances } from '../data/account.ts';
import { useBook, useMarket, useTicker } from '../data/market.ts';
import { usePlace } from '../data/place.ts';
import type { Known } from './form.ts';

/** Before the market's rules are told nothing is sent; these only keep the arithmetic defined. */
const NO_STEP = '0.00000001';

export function useKnown(): Known {
  const place = usePlace();
  const market = useMarket();
  const ticker = useTicker(place.venue, place.market);
  const balances = useTradeBalances();
  const book = useBook();
  // The last known prices of a book in trouble are nobody's best prices any more.
  const heard = book?.trouble === '' ? book : undefined;
  const bid = heard?.bids[0]?.[0] ?? null;
  const ask = heard?.asks[0]?.[0] ?? null;
  const last = ticker?.last ?? market?.last ?? null;
  const availableBase = available(balances, market?.base);
  const availableQuote = available(balances, market?.quote);
  const tick = market?.tick ?? NO_STEP;
  const lot = market?.lot ?? NO_STEP;
  return useMemo(
    () => ({ tick, lot, bid, ask, last, availableBase, availableQuote }),
    [tick, lot, bid, ask, last, availableBase, availableQuote],
  );
}

/** An exchange that told its balances and left an asset out holds none of it. */
function available(balances: ReturnType<typeof useTradeBalances>, asset: string | undefined): string | null {
  if (asset === undefined || balances.length === 0) return null;
  return balances.find((row) => row.asset === asset)?.available ?? '0';
}
