/** The crosshair and what it reads on both axes. On a canvas of its own: moving it leaves the candles alone. */

import type { Brush } from './brush.ts';
import { TIME_AXIS_HEIGHT } from './layout.ts';
import { paintTag, priceText, shortText } from './paint-axes.ts';
import { type PriceScale, priceAt } from './price-axis.ts';
import type { ChartScene } from './scene.ts';
import { momentText } from './time-axis.ts';
import { xOf } from './view.ts';

export function paintCross(brush: Brush, scene: ChartScene): void {
  const { cross, layout, scales, colours, bars, market } = scene;
  if (cross === null || scales === null || bars.length === 0) return;
  const { context } = brush;
  const index = scene.indexAtX(cross.x);
  const x = index === null ? cross.x : xOf(scene.view, layout.plotWidth, index);
  context.strokeStyle = colours.edge;
  brush.dashed(x, 0, x, layout.plotHeight, [3, 3]);
  if (cross.y >= 0 && cross.y <= layout.plotHeight) {
    brush.dashed(0, cross.y, layout.plotWidth, cross.y, [3, 3]);
    const read = readAt(scene, cross.y, scales.price, scales.own);
    paintTag(brush, layout, { y: cross.y, text: read, below: '', fill: colours.ink, ink: colours.surface, edge: null });
  }
  const atSec = index === null ? null : bars.time[index];
  if (atSec === null || atSec === undefined) return;
  const text = momentText(atSec, market.intervalSec, scene.seams.zone);
  const width = context.measureText(text).width + 12;
  const left = brush.snap(Math.min(layout.width - width, Math.max(0, x - width / 2)));
  context.fillStyle = colours.ink;
  context.fillRect(left, layout.plotHeight + brush.hair, width, TIME_AXIS_HEIGHT - 3);
  context.fillStyle = colours.surface;
  context.textAlign = 'center';
  context.fillText(text, left + width / 2, layout.plotHeight + TIME_AXIS_HEIGHT / 2);

  function readAt({ layout: panes }: ChartScene, y: number, price: PriceScale, own: readonly PriceScale[]): string {
    const pane = panes.own.findIndex(({ top, height }) => y >= top && y < top + height);
    const scale = own[pane];
    return scale === undefined ? priceText(priceAt(price, y), market.places) : shortText(priceAt(scale, y));
  }
}
