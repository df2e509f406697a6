/** What is typed about markets, amounts and counts, read exactly or refused as wrong usage. */

import { Decimal } from '../core/decimal.ts';
import type { VenueId } from '../core/ids.ts';
import { wrongUsage } from './cli-error.ts';
import { plain } from './plain-text.ts';

/** As a page of a list; beyond it lies the export on the page. */
const LIMIT_MAX = 1_000;

/** `btc/usdt` and `btc-usdt` are `BTC_USDT`. */
export function marketOf(text: string): string {
  const market = text.trim().toUpperCase().replaceAll(/[/-]/g, '_');
  if (/^[A-Z0-9]{1,24}(_[A-Z0-9]{1,24}){1,2}$/.test(market)) return market;
  throw wrongUsage(`"${plain(text)}" is no market.`, 'Write it like BTC_USDT; `gapless markets` lists them.');
}

/** Digits as they were typed: no sign, no exponent, nothing rounded. */
export function amountOf(text: string, what: string): string {
  const value = /^\d{1,30}(\.\d{1,30})?$/.test(text) ? Decimal.tryParse(text) : null;
  if (value !== null && !value.isZero()) return text;
  throw wrongUsage(`${what}: not an amount.`, 'Give plain digits above zero, like 0.25.');
}

export function optionalAmount(text: string | undefined, what: string): string | null {
  return text === undefined ? null : amountOf(text, what);
}

export function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw wrongUsage(`--limit takes a number from 1 to ${LIMIT_MAX}.`, 'The page exports everything.');
}

export function venueOf(text: string): VenueId {
  const wanted = text.toLowerCase();
  if (wanted === 'whitebit' || wanted === 'practice') return wanted;
  throw wrongUsage(`"${plain(text)}" is no exchange that can be connected.`, 'Give whitebit or practice.');
}

/** For options that may be given several times, or once with commas. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((part) => part.trim())].filter((part) => part !== '');
}
