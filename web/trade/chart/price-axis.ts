/** From prices to pixels and back, plain or logarithmic, and where the lines of the grid stand. */

export type PriceScale = {
  readonly low: number;
  readonly high: number;
  /** Pixels: `high` stands at `top`, `low` at `bottom`. */
  readonly top: number;
  readonly bottom: number;
  readonly isLog: boolean;
};

/** A flat market gets a band of this share of its price to stand in. */
const FLAT_SHARE = 0.002;

export function yOf(scale: PriceScale, price: number): number {
  const { low, high, top, bottom, isLog } = scale;
  const share = isLog
    ? (Math.log(Math.max(price, Number.MIN_VALUE)) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (price - low) / (high - low);
  return bottom - share * (bottom - top);
}

export function priceAt(scale: PriceScale, y: number): number {
  const { low, high, top, bottom, isLog } = scale;
  const share = (bottom - y) / (bottom - top);
  return isLog ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low))) : low + share * (high - low);
}

/** `low` and `high` as they are seen, with room of `above` and `below` as shares of the height. */
export function fitted(
  seen: { readonly low: number; readonly high: number },
  room: { readonly above: number; readonly below: number },
  box: { readonly top: number; readonly bottom: number },
  isLog: boolean,
): PriceScale {
  let { low, high } = seen;
  if (!(high > low)) {
    const half = Math.max(Math.abs(high) * FLAT_SHARE, Number.EPSILON);
    low -= half;
    high += half;
  }
  // A logarithm needs prices above zero; indicators below it are drawn plainly.
  const usesLog = isLog && low > 0;
  const inner = 1 - room.above - room.below;
  if (usesLog) {
    const span = (Math.log(high) - Math.log(low)) / inner;
    return {
      ...box,
      low: Math.exp(Math.log(low) - span * room.below),
      high: Math.exp(Math.log(high) + span * room.above),
      isLog: true,
    };
  }
  const span = (high - low) / inner;
  return { ...box, low: low - span * room.below, high: high + span * room.above, isLog: false };
}

/** Moved by pixels, as a hand drags it. */
export function dragged(scale: PriceScale, pixels: number): PriceScale {
  return { ...scale, low: priceAt(scale, scale.bottom - pixels), high: priceAt(scale, scale.top - pixels) };
}

/** Wider for `factor` above 1, around its middle. */
export function stretched(scale: PriceScale, factor: number): PriceScale {
  const middle = (scale.top + scale.bottom) / 2;
  const half = ((scale.bottom - scale.top) / 2) * factor;
  return { ...scale, low: priceAt(scale, middle + half), high: priceAt(scale, middle - half) };
}

const MANTISSAS = [1, 2, 2.5, 5, 10];

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `wanted`, and never finer than `tick`. */
export function niceStep(wanted: number, tick: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(wanted, tick)));
  for (const mantissa of MANTISSAS) {
    const step = mantissa * power;
    const isOnTick = Math.abs(step / tick - Math.round(step / tick)) < 1e-6;
    if (step >= wanted * (1 - 1e-9) && step >= tick * (1 - 1e-9) && isOnTick) return step;
  }
  return 10 * power;
}

/** Prices for the lines of the grid, at least `apart` pixels from each other. */
export function priceTicks(scale: PriceScale, tick: number, apart: number): number[] {
  const { low, high, top, bottom } = scale;
  const lines = Math.max(1, (bottom - top) / apart);
  if (!(high > low) || !Number.isFinite(low) || !Number.isFinite(high)) return [];
  if (scale.isLog && high / low > 3) return decades(scale, apart);
  const step = niceStep((high - low) / lines, tick);
  const out: number[] = [];
  for (let count = Math.ceil(low / step); count * step <= high; count += 1) out.push(count * step);
  return out;
}

/** 1, 2, 5, 10, 20, 50 … where they fall, less where they would touch. */
function decades(scale: PriceScale, apart: number): number[] {
  const out: number[] = [];
  let lastY = Number.POSITIVE_INFINITY;
  for (let power = Math.floor(Math.log10(scale.low)); 10 ** power <= scale.high; power += 1) {
    for (const mantissa of [1, 2, 5]) {
      const price = mantissa * 10 ** power;
      const y = yOf(scale, price);
      if (price < scale.low || price > scale.high || lastY - y < apart) continue;
      out.push(price);
      lastY = y;
    }
  }
  return out;
}
