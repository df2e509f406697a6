import { seedOf, uniform } from '../market/noise.ts';

/** Draws in [0, 1) that follow from the seed alone. */
export function createChance(seed: string): () => number {
  const base = seedOf('faults', seed);
  let position = 0;
  return () => {
    position += 1;
    return uniform(base, position);
  };
}
