/** Amounts for people. Scripts get the exact text of the contract instead (`--json`). */

import { Decimal } from '../core/decimal.ts';

/** What the desk says something is worth; `value` is null where no price is known, and then `reason` says why. */
export type Worth = { readonly value: string | null; readonly currency: string; readonly reason: string };

/** Cents where the unit is a dollar or a euro, a satoshi for bitcoin. */
const PLACES: Readonly<Record<string, number>> = { USDT: 2, USD: 2, EUR: 2, BTC: 8 };
const PLACES_ELSEWHERE = 8;

/** `1 250.75`: exact, thousands apart. */
export function quantityText(exact: string): string {
  return grouped(Decimal.parse(exact).toString());
}

/** Rounded half-even to the currency's places, without the currency; "unknown" where there is no price, never 0. */
export function worthText(worth: Worth): string {
  if (worth.value === null) return 'unknown';
  const places = PLACES[worth.currency] ?? PLACES_ELSEWHERE;
  return grouped(Decimal.parse(worth.value).round(places, 'half-even').toFixed(places));
}

export function worthWithCurrency(worth: Worth): string {
  return worth.value === null ? 'unknown' : `${worthText(worth)} ${worth.currency}`;
}

/** Percent as the desk counts them, two places; empty where it is not known. */
export function percentText(share: string | null): string {
  return share === null ? '' : Decimal.parse(share).round(2, 'half-even').toFixed(2);
}

/** The sum of what is known, and of how many nothing is known; null where nothing at all is. */
export function totalWorth(worths: readonly Worth[]): { readonly value: string | null; readonly unknown: number } {
  const known = worths.flatMap((worth) => (worth.value === null ? [] : [Decimal.parse(worth.value)]));
  return {
    value: known.length === 0 && worths.length > 0 ? null : Decimal.sum(known).toString(),
    unknown: worths.length - known.length,
  };
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ' ');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}
