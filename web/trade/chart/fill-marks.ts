/** Own fills as small marks at their price. Those that would lie on each other are one mark that tells how many. */

import type { Fill } from '../../../src/contract/trading.ts';
import { toPixels } from '../../format/number.ts';
import type { Bars } from './bars.ts';
import type { Brush } from './brush.ts';
import type { Colours } from './colours.ts';
import { type PriceScale, yOf } from './price-axis.ts';
import { type View, xOf } from './view.ts';

export type FillMark = {
  readonly x: number;
  readonly y: number;
  readonly side: Fill['side'];
  /** Newest first. */
  readonly fills: readonly Fill[];
};

/** Marks of one side closer than this are one. */
const APART = 9;
const SIZE = 4.5;
const SIZE_MANY = 6;
/** How near the pointer has to be. */
const REACH = 9;

type Sight = { readonly bars: Bars; readonly view: View; readonly plotWidth: number; readonly scale: PriceScale };

/** `fills` newest first, as they come. Those older than the first candle have no place yet. */
export function marksOf(fills: readonly Fill[], sight: Sight): FillMark[] {
  const { bars, view, plotWidth, scale } = sight;
  const cells = new Map<string, { x: number; y: number; side: Fill['side']; fills: Fill[] }>();
  const first = bars.firstSec;
  if (first === null) return [];
  for (const fill of fills) {
    const atSec = fill.atMs / 1000;
    if (atSec < first) continue;
    // The candle that was open at that moment is the last one that began by then.
    const x = xOf(view, plotWidth, bars.firstFrom(Math.floor(atSec) + 1) - 1);
    const y = yOf(scale, toPixels(fill.price));
    if (x < -SIZE_MANY || x > plotWidth + SIZE_MANY) continue;
    const cell = `${fill.side} ${Math.round(x / APART)} ${Math.round(y / APART)}`;
    const known = cells.get(cell);
    if (known === undefined) cells.set(cell, { x, y, side: fill.side, fills: [fill] });
    else known.fills.push(fill);
  }
  return [...cells.values()];
}

/** The mark under the pointer; the nearest where several are. */
export function markAt(marks: readonly FillMark[], x: number, y: number): FillMark | null {
  let best: FillMark | null = null;
  let nearest = REACH;
  for (const mark of marks) {
    const distance = Math.hypot(mark.x - x, mark.y - y);
    if (distance < nearest) [best, nearest] = [mark, distance];
  }
  return best;
}

/** Buys point up from below their price, sells down from above it: the tip stands on the price. */
export function paintMarks(brush: Brush, marks: readonly FillMark[], colours: Colours): void {
  const { context } = brush;
  context.lineWidth = 1.5;
  context.strokeStyle = colours.surface;
  for (const { x, y, side, fills } of marks) {
    const size = fills.length > 1 ? SIZE_MANY : SIZE;
    const down = side === 'buy' ? 1 : -1;
    context.fillStyle = side === 'buy' ? colours.up : colours.down;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + size, y + down * size * 1.7);
    context.lineTo(x - size, y + down * size * 1.7);
    context.closePath();
    context.stroke();
    context.fill();
  }
}
