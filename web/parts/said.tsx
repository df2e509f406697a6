/** One sentence at the edge of the page for what happened out of sight; read out by screen readers, gone by itself. */

import { useSyncExternalStore } from 'react';

type Said = { readonly text: string; readonly tone: 'plain' | 'red'; readonly id: number };
const STAYS_MS = 5000;

let said: Said | null = null;
let count = 0;
const listeners = new Set<() => void>();

function tell(next: Said | null): void {
  said = next;
  for (const listener of listeners) listener();
}

export function say(text: string, tone: Said['tone'] = 'plain'): void {
  count += 1;
  const id = count;
  tell({ text, tone, id });
  setTimeout(() => {
    if (said?.id === id) tell(null);
  }, STAYS_MS);
}

export function Says() {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
  return (
    <div role="status" aria-live="polite">
      {current === null ? null : (
        <p key={current.id} className="said" data-tone={current.tone}>
          {current.text}
        </p>
      )}
    </div>
  );
}
