/** The price scale of every pane, fitted to what is in sight unless a hand holds it. */

import { extremes, VOLUME_SHARE } from './paint-candles.ts';
import { reach } from './paint-indicators.ts';
import { fitted, type PriceScale } from './price-axis.ts';
import type { ChartScene } from './scene.ts';

export type Scales = { readonly price: PriceScale; readonly own: readonly PriceScale[] };

const ABOVE = 0.09;
/** Candles keep clear of the volume below them. */
const BELOW = VOLUME_SHARE + 0.04;
const OWN_ROOM = { above: 0.16, below: 0.12 };
/** A band or an average far from the candles may not press them flat: it widens the picture to this factor at most. */
const OVERLAY_WIDENS_MAX = 2;

export function scalesOf(scene: ChartScene, manual: { readonly low: number; readonly high: number } | null): Scales {
  const { bars, layout, runs } = scene;
  const { first, last } = scene.inSight();
  const seen = extremes(bars, first, last);
  const box = { top: layout.price.top, bottom: layout.price.top + layout.price.height };
  const known = seen.high >= seen.low;
  let [low, high] = known ? [seen.low, seen.high] : [0, 1];
  const span = high - low;
  for (const run of known ? runs : []) {
    if (run.indicator.pane !== 'price') continue;
    const over = reach(run, first, last);
    if (over.high < over.low) continue;
    low = Math.min(low, Math.max(over.low, seen.low - (span * (OVERLAY_WIDENS_MAX - 1)) / 2));
    high = Math.max(high, Math.min(over.high, seen.high + (span * (OVERLAY_WIDENS_MAX - 1)) / 2));
  }
  const auto = fitted({ low, high }, { above: ABOVE, below: BELOW }, box, scene.isLog);
  const price =
    manual === null ? auto : { ...auto, low: manual.low, high: manual.high, isLog: scene.isLog && manual.low > 0 };
  const panes = runs.filter(({ indicator }) => indicator.pane === 'own');
  const own = panes.map((run, index) => {
    const pane = layout.own[index] ?? { top: 0, height: 1 };
    const reached = reach(run, first, last);
    const levels = run.indicator.levels;
    const bounds =
      reached.high >= reached.low
        ? { low: Math.min(reached.low, ...levels), high: Math.max(reached.high, ...levels) }
        : { low: 0, high: 1 };
    return fitted(bounds, OWN_ROOM, { top: pane.top, bottom: pane.top + pane.height }, false);
  });
  return { price, own };
}
