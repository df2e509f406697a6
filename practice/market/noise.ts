/**
 * Chance without memory: every draw is a hash of (seed, position), so any second of any year can be asked for alone.
 *
 * Only additions, multiplications, divisions and square roots of doubles are used, whose last bit IEEE 754 fixes on
 * every machine. `Math.exp` and its like are avoided: engines may differ in their last digit.
 */

/** FNV-1a over the text, then mixed: a 32-bit seed of its own for every named stream. */
export function seedOf(...parts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join('\u0000')) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return mix(hash, parts.length);
}

/** A 32-bit unsigned hash of a seed and a position (the finisher of MurmurHash3). */
export function mix(seed: number, position: number): number {
  let hash = (seed ^ Math.imul(position, 0x9e3779b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** In [0, 1). */
export function uniform(seed: number, position: number): number {
  return mix(seed, position) / 0x1_0000_0000;
}

/** Standard deviation of the sum of four uniform 16-bit numbers: sqrt(4 × (65536² − 1) / 12). */
const SUM_DEVIATION = 37837.22;
const SUM_MEAN = 131070;

/** Mean 0, deviation 1; the sum of four uniform numbers, bounded at about ±3.46. */
export function bell(seed: number, position: number): number {
  const first = mix(seed, position);
  const second = mix(first, 0x27d4eb2f);
  return ((first & 0xffff) + (first >>> 16) + (second & 0xffff) + (second >>> 16) - SUM_MEAN) / SUM_DEVIATION;
}

/** A distribution with fat tails: some draws are stretched, and all scaled back to deviation 1. */
export type Tail = { readonly share: number; readonly stretch: number; readonly scale: number };

export function tail(share: number, stretch: number): Tail {
  return { share, stretch, scale: 1 / Math.sqrt(1 - share + share * stretch * stretch) };
}

export function fatBell(seed: number, position: number, { share, stretch, scale }: Tail): number {
  const draw = bell(seed, position) * scale;
  return uniform(seed ^ 0x5bd1e995, position) < share ? draw * stretch : draw;
}

/** Smooth noise: hashed values at multiples of `cell`, joined without corners. Deviation about 0.86 on average. */
export function smooth(seed: number, position: number, cell: number): number {
  const index = Math.floor(position / cell);
  const part = position / cell - index;
  const ease = part * part * (3 - 2 * part);
  return bell(seed, index) * (1 - ease) + bell(seed, index + 1) * ease;
}

const LN2 = Math.LN2;
const PER_LN2 = 1 / LN2;
const POWER_LIMIT = 200;
const POWERS_OF_TWO = new Float64Array(2 * POWER_LIMIT + 1);
for (let i = 0, up = 1, down = 1; i <= POWER_LIMIT; i += 1, up *= 2, down /= 2) {
  POWERS_OF_TWO[POWER_LIMIT + i] = up;
  POWERS_OF_TWO[POWER_LIMIT - i] = down;
}

/** e^x for |x| up to about 138, to about 14 digits, the same bits everywhere. */
export function exponential(x: number): number {
  const power = Math.floor(x * PER_LN2 + 0.5);
  const r = x - power * LN2;
  // The Taylor series to the eleventh power: |r| is at most 0.35, so the rest is below 1e-14.
  const far = 1 / 5040 + r * (1 / 40320 + r * (1 / 362880 + r * (1 / 3628800 + r * (1 / 39916800))));
  const near = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * far))))));
  return near * (POWERS_OF_TWO[POWER_LIMIT + power] ?? Number.NaN);
}

/** ln x of a constant. The rounding stands far above the digits on which engines may disagree. */
export function logarithmOfConstant(x: number): number {
  return Math.round(Math.log(x) * 1e9) / 1e9;
}
