/** On a phone's card the price stands under the amount: with the same places and units after it, point under point. */

import { widestFraction } from '../../parts/amount.tsx';

export type LinedUp = { readonly places: number; readonly assetChars: number };

/** Finer amounts would leave no room for what kind of order it is; each of the two is then in line with itself alone. */
const PLACES_MAX = 5;

export function linedUp(figures: readonly string[], assets: readonly string[]): LinedUp | null {
  const places = widestFraction(figures);
  if (places > PLACES_MAX) return null;
  return { places, assetChars: assets.reduce((widest, asset) => Math.max(widest, asset.length), 0) };
}
