/** Everything but the crosshair, from back to front. */

import type { Brush } from './brush.ts';
import { marksOf, paintMarks } from './fill-marks.ts';
import {
  type PlacedTime,
  paintFrames,
  paintPriceGrid,
  paintTag,
  paintTimeGrid,
  priceText,
  shortText,
  TAG_HEIGHT,
} from './paint-axes.ts';
import { extremes, paintCandles, paintVolume } from './paint-candles.ts';
import { paintLevels, paintRun, type Sight } from './paint-indicators.ts';
import { type PriceScale, yOf } from './price-axis.ts';
import type { ChartScene } from './scene.ts';
import { spreadApart } from './spread-apart.ts';
import { remainingText, timeTicks } from './time-axis.ts';
import { xOf } from './view.ts';

const TIMES_APART = 84;
/** An indicator's axis is as fine as it wants to be. */
const FINE = 1e-9;
/** Shorter candles are over before a countdown was read. */
const COUNTDOWN_FROM_SEC = 60;

/** Returns the texts that the price axis has to have room for. */
export function paintScene(brush: Brush, scene: ChartScene): string[] {
  const { layout, scales, colours, bars, market } = scene;
  if (scales === null || bars.length === 0) return [];
  const text = (price: number): string => priceText(price, market.places);
  const { first, last } = scene.inSight();
  const sight = {
    bars,
    intervalSec: scene.market.intervalSec,
    view: scene.view,
    plotWidth: layout.plotWidth,
    first,
    last,
  };
  paintTimeGrid(brush, layout, placedTimes(scene), colours);
  const tags = tagsOf(scene, scales.price);
  const taken = tags.map(({ y }) => y);
  paintPriceGrid(brush, layout, layout.price, scales.price, { tick: market.tick, text, isOwn: false, taken }, colours);
  const seen = extremes(bars, first, last);
  const box = { bottom: layout.price.top + layout.price.height, height: layout.price.height, most: seen.volume };
  brush.clip(layout.price.top, layout.price.height, layout.plotWidth, () => {
    paintVolume(brush, sight, box, colours);
    paintCandles(brush, sight, scales.price, colours);
    for (const run of scene.runs) {
      if (run.indicator.pane === 'price') paintRun(brush, run, sight, scales.price, colours);
    }
  });
  paintOwnPanes(brush, scene, sight);
  brush.clip(layout.price.top, layout.price.height, layout.plotWidth, () => {
    scene.marks = marksOf(scene.fills, { ...sight, scale: scales.price });
    paintOrders(brush, scene, scales.price);
    paintMarks(brush, scene.marks, colours);
    paintLastLine(brush, scene, scales.price);
  });
  paintFrames(brush, layout, colours);
  for (const tag of tags) paintTag(brush, layout, tag);
  return [text(scales.price.high), text(scales.price.low), ...scene.tags.map((tag) => tag.text)];
}

function paintOwnPanes(brush: Brush, scene: ChartScene, sight: Sight): void {
  const { layout, scales, colours } = scene;
  const runs = scene.runs.filter(({ indicator }) => indicator.pane === 'own');
  for (const [index, run] of runs.entries()) {
    const pane = layout.own[index];
    const scale = scales?.own[index];
    if (pane === undefined || scale === undefined) continue;
    paintPriceGrid(brush, layout, pane, scale, { tick: FINE, text: shortText, isOwn: true, taken: [] }, colours);
    brush.clip(pane.top, pane.height, layout.plotWidth, () => {
      paintLevels(brush, run, layout.plotWidth, scale, colours);
      paintRun(brush, run, sight, scale, colours);
    });
  }
}

