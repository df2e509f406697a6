/** The ticket's form, outside of views: a tab of a phone that was left keeps it, and the book can write into it. */

import { useSyncExternalStore } from 'react';
import { type Change, changed, EMPTY, type Form, type Known } from './form.ts';

let form: Form = EMPTY;
let market = '';
const listeners = new Set<() => void>();

function put(next: Form): void {
  if (next === form) return;
  form = next;
  for (const listener of listeners) listener();
}

export const formNow = (): Form => form;

export function changeForm(change: Change, known: Known): void {
  put(changed(form, change, known));
}

/** Prices and amounts of one market say nothing about another; the habit of how one trades stays. */
export function openFor(wanted: string): void {
  if (market === wanted) return;
  const first = market === '';
  market = wanted;
  if (!first) put({ ...EMPTY, side: form.side, kind: form.kind });
}

export function restoreForm(kept: Form): void {
  put(kept);
}

export function useForm(): Form {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, formNow);
}
