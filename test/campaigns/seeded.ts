/** Chance that can be had again: everything a campaign decides comes from its seed. */

export type Seeded = {
  /** In [0, 1). */
  next(): number;
  /** Whole, from 0 to `below` - 1. */
  below(below: number): number;
  /** Whole, both ends included. */
  between(from: number, to: number): number;
  /** Throws `RangeError` for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** True in `percent` of a hundred times. */
  chance(percent: number): boolean;
  bytes(count: number): Buffer;
};

/** SplitMix32: enough for choosing, useless for secrets. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next32 = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const next = (): number => next32() / 2 ** 32;
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    between: (from, to) => from + below(to - from + 1),
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('Nothing to pick from');
      return item;
    },
    chance: (percent) => next() * 100 < percent,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => next32() & 0xff)),
  };
}

/** From the command line's `--seed`, or a new one; printed by whoever uses it, so that a failure can be had again. */
export function seedFrom(text: string | undefined): number {
  const seed = text === undefined ? Date.now() % 2 ** 32 : Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`A seed is a whole number, not ${text}`);
  return seed;
}
