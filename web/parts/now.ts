/** One clock for all relative times on the page; it ticks each second and every reader takes what it needs. */

import { useSyncExternalStore } from 'react';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // The clock stood while nobody looked at it.
  if (timer === null) nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** What `text` makes of the present; the component renders again only when that text changes. */
export function useNowText<T extends string | number | boolean>(text: (nowMs: number) => T): T {
  return useSyncExternalStore(subscribe, () => text(nowMs));
}
