/** Figures that can be true, and that arithmetic can hold. */

import type { Decimal } from '../core/decimal.ts';

/** Two of these multiply without losing a digit. No market has more than 18. */
const PLACES_MAX = 30;

export function isSane(...values: readonly (Decimal | null)[]): boolean {
  return values.every((value) => value === null || (value.sign() >= 0 && value.scale <= PLACES_MAX));
}
