/** Whether the ticket asks once more before it sends. A habit of the person at this computer, so it is kept here. */

import { useSyncExternalStore } from 'react';
import type { Kind } from './form.ts';

export type AskFirst = 'always' | 'market' | 'never';
export const ASK_FIRST: readonly { readonly value: AskFirst; readonly words: string }[] = [
  { value: 'always', words: 'always' },
  { value: 'market', words: 'for market orders' },
  { value: 'never', words: 'never' },
];

const KEPT_AS = 'gapless-ticket-ask-first';
const listeners = new Set<() => void>();
let chosen: AskFirst | null = null;

function read(): AskFirst {
  if (chosen !== null) return chosen;
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT_AS);
  } catch {
    // Without storage the careful default holds.
  }
  chosen = ASK_FIRST.find(({ value }) => value === kept)?.value ?? 'market';
  return chosen;
}

export function setAskFirst(value: AskFirst): void {
  chosen = value;
  try {
    localStorage.setItem(KEPT_AS, value);
  } catch {
    // Holds until the page is left.
  }
  for (const listener of listeners) listener();
}

export function useAskFirst(): AskFirst {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}

/** An order at the market takes whatever price there is: nothing in the book waits to be taken back. */
export function isAsked(setting: AskFirst, kind: Kind): boolean {
  return setting === 'always' || (setting === 'market' && (kind === 'market' || kind === 'stop-market'));
}
