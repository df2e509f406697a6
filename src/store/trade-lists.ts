/** Lists of values for a statement: small, or as long as a power of two, so that few texts have to be prepared. */

/** Rows of one statement. 256 rows of twelve columns are a tenth of what SQLite lets a statement bind. */
const ROWS_MAX = 256;

/** What one step writes goes into one statement each; above it, more statements are nothing beside so many rows. */
const EXACT_MAX = 8;

/** The greatest length of a list that is not above `count`. */
export function lengthOf(count: number): number {
  return count <= EXACT_MAX ? count : Math.min(ROWS_MAX, 2 ** Math.floor(Math.log2(count)));
}

/** For `in`: the last list is filled up with its last key. */
export function listsOf(keys: Iterable<string>): readonly string[][] {
  const lists: string[][] = [];
  const all = [...keys];
  for (let from = 0; from < all.length; from += ROWS_MAX) {
    const list = all.slice(from, from + ROWS_MAX);
    const last = list.at(-1) ?? '';
    while (lengthOf(list.length) !== list.length) list.push(last);
    lists.push(list);
  }
  return lists;
}
