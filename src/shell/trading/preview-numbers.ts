/** Exact numbers as they stand in a sentence: thousands apart, the places of the market, nothing rounded in favour. */

import { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';

/** A thin space, as everywhere on the page. */
const APART = '\u202f';
/** Digits of a fee or of a worth: below any coin's smallest unit that is traded. */
const WORTH_PLACES = 8;
const HUNDRED = Decimal.fromInteger(100n);

/** At least the places of the step, more where the value has more. */
export function stepped(value: Decimal, step: Decimal): string {
  const places = Math.max(step.trim().scale, value.trim().scale);
  return grouped(value.toFixed(places));
}

export function priceText(value: Decimal, { tick, quote }: Instrument): string {
  return `${stepped(value, tick)} ${quote}`;
}

export function baseText(value: Decimal, { lot, base }: Instrument): string {
  return `${stepped(value, lot)} ${base}`;
}

/** A worth that was multiplied out: as many places as its market's prices have, or up to eight. */
export function quoteText(value: Decimal, { tick, quote }: Instrument): string {
  const places = Math.max(tick.trim().scale, Math.min(WORTH_PLACES, value.trim().scale));
  return `${grouped(value.round(Math.min(places, WORTH_PLACES), 'up').toFixed(Math.min(places, WORTH_PLACES)))} ${quote}`;
}

/** Rounded away from zero: a fee is told as at most so much. */
export function feeText(value: Decimal, asset: string): string {
  return `${grouped(value.round(WORTH_PLACES, 'up').toString())} ${asset}`;
}

/** How far `value` is from `from`, in percent; positive is above. */
export function percentOf(value: Decimal, from: Decimal, places: number): Decimal {
  return value.sub(from).mul(HUNDRED).div(from, places, 'half-even');
}

export function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, APART);
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}
