/** Sizes of the panels and whether the markets are shown: kept in this browser, fitted to the room there is. */

import { type RefCallback, useCallback, useEffect, useMemo, useState } from 'react';
import {
  type Bounds,
  boundsOf,
  fitSizes,
  isTight,
  type Panel,
  type Room,
  readSizes,
  START_SIZES,
  within,
} from './sizes.ts';

const SIZES_KEPT_AS = 'gapless-trade-sizes';
const MARKETS_KEPT_AS = 'gapless-trade-markets';
/** Narrower than this, the markets are put away until somebody wants them. */
const MARKETS_FIT_FROM_PX = 1140;

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Remembered until the page is left.
  }
}

export type Layout = {
  /** Of the element that the panels stand in. */
  readonly room: RefCallback<HTMLDivElement>;
  readonly sizes: Readonly<Record<Panel, number>>;
  readonly bounds: (panel: Panel) => Bounds;
  readonly resize: (panel: Panel, size: number) => void;
  readonly reset: (panel: Panel) => void;
  /** The tables reach under the book, and the latest trades stand in it. */
  readonly tight: boolean;
  readonly marketsShown: boolean;
  readonly showMarkets: (shown: boolean) => void;
};

export function useLayout(): Layout {
  const [room, setRoom] = useState<Room>({ width: innerWidth, height: innerHeight });
  const [wanted, setWanted] = useState(() => readSizes(recall(SIZES_KEPT_AS)) ?? START_SIZES);
  const [choice, setChoice] = useState(() => recall(MARKETS_KEPT_AS));
  const measure = useCallback((element: HTMLDivElement) => {
    const watch = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setRoom((known) => (known.width === width && known.height === height ? known : { width, height }));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const marketsShown = choice === null ? room.width >= MARKETS_FIT_FROM_PX : choice === 'shown';
  const sizes = useMemo(() => fitSizes(wanted, room, marketsShown), [wanted, room, marketsShown]);
  useEffect(() => keep(SIZES_KEPT_AS, JSON.stringify(wanted)), [wanted]);
  const bounds = (panel: Panel): Bounds => boundsOf(panel, sizes, room, marketsShown);
  const showMarkets = useCallback((shown: boolean) => {
    setChoice(shown ? 'shown' : 'hidden');
    keep(MARKETS_KEPT_AS, shown ? 'shown' : 'hidden');
  }, []);
  return {
    room: measure,
    sizes,
    bounds,
    resize: (panel, size) => setWanted({ ...sizes, [panel]: within(size, bounds(panel)) }),
    reset: (panel) => setWanted({ ...sizes, [panel]: START_SIZES[panel] }),
    tight: isTight(sizes, room),
    marketsShown,
    showMarkets,
  };
}
