import { exponential, mix } from '../market/noise.ts';

/** Chance of one run: the same start gives the same draws, in the order they are asked for. */
export interface Dice {
  /** In [0, 1). */
  uniform(): number;
  /** Mean 0, deviation 1, bounded at about ±3.46. */
  bell(): number;
  /** Mean 1 and a long tail, the longer the larger `spread` (deviation of the logarithm). */
  heavy(spread: number): number;
  /** How many happen where `mean` are expected; at most `most`. */
  count(mean: number, most: number): number;
}

const TWO_TO_32 = 0x1_0000_0000;
/** The sum of four uniform numbers has a variance of a third. */
const SUM_OF = 4;
const SUM_DEVIATION = Math.sqrt(SUM_OF / 12);

export function createDice(seed: number): Dice {
  let position = 0;
  const uniform = (): number => {
    position += 1;
    return mix(seed, position) / TWO_TO_32;
  };
  const bell = (): number => (uniform() + uniform() + uniform() + uniform() - SUM_OF / 2) / SUM_DEVIATION;
  return {
    uniform,
    bell,
    heavy: (spread) => exponential(spread * bell() - (spread * spread) / 2),
    count(mean, most) {
      // Knuth: as many uniform draws as their product stays above e^-mean.
      const stop = exponential(-Math.min(mean, most));
      let product = uniform();
      let happened = 0;
      while (product > stop && happened < most) {
        happened += 1;
        product *= uniform();
      }
      return happened;
    },
  };
}
