/** How numbers of the book stand in their columns: one number of places each, so that the points stand in a line. */

import { group, isZero, roundText } from '../../format/number.ts';

/** Digits of an amount that fit their column at its narrowest. */
const DIGITS_MAX = 8;

/** Places for a column whose largest number is `largest`: as many as the lot has, as long as they fit. */
export function placesFor(largest: string, lotPlaces: number): number {
  const whole = largest.split('.')[0]?.length ?? 1;
  return Math.min(lotPlaces, Math.max(0, DIGITS_MAX - whole));
}

/** Rounded for the eye; what is there but too small to see says so instead of reading 0. */
export function columnText(exact: string, places: number): string {
  const rounded = roundText(exact, places);
  if (isZero(rounded) && !isZero(exact)) return `<${places === 0 ? '1' : `0.${'1'.padStart(places, '0')}`}`;
  return group(rounded);
}

/** A price with at least the places of its tick, never fewer than it has. */
export function priceText(price: string, tickPlaces: number): string {
  return group(roundText(price, Math.max(tickPlaces, price.split('.')[1]?.length ?? 0)));
}
