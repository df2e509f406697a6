/** Exact figures of the exchange, reckoned by itself: whole numbers of a million-millionth. */

export type Figure = bigint;
const PLACES = 12;
const ONE: Figure = 10n ** BigInt(PLACES);

export function figure(text: string): Figure {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) throw new RangeError(`Not a figure: ${text}`);
  const whole = BigInt(match[2] ?? '0') * ONE + BigInt((match[3] ?? '').padEnd(PLACES, '0'));
  return match[1] === '-' ? -whole : whole;
}

export function textOf(value: Figure): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, '0');
  const decimals = digits.slice(-PLACES).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -PLACES)}${decimals === '' ? '' : `.${decimals}`}`;
}

/** Exact or not at all: a book that rounds in silence would hide what others round. */
export function product(a: Figure, b: Figure): Figure {
  const whole = a * b;
  if (whole % ONE !== 0n) throw new RangeError('More digits than this exchange keeps');
  return whole / ONE;
}

export const smaller = (a: Figure, b: Figure): Figure => (a < b ? a : b);

/** One unit in the given decimal place: 2 is a hundredth. */
export const step = (places: number): Figure => 10n ** BigInt(PLACES - places);
