/**
 * The picture: candles, indicators and marks on a canvas of our own, one paint a frame at most, and a second canvas above
 * it for the crosshair. A change of the newest candle writes six numbers and asks for a frame, whatever the length.
 */

import type { Fill } from '../../../src/contract/trading.ts';
import { INTERVAL_SEC } from '../../../src/core/candle.ts';
import { Bars, type BarsChange } from './bars.ts';
import { Brush } from './brush.ts';
import type { Colours } from './colours.ts';
import { type FillMark, markAt } from './fill-marks.ts';
import type { IndicatorRun } from './indicator-run.ts';
import { type Layout, layoutOf } from './layout.ts';
import { axisWidthOf } from './paint-axes.ts';
import { paintCross } from './paint-cross.ts';
import { paintScene } from './paint-scene.ts';
import { dragged, type PriceScale, priceAt, stretched, yOf } from './price-axis.ts';
import { type Scales, scalesOf } from './scales.ts';
import type { Zone } from './time-axis.ts';
import {
  clamped,
  indexAt,
  inSight,
  isFollowing,
  newest,
  panned,
  SPACING_START,
  type View,
  xOf,
  zoomed,
} from './view.ts';

/** Up to here indicators are computed again in the frame that needs them; beyond, when history pauses. */
const RECOMPUTE_AT_ONCE_BARS = 20_000;
const RECOMPUTE_LATER_MS = 250;
/** How much of the plot a step of the arrow keys moves. */
const KEY_PAN_SHARE = 0.12;

/** An order as it is drawn: a line across the prices and a tag on the axis. */
export type PriceTag = {
  readonly price: number;
  readonly side: 'buy' | 'sell';
  readonly text: string;
  readonly line: 'plain' | 'dashed' | 'faint';
  /** Whose it is: one order may stand at two prices. */
  readonly order: string;
  /** Pointed at here or in the table. */
  readonly isStrong: boolean;
};
export type SceneMarket = { readonly tick: number; readonly places: number; readonly intervalSec: number };
export type Cross = { readonly x: number; readonly y: number };
export type SceneSeams = {
  readonly nextFrame: (run: () => void) => void;
  readonly later: (run: () => void, delayMs: number) => void;
  readonly nowMs: () => number;
  readonly ratio: () => number;
  readonly zone: Zone;
};

export class ChartScene {
  bars = new Bars();
  view: View = { right: 0, spacing: SPACING_START };
  layout: Layout = layoutOf(1, 1, 60, 0);
  market: SceneMarket = { tick: 0.01, places: 2, intervalSec: INTERVAL_SEC['1h'] };
  runs: readonly IndicatorRun[] = [];
  fills: readonly Fill[] = [];
  tags: readonly PriceTag[] = [];
  isLog = false;
  cross: Cross | null = null;
  marks: readonly FillMark[] = [];
  readonly seams: SceneSeams;
  /** Grows with every paint of the picture; views that stand above it move with it. */
  painted = 0;
  colours: Colours;
  scales: Scales | null = null;
  #manual: { readonly low: number; readonly high: number } | null = null;
  #base: Brush;
  #over: Brush;
  #dirty: 'no' | 'cross' | 'all' = 'no';
  #width = 1;
  #height = 1;
  #axisWidth = 56;
  #recomputeDue = false;
  #ended = false;
  #crossShown = false;
  #overWidth = 0;
  readonly #listeners = new Set<() => void>();

