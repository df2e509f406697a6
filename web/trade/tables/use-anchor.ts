/** Scrolls along with what changes above the row under the pointer, so that it stays under it. */

import { type PointerEvent, type RefObject, useLayoutEffect, useMemo, useRef } from 'react';
import { firstSeen, type Standing, shiftOf, topsOf } from './anchor.ts';

type Ask = {
  readonly scroll: RefObject<HTMLDivElement | null>;
  readonly inner: RefObject<HTMLDivElement | null>;
  readonly layout: readonly Standing[];
  readonly onHold: ((isHolding: boolean) => void) | undefined;
};

const rowAt = (target: EventTarget): string | null =>
  target instanceof Element ? (target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? null) : null;

export function useAnchor({ scroll, inner, layout, onHold }: Ask) {
  const pointed = useRef<string | null>(null);
  const before = useRef<ReadonlyMap<string, number>>(new Map());
  /** How far the list was scrolled for the pointer's sake. */
  const pushed = useRef(0);
  const tops = useMemo(() => topsOf(layout), [layout]);
  useLayoutEffect(() => {
    const box = scroll.current;
    const focused = rowAt(document.activeElement ?? document.body);
    const kept = focused !== null && before.current.has(focused) && box?.contains(document.activeElement) === true;
    const anchor = pointed.current ?? (kept ? focused : firstSeen(layout, box?.scrollTop ?? 0));
    const shift = shiftOf(anchor, before.current, tops);
    before.current = tops;
    if (box === null || inner.current === null || shift === 0) return;
    const wanted = box.scrollTop + shift;
    // A short list has nothing to scroll by; it gets room for as long as the pointer is on it.
    if (wanted > 0 && pointed.current !== null) inner.current.style.minHeight = `${wanted + box.clientHeight}px`;
    box.scrollTop = wanted;
    if (pointed.current !== null) pushed.current += shift;
  }, [scroll, inner, layout, tops]);
  return {
    onPointerMove: (event: PointerEvent) => {
      if (event.pointerType === 'touch') return;
      const row = rowAt(event.target);
      if (row !== null && pointed.current === null) onHold?.(true);
      if (row !== null) pointed.current = row;
    },
    onPointerLeave: () => {
      if (pointed.current === null) return;
      pointed.current = null;
      onHold?.(false);
      const box = scroll.current;
      if (inner.current !== null) inner.current.style.minHeight = '';
      if (box !== null && pushed.current > 0 && box.scrollTop <= pushed.current) box.scrollTop = 0;
      pushed.current = 0;
    },
  };
}
