/** What is looked at on Trade. It stands in the address, so that it can be kept, shared and gone back to. */

import { useLocation } from '@tanstack/react-router';
import { useMemo } from 'react';
import { CANDLE_INTERVALS, type CandleInterval } from '../../../src/core/candle.ts';

export type Place = {
  readonly connection: string | null;
  readonly venue: 'whitebit' | 'practice';
  readonly market: string;
  readonly interval: CandleInterval;
};
export type PlaceSearch = { readonly c?: string; readonly v?: string; readonly m?: string; readonly i?: string };

const START: Place = { connection: null, venue: 'whitebit', market: 'BTC_USDT', interval: '1h' };
export const TRADE_PATH = '/trade';
const KEPT_AS = 'gapless-trade-place';
/** As the contract spells markets and ids; an address can hold anything. */
const MARKET = /^[A-Z0-9]{1,24}(_[A-Z0-9]{1,24}){1,2}$/;
const ID = /^[a-z2-7]{26}$/;

/** What an address says, over what was looked at last. A connection is never mixed with another venue's market. */
export function placeOf(search: PlaceSearch, last: Place): Place {
  const venue = search.v === 'whitebit' || search.v === 'practice' ? search.v : last.venue;
  const connection = search.c !== undefined && ID.test(search.c) ? search.c : null;
  return {
    connection: connection ?? (venue === last.venue ? last.connection : null),
    venue,
    market: search.m !== undefined && MARKET.test(search.m) ? search.m : last.market,
    interval: CANDLE_INTERVALS.find((interval) => interval === search.i) ?? last.interval,
  };
}

export function searchOf({ connection, venue, market, interval }: Place): PlaceSearch {
  return { ...(connection === null ? {} : { c: connection }), v: venue, m: market, i: interval };
}

/** From the address line; anything that is no text is left out. */
export function readSearch(search: Readonly<Record<string, unknown>>): PlaceSearch {
  const text = (key: string): string | undefined => {
    const value = search[key];
    return typeof value === 'string' ? value : undefined;
  };
  const [c, v, m, i] = [text('c'), text('v'), text('m'), text('i')];
  return {
    ...(c === undefined ? {} : { c }),
    ...(v === undefined ? {} : { v }),
    ...(m === undefined ? {} : { m }),
    ...(i === undefined ? {} : { i }),
  };
}

/** Trade's page writes it down whenever the address changes, going back included. */
let kept: Place | null = null;

export function lastPlace(): Place {
  if (kept !== null) return kept;
  let search: PlaceSearch = {};
  try {
    search = readSearch(JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}') as Record<string, unknown>);
  } catch {
    // Storage may be switched off or hold something else; then one starts at the start.
  }
  kept = placeOf(search, START);
  return kept;
}

export function keepPlace(place: Place): void {
  kept = place;
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(searchOf(place)));
  } catch {
    // Remembered for this tab only.
  }
}

export function usePlace(): Place {
  const search = useLocation({ select: (at) => (at.pathname === TRADE_PATH ? at.searchStr : '') });
  const place = useMemo(() => placeOf(Object.fromEntries(new URLSearchParams(search)), lastPlace()), [search]);
  return place;
}

type Go = (search: PlaceSearch, replace: boolean) => void;
let go: Go = () => {};
/** The router hands this in: it imports the pages, so they cannot import it. */
export function bindPlace(way: Go): void {
  go = way;
}

/** Shows Trade there. `replace` where going back to before would make no sense. */
export function goTo(change: Partial<Place>, how: { readonly replace?: boolean } = {}): void {
  const here = lastPlace();
  const venueLeft = change.venue !== undefined && change.venue !== here.venue;
  const next = { ...here, ...(venueLeft ? { connection: null } : {}), ...change };
  keepPlace(next);
  go(searchOf(next), how.replace ?? false);
}
