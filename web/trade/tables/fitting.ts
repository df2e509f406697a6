/** Which columns there is room for, and how wide they are. Pure. */

type Column = { readonly id: string; readonly px: number; readonly grow?: number; readonly drop?: number };

/** Left and right of the cells, as the style sheet has it. */
const EDGES_PX = 20;

/** Without the columns that can be done without, as many as must be. Of what is left too wide the list scrolls. */
export function fitting<C extends Column>(columns: readonly C[], widthPx: number): readonly C[] {
  let kept = columns;
  // Not measured yet: all, so that nothing blinks away and back.
  while (widthPx > 0 && EDGES_PX + kept.reduce((sum, { px }) => sum + px, 0) > widthPx) {
    const droppable = kept.filter(({ drop }) => drop !== undefined);
    if (droppable.length === 0) break;
    const first = droppable.reduce((a, b) => ((b.drop ?? 0) > (a.drop ?? 0) ? b : a));
    kept = kept.filter((column) => column !== first);
  }
  return kept;
}

export const tracksOf = (columns: readonly Column[]): string =>
  columns.map(({ px, grow }) => (grow === undefined ? `${px}px` : `minmax(${px}px, ${grow}fr)`)).join(' ');
