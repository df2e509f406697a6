import { Decimal } from '../../src/core/decimal.ts';
import type { BookLevel } from '../ports.ts';

export const levelTexts = (levels: readonly BookLevel[]): string[][] =>
  levels.map(([price, amount]) => [price.toString(), amount.toString()]);

/**
 * Levels of one price step added up, rounded away from the middle so that the merged book never crosses. The documents
 * only bound `level`; a step of 10^level ticks is inferred from how the oldest of them describe it.
 */
export function mergeLevels(levels: readonly BookLevel[], step: Decimal, rounding: 'ceil' | 'floor'): BookLevel[] {
  const merged = new Map<string, BookLevel>();
  for (const [price, amount] of levels) {
    const rounded = price.quantize(step, rounding);
    // Below one step there is no price left to name on the bid side.
    if (rounded.isZero()) continue;
    const key = rounded.toString();
    merged.set(key, [rounded, amount.add(merged.get(key)?.[1] ?? Decimal.ZERO)]);
  }
  return [...merged.values()];
}
