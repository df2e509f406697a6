/** Two ways to make a stream: around the library's indicators, or from a fold of our own. */

import type { IndicatorCandle, IndicatorStream, IndicatorValues } from './indicator.ts';

/** As the library spells it; `replace` takes the newest input back first. */
type Updating<Input, Result> = { update(input: Input, replace: boolean): Result | null };

/**
 * `values` gets null while there is no result. The first candle told again makes a new indicator: the library's DX takes
 * a first candle that is replaced for two.
 */
export function around<Input, Result, One extends Updating<Input, Result>>(
  make: () => One & Updating<Input, Result>,
  input: (candle: IndicatorCandle) => Input,
  values: (result: Result | null, indicator: One) => IndicatorValues,
): IndicatorStream {
  let indicator = make();
  let known: 'none' | 'one' | 'more' = 'none';
  return {
    next(candle) {
      known = known === 'none' ? 'one' : 'more';
      return values(indicator.update(input(candle), false), indicator);
    },
    replaceLast(candle) {
      if (known === 'none') throw new RangeError('There is no candle to replace yet');
      if (known === 'more') return values(indicator.update(input(candle), true), indicator);
      indicator = make();
      return values(indicator.update(input(candle), false), indicator);
    },
  };
}

/** A fold keeps the state before the newest candle, so that telling it again starts from there. */
export function folded<State>(
  start: State,
  step: (before: State, candle: IndicatorCandle) => { readonly state: State; readonly values: IndicatorValues },
): IndicatorStream {
  let before = start;
  let now: State | null = null;
  return {
    next(candle) {
      before = now ?? before;
      const { state, values } = step(before, candle);
      now = state;
      return values;
    },
    replaceLast(candle) {
      if (now === null) throw new RangeError('There is no candle to replace yet');
      const { state, values } = step(before, candle);
      now = state;
      return values;
    },
  };
}

export const closeOf = (candle: IndicatorCandle): number => candle.close;
export const whole = (candle: IndicatorCandle): IndicatorCandle => candle;
export const single = (result: number | null): IndicatorValues => [result ?? Number.NaN];
