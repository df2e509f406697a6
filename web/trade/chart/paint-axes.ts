/** Grid, labels of both axes, and the tags of prices that matter on the right. */

import { group } from '../../format/number.ts';
import { AXIS_FONT_SIZE, type Brush } from './brush.ts';
import type { Colours } from './colours.ts';
import type { Layout, Pane } from './layout.ts';
import { TIME_AXIS_HEIGHT } from './layout.ts';
import { type PriceScale, priceTicks, yOf } from './price-axis.ts';
import type { TimeTick } from './time-axis.ts';

const PRICES_APART = 46;
const LABEL_PAD = 6;
export const TAG_HEIGHT = 17;

export type PlacedTime = TimeTick & { readonly x: number };

/** Drawn numbers, with the places of the tick. */
export function priceText(price: number, places: number): string {
  return Number.isFinite(price) ? group(price.toFixed(places)) : '—';
}

const UNITS = [
  { from: 1e12, sign: 'T' },
  { from: 1e9, sign: 'B' },
  { from: 1e6, sign: 'M' },
  { from: 1e4, sign: 'k' },
] as const;

/** Volumes and indicators: four digits tell enough, with a letter for the thousands. */
export function shortText(value: number): string {
  if (!Number.isFinite(value)) return '—';
  const size = Math.abs(value);
  const unit = UNITS.find(({ from }) => size >= from);
  if (unit !== undefined) {
    const divisor = unit.sign === 'k' ? 1e3 : unit.from;
    return `${group((value / divisor).toFixed(2))}${unit.sign}`;
  }
  const places = size >= 1000 ? 1 : size >= 1 ? 2 : size === 0 ? 0 : Math.min(8, 2 - Math.floor(Math.log10(size)));
  return group(value.toFixed(places));
}

export function paintTimeGrid(brush: Brush, layout: Layout, ticks: readonly PlacedTime[], colours: Colours): void {
  const { context } = brush;
  context.fillStyle = colours.grid;
  for (const { x } of ticks) brush.vertical(x, 0, layout.plotHeight);
  context.textAlign = 'center';
  for (const { x, text, strong } of ticks) {
    // Cut off at an edge, the 21st is read as the 1st.
    const half = context.measureText(text).width / 2;
    if (x < half || x + half > layout.plotWidth) continue;
    context.fillStyle = strong ? colours.ink : colours.dim;
    context.fillText(text, x, layout.plotHeight + TIME_AXIS_HEIGHT / 2);
  }
}

export function paintPriceGrid(
  brush: Brush,
  layout: Layout,
  pane: Pane,
  scale: PriceScale,
  how: {
    readonly tick: number;
    readonly text: (price: number) => string;
    readonly isOwn: boolean;
    readonly taken: readonly number[];
  },
  colours: Colours,
): void {
  const { context } = brush;
  const apart = how.isOwn ? Math.min(PRICES_APART, Math.max(20, pane.height / 3)) : PRICES_APART;
  const edge = AXIS_FONT_SIZE / 2 + 2;
  context.textAlign = 'left';
  for (const price of priceTicks(scale, how.tick, apart)) {
    const y = yOf(scale, price);
    context.fillStyle = colours.grid;
    brush.horizontal(y, 0, layout.plotWidth);
    // Half out of its pane, or half behind a tag, it would be read as another number.
    if (y < pane.top + edge || y > pane.top + pane.height - edge) continue;
    if (how.taken.some((tag) => Math.abs(tag - y) < TAG_HEIGHT)) continue;
    context.fillStyle = colours.dim;
    context.fillText(how.text(price), layout.plotWidth + LABEL_PAD, y);
  }
}

export function paintFrames(brush: Brush, layout: Layout, colours: Colours): void {
  const { context } = brush;
  context.fillStyle = colours.line;
  brush.vertical(layout.plotWidth, 0, layout.plotHeight);
  brush.horizontal(layout.plotHeight, 0, layout.width);
  for (const pane of layout.own) brush.horizontal(pane.top, 0, layout.width);
}

type Tag = {
  readonly y: number;
  readonly text: string;
  readonly below: string;
  readonly fill: string;
  readonly ink: string;
  /** Of an outline, where the tag is not filled with its meaning. */
  readonly edge: string | null;
};

/** A tag on the price axis; its words stand where the labels stand. */
export function paintTag(brush: Brush, layout: Layout, tag: Tag): void {
  const { context } = brush;
  const height = tag.below === '' ? TAG_HEIGHT : 2 * TAG_HEIGHT - 4;
  const most = layout.plotHeight - height;
  const top = brush.snap(Math.min(most, Math.max(0, tag.y - TAG_HEIGHT / 2)));
  const left = layout.plotWidth + brush.hair;
  context.fillStyle = tag.fill;
  context.fillRect(left, top, layout.axisWidth - brush.hair, height);
  if (tag.edge !== null) {
    context.strokeStyle = tag.edge;
    context.lineWidth = brush.hair;
    context.strokeRect(left + brush.hair / 2, top + brush.hair / 2, layout.axisWidth - 2 * brush.hair, height);
  }
  context.fillStyle = tag.ink;
  context.textAlign = 'left';
  context.fillText(tag.text, layout.plotWidth + LABEL_PAD, top + TAG_HEIGHT / 2);
  if (tag.below !== '') {
    context.globalAlpha = 0.85;
    context.fillText(tag.below, layout.plotWidth + LABEL_PAD, top + TAG_HEIGHT * 1.5 - 4);
    context.globalAlpha = 1;
  }
}

/** As wide as the widest label, in steps, so that a digit more does not move the picture at every frame. */
export function axisWidthOf(brush: Brush, texts: readonly string[]): number {
  const widest = Math.max(0, ...texts.map((text) => brush.context.measureText(text).width));
  return Math.ceil((widest + 2 * LABEL_PAD + 2) / 8) * 8;
}
