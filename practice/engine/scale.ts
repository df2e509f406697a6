import { Decimal } from '../../src/core/decimal.ts';

/**
 * The border between Decimals and the integers the engine counts in. An amount is a bigint of units of 10^-scale; both
 * ways are exact, and what does not fit the scale is null, never rounded.
 */

const POWERS: bigint[] = [];
for (let exponent = 0; exponent <= 120; exponent += 1) POWERS.push(10n ** BigInt(exponent));

/** 10^exponent, exponent not negative. */
export function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** How many units of 10^-scale the value is; null where it has more places than that. */
export function unitsOf(value: Decimal, scale: number): bigint | null {
  const spare = scale - value.scale;
  if (spare >= 0) return spare === 0 ? value.coefficient : value.coefficient * powerOfTen(spare);
  const divisor = powerOfTen(-spare);
  return value.coefficient % divisor === 0n ? value.coefficient / divisor : null;
}

export function decimalOf(units: bigint, scale: number): Decimal {
  return Decimal.fromInteger(units, scale);
}

const ZERO_CODE = 48;

/**
 * Plain digits without trailing zeros, as WhiteBIT prints amounts and as `Decimal.toString` would. Zeros are dropped from
 * the text: dividing a long bigint by ten again and again took most of the time of printing events.
 */
export function textOf(units: bigint, scale: number): string {
  if (units === 0n) return '0';
  const isNegative = units < 0n;
  const digits = (isNegative ? -units : units).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO_CODE) end -= 1;
  const text = end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  return isNegative ? `-${text}` : text;
}
