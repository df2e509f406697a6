import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { Plain } from './plain.ts';
import { canonical, fromPlain, toPlain } from './plain.ts';

test('there and back is the same, text that looks like a decimal included', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.constantFrom('=', '==', '=1.5', '==x'),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc
      .tuple(fc.bigInt(), fc.integer({ min: 0, max: 60 }))
      .map(([n, scale]) => Decimal.fromInteger(n % 10n ** 38n, scale)),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
    object: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(value, (data) => {
      const plain = toPlain(data);
      const back = fromPlain<unknown>(JSON.parse(JSON.stringify(plain)) as Plain);
      expect(canonical(toPlain(back))).toBe(canonical(plain));
      expect(JSON.stringify(back)).toBe(JSON.stringify(data));
    }),
  );
});

test('a number that JSON would lose is refused, and so is what is no data', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, 5n]) expect(() => toPlain(bad)).toThrow(TypeError);
});

test('equal data, equal text, in whatever order it was put together', () => {
  expect(canonical({ a: 1, b: [2, { c: null, d: 'x' }] })).toBe(canonical({ b: [2, { d: 'x', c: null }], a: 1 }));
});
