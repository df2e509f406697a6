import { Decimal as Reference } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal, DecimalError, type Rounding, SCALE_MAX } from './decimal.ts';

/** An independent implementation, with more digits than any case here needs. */
const Exact = Reference.clone({ precision: 400, toExpNeg: -400, toExpPos: 400 });
const MODES: Readonly<Record<Rounding, Reference.Rounding>> = {
  down: Reference.ROUND_DOWN,
  up: Reference.ROUND_UP,
  floor: Reference.ROUND_FLOOR,
  ceil: Reference.ROUND_CEIL,
  'half-up': Reference.ROUND_HALF_UP,
  'half-even': Reference.ROUND_HALF_EVEN,
};
const ROUNDINGS = Object.keys(MODES) as Rounding[];

/** Small and large, short and long, with many trailing zeros and exact halves among them. */
const coefficient = fc.oneof(
  fc.bigInt({ min: -1_000n, max: 1_000n }),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
  fc
    .tuple(fc.bigInt({ min: -99n, max: 99n }), fc.integer({ min: 0, max: 20 }))
    .map(([n, zeros]) => (n * 10n + 5n) * 10n ** BigInt(zeros)),
);
const decimalOf = (scaleMax: number) =>
  fc.tuple(coefficient, fc.integer({ min: 0, max: scaleMax })).map(([n, scale]) => Decimal.fromInteger(n, scale));
const decimal = decimalOf(25);
const rounding = fc.constantFrom(...ROUNDINGS);
const exact = (value: Decimal) => new Exact(value.toString());
const plain = (value: Reference) => (value.isZero() ? '0' : value.toFixed());

describe('arithmetic agrees with an independent implementation', () => {
  test('sum, difference, product, negation, size, sign, order', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(a.add(b).toString()).toBe(plain(exact(a).plus(exact(b))));
        expect(a.sub(b).toString()).toBe(plain(exact(a).minus(exact(b))));
        expect(a.mul(b).toString()).toBe(plain(exact(a).times(exact(b))));
        expect(a.neg().toString()).toBe(plain(exact(a).neg()));
        expect(a.abs().toString()).toBe(plain(exact(a).abs()));
        const order = exact(a).comparedTo(exact(b));
        expect(a.compare(b)).toBe(order);
        expect([a.lt(b), a.lte(b), a.eq(b), a.gte(b), a.gt(b)]).toEqual([
          order < 0,
          order <= 0,
          order === 0,
          order >= 0,
          order > 0,
        ]);
        expect(Decimal.min(a, b).toString()).toBe(plain(Exact.min(exact(a), exact(b))));
        expect(Decimal.max(a, b).toString()).toBe(plain(Exact.max(exact(a), exact(b))));
        expect(a.sign()).toBe(exact(a).comparedTo(0));
        expect(a.isZero()).toBe(exact(a).isZero());
      }),
      { numRuns: 1_000 },
    );
  });

  test('sum of many', () => {
    fc.assert(
      fc.property(fc.array(decimal), (values) => {
        const expected = values.reduce((total, value) => total.plus(exact(value)), new Exact(0));
        expect(Decimal.sum(values).toString()).toBe(plain(expected));
      }),
    );
  });

  test('quotient in every rounding', () => {
    fc.assert(
      fc.property(decimal, decimal, fc.integer({ min: 0, max: 40 }), rounding, (a, b, places, mode) => {
        fc.pre(!b.isZero());
        const expected = exact(a).dividedBy(exact(b)).toDecimalPlaces(places, MODES[mode]);
        expect(a.div(b, places, mode).toString()).toBe(plain(expected));
      }),
      { numRuns: 2_000 },
    );
  });

  test('rounding in every way, halves included', () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 30 }), rounding, (a, places, mode) => {
        expect(a.round(places, mode).toString()).toBe(plain(exact(a).toDecimalPlaces(places, MODES[mode])));
      }),
      { numRuns: 2_000 },
    );
    for (const mode of ROUNDINGS) {
      for (const text of ['0.5', '1.5', '2.5', '-0.5', '-1.5', '-2.5', '0.49', '-0.51', '7']) {
        expect(Decimal.parse(text).round(0, mode).toString(), `${text} ${mode}`).toBe(
          plain(new Exact(text).toDecimalPlaces(0, MODES[mode])),
        );
      }
    }
  });

  test('multiples of odd steps', () => {
    const step = fc.constantFrom('0.25', '0.0005', '3', '0.03', '100000', '1000000', '0.000000000000000001', '7.77');
    fc.assert(
      fc.property(decimalOf(18), step, rounding, (value, text, mode) => {
        const size = Decimal.parse(text);
        const expected = exact(value).dividedBy(text).toDecimalPlaces(0, MODES[mode]).times(text);
        const fitted = value.quantize(size, mode);
        expect(fitted.toString()).toBe(plain(expected));
        expect(fitted.isMultipleOf(size)).toBe(true);
        expect(fitted.sub(value).abs().lt(size)).toBe(true);
        expect(value.isMultipleOf(size)).toBe(exact(value).modulo(text).isZero());
        expect(fitted.quantize(size, mode).eq(fitted)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('laws', () => {
  test('text there and back is the same value, with the fewest digits', () => {
    fc.assert(
      fc.property(decimal, (value) => {
        const text = value.toString();
        expect(text).toMatch(/^(?:0|-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?)$/);
        expect(Decimal.parse(text).eq(value)).toBe(true);
        expect(JSON.stringify({ value })).toBe(`{"value":"${text}"}`);
        expect(value.trim().eq(value)).toBe(true);
      }),
    );
  });

  test('equal values have equal text, however they were written', () => {
    fc.assert(
      fc.property(coefficient, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (n, scale, zeros) => {
        const short = Decimal.fromInteger(n, scale);
        const long = Decimal.fromInteger(n * 10n ** BigInt(zeros), scale + zeros);
        expect(long.toString()).toBe(short.toString());
        expect(long.eq(short)).toBe(true);
      }),
    );
  });

  test('a quotient and what is left make the whole', () => {
    fc.assert(
      fc.property(decimalOf(10), decimalOf(10), (a, b) => {
        fc.pre(!b.isZero());
        const left = a.sub(a.div(b, 20, 'down').mul(b));
        expect(left.abs().lt(b.abs().mul(Decimal.power(-20)))).toBe(true);
        expect(left.isZero() || left.sign() === a.sign()).toBe(true);
      }),
    );
  });
});

describe('parsing', () => {
  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['+1.50', '1.5'],
    ['007.10', '7.1'],
    ['-12.340', '-12.34'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['98765432109876543210987654321', '98765432109876543210987654321'],
  ])('%s is %s', (text, expected) => {
    expect(Decimal.parse(text).toString()).toBe(expected);
  });

  test.each([
    '',
    ' ',
    '.',
    '.5',
    '5.',
    '1e5',
    '1E-7',
    '0x10',
    '1,000',
    '1 000',
    ' 1',
    '1\n',
    '--1',
    '+-1',
    '1.2.3',
    'NaN',
    'Infinity',
    '١',
    '１',
    '1_000',
    'null',
  ])('%j is no number', (text) => {
    expect(Decimal.tryParse(text)).toBeNull();
    expect(() => Decimal.parse(text)).toThrow(DecimalError);
  });

  test('the longest text is 100 characters, the finest 60 places', () => {
    expect(Decimal.tryParse('9'.repeat(100))?.toString()).toBe('9'.repeat(100));
    expect(Decimal.tryParse('9'.repeat(101))).toBeNull();
    expect(Decimal.tryParse(`0.${'0'.repeat(59)}1`)?.scale).toBe(60);
    expect(Decimal.tryParse(`0.${'0'.repeat(60)}1`)).toBeNull();
  });

  test('short texts are read by the same rule as long ones', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.+-]{0,17}$/), (text) => {
        const longer = text.replace(/(?=\d)/, '0'.repeat(20));
        const [short, long] = [Decimal.tryParse(text), Decimal.tryParse(longer)];
        expect(short?.toString()).toBe(long?.toString());
        expect(short?.scale).toBe(long?.scale);
      }),
      { numRuns: 5_000 },
    );
  });

  test('what is parsed is what plain digits say', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+-]?\d{1,38}(?:\.\d{1,60})?$/), (text) => {
        expect(Decimal.parse(text).toString()).toBe(plain(new Exact(text)));
      }),
    );
  });

  test('an error never repeats more than the beginning of the text', () => {
    expect(() => Decimal.parse('x'.repeat(10_000))).toThrow(/^.{1,80}$/);
  });
});

