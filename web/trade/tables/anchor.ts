/** How far to scroll so that a row stays where it was, and what stands at the top. Pure. */

export type Standing = { readonly id: string; readonly heightPx: number };

export function topsOf(layout: readonly Standing[]): ReadonlyMap<string, number> {
  const tops = new Map<string, number>();
  let top = 0;
  for (const { id, heightPx } of layout) {
    tops.set(id, top);
    top += heightPx;
  }
  return tops;
}

/** The row that a scrolled list begins with; null at the top, where new rows may come into sight. */
export function firstSeen(layout: readonly Standing[], scrolledPx: number): string | null {
  if (scrolledPx <= 0) return null;
  let top = 0;
  for (const { id, heightPx } of layout) {
    top += heightPx;
    if (top > scrolledPx) return id;
  }
  return null;
}

/** Pixels that the anchor moved down; nothing where it came or went. */
export function shiftOf(
  anchor: string | null,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number {
  if (anchor === null) return 0;
  const from = before.get(anchor);
  const to = after.get(anchor);
  return from === undefined || to === undefined ? 0 : to - from;
}
