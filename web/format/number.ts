/**
 * Money on the page is text of plain digits from the wire to the screen; nothing here goes through a `number`, so no
 * digit is invented or lost. What is shown may be rounded, the exact text travels beside it (hover, copy, export).
 */

/** A narrow space that does not break the line: thousands stay one number at every width. */
export const THIN = '\u202f';
const MINUS = '\u2212';
const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;
/** Amounts of a coin are shown to the eighth place, the smallest unit of Bitcoin; the exact text is on hover. */
export const QUANTITY_PLACES = 8;

type Parts = { readonly negative: boolean; readonly whole: string; readonly fraction: string };

function parts(text: string): Parts | null {
  const match = PLAIN.exec(text);
  if (match === null) return null;
  return { negative: match[1] === '-', whole: (match[2] ?? '0').replace(/^0+(?=\d)/, ''), fraction: match[3] ?? '' };
}

/** Half away from zero at `places`; text that is no number comes back as it is, so that nothing is hidden. */
export function roundText(text: string, places: number): string {
  const value = parts(text);
  if (value === null) return text;
  const sign = value.negative ? '-' : '';
  if (value.fraction.length <= places) {
    const fraction = value.fraction.padEnd(places, '0');
    return `${sign}${value.whole}${fraction === '' ? '' : `.${fraction}`}`;
  }
  const kept = BigInt(value.whole + value.fraction.slice(0, places));
  const up = (value.fraction[places] ?? '0') >= '5';
  const digits = (up ? kept + 1n : kept).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places);
  const zero = /^0*$/.test(whole + fraction);
  return `${zero ? '' : sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Trailing zeros say nothing about an amount of a coin. */
export function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `-9812.1` becomes `−9 812.1` with narrow spaces and a real minus; grouping starts at five digits' width too. */
export function group(text: string): string {
  const value = parts(text);
  if (value === null) return text;
  const whole = value.whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  return `${value.negative ? MINUS : ''}${whole}${value.fraction === '' ? '' : `.${value.fraction}`}`;
}

/** Amounts inside a sentence, grouped as everywhere else; words and short numbers stay as they are. */
export function groupDigits(sentence: string): string {
  return sentence.replace(/(?<![\w.])\d{4,}(?:\.\d+)?(?![\w.])/g, group);
}

const PLACES: Readonly<Record<string, number>> = { USDT: 2, USD: 2, EUR: 2, BTC: 8, USDC: 2, DUSDT: 2 };

export function placesOf(asset: string): number {
  return PLACES[asset] ?? 2;
}

/** A value in the chosen currency: always the currency's places. A value too small to show says so, never 0.00. */
export function formatValue(text: string, currency: string): string {
  const places = placesOf(currency);
  const rounded = roundText(text, places);
  const small = isZero(rounded) && !isZero(text);
  if (!small) return group(rounded);
  return `<${THIN}0.${'1'.padStart(places, '0')}`;
}

/** An amount of a coin: as many places as it has, at most eight. */
export function formatQuantity(text: string): string {
  const value = parts(text);
  if (value === null) return text;
  const shown = trimZeros(value.fraction.length > QUANTITY_PLACES ? roundText(text, QUANTITY_PLACES) : text);
  if (isZero(shown) && !isZero(text)) return `<${THIN}0.00000001`;
  return group(shown);
}

/** A price: five significant digits at least, so that small coins do not read 0.00. */
export function formatPrice(text: string): string {
  const value = parts(text);
  if (value === null) return text;
  if (value.whole !== '0') {
    const shown = trimZeros(roundText(text, value.whole.length >= 3 ? 2 : 4));
    return group(roundText(shown, Math.max(2, shown.split('.')[1]?.length ?? 0)));
  }
  const zeros = /^0*/.exec(value.fraction)?.[0].length ?? 0;
  return group(trimZeros(roundText(text, Math.min(zeros + 5, 18))));
}

/** As many places as the desk gives. Rounding once more here would make shares that no longer add up to 100. */
const SHARE_PLACES = 2;

/** A share in percent: `12.34` is shown as `12.34 %`. */
export function formatShare(percent: string): string {
  if (parts(percent) === null) return percent;
  return `${group(roundText(percent, SHARE_PLACES))}${THIN}%`;
}

export function isZero(text: string): boolean {
  return /^-?0*(\.0*)?$/.test(text) && text !== '' && text !== '-';
}

/** For pixels of a chart or a bar only, where the sixteenth digit is smaller than a dot. Never for arithmetic. */
export function toPixels(text: string): number {
  return Number(text);
}

/** -1, 0, 1 like a comparator, exact for any length. */
export function compareText(left: string, right: string): number {
  const a = parts(left);
  const b = parts(right);
  if (a === null || b === null) return left < right ? -1 : left > right ? 1 : 0;
  const places = Math.max(a.fraction.length, b.fraction.length);
  const whole = (value: Parts): bigint =>
    BigInt(value.whole + value.fraction.padEnd(places, '0')) * (value.negative ? -1n : 1n);
  const difference = whole(a) - whole(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The text split at its point, for columns that align there. */
export function splitAtPoint(shown: string): { readonly whole: string; readonly fraction: string } {
  const at = shown.indexOf('.');
  return at < 0 ? { whole: shown, fraction: '' } : { whole: shown.slice(0, at), fraction: shown.slice(at) };
}
