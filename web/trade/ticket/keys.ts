/** Single keys that act on the ticket wherever one is on Trade, except while typing and under a dialog. */

import { useEffect, useRef } from 'react';
import { KINDS, type Kind, type Side } from './form.ts';

export type TicketKeys = {
  readonly side: (side: Side) => void;
  readonly nextKind: () => void;
  readonly focus: (field: 'price' | 'amount') => void;
};

/** After `g` the next key is a place to go to (`frame/shortcuts.ts`), not ours. */
const PAIR_WITHIN_MS = 1200;

export const nextKind = (kind: Kind): Kind => KINDS[(KINDS.indexOf(kind) + 1) % KINDS.length] ?? 'limit';

/** In a box to tick or on a slider letters mean nothing, so they are commands there too. */
function takesLetters(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range'].includes(target.type);
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

export function useTicketKeys(keys: TicketKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let goAtMs = Number.NEGATIVE_INFINITY;
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || takesLetters(event.target))
        return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      const second = event.timeStamp - goAtMs < PAIR_WITHIN_MS;
      goAtMs = event.key === 'g' && !second ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (!second && act(event.key, latest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}

function act(key: string, keys: TicketKeys): boolean {
  switch (key) {
    case 'b':
      keys.side('buy');
      return true;
    case 's':
      keys.side('sell');
      return true;
    case 'm':
      keys.nextKind();
      return true;
    case 'p':
      keys.focus('price');
      return true;
    case 'a':
      keys.focus('amount');
      return true;
    default:
      return false;
  }
}
