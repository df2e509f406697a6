import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asDecimal, asId, asInteger, asName, type Json, NumberText, parseJson, ShapeError } from './json.ts';

describe('reading JSON', () => {
  test('numbers keep the digits that they were written with', () => {
    const json = parseJson('{"a":[12345678901234567890.123456789012345678],"b":1e-7}');
    expect(json).toEqual({ a: [new NumberText('12345678901234567890.123456789012345678')], b: new NumberText('1e-7') });
  });

  test.each(['', '{', '<html>', '{"a":1}}', 'undefined', "{'a':1}"])('no JSON: %j', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });

  test('a field named __proto__ is a field like any other', () => {
    const json = parseJson('{"__proto__":{"polluted":true}}');
    expect(Object.keys(json as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('amounts in every notation are exact', () => {
    const exact = (value: Json | undefined) => asDecimal(value, 'x').toString();
    expect(exact('0.10')).toBe('0.1');
    expect(exact(parseJson('1000.25'))).toBe('1000.25');
    expect(exact(parseJson('1e-7'))).toBe('0.0000001');
    expect(exact(parseJson('-2.5E+3'))).toBe('-2500');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (number) => {
        fc.pre(Math.abs(number) > 1e-20 || number === 0);
        expect(Number(exact(parseJson(JSON.stringify(number))))).toBeCloseTo(number, 20);
      }),
    );
  });

  test.each(['', 'abc', '1e400', '1e', 'NaN', '0x1', '1,5'])('no amount: %j', (text) => {
    expect(() => asDecimal(text, 'here')).toThrow(new ShapeError('here is no decimal number'));
  });

  test.each([null, true, [], {}, undefined])('an amount of the wrong type: %j', (value) => {
    expect(() => asDecimal(value, 'here')).toThrow(ShapeError);
  });

  test('whole numbers come as numbers or digits, and never lose any', () => {
    expect(asInteger(parseJson('8846967538'), 'x')).toBe(8846967538);
    expect(asInteger('-6', 'x')).toBe(-6);
    for (const bad of ['1.5', '', '9007199254740993', '1e3', 'six'])
      expect(() => asInteger(bad, 'x')).toThrow(ShapeError);
  });

  test('ids keep all digits; names are visible ASCII', () => {
    expect(asId(parseJson('123456789012345678901'), 'x')).toBe('123456789012345678901');
    for (const bad of ['', 'a b', 'a\n', 'x'.repeat(101)]) expect(() => asId(bad, 'x')).toThrow(ShapeError);
    expect(asName('1INCH', 'x')).toBe('1INCH');
    expect(asName('USDT (ERC20)', 'x')).toBe('USDT (ERC20)');
    for (const bad of ['', 'ВТС', 'BTC\u202e', ' BTC', 'x'.repeat(41)])
      expect(() => asName(bad, 'x')).toThrow(ShapeError);
  });
});
