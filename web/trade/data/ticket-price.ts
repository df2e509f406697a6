/** A price that was clicked in the book or the chart, on its way into the ticket. */

import { useSyncExternalStore } from 'react';

/** `times` tells the same price clicked twice from once. `amountBase`: what is in the book down to there, if meant. */
export type PickedPrice = { readonly price: string; readonly amountBase: string | null; readonly times: number };

let picked: PickedPrice | null = null;
const listeners = new Set<() => void>();

export function setPickedPrice(price: string, amountBase: string | null = null): void {
  picked = { price, amountBase, times: (picked?.times ?? 0) + 1 };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePickedPrice(): PickedPrice | null {
  return useSyncExternalStore(subscribe, () => picked);
}
