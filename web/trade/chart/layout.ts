/** Where the panes and the axes stand. The prices get what the panes below them leave. */

export type Pane = { readonly top: number; readonly height: number };
export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly plotWidth: number;
  readonly axisWidth: number;
  readonly plotHeight: number;
  readonly price: Pane;
  /** One for each indicator with a scale of its own, from above. */
  readonly own: readonly Pane[];
};

export const TIME_AXIS_HEIGHT = 24;
const OWN_SHARE = 0.2;
const OWN_HEIGHT_MIN = 54;
/** However many panes: the prices keep this share. */
const PRICE_SHARE_MIN = 0.4;

export function layoutOf(width: number, height: number, axisWidth: number, ownPanes: number): Layout {
  const plotHeight = Math.max(1, height - TIME_AXIS_HEIGHT);
  const each =
    ownPanes === 0
      ? 0
      : Math.min(Math.max(OWN_HEIGHT_MIN, plotHeight * OWN_SHARE), (plotHeight * (1 - PRICE_SHARE_MIN)) / ownPanes);
  const price = { top: 0, height: Math.round(plotHeight - each * ownPanes) };
  const own = Array.from({ length: ownPanes }, (_, index) => ({
    top: Math.round(price.height + each * index),
    height: Math.round(each),
  }));
  return { width, height, plotWidth: Math.max(1, width - axisWidth), axisWidth, plotHeight, price, own };
}
