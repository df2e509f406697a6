/** Chance by seed. A stream for each use, so that leaving out one event does not change what all others draw. */

export type Chance = {
  /** In [0, 1). */
  next(): number;
  below(bound: number): number;
  /** Both ends included. */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  is(probability: number): boolean;
};

export function chanceOf(seed: number, use = 0): Chance {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(use + 1, 0x85ebca6b)) >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    between: (from, to) => from + below(to - from + 1),
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('Nothing to pick from');
      return item;
    },
    is: (probability) => next() < probability,
  };
}
