/** The desk names in the hint of a refusal what a person would have to confirm for the same order to pass. */

import type { Confirmation } from '../../../src/contract/trading.ts';

const CONFIRMATIONS: readonly Confirmation[] = [
  'far-from-market',
  'price-unknown',
  'without-stream',
  'activation-passed',
  'no-limit-for-asset',
];

/** Null where nothing can be confirmed. */
export function confirmationIn(cure: string): Confirmation | null {
  const named = /\(confirmation: ([a-z-]+)\)/.exec(cure)?.[1];
  return CONFIRMATIONS.find((one) => one === named) ?? null;
}
