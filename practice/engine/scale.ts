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

/** Plain digits without trailing zeros, as WhiteBIT prints amounts. */
export function textOf(units: bigint, scale: number): string {
  return Decimal.fromInteger(units, scale).toString();
}
