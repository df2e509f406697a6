/** Lines, steps of a histogram and the levels that an indicator is read by. */

import type { Indicator } from '../../../src/indicators/indicator.ts';
import type { Bars } from './bars.ts';
import type { Brush } from './brush.ts';
import type { Colours } from './colours.ts';
import type { IndicatorRun } from './indicator-run.ts';
import { type PriceScale, yOf } from './price-axis.ts';
import { type View, xOf } from './view.ts';

export type Sight = {
  readonly bars: Pick<Bars, 'time'>;
  readonly intervalSec: number;
  readonly view: View;
  readonly plotWidth: number;
  readonly first: number;
  readonly last: number;
};

const LINE_WIDTH = 1.5;
const HISTOGRAM_ALPHA = 0.55;

/** Of every output in sight; `low > high` where there is nothing. */
export function reach(run: IndicatorRun, first: number, last: number): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of run.columns) {
    for (let index = first; index <= last; index += 1) {
      const value = column[index] as number;
      // NaN is neither.
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { low, high };
}

export function paintRun(brush: Brush, run: IndicatorRun, sight: Sight, scale: PriceScale, colours: Colours): void {
  brush.context.lineJoin = 'round';
  for (const [output, { draw }] of run.indicator.outputs.entries()) {
    const column = run.columns[output];
    if (column === undefined) continue;
    const anew = anewAt(run.indicator, sight);
    switch (draw) {
      case 'histogram':
        paintSteps(brush, column, sight, scale, colours);
        break;
      case 'rising':
      case 'falling':
        paintLine(brush, column, sight, anew, scale, draw === 'rising' ? colours.up : colours.down);
        break;
      case 'line':
        paintLine(brush, column, sight, anew, scale, colours.lines[run.colours[output] ?? 0] ?? colours.ink);
        break;
    }
  }
}

export function paintLevels(brush: Brush, run: IndicatorRun, width: number, scale: PriceScale, colours: Colours): void {
  brush.context.strokeStyle = colours.edge;
  for (const level of run.indicator.levels) {
    if (level < scale.low || level > scale.high) continue;
    const y = yOf(scale, level);
    brush.dashed(0, y, width, y, [2, 4]);
  }
}

type Anew = (before: number, index: number) => boolean;

/** Whether the sum begins anew between two candles. Of candles as long as the stretch each would stand alone. */
export function anewAt(
  { anewEverySec }: Pick<Indicator, 'anewEverySec'>,
  sight: Pick<Sight, 'bars' | 'intervalSec'>,
): Anew {
  const { bars, intervalSec } = sight;
  if (anewEverySec === undefined || intervalSec >= anewEverySec) return () => false;
  const stretch = (index: number): number => Math.floor((bars.time[index] ?? 0) / anewEverySec);
  return (before, index) => stretch(before) !== stretch(index);
}

function paintLine(
  brush: Brush,
  column: Float64Array,
  sight: Sight,
  anew: Anew,
  scale: PriceScale,
  colour: string,
): void {
  const { view, plotWidth, first, last } = sight;
  const { context } = brush;
  // Points closer than a pixel add time, not ink.
  const stride = Math.max(1, Math.floor(0.5 / view.spacing));
  context.strokeStyle = colour;
  context.lineWidth = LINE_WIDTH;
  context.beginPath();
  let open = false;
  for (let index = Math.max(0, first - 1); index <= last; index += stride) {
    const value = column[index] as number;
    if (Number.isNaN(value)) {
      open = false;
      continue;
    }
    const x = xOf(view, plotWidth, index);
    const y = yOf(scale, value);
    if (open && !anew(index - stride, index)) context.lineTo(x, y);
    else context.moveTo(x, y);
    open = true;
  }
  context.stroke();
}

function paintSteps(brush: Brush, column: Float64Array, sight: Sight, scale: PriceScale, colours: Colours): void {
  const { view, plotWidth, first, last } = sight;
  const { context, hair } = brush;
  const zero = yOf(scale, 0);
  const width = Math.max(hair, brush.snap(view.spacing * 0.6));
  const stride = Math.max(1, Math.floor(hair / view.spacing));
  context.globalAlpha = HISTOGRAM_ALPHA;
  for (let index = first; index <= last; index += stride) {
    const value = column[index] as number;
    if (Number.isNaN(value)) continue;
    context.fillStyle = value >= 0 ? colours.up : colours.down;
    const y = yOf(scale, value);
    context.fillRect(
      xOf(view, plotWidth, index) - width / 2,
      Math.min(y, zero),
      width,
      Math.max(hair, Math.abs(y - zero)),
    );
  }
  context.globalAlpha = 1;
}
