/** Lists of values for a statement: their lengths are powers of two, so that few texts have to be prepared. */

/** Rows of one statement. 256 rows of twelve columns are a tenth of what SQLite lets a statement bind. */
export const ROWS_MAX = 256;

/** The greatest one that is not above `count`. */
export function powerOfTwo(count: number): number {
  return 2 ** Math.floor(Math.log2(count));
}

/** For `in`: the last list is filled up with its last key. */
export function listsOf(keys: Iterable<string>): readonly string[][] {
  const lists: string[][] = [];
  const all = [...keys];
  for (let from = 0; from < all.length; from += ROWS_MAX) {
    const list = all.slice(from, from + ROWS_MAX);
    const last = list.at(-1) ?? '';
    while (powerOfTwo(list.length) !== list.length) list.push(last);
    lists.push(list);
  }
  return lists;
}
