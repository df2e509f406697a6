/** The virtual list of markets: its active row, its keys, and handlers that stay the same, so that rows rest. */

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Market } from '../../../src/contract/trading.ts';

type ListAsk = {
  readonly shown: readonly Market[];
  readonly choose: (market: Market | undefined) => void;
  readonly rowPx: number;
  readonly typed: string;
};

export function useMarketList(ask: ListAsk) {
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const latest = useRef<{ choose: ListAsk['choose']; star: (market: Market) => void }>({
    choose: ask.choose,
    star: () => {},
  });
  latest.current.choose = ask.choose;
  const heightPx = ask.rowPx;
  const virtual = useVirtualizer({
    count: ask.shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => heightPx,
    overscan: 4,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height stand elsewhere
  useLayoutEffect(() => virtual.measure(), [heightPx]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at its best answer
  useEffect(() => {
    setActive(0);
    scroll.current?.scrollTo({ top: 0 });
  }, [ask.typed]);
  const stable = useMemo(
    () => ({
      choose: (market: Market) => latest.current.choose(market),
      star: (market: Market) => latest.current.star(market),
    }),
    [],
  );
  const move = (to: number): void => {
    const next = Math.min(ask.shown.length - 1, Math.max(0, to));
    setActive(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const pressed = (event: KeyboardEvent): boolean => {
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? heightPx) / heightPx) - 1);
    if (event.key === 'ArrowDown') move(active + 1);
    else if (event.key === 'ArrowUp') move(active - 1);
    else if (event.key === 'PageDown') move(active + page);
    else if (event.key === 'PageUp') move(active - page);
    else if (event.key === 'Enter') {
      ask.choose(ask.shown[active]);
      if (event.target instanceof HTMLElement) event.target.blur();
    } else return false;
    return true;
  };
  return {
    id,
    scroll,
    virtual,
    active,
    pressed,
    choose: stable.choose,
    star: (now: (market: Market) => void) => {
      latest.current.star = now;
      return stable.star;
    },
  };
}
