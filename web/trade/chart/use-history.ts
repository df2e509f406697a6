/** The candles of a place: read once, kept by the live line, healed after a break. */

import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { PriceLine } from '../../../src/contract/live.ts';
import type { CandleRow } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import type { Place } from '../data/place.ts';
import type { BarsChange } from './bars.ts';
import { History } from './history.ts';

type Hears = {
  readonly begun: (history: History) => void;
  readonly changed: (change: BarsChange) => void;
  /** After a live candle, in the same frame. */
  readonly live: () => void;
};

export function useHistory(
  { venue, market, interval }: Place,
  rows: readonly CandleRow[] | undefined,
  line: PriceLine | undefined,
  hears: Hears,
): History | null {
  const [history, setHistory] = useState<History | null>(null);
  const [, tell] = useState(0);
  const heard = useRef(hears);
  heard.current = hears;
  const newest = useRef(rows);
  newest.current = rows;

  useEffect(() => {
    const next = new History({
      fetchPage: (limit, toSec) =>
        call('markets.candles', {
          params: { venue, market },
          query: { interval, limit, ...(toSec === null ? {} : { toSec }) },
        }),
      nowMs: () => Date.now(),
      later: (run, delayMs) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
      changed: (change) => heard.current.changed(change),
      told: () => tell((count) => count + 1),
    });
    setHistory(next);
    heard.current.begun(next);
    void next.load().then(() => next.live(newest.current ?? []));
    return () => next.end();
  }, [venue, market, interval]);

  useLayoutEffect(() => {
    if (history === null || rows === undefined) return;
    history.live(rows);
    heard.current.live();
  }, [history, rows]);

  const isLive = line?.state === 'live';
  const wasBroken = useRef(false);
  useEffect(() => {
    if (line === undefined) return;
    if (isLive && wasBroken.current) void history?.heal();
    wasBroken.current = !isLive;
  }, [history, line, isLive]);
  return history;
}
