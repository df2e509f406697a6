import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import { percentText, quantityText, totalWorth, worthText, worthWithCurrency } from './amount-text.ts';
import { columns, plain } from './plain-text.ts';
import { facts, table } from './table.ts';
import { agoText } from './time-text.ts';

const same = (text: string): string => text;

describe('plain', () => {
  test('leaves nothing that could steer a terminal or reorder a line', () => {
    expect(plain('a\u001b[2Jb')).toBe('a?[2Jb');
    expect(plain('one\r\ntwo')).toBe('one two');
    expect(plain('safe\u202eevil\u009b31m\u2028x')).toBe('safe?evil?31m?x');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });

  test('keeps names as people write them', () => {
    expect(plain('Büro Zürich – 主账户')).toBe('Büro Zürich – 主账户');
    expect(columns('主账户')).toBe(6);
    expect(columns('e\u0301')).toBe(1);
    expect(columns('👍🏽')).toBe(2);
  });
});

describe('table', () => {
  test('puts decimal points beneath each other and words flush right', () => {
    const rows = ['12.5', '1 000', '0.00012', 'unknown', '-3.25'];
    const lines = table(rows, [{ title: 'Free', align: 'decimal', text: same }], same);
    expect(lines).toEqual(['       Free', '   12.5', '1 000', '    0.00012', '    unknown', '   -3.25']);
  });

  test('keeps columns straight whatever the numbers', () => {
    const amount = fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 20 }), (parts) => {
        const texts = parts.map(([digits, scale]) => quantityText(Decimal.fromInteger(digits, scale).toString()));
        const layout = [
          { title: 'Amount', align: 'decimal' as const, text: same },
          { title: 'Last', text: () => '|' },
        ];
        const lines = table(texts, layout, same).slice(1);
        const points = lines.map((line) => line.search(/\.|\d(?=\s*\|)/) + (line.includes('.') ? 0 : 1));
        expect(new Set(points).size).toBe(1);
        expect(new Set(lines.map((line) => line.indexOf('|'))).size).toBe(1);
      }),
    );
  });

  test('makes every cell harmless', () => {
    expect(table(['\u001b[31mred'], [{ title: 'Name', text: same }], same)[1]).toBe('?[31mred');
    expect(
      facts([
        ['Name', 'x\ny'],
        ['Empty', ''],
        ['Id', '1'],
      ]),
    ).toEqual(['Name  x y', 'Id    1']);
  });
});

describe('amounts', () => {
  test('show every digit of a quantity, and a worth to its cent', () => {
    expect(quantityText('1234567.000100')).toBe('1 234 567.0001');
    expect(quantityText('-1234.5')).toBe('-1 234.5');
    expect(worthText({ value: '1234.565', currency: 'USDT', reason: '' })).toBe('1 234.56');
    expect(worthText({ value: '0.123456785', currency: 'BTC', reason: '' })).toBe('0.12345678');
    expect(worthWithCurrency({ value: '0', currency: 'EUR', reason: '' })).toBe('0.00 EUR');
    expect(percentText('64.5')).toBe('64.50');
    expect(percentText(null)).toBe('');
  });

  test('say unknown where there is no price, and never 0', () => {
    const unknown = { value: null, currency: 'USDT', reason: 'no price' };
    expect(worthText(unknown)).toBe('unknown');
    expect(worthWithCurrency(unknown)).toBe('unknown');
    expect(totalWorth([unknown, unknown])).toEqual({ value: null, unknown: 2 });
    expect(totalWorth([unknown, { ...unknown, value: '0.1' }, { ...unknown, value: '0.2' }])).toEqual({
      value: '0.3',
      unknown: 1,
    });
    expect(totalWorth([])).toEqual({ value: '0', unknown: 0 });
  });
});

test('ages are said in the unit that fits', () => {
  const nowMs = 1_000_000_000_000;
  const ages = [0, 59_999, 60_000, 3_599_999, 3_600_000, 172_799_999, 172_800_000].map((age) =>
    agoText(nowMs - age, nowMs),
  );
  expect(ages).toEqual(['0 s ago', '59 s ago', '1 min ago', '59 min ago', '1 h ago', '47 h ago', '2 days ago']);
  expect(agoText(null, nowMs)).toBe('never');
  // A clock that was set back must not print a negative age.
  expect(agoText(nowMs + 5_000, nowMs)).toBe('0 s ago');
});
