import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/core/decimal.ts';
import { readNumber } from './typed.ts';

describe('is understood', () => {
  test.each([
    ['43210.5', '43210.5'],
    ['43 210,5', '43210.5'],
    ['43\u202f210.50', '43210.50'],
    ['1,234.50', '1234.50'],
    ['1.234,50', '1234.50'],
    ['1,234,567', '1234567'],
    ['1.234.567', '1234567'],
    ['1.234.567,8', '1234567.8'],
    ["1'000.5", '1000.5'],
    ['1,5', '1.5'],
    ['0,125', '0.125'],
    ['1,0000', '1.0000'],
    ['1.000', '1.000'],
    ['.5', '0.5'],
    [',5', '0.5'],
    ['5.', '5'],
    ['007', '7'],
    [' 12 ', '12'],
  ])('%s', (typed, text) => {
    expect(readNumber(typed)).toEqual({ state: 'number', text });
  });
});

describe('is not guessed', () => {
  test.each([
    ['1,000', ['1000', '1.000']],
    ['12,345', ['12345', '12.345']],
  ])('%s', (typed, meant) => {
    const read = readNumber(typed);
    expect(read.state).toBe('wrong');
    expect(read.state === 'wrong' ? read.choices.map(({ text }) => text) : []).toEqual(meant);
    for (const text of meant) expect(readNumber(text)).toEqual({ state: 'number', text });
  });
});

describe('is refused with a reason', () => {
  test.each(['abc', '1e5', '-5', '−5', '1.2.3', '1,23,456', '1.2,3.4', '.', ',', '12a', '1'.repeat(61)])(
    '%s',
    (typed) => {
      const read = readNumber(typed);
      expect(read.state).toBe('wrong');
      expect(read.state === 'wrong' ? read.why : '').not.toBe('');
    },
  );
});

test('nothing is typed yet', () => {
  expect(readNumber('  ')).toEqual({ state: 'empty' });
});

test('whatever is typed, what comes out is a number that the desk takes, or a reason', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.,  -'e") }), (typed) => {
      const read = readNumber(typed);
      if (read.state === 'number') {
        expect(read.text).toMatch(/^\d{1,60}(\.\d{1,60})?$/);
        expect(Decimal.tryParse(read.text)).not.toBeNull();
      }
    }),
  );
});
