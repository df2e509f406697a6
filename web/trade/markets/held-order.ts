/** Lists are sorted anew as prices move; nobody should choose a market that was another a moment ago. */

import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Market } from '../../../src/contract/trading.ts';

const nameOf = ({ venue, symbol }: Market): string => `${venue} ${symbol}`;

/** The same markets where they stood before; new ones last, in their own order. */
export function inOrderOf(markets: readonly Market[], before: readonly string[]): readonly Market[] {
  const places = new Map(before.map((name, place) => [name, place]));
  const place = (market: Market): number => places.get(nameOf(market)) ?? places.size;
  return markets.toSorted((a, b) => place(a) - place(b));
}

/**
 * `sorted` as it is, or, while somebody points at the list or is in its search field, with every row where it stood.
 * `asked`: what the list was asked for; an answer to something else stands as it comes.
 */
export function useHeldOrder(sorted: readonly Market[], asked: string) {
  const [pointed, setPointed] = useState(false);
  const [typing, setTyping] = useState(false);
  const last = useRef<{ readonly asked: string; readonly names: readonly string[] } | null>(null);
  const isHeld = pointed || typing;
  const shown = useMemo(() => {
    const before = last.current;
    return isHeld && before?.asked === asked ? inOrderOf(sorted, before.names) : sorted;
  }, [sorted, asked, isHeld]);
  useLayoutEffect(() => {
    last.current = { asked, names: shown.map(nameOf) };
  }, [shown, asked]);
  return {
    shown,
    list: { onPointerEnter: () => setPointed(true), onPointerLeave: () => setPointed(false) },
    field: { onFocus: () => setTyping(true), onBlur: () => setTyping(false) },
  };
}
