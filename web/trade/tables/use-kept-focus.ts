/** Keys go on where they were: when the row with the focus goes away, the one in its place gets it. */

import { type FocusEvent, useLayoutEffect, useRef } from 'react';

const rowOf = (target: Element): string | null => target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? null;

export function useKeptFocus(ids: readonly string[], focusRow: (index: number) => void) {
  const held = useRef<{ readonly id: string; readonly index: number } | null>(null);
  useLayoutEffect(() => {
    if (held.current === null) return;
    const { id, index } = held.current;
    const at = ids.indexOf(id);
    if (at >= 0) held.current = { id, index: at };
    else {
      held.current = null;
      // Whoever has gone elsewhere meanwhile is not called back.
      if (document.activeElement === document.body && ids.length > 0) focusRow(index);
    }
  }, [ids, focusRow]);
  return {
    onFocus: ({ target }: FocusEvent<HTMLElement>) => {
      const id = rowOf(target);
      held.current = id === null ? null : { id, index: ids.indexOf(id) };
    },
    onBlur: ({ target }: FocusEvent<HTMLElement>) => {
      // A row that is taken away tells of it too.
      if (target.isConnected) held.current = null;
    },
  };
}
