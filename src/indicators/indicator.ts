/**
 * What an indicator is. It learns one candle at a time and the newest candle may be told again and again while it grows,
 * so the very same object runs live, over history and in the browser.
 */

/** Numbers, as candles are drawn and compared, never paid with. */
export type IndicatorCandle = {
  readonly atSec: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
};

/** Values of the parameters by key; what is left out stands at its default. */
export type IndicatorSettings = Readonly<Record<string, number>>;

export type IndicatorParameter = {
  readonly key: string;
  readonly title: string;
  readonly standard: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
};

export type IndicatorOutput = {
  readonly key: string;
  readonly title: string;
  /** `rising` and `falling` are lines that tell a direction, so they take its colour. */
  readonly draw: 'line' | 'rising' | 'falling' | 'histogram';
};

/** One value for each output, in their order; NaN where there is none yet. */
export type IndicatorValues = readonly number[];

export type IndicatorStream = {
  /** A new candle. */
  next(candle: IndicatorCandle): IndicatorValues;
  /** The newest candle once more, as it is now. Throws before the first `next`. */
  replaceLast(candle: IndicatorCandle): IndicatorValues;
};

export type Indicator = {
  readonly kind: string;
  /** Short, for a legend: `RSI`. */
  readonly name: string;
  readonly title: string;
  readonly parameters: readonly IndicatorParameter[];
  readonly outputs: readonly IndicatorOutput[];
  /** Over the candles, or in a pane of its own because it has another scale. */
  readonly pane: 'price' | 'own';
  /** Begins anew with every such stretch of time since 1970: what comes before and after is not one line. */
  readonly anewEverySec?: number;
  /** Levels that people read it by, as 30 and 70 for RSI. */
  readonly levels: readonly number[];
  /** Candles that have to be known for the first value. */
  warmUp(settings: IndicatorSettings): number;
  /** Candles after which the first price no longer tells: what a bot has to load before it trusts a value. */
  settled(settings: IndicatorSettings): number;
  create(settings: IndicatorSettings): IndicatorStream;
};

/** The settings with every parameter in it, inside its bounds and on its step. */
export function completed(
  indicator: Pick<Indicator, 'parameters'>,
  settings: IndicatorSettings,
): Record<string, number> {
  return Object.fromEntries(
    indicator.parameters.map(({ key, standard, min, max, step }) => {
      const wanted = settings[key];
      if (wanted === undefined || !Number.isFinite(wanted)) return [key, standard];
      const stepped = min + Math.round((wanted - min) / step) * step;
      // Steps of 0.1 do not add up in floats; no parameter is finer than that.
      return [key, Math.min(max, Math.max(min, Math.round(stepped * 1000) / 1000))];
    }),
  );
}
