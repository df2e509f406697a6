/** The open order that is pointed at, in the table or on the chart: the other of the two shows it too. */

import { useSyncExternalStore } from 'react';

let pointed: string | null = null;
const listeners = new Set<() => void>();

/** By `orderId`; null: none any more. */
export function pointAt(id: string | null): void {
  if (id === pointed) return;
  pointed = id;
  for (const listener of listeners) listener();
}

/** Only if it is still this one: another may have been pointed at meanwhile. */
export function pointAway(id: string): void {
  if (pointed === id) pointAt(null);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePointed(): string | null {
  return useSyncExternalStore(subscribe, () => pointed);
}

/** Wakes nobody but the two rows of which it changed. */
export function useIsPointed(id: string): boolean {
  return useSyncExternalStore(subscribe, () => pointed === id);
}
