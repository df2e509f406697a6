/** A page may take the search key for its own search while it stands; the palette has it otherwise. */

let taker: (() => void) | null = null;

/** Returns how to give it back. */
export function takeSlash(search: () => void): () => void {
  taker = search;
  return () => {
    if (taker === search) taker = null;
  };
}

/** The search of the page that is shown; null where it has none. */
export const slash = (): (() => void) | null => taker;
