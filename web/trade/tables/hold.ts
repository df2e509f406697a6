/**
 * Rows under a pointer stay where they are. What went away meanwhile keeps its place, marked, until the pointer leaves:
 * a click that was meant for one order must never reach the next one.
 */

export type Held<T> = { readonly row: T; readonly gone: boolean };

export function holdRows<T>(
  before: readonly Held<T>[],
  now: readonly T[],
  idOf: (row: T) => string,
  isHolding: boolean,
): readonly Held<T>[] {
  if (!isHolding) return now.map((row) => ({ row, gone: false }));
  const present = new Set(now.map(idOf));
  const missing = new Map<string | null, T[]>();
  let after: string | null = null;
  for (const { row } of before) {
    const id = idOf(row);
    if (present.has(id)) after = id;
    else missing.set(after, [...(missing.get(after) ?? []), row]);
  }
  const gone = (id: string | null): Held<T>[] => (missing.get(id) ?? []).map((row) => ({ row, gone: true }));
  return [...gone(null), ...now.flatMap((row) => [{ row, gone: false }, ...gone(idOf(row))])];
}
