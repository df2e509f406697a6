/** Which candles are seen: the place of the right edge, counted in candles, and how wide one is. Pure arithmetic. */

export type View = {
  /** The candle, counted from the oldest, whose middle stands at the right edge; may lie beyond the newest. */
  readonly right: number;
  /** Pixels from one candle to the next. */
  readonly spacing: number;
};
type Extent = { readonly width: number; readonly length: number };

export const SPACING_START = 7;
const SPACING_MAX = 60;
/** Empty room beside the newest candle, in pixels: what comes next is seen coming. */
const ROOM_RIGHT = 56;
/** At least so many candles stay in sight, however far one drags. */
const KEPT_IN_SIGHT = 3;

export const newest = (length: number, spacing: number): number => length - 1 + ROOM_RIGHT / spacing;

export function clamped(view: View, { width, length }: Extent): View {
  // All of it fits on the screen, with the same room: further out there is nothing to see.
  const spacingMin = Math.min(1, Math.max(1, width - ROOM_RIGHT) / Math.max(1, length));
  const spacing = Math.min(SPACING_MAX, Math.max(spacingMin, view.spacing));
  const kept = Math.min(KEPT_IN_SIGHT, length);
  const most = length - 1 + Math.max(0, width / spacing - kept);
  return { right: Math.min(most, Math.max(kept - 1, view.right)), spacing };
}

export const xOf = (view: View, width: number, index: number): number => width - (view.right - index) * view.spacing;

export const indexAt = (view: View, width: number, x: number): number => view.right - (width - x) / view.spacing;

/** First and last candle that touch the screen; `last < first` where there are none. */
export function inSight(view: View, { width, length }: Extent): { readonly first: number; readonly last: number } {
  return {
    first: Math.max(0, Math.floor(indexAt(view, width, 0) - 0.5)),
    last: Math.min(length - 1, Math.ceil(view.right + 0.5)),
  };
}

/** `pixels` to the right moves older candles into sight. */
export function panned(view: View, pixels: number, extent: Extent): View {
  return clamped({ ...view, right: view.right - pixels / view.spacing }, extent);
}

/** What stands at `x` stays there. */
export function zoomed(view: View, factor: number, x: number, extent: Extent): View {
  const wanted = clamped({ ...view, spacing: view.spacing * factor }, extent);
  const anchor = indexAt(view, extent.width, x);
  return clamped({ right: anchor + (extent.width - x) / wanted.spacing, spacing: wanted.spacing }, extent);
}

/** The newest candle is in sight, so the next one moves the picture by one. */
export const isFollowing = (view: View, length: number): boolean => view.right >= length - 1;
