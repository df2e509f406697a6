/** Numbers of a market: prices to the tick, changes with their sign, volumes short enough for a narrow column. */

import { group, isZero, roundText, splitAtPoint, THIN } from './number.ts';

/** Places of a tick or lot: `0.010` has three, as the exchange writes them. */
export function placesOfStep(step: string): number {
  return Math.max(0, splitAtPoint(step).fraction.length - 1);
}

/** All places of the tick, so that digits stand below each other; what has more is rounded and exact on hover. */
export function formatTicked(price: string, tick: string): string {
  return group(roundText(price, placesOfStep(tick)));
}

const CHANGE_PLACES = 2;

/** `+1.20 %`. What rounds to nothing has no sign. */
export function formatChange(percent: string): string {
  const rounded = roundText(percent, CHANGE_PLACES);
  const sign = rounded.startsWith('-') || isZero(rounded) ? '' : '+';
  return `${sign}${group(rounded)}${THIN}%`;
}

/** For colour and arrow, by what is shown: a change that reads 0.00 has no direction. */
export function directionOf(percent: string): 'up' | 'down' | 'flat' {
  const rounded = roundText(percent, CHANGE_PLACES);
  if (isZero(rounded)) return 'flat';
  return rounded.startsWith('-') ? 'down' : 'up';
}

const UNITS = ['', 'K', 'M', 'B', 'T'] as const;

/** `214889101.22` becomes `214.9 M`: three or four digits are what the eye compares. */
export function formatShort(text: string): string {
  const { whole } = splitAtPoint(text);
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.ceil(whole.length / 3) - 1));
  const kept = whole.length - power * 3;
  const scaled = power === 0 ? text : `${whole.slice(0, kept)}.${whole.slice(kept)}`;
  const rounded = roundText(scaled, 1);
  // 999 950 rounds up into the next unit.
  if (splitAtPoint(rounded).whole.length > 3 && power < UNITS.length - 1) return `1.0${THIN}${UNITS[power + 1]}`;
  return power === 0 ? group(rounded) : `${group(rounded)}${THIN}${UNITS[power]}`;
}
