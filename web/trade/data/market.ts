/** Market data for views. Undefined is "not told yet", never an old market's word for a new one. */

import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { LiveBook, LiveTicker, PriceLine } from '../../../src/contract/live.ts';
import type { CandleRow, Market, MarketTrade } from '../../../src/contract/trading.ts';
import type { Venue } from '../../api/queries.ts';
import { useLine, watch } from '../../live/live.ts';
import type { Keyed } from './keyed.ts';
import { lineOfBook } from './outage.ts';
import { usePlace } from './place.ts';
import { marketsQuery } from './queries.ts';
import { books, candlesKey, lastCandles, marketKey, priceLines, tickers, trades } from './stores.ts';

const whole = <T>(value: T | undefined): T | undefined => value;

function useKeyed<T>(store: Keyed<T>, key: string): T | undefined;
/** `pick`: a plain value of it; the view is drawn again only when that changes. */
function useKeyed<T, Part>(store: Keyed<T>, key: string, pick: (value: T | undefined) => Part): Part;
function useKeyed<T>(store: Keyed<T>, key: string, pick: (value: T | undefined) => unknown = whole): unknown {
  const subscribe = useCallback((listener: () => void) => store.subscribe(key, listener), [store, key]);
  return useSyncExternalStore(subscribe, () => pick(store.get(key)));
}

/** While a view with this hook stands on the page, the desk sends this market's ticker. */
export function useTicker(venue: Venue, market: string): LiveTicker | undefined {
  useEffect(() => watch.ticker({ venue, market }), [venue, market]);
  return useKeyed(tickers, marketKey(venue, market));
}

/** Once on the page: book, trades and candles of the place come while it stands. */
export function useWatchPlace(): void {
  const { venue, market, interval } = usePlace();
  useEffect(() => {
    const stop = watch.market({ venue, market, interval });
    const isHere = (key: string): boolean => key === marketKey(venue, market);
    books.keep(isHere);
    trades.keep(isHere);
    lastCandles.keep((key) => key === candlesKey(venue, market, interval));
    return stop;
  }, [venue, market, interval]);
}

const NO_LINE = 'This page has no line to the desk.';

export function useBook(): LiveBook | undefined {
  const { venue, market } = usePlace();
  const book = useKeyed(books, marketKey(venue, market));
  const down = useLine().state === 'down';
  return useMemo(
    () => (down && book !== undefined && book.trouble === '' ? { ...book, trouble: NO_LINE } : book),
    [book, down],
  );
}

export function useMarketTrades(): { readonly trades: readonly MarketTrade[]; readonly gap: boolean } | undefined {
  const { venue, market } = usePlace();
  return useKeyed(trades, marketKey(venue, market));
}

/** The last two of the place's interval. A view that was away compares the first with what it has, and asks for the rest. */
export function useLastCandles(): readonly CandleRow[] | undefined {
  const { venue, market, interval } = usePlace();
  return useKeyed(lastCandles, candlesKey(venue, market, interval));
}

/** How the prices of what is looked at come: a line that lives says nothing of a book that fell silent on it. */
export function usePriceLine(): PriceLine | undefined {
  const { venue, market } = usePlace();
  const told = useKeyed(priceLines, venue);
  const silentSinceMs = useKeyed(books, marketKey(venue, market), silence);
  const line = useLine();
  return useMemo(
    () =>
      line.state === 'down'
        ? { state: 'waiting', sinceMs: line.sinceMs, why: NO_LINE, nextAttemptAtMs: line.retryAtMs }
        : lineOfBook(told, silentSinceMs),
    [told, silentSinceMs, line],
  );
}

/** Only this is picked from a book that changes ten times a second. */
const silence = (book: LiveBook | undefined): number | null => book?.silentSinceMs ?? null;

const NONE: readonly Market[] = [];

type Markets = {
  readonly markets: readonly Market[];
  readonly loading: boolean;
  readonly error: unknown;
  readonly again: () => void;
};

/** Of every exchange that is connected, and of the one that is looked at. */
export function useMarkets(): Markets {
  const { venue } = usePlace();
  const connected = useQuery(marketsQuery(null));
  // Whoever has connections looks at one of theirs as soon as the address is settled; nobody else is asked meanwhile.
  const missing = connected.data !== undefined && connected.data.length === 0;
  const here = useQuery({ ...marketsQuery(venue), enabled: missing });
  const markets = useMemo(() => {
    if (connected.data === undefined) return NONE;
    return missing && here.data !== undefined ? [...connected.data, ...here.data] : connected.data;
  }, [connected.data, here.data, missing]);
  return {
    markets,
    loading: connected.isPending || (missing && here.isPending),
    error: markets.length > 0 ? null : (connected.error ?? here.error),
    again: () => void Promise.all([connected.refetch(), missing ? here.refetch() : null]),
  };
}

export function useMarket(): Market | undefined {
  const { venue, market } = usePlace();
  const { markets } = useMarkets();
  return useMemo(() => markets.find((one) => one.symbol === market && one.venue === venue), [markets, venue, market]);
}