describe('limits', () => {
  test('fixed places, or an error where digits would be lost', () => {
    expect(Decimal.parse('1.5').toFixed(3)).toBe('1.500');
    expect(Decimal.parse('-0.5').toFixed(1)).toBe('-0.5');
    expect(Decimal.parse('2.000').toFixed(0)).toBe('2');
    expect(() => Decimal.parse('1.25').toFixed(1)).toThrow(DecimalError);
    fc.assert(
      fc.property(decimalOf(12), fc.integer({ min: 12, max: 30 }), (value, places) => {
        expect(value.toFixed(places)).toBe(
          exact(value).isZero() ? new Exact(0).toFixed(places) : exact(value).toFixed(places),
        );
      }),
    );
  });

  test('powers of ten reach 60 either way; a market of negative precision steps by millions', () => {
    expect(Decimal.power(6).toString()).toBe('1000000');
    expect(Decimal.power(0).toString()).toBe('1');
    expect(Decimal.power(-8).toString()).toBe('0.00000001');
    expect(Decimal.parse('12000000').isMultipleOf(Decimal.power(6))).toBe(true);
    expect(Decimal.parse('12500000').isMultipleOf(Decimal.power(6))).toBe(false);
    expect(Decimal.parse('12999999.9').quantize(Decimal.power(6), 'down').toString()).toBe('12000000');
    for (const exponent of [61, -61, 0.5, Number.NaN]) expect(() => Decimal.power(exponent)).toThrow(DecimalError);
  });

  test('a step must be above zero, a divisor not zero, a scale within bounds', () => {
    for (const step of ['0', '-1']) {
      expect(() => Decimal.ONE.quantize(Decimal.parse(step), 'down')).toThrow(DecimalError);
      expect(() => Decimal.ONE.isMultipleOf(Decimal.parse(step))).toThrow(DecimalError);
    }
    expect(() => Decimal.ONE.div(Decimal.ZERO, 2, 'down')).toThrow(DecimalError);
    for (const scale of [-1, SCALE_MAX + 1, 1.5]) expect(() => Decimal.fromInteger(1n, scale)).toThrow(DecimalError);
    expect(() => Decimal.ONE.div(Decimal.parse('3'), SCALE_MAX + 1, 'down')).toThrow(DecimalError);
  });

  test('a product past 60 places is kept where zeros can go, and refused where digits would', () => {
    const tiny = Decimal.power(-40);
    expect(() => tiny.mul(tiny)).toThrow(DecimalError);
    const padded = Decimal.fromInteger(10n ** 25n, 40);
    expect(padded.mul(padded).toString()).toBe(`0.${'0'.repeat(29)}1`);
  });

  test('for charts only: the nearest floating point number', () => {
    expect(Decimal.parse('0.1').toNumberInexact()).toBe(0.1);
    expect(Decimal.parse('-1250.75').toNumberInexact()).toBe(-1250.75);
  });
});