  constructor(base: HTMLCanvasElement, over: HTMLCanvasElement, colours: Colours, seams: SceneSeams) {
    this.#base = new Brush(base);
    this.#over = new Brush(over);
    this.colours = colours;
    this.seams = seams;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Another market or interval: what was looked at has no meaning there. */
  show(bars: Bars, market: SceneMarket): void {
    this.bars = bars;
    this.market = market;
    this.view = { right: newest(bars.length, this.view.spacing), spacing: this.view.spacing };
    this.#manual = null;
    this.#axisWidth = 56;
    for (const run of this.runs) run.take(bars, { what: 'anew' });
    this.touch();
  }

  /** What happened to `bars`. Cheap for the newest candle: it only remembers that a frame is due. */
  changed(change: BarsChange): void {
    for (const run of this.runs) run.take(this.bars, change);
    switch (change.what) {
      case 'nothing':
        return;
      case 'last':
        break;
      case 'appended':
        if (isFollowing(this.view, this.bars.length - change.count))
          this.view = { ...this.view, right: this.view.right + change.count };
        break;
      case 'prepended':
        this.view = { ...this.view, right: this.view.right + change.count };
        break;
      case 'anew':
        if (this.view.right > this.bars.length - 1) this.#toNewest();
        break;
    }
    this.touch();
  }

  set<K extends 'runs' | 'fills' | 'tags' | 'isLog' | 'colours' | 'market'>(what: Pick<this, K>): void {
    Object.assign(this, what);
    this.touch();
  }

  resize(width: number, height: number): void {
    if (width === this.#width && height === this.#height) return;
    this.#width = width;
    this.#height = height;
    // A canvas that was sized is empty: painted now, it does not blink.
    this.#dirty = 'all';
    this.#frame();
  }

  touch(): void {
    this.#ask('all');
  }

  /** In the frame that is being made already: what has just arrived is seen with it, not with the one after. */
  paintNow(): void {
    this.#frame();
  }

  point(cross: Cross | null): void {
    this.cross = cross;
    this.#ask('cross');
  }

  pan(pixels: number): void {
    this.#look(panned(this.view, pixels, this.#extent));
  }

  /** Around `x` in pixels of the plot. While the newest candle is in sight it stays where it is instead. */
  zoom(factor: number, x = this.layout.plotWidth / 2): void {
    const anchor = this.isAtNewest ? xOf(this.view, this.layout.plotWidth, this.bars.length - 1) : x;
    this.#look(zoomed(this.view, factor, anchor, this.#extent));
  }

  step(direction: -1 | 1): void {
    this.pan(-direction * this.layout.plotWidth * KEY_PAN_SHARE);
  }

  toOldest(): void {
    this.#look({ ...this.view, right: this.layout.plotWidth / this.view.spacing - 1 });
  }

  toNewest(): void {
    this.#toNewest();
    this.touch();
  }

  get isManual(): boolean {
    return this.#manual !== null;
  }

  get isAtNewest(): boolean {
    return isFollowing(this.view, this.bars.length);
  }

  autoScale(): void {
    this.#manual = null;
    this.touch();
  }

  stretchPrice(factor: number): void {
    this.#take((scale) => stretched(scale, factor));
  }

  /** Only where the scale was taken in hand; else dragging up and down would fight the picture that fits itself. */
  dragPrice(pixels: number): void {
    if (this.#manual !== null) this.#take((scale) => dragged(scale, -pixels));
  }

  /** Makes room for a price that lies outside, as an order that got the focus. */
  reveal(price: number): void {
    const scale = this.scales?.price;
    if (scale === undefined || (price > scale.low && price < scale.high)) return;
    const pad = (scale.high - scale.low) * 0.08;
    this.#manual = { low: Math.min(scale.low, price - pad), high: Math.max(scale.high, price + pad) };
    if (this.isLog && this.#manual.low <= 0) this.#manual = { ...this.#manual, low: price / 2 };
    this.touch();
  }

  yOfPrice(price: number): number | null {
    return this.scales === null ? null : yOf(this.scales.price, price);
  }

  priceAtY(y: number): number | null {
    return this.scales === null ? null : priceAt(this.scales.price, y);
  }

  /** The candle under the crosshair; null where there is none. */
  indexAtX(x: number): number | null {
    const index = Math.round(indexAt(this.view, this.layout.plotWidth, x));
    return index >= 0 && index < this.bars.length ? index : null;
  }

  markAt(x: number, y: number): FillMark | null {
    return markAt(this.marks, x, y);
  }

  inSight(): { readonly first: number; readonly last: number } {
    return inSight(this.view, this.#extent);
  }

  end(): void {
    this.#ended = true;
    this.#listeners.clear();
  }

  get #extent() {
    return { width: this.layout.plotWidth, length: this.bars.length };
  }

  #toNewest(): void {
    this.view = { ...this.view, right: newest(this.bars.length, this.view.spacing) };
  }

  #look(view: View): void {
    this.view = view;
    this.touch();
  }

  #take(change: (scale: PriceScale) => PriceScale): void {
    const scale = this.scales?.price;
    if (scale === undefined) return;
    const { low, high } = change(scale);
    if (!(high > low) || !Number.isFinite(high - low)) return;
    this.#manual = { low, high };
    // What is drawn next is reckoned from this, also before the next frame.
    this.scales = { price: { ...scale, low, high }, own: this.scales?.own ?? [] };
    this.touch();
  }

  #ask(what: 'cross' | 'all'): void {
    const waits = this.#dirty !== 'no';
    if (this.#dirty !== 'all') this.#dirty = what;
    if (!waits) this.seams.nextFrame(() => this.#frame());
  }

  #frame(): void {
    if (this.#ended || this.#dirty === 'no') return;
    const all = this.#dirty === 'all';
    this.#dirty = 'no';
    const ratio = this.seams.ratio();
    if (all) {
      this.#measure();
      this.#base.begin(this.#width, this.#height, ratio, this.colours);
      const widest = paintScene(this.#base, this);
      const wanted = axisWidthOf(this.#base, widest);
      // Never narrower within one market: a picture that moves by itself is hard to read.
      if (wanted > this.#axisWidth) {
        this.#axisWidth = wanted;
        this.#measure();
        this.#base.begin(this.#width, this.#height, ratio, this.colours);
        paintScene(this.#base, this);
      }
    }
    // An empty canvas that is cleared again is handed to the screen again, for nothing.
    if (this.cross !== null || this.#crossShown || this.#width !== this.#overWidth) {
      this.#over.begin(this.#width, this.#height, ratio, this.colours);
      paintCross(this.#over, this);
      this.#crossShown = this.cross !== null;
      this.#overWidth = this.#width;
    }
    this.painted += 1;
    for (const listener of this.#listeners) listener();
  }

  #measure(): void {
    const own = this.runs.filter(({ indicator }) => indicator.pane === 'own').length;
    this.layout = layoutOf(this.#width, this.#height, this.#axisWidth, own);
    this.view = clamped(this.view, this.#extent);
    this.#computeRuns();
    this.scales = scalesOf(this, this.#manual);
  }

  #computeRuns(): void {
    const stale = this.runs.filter((run) => run.stale);
    if (stale.length === 0 || this.#recomputeDue) return;
    if (this.bars.length <= RECOMPUTE_AT_ONCE_BARS || stale.some((run) => run.columns[0]?.length === 0)) {
      for (const run of stale) run.recompute(this.bars);
      return;
    }
    this.#recomputeDue = true;
    this.seams.later(() => {
      this.#recomputeDue = false;
      if (this.#ended) return;
      for (const run of this.runs) if (run.stale) run.recompute(this.bars);
      this.touch();
    }, RECOMPUTE_LATER_MS);
  }
}
