/** Something that is open or not, and that several places open: a dialog behind a button, a key and a note. */

import { useSyncExternalStore } from 'react';

export type Openable = {
  readonly open: () => void;
  readonly close: () => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly isOpen: () => boolean;
};

export function openable(): Openable {
  let isOpen = false;
  const listeners = new Set<() => void>();
  const set = (next: boolean): void => {
    if (isOpen === next) return;
    isOpen = next;
    for (const listener of listeners) listener();
  };
  return {
    open: () => set(true),
    close: () => set(false),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isOpen: () => isOpen,
  };
}

export function useIsOpen({ subscribe, isOpen }: Openable): boolean {
  return useSyncExternalStore(subscribe, isOpen);
}
