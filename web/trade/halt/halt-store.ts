/** Whether the halt dialog is open: the button, a key and the bar above the tables open the same one. */

let isOpen = false;
const listeners = new Set<() => void>();

function set(open: boolean): void {
  if (isOpen === open) return;
  isOpen = open;
  for (const listener of listeners) listener();
}

export const openHalt = (): void => set(true);
export const closeHalt = (): void => set(false);
export const haltDialog = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isOpen: (): boolean => isOpen,
};
