/** Widths and heights of Trade's panels in pixels: kept, and held within what leaves the chart its room. */

export type Panel = 'markets' | 'book' | 'ticket' | 'tables' | 'trades';
export type Sizes = Readonly<Record<Panel, number>>;
export type Room = { readonly width: number; readonly height: number };
export type Bounds = { readonly min: number; readonly max: number };

export const PANELS: readonly Panel[] = ['markets', 'book', 'ticket', 'tables', 'trades'];
export const START_SIZES: Sizes = { markets: 276, book: 264, ticket: 292, tables: 268, trades: 236 };
/** Below these a panel's own words no longer fit. */
const LEAST: Sizes = { markets: 200, book: 220, ticket: 260, tables: 120, trades: 96 };
const CHART_WIDTH_LEAST = 320;
const CHART_HEIGHT_LEAST = 220;
const BOOK_HEIGHT_LEAST = 240;
/** What open orders need to be read and cancelled without scrolling sideways. */
const TABLES_WIDTH_LEAST = 740;

export function boundsOf(panel: Panel, sizes: Sizes, room: Room, marketsShown: boolean): Bounds {
  const min = LEAST[panel];
  const max = ((): number => {
    switch (panel) {
      case 'markets':
        return room.width - CHART_WIDTH_LEAST - sizes.book - sizes.ticket;
      case 'book':
        return room.width - CHART_WIDTH_LEAST - sizes.ticket - (marketsShown ? sizes.markets : 0);
      case 'ticket':
        return room.width - CHART_WIDTH_LEAST - sizes.book - (marketsShown ? sizes.markets : 0);
      case 'tables':
        return room.height - CHART_HEIGHT_LEAST;
      case 'trades':
        return room.height - BOOK_HEIGHT_LEAST;
    }
  })();
  return { min, max: Math.max(min, Math.floor(max)) };
}

export const within = (size: number, { min, max }: Bounds): number => Math.min(max, Math.max(min, Math.round(size)));

/** Beside the book there is no room for the tables. */
export const isTight = ({ book, ticket }: Sizes, room: Room): boolean =>
  room.width - book - ticket < TABLES_WIDTH_LEAST;

/** What was kept may come from a larger window; the outer panels give way first. */
export function fitSizes(sizes: Sizes, room: Room, marketsShown: boolean): Sizes {
  let fitted = sizes;
  for (const panel of PANELS)
    fitted = { ...fitted, [panel]: within(fitted[panel], boundsOf(panel, fitted, room, marketsShown)) };
  return fitted;
}

/** Null where the text is not a set of sizes: another version wrote it, or a person did. */
export function readSizes(text: string | null): Sizes | null {
  if (text === null) return null;
  try {
    const read = JSON.parse(text) as Partial<Record<Panel, unknown>> | null;
    const entries = PANELS.map((panel) => [panel, read?.[panel]] as const);
    if (entries.some(([, size]) => typeof size !== 'number' || !Number.isFinite(size))) return null;
    return Object.fromEntries(entries) as Sizes;
  } catch {
    return null;
  }
}
