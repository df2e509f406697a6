/** Keys that are commands by themselves, wherever one is on a page: never while typing, never under a dialog. */

import { useEffect, useRef } from 'react';

/** After `g` the next key is a place to go to (`shortcuts.ts`), in this time as in the tools people know. */
const PAIR_WITHIN_MS = 1200;

/** In a box to tick or on a slider letters mean nothing, so they are commands there too. */
function takesLetters(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range'].includes(target.type);
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

export const isUnderDialog = (): boolean => document.querySelector('[role="dialog"]') !== null;

type Command = { readonly key: string; readonly afterGo: boolean };

/** Null for a key that is somebody else's. To be asked once for each event: it remembers a `g`. */
export function commandReader(): (event: KeyboardEvent) => Command | null {
  let goAtMs = Number.NEGATIVE_INFINITY;
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || takesLetters(event.target)) return null;
    const afterGo = event.timeStamp - goAtMs < PAIR_WITHIN_MS;
    goAtMs = event.key === 'g' && !afterGo ? event.timeStamp : Number.NEGATIVE_INFINITY;
    return event.defaultPrevented || isUnderDialog() ? null : { key: event.key, afterGo };
  };
}

/** `act` tells whether the key was one of its own. */
export function useSingleKeys(act: (key: string) => boolean): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const commandOf = commandReader();
    const pressed = (event: KeyboardEvent): void => {
      const command = commandOf(event);
      if (command !== null && !command.afterGo && latest.current(command.key)) event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
