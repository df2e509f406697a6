/** One indicator over the candles that are held: its values in columns beside them, kept with the newest candle. */

import {
  completed,
  type Indicator,
  type IndicatorCandle,
  type IndicatorSettings,
  type IndicatorStream,
} from '../../../src/indicators/indicator.ts';
import type { Bars, BarsChange } from './bars.ts';

export class IndicatorRun {
  readonly id: string;
  readonly indicator: Indicator;
  readonly settings: IndicatorSettings;
  readonly colours: readonly number[];
  /** A value for each candle and output; NaN where there is none. */
  columns: readonly Float64Array[];
  /** History came in before what was computed: `recompute` is due. Until then the old values stand where they were. */
  stale = true;
  #stream: IndicatorStream;
  #told = 0;

  /** `colours`: which of the chart's line colours each output takes. */
  constructor(id: string, indicator: Indicator, settings: IndicatorSettings, colours: readonly number[]) {
    this.id = id;
    this.indicator = indicator;
    this.settings = settings;
    this.colours = colours;
    this.columns = indicator.outputs.map(() => new Float64Array(0));
    this.#stream = indicator.create(settings);
  }

  take(bars: Bars, change: BarsChange): void {
    switch (change.what) {
      case 'nothing':
        return;
      case 'last':
        if (this.stale || this.#told !== bars.length) return;
        this.#write(bars.length - 1, this.#stream.replaceLast(candleAt(bars, bars.length - 1)));
        return;
      case 'appended':
        this.#room(bars.length, 0);
        if (this.stale) return;
        for (let index = this.#told; index < bars.length; index += 1) this.#next(bars, index);
        return;
      case 'prepended':
        this.#room(bars.length, change.count);
        this.stale = true;
        return;
      case 'anew':
        this.stale = true;
    }
  }

  recompute(bars: Bars): void {
    this.#stream = this.indicator.create(this.settings);
    this.#told = 0;
    this.#room(bars.length, 0);
    for (let index = 0; index < bars.length; index += 1) this.#next(bars, index);
    this.stale = false;
  }

  value(output: number, index: number): number {
    return this.columns[output]?.[index] ?? Number.NaN;
  }

  #next(bars: Bars, index: number): void {
    this.#write(index, this.#stream.next(candleAt(bars, index)));
    this.#told = index + 1;
  }

  #write(index: number, values: readonly number[]): void {
    for (const [output, column] of this.columns.entries()) column[index] = values[output] ?? Number.NaN;
  }

  /** Places for `length` candles; what is known moves by `shift`. */
  #room(length: number, shift: number): void {
    this.columns = this.columns.map((column) => {
      if (shift === 0 && column.length >= length) return column;
      const next = new Float64Array(Math.max(length + 256, Math.ceil(length * 1.5))).fill(Number.NaN);
      next.set(column.subarray(0, next.length - shift), shift);
      return next;
    });
  }
}

/** `MACD 12 26 9`. */
export function nameOf({ indicator, settings }: IndicatorRun): string {
  return [indicator.name, ...Object.values(completed(indicator, settings))].join(' ');
}

function candleAt(bars: Bars, index: number): IndicatorCandle {
  const [atSec, open, high, low, close, volume] = bars.row(index) ?? [0, 0, 0, 0, 0, 0];
  return { atSec, open, high, low, close, volume };
}