function placedTimes(scene: ChartScene): PlacedTime[] {
  const { bars, view, layout, market, seams } = scene;
  const { first, last } = scene.inSight();
  const [fromSec, toSec] = [bars.time[first], bars.time[last]];
  if (fromSec === undefined || toSec === undefined || last < first) return [];
  const apartSec = (TIMES_APART / view.spacing) * market.intervalSec;
  const placed: PlacedTime[] = [];
  for (const tick of timeTicks(fromSec, toSec, apartSec, seams.zone)) {
    const x = xOf(view, layout.plotWidth, bars.firstFrom(tick.atSec));
    const before = placed.at(-1);
    // Candles that are missing bring labels together; the stronger one stays.
    if (before !== undefined && x - before.x < TIMES_APART / 2) {
      if (tick.strong && !before.strong) placed[placed.length - 1] = { ...tick, x };
      continue;
    }
    placed.push({ ...tick, x });
  }
  return placed;
}

const lastRises = (scene: ChartScene): boolean => {
  const index = scene.bars.length - 1;
  return (scene.bars.close[index] ?? 0) >= (scene.bars.open[index] ?? 0);
};

function paintLastLine(brush: Brush, scene: ChartScene, scale: PriceScale): void {
  const close = scene.bars.close[scene.bars.length - 1];
  if (close === undefined) return;
  const y = yOf(scale, close);
  brush.context.strokeStyle = lastRises(scene) ? scene.colours.up : scene.colours.down;
  brush.dashed(0, y, scene.layout.plotWidth, y, [1, 3]);
}

/** The handles above them are elements of the page; lines move with the candles, in the same paint. */
function paintOrders(brush: Brush, scene: ChartScene, scale: PriceScale): void {
  const { context } = brush;
  for (const { price, side, line, isStrong } of scene.tags) {
    const y = yOf(scale, price);
    context.strokeStyle = side === 'buy' ? scene.colours.up : scene.colours.down;
    context.globalAlpha = line === 'faint' ? 0.45 : 1;
    brush.dashed(0, y, scene.layout.plotWidth, y, line === 'plain' ? [] : [5, 4]);
    // A second line under the first: as thick as two, and as sharp.
    if (isStrong)
      brush.dashed(0, y + brush.hair, scene.layout.plotWidth, y + brush.hair, line === 'plain' ? [] : [5, 4]);
    context.globalAlpha = 1;
  }
}

type AxisTag = Parameters<typeof paintTag>[2];

/** From behind to the front, pushed apart where they would cover each other; the last price stays where it is. */
function tagsOf(scene: ChartScene, scale: PriceScale): AxisTag[] {
  const { layout, colours, bars, market } = scene;
  const box = { top: layout.price.top, bottom: layout.price.top + layout.price.height };
  const inside = scene.tags.map((tag) => ({ tag, y: yOf(scale, tag.price) })).filter(({ y }) => isInside(y, box));
  const heights = spreadApart(
    inside.map(({ y }) => y),
    TAG_HEIGHT + 1,
    // Heights are of middles.
    { top: box.top + TAG_HEIGHT / 2, bottom: box.bottom - TAG_HEIGHT / 2 },
  );
  const tags: AxisTag[] = inside.map(({ tag }, index) => {
    const colour = tag.side === 'buy' ? colours.up : colours.down;
    const [fill, ink] = tag.isStrong ? [colour, colours.surface] : [colours.surface, colour];
    return { y: heights[index] ?? 0, text: tag.text, below: '', fill, ink, edge: colour };
  });
  const index = bars.length - 1;
  const close = bars.close[index] ?? Number.NaN;
  const y = yOf(scale, close);
  if (!isInside(y, box)) return tags;
  const leftSec = (bars.time[index] ?? 0) + market.intervalSec - scene.seams.nowMs() / 1000;
  // A candle of a quiet market ended long ago; a countdown at zero would say nothing.
  const counts = leftSec > 0 && leftSec <= market.intervalSec && market.intervalSec >= COUNTDOWN_FROM_SEC;
  const fill = lastRises(scene) ? colours.up : colours.down;
  const text = priceText(close, market.places);
  tags.push({ y, text, below: counts ? remainingText(leftSec) : '', fill, ink: colours.surface, edge: null });
  return tags;
}

const isInside = (y: number, box: { readonly top: number; readonly bottom: number }): boolean =>
  y >= box.top && y <= box.bottom;
