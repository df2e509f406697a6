/**
 * What became of what was sent, outside of views: whoever leaves Trade while an order is on its way finds the answer in
 * the ticket when they come back.
 */

import { useSyncExternalStore } from 'react';
import { stillOpen } from './meet.ts';
import type { Result } from './result.tsx';

type Fate = {
  readonly result: Result | null;
  /** Something is on its way: nothing else is sent meanwhile. */
  readonly busy: boolean;
};

/** What nobody knows the end of, the newest first. */
export function openFate(reloaded: boolean): Result | null {
  const sent = stillOpen().at(-1);
  return sent === undefined ? null : { state: 'unanswered', sent, reloaded };
}

let fate: Fate = { result: openFate(true), busy: false };
const listeners = new Set<() => void>();

export function setFate(change: Partial<Fate>): void {
  fate = { ...fate, ...change };
  for (const listener of listeners) listener();
}

export const fateNow = (): Fate => fate;

export function useFate(): Fate {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, fateNow);
}
