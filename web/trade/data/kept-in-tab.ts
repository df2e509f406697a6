/** What the tab keeps over a reload, and no other tab sees. */

export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const held = new Map<string, string>();
const whileThePageLives: Kept = {
  getItem: (key) => held.get(key) ?? null,
  setItem: (key, value) => void held.set(key, value),
  removeItem: (key) => void held.delete(key),
};

/** Where a person switched storage off, reading the name alone throws: then things are kept as long as the page lives. */
export function keptInTab(): Kept {
  try {
    return sessionStorage;
  } catch {
    return whileThePageLives;
  }
}
