/**
 * Exact decimal numbers: a BigInt coefficient and a scale, value = coefficient / 10^scale.
 *
 * Money is never a `number` in this project. Addition, subtraction and multiplication are exact; whatever can lose
 * digits (`div`, `round`, `quantize`) names its rounding. Values are immutable and travel as strings.
 */

/** `down` is towards zero, `up` away from zero; `floor` and `ceil` are towards minus and plus infinity. */
export type Rounding = 'down' | 'up' | 'floor' | 'ceil' | 'half-up' | 'half-even';

/** Longest text accepted: no exchange sends more, and BigInt parsing must not become a way to burn a core. */
const TEXT_LENGTH_MAX = 100;
/** A wider scale has no meaning on any market (the smallest unit known is 18 places) and would only cost time. */
export const SCALE_MAX = 60;

const PLAIN = /^([+-]?)(\d+)(?:\.(\d+))?$/;
/** So many digits are exact in a `number`, which is read, and made a BigInt, in half the time that the text takes. */
const SHORT_DIGITS = 15;
const [ZERO_CODE, POINT_CODE] = ['0'.charCodeAt(0), '.'.charCodeAt(0)];

const POWERS: bigint[] = [1n];
function pow10(exponent: number): bigint {
  const known = POWERS[exponent];
  if (known !== undefined) return known;
  for (let i = POWERS.length; i <= exponent; i += 1) POWERS.push((POWERS[i - 1] ?? 1n) * 10n);
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

export class DecimalError extends Error {
  override name = 'DecimalError';
}

export class Decimal {
  static readonly ZERO = new Decimal(0n, 0);
  static readonly ONE = new Decimal(1n, 0);

  readonly coefficient: bigint;
  readonly scale: number;
  /** As it was printed first: an amount is written down again with every change of the row in which it stands. */
  #text: string | null = null;

  private constructor(coefficient: bigint, scale: number) {
    this.coefficient = coefficient;
    this.scale = scale;
  }

  /** From plain digits (`-12.340`), no exponent. Throws `DecimalError` on anything else. */
  static parse(text: string): Decimal {
    const value = Decimal.tryParse(text);
    if (value === null) throw new DecimalError(`Not a decimal number: ${JSON.stringify(text.slice(0, 40))}`);
    return value;
  }

  /** As `parse`, but null where the text is no decimal number, is longer than 100 characters or has over 60 places. */
  static tryParse(text: string): Decimal | null {
    const short = text.length <= SHORT_DIGITS ? shortDecimal(text) : null;
    if (short !== null) return new Decimal(short.coefficient, short.scale);
    if (text.length > TEXT_LENGTH_MAX) return null;
    const match = PLAIN.exec(text);
    if (match === null) return null;
    const fraction = match[3] ?? '';
    if (fraction.length > SCALE_MAX) return null;
    const digits = BigInt(`${match[2] ?? ''}${fraction}`);
    return new Decimal(match[1] === '-' ? -digits : digits, fraction.length);
  }

  /** From whole units: `fromInteger(150n, 2)` is 1.50. */
  static fromInteger(coefficient: bigint, scale = 0): Decimal {
    if (!Number.isInteger(scale) || scale < 0 || scale > SCALE_MAX)
      throw new DecimalError(`Scale out of range: ${scale}`);
    return new Decimal(coefficient, scale);
  }

  /** 10^exponent, exponent from -60 to 60; the step of a market with a negative precision is `power(6)`. */
  static power(exponent: number): Decimal {
    if (!Number.isInteger(exponent) || Math.abs(exponent) > SCALE_MAX)
      throw new DecimalError(`Exponent out of range: ${exponent}`);
    return exponent >= 0 ? new Decimal(pow10(exponent), 0) : new Decimal(1n, -exponent);
  }

  static sum(values: Iterable<Decimal>): Decimal {
    let total = Decimal.ZERO;
    for (const value of values) total = total.add(value);
    return total;
  }

  add(other: Decimal): Decimal {
    if (this.scale === other.scale) return new Decimal(this.coefficient + other.coefficient, this.scale);
    return this.scale > other.scale
      ? new Decimal(this.coefficient + other.coefficient * pow10(this.scale - other.scale), this.scale)
      : new Decimal(this.coefficient * pow10(other.scale - this.scale) + other.coefficient, other.scale);
  }

  sub(other: Decimal): Decimal {
    return this.add(other.neg());
  }

  /** Exact; the scale grows. Past 60 places trailing zeros are dropped first, and only then `DecimalError` is thrown. */
  mul(other: Decimal): Decimal {
    const product = new Decimal(this.coefficient * other.coefficient, this.scale + other.scale);
    if (product.scale <= SCALE_MAX) return product;
    const trimmed = product.trim();
    if (trimmed.scale > SCALE_MAX) throw new DecimalError('Product has too many places');
    return trimmed;
  }

  /** Quotient at `places` decimal places. Throws `DecimalError` on division by zero. */
  div(other: Decimal, places: number, rounding: Rounding): Decimal {
    if (other.coefficient === 0n) throw new DecimalError('Division by zero');
    const exponent = places + other.scale - this.scale;
    const numerator = exponent >= 0 ? this.coefficient * pow10(exponent) : this.coefficient;
    const denominator = exponent >= 0 ? other.coefficient : other.coefficient * pow10(-exponent);
    return Decimal.fromInteger(divide(numerator, denominator, rounding), places);
  }

  /** To `places` decimal places; exact where the value already fits. */
  round(places: number, rounding: Rounding): Decimal {
    if (this.scale <= places) return this;
    return Decimal.fromInteger(divide(this.coefficient, pow10(this.scale - places), rounding), places);
  }

  /** To a multiple of `step` (a tick or lot size, which need not be a power of ten). `step` must be positive. */
  quantize(step: Decimal, rounding: Rounding): Decimal {
    if (step.coefficient <= 0n) throw new DecimalError('Step must be positive');
    return this.div(step, 0, rounding).mul(step);
  }

  isMultipleOf(step: Decimal): boolean {
    if (step.coefficient <= 0n) throw new DecimalError('Step must be positive');
    const scale = Math.max(this.scale, step.scale);
    return (this.coefficient * pow10(scale - this.scale)) % (step.coefficient * pow10(scale - step.scale)) === 0n;
  }

  neg(): Decimal {
    return new Decimal(-this.coefficient, this.scale);
  }

  abs(): Decimal {
    return this.coefficient < 0n ? this.neg() : this;
  }

  sign(): -1 | 0 | 1 {
    if (this.coefficient === 0n) return 0;
    return this.coefficient < 0n ? -1 : 1;
  }

  isZero(): boolean {
    return this.coefficient === 0n;
  }

  compare(other: Decimal): -1 | 0 | 1 {
    const scale = Math.max(this.scale, other.scale);
    const left = this.coefficient * pow10(scale - this.scale);
    const right = other.coefficient * pow10(scale - other.scale);
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }

  eq(other: Decimal): boolean {
    return this.compare(other) === 0;
  }

  lt(other: Decimal): boolean {
    return this.compare(other) < 0;
  }

  lte(other: Decimal): boolean {
    return this.compare(other) <= 0;
  }

  gt(other: Decimal): boolean {
    return this.compare(other) > 0;
  }

  gte(other: Decimal): boolean {
    return this.compare(other) >= 0;
  }

  static min(first: Decimal, second: Decimal): Decimal {
    return first.lte(second) ? first : second;
  }

  static max(first: Decimal, second: Decimal): Decimal {
    return first.gte(second) ? first : second;
  }

  /** The same value with the fewest places. */
  trim(): Decimal {
    let { coefficient, scale } = this;
    while (scale > 0 && coefficient % 10n === 0n) {
      coefficient /= 10n;
      scale -= 1;
    }
    return scale === this.scale ? this : new Decimal(coefficient, scale);
  }

  /** Plain digits without exponent or trailing zeros: the canonical text, equal for equal values. */
  toString(): string {
    if (this.#text !== null) return this.#text;
    const { coefficient, scale } = this.trim();
    this.#text = format(coefficient, scale);
    return this.#text;
  }

  /** Exactly `places` decimal places. Throws `DecimalError` where digits would be lost: round first, by name. */
  toFixed(places: number): string {
    const { coefficient, scale } = this.trim();
    if (scale > places) throw new DecimalError(`${this.toString()} does not fit ${places} places`);
    return format(coefficient * pow10(places - scale), places);
  }

  toJSON(): string {
    return this.toString();
  }

  /** For charts, sorting and logs only; never for money that is stored, sent or added up. */
  toNumberInexact(): number {
    return Number(this.toString());
  }
}

/** Plain digits without a sign; null for anything else, which may be a number all the same. */
function shortDecimal(text: string): { readonly coefficient: bigint; readonly scale: number } | null {
  let digits = 0;
  let point = -1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO_CODE && code <= ZERO_CODE + 9) digits = digits * 10 + (code - ZERO_CODE);
    else if (code === POINT_CODE && point === -1 && at > 0) point = at;
    else return null;
  }
  if (text.length === 0 || point === text.length - 1) return null;
  return { coefficient: BigInt(digits), scale: point === -1 ? 0 : text.length - 1 - point };
}

function format(coefficient: bigint, scale: number): string {
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString().padStart(scale + 1, '0');
  const sign = coefficient < 0n ? '-' : '';
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n) return quotient;
  const away = numerator < 0n === denominator < 0n ? 1n : -1n;
  switch (rounding) {
    case 'down':
      return quotient;
    case 'up':
      return quotient + away;
    case 'floor':
      return away < 0n ? quotient - 1n : quotient;
    case 'ceil':
      return away > 0n ? quotient + 1n : quotient;
    case 'half-up':
    case 'half-even': {
      const twice = 2n * (remainder < 0n ? -remainder : remainder);
      const whole = denominator < 0n ? -denominator : denominator;
      if (twice < whole) return quotient;
      if (twice > whole || rounding === 'half-up') return quotient + away;
      return quotient % 2n === 0n ? quotient : quotient + away;
    }
  }
}
