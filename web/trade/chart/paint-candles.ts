/** Candles and volume. Where many share a column of pixels, the column shows their highest and lowest. */

import type { Bars } from './bars.ts';
import type { Brush } from './brush.ts';
import type { Colours } from './colours.ts';
import { type PriceScale, yOf } from './price-axis.ts';
import { type View, xOf } from './view.ts';

/** Under this a candle has no body, only its reach. */
const BODY_FROM_SPACING = 2.2;
/** A rising candle is hollow where that can be seen: colour is never the only sign. */
const HOLLOW_FROM_WIDTH = 5;
const BODY_SHARE = 0.72;
export const VOLUME_SHARE = 0.16;
const VOLUME_ALPHA = 0.24;
/** More columns than the widest screen has pixels. */
const COLUMNS_MAX = 8192;

type Scene = {
  readonly bars: Bars;
  readonly view: View;
  readonly plotWidth: number;
  readonly first: number;
  readonly last: number;
};

/** The extremes of what is in sight. Plain loops over columns: this runs every frame over everything that is seen. */
export function extremes(bars: Bars, first: number, last: number): { low: number; high: number; volume: number } {
  const { low: lows, high: highs, volume: volumes } = bars;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let volume = 0;
  for (let index = first; index <= last; index += 1) {
    const l = lows[index] as number;
    const h = highs[index] as number;
    const v = volumes[index] as number;
    if (l < low) low = l;
    if (h > high) high = h;
    if (v > volume) volume = v;
  }
  return { low, high, volume };
}

// One frame uses them and the next one again; a frame makes no garbage.
const columnX = new Float64Array(COLUMNS_MAX);
const columnHigh = new Float64Array(COLUMNS_MAX);
const columnLow = new Float64Array(COLUMNS_MAX);
const columnVolume = new Float64Array(COLUMNS_MAX);
const columnRises = new Uint8Array(COLUMNS_MAX);

/** The candles in sight, gathered into columns of pixels. Returns how many columns. */
function gathered({ bars, view, plotWidth, first, last }: Scene, hair: number): number {
  const { open: opens, high: highs, low: lows, close: closes, volume: volumes } = bars;
  const start = xOf(view, plotWidth, 0);
  let count = -1;
  let at = Number.NaN;
  let opened = 0;
  for (let index = first; index <= last; index += 1) {
    const x = Math.floor((start + index * view.spacing) / hair);
    const high = highs[index] as number;
    const low = lows[index] as number;
    const volume = volumes[index] as number;
    if (x !== at) {
      if (count + 1 >= COLUMNS_MAX) break;
      count += 1;
      at = x;
      opened = opens[index] as number;
      columnX[count] = x * hair;
      columnHigh[count] = high;
      columnLow[count] = low;
      columnVolume[count] = volume;
    } else {
      if (high > (columnHigh[count] as number)) columnHigh[count] = high;
      if (low < (columnLow[count] as number)) columnLow[count] = low;
      if (volume > (columnVolume[count] as number)) columnVolume[count] = volume;
    }
    columnRises[count] = (closes[index] as number) >= opened ? 1 : 0;
  }
  return count + 1;
}

export function paintCandles(brush: Brush, scene: Scene, scale: PriceScale, colours: Colours): void {
  if (scene.view.spacing < BODY_FROM_SPACING) {
    const columns = gathered(scene, brush.hair);
    for (const rises of [1, 0]) {
      brush.context.fillStyle = rises === 1 ? colours.up : colours.down;
      for (let column = 0; column < columns; column += 1) {
        if (columnRises[column] !== rises) continue;
        const top = yOf(scale, columnHigh[column] as number);
        const height = yOf(scale, columnLow[column] as number) - top;
        brush.context.fillRect(columnX[column] as number, top, brush.hair, Math.max(brush.hair, height));
      }
    }
    return;
  }
  paintBodies(brush, scene, scale, colours);
}

function paintBodies(brush: Brush, scene: Scene, scale: PriceScale, colours: Colours): void {
  const { bars, view, plotWidth, first, last } = scene;
  const { context, hair } = brush;
  const width = bodyWidth(brush, view.spacing);
  for (const rising of [true, false]) {
    context.fillStyle = rising ? colours.up : colours.down;
    for (let index = first; index <= last; index += 1) {
      const open = bars.open[index] as number;
      const close = bars.close[index] as number;
      if (close >= open !== rising) continue;
      const middle = brush.snap(xOf(view, plotWidth, index) - hair / 2);
      const left = middle - (width - hair) / 2;
      const top = brush.snap(yOf(scale, Math.max(open, close)));
      const bottom = Math.max(top + hair, brush.snap(yOf(scale, Math.min(open, close))));
      const high = brush.snap(yOf(scale, bars.high[index] as number));
      const low = brush.snap(yOf(scale, bars.low[index] as number));
      context.fillRect(middle, high, hair, top - high);
      context.fillRect(middle, bottom, hair, low - bottom);
      if (!rising || width < HOLLOW_FROM_WIDTH || bottom - top <= 2 * hair) {
        context.fillRect(left, top, width, bottom - top);
        continue;
      }
      context.fillRect(left, top, width, hair);
      context.fillRect(left, bottom - hair, width, hair);
      context.fillRect(left, top, hair, bottom - top);
      context.fillRect(left + width - hair, top, hair, bottom - top);
    }
  }
}

/** An odd number of screen pixels, so that the wick stands in the middle. */
function bodyWidth(brush: Brush, spacing: number): number {
  const hairs = Math.floor((spacing * BODY_SHARE) / brush.hair);
  return Math.max(1, hairs % 2 === 0 ? hairs - 1 : hairs) * brush.hair;
}

export function paintVolume(
  brush: Brush,
  scene: Scene,
  box: { readonly bottom: number; readonly height: number; readonly most: number },
  colours: Colours,
): void {
  if (box.most <= 0) return;
  const { bars, view, plotWidth, first, last } = scene;
  const { context, hair } = brush;
  const unit = (box.height * VOLUME_SHARE) / box.most;
  context.globalAlpha = VOLUME_ALPHA;
  const narrow = view.spacing < BODY_FROM_SPACING;
  const columns = narrow ? gathered(scene, hair) : 0;
  const width = bodyWidth(brush, view.spacing);
  for (const rises of [1, 0]) {
    context.fillStyle = rises === 1 ? colours.up : colours.down;
    for (let column = 0; column < columns; column += 1) {
      if (columnRises[column] !== rises) continue;
      const height = (columnVolume[column] as number) * unit;
      context.fillRect(columnX[column] as number, box.bottom - height, hair, height);
    }
    if (narrow) continue;
    for (let index = first; index <= last; index += 1) {
      if ((bars.close[index] as number) >= (bars.open[index] as number) !== (rises === 1)) continue;
      const height = brush.snap((bars.volume[index] as number) * unit);
      const middle = brush.snap(xOf(view, plotWidth, index) - hair / 2);
      context.fillRect(middle - (width - hair) / 2, box.bottom - height, width, height);
    }
  }
  context.globalAlpha = 1;
}
