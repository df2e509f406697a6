/**
 * Makes the list of a failing seed short: leaves out as many things as it can while the same invariant still breaks
 * (delta debugging). Everything that is left happens as it did, because each thing draws its own chance.
 */

import type { Item } from './script.ts';

type Run = (ids: ReadonlySet<number>) => Promise<readonly string[]>;

/** The same kind of break: numbers and names in it may be others. */
function kindOf(violation: string): string {
  return violation.replace(/ \(at [^)]*\)$/, '').replace(/[a-z0-9]*-\d+-m-[a-z0-9]+|[a-z2-7]{26}|[\d.]+/g, '#');
}

export async function shrink(
  items: readonly Item[],
  violation: string,
  run: Run,
  enough: () => boolean,
): Promise<readonly Item[]> {
  const wanted = kindOf(violation);
  const fails = async (some: readonly Item[]): Promise<boolean> => {
    const found = await run(new Set(some.map(({ id }) => id)));
    return found.some((one) => kindOf(one) === wanted);
  };
  if (!(await fails(items))) return items;
  let left = items;
  let parts = 2;
  while (left.length > 1 && !enough()) {
    const size = Math.ceil(left.length / parts);
    let isShorter = false;
    for (let from = 0; from < left.length && !enough(); from += size) {
      const without = [...left.slice(0, from), ...left.slice(from + size)];
      if (!(await fails(without))) continue;
      left = without;
      parts = Math.max(2, parts - 1);
      isShorter = true;
      break;
    }
    if (isShorter) continue;
    if (size === 1) break;
    parts = Math.min(left.length, parts * 2);
  }
  return left;
}
