import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { ageText, alignedAmount, amount, amountText, turnoverText } from './format.ts';

const thin = '\u2009';

describe('amounts', () => {
  test.each([
    ['1234567.8901', undefined, `1${thin}234${thin}567.8901`],
    ['-9812.1', 2, `−9${thin}812.10`],
    ['0.00000402', undefined, '0.00000402'],
    ['123', undefined, '123'],
    ['999.995', 2, `1${thin}000.00`],
  ])('%s at %s places reads %s', (value, places, text) => {
    expect(amountText(Decimal.parse(value), places)).toBe(text);
  });

  test('the exact value is in the tooltip, however the text is rounded', () => {
    expect(amount(Decimal.parse('0.123456789'), 2).text).toContain('title="0.123456789"');
  });

  test('leaves room for the decimals of the column', () => {
    expect(alignedAmount(Decimal.parse('5'), 2).text).toContain('>5<span class="fraction to-2"></span>');
    expect(alignedAmount(Decimal.parse('5'), 0).text).toContain('>5</data>');
  });

  test.each([
    ['412345678.9', `412.34${thin}M`],
    ['1000', `1.00${thin}k`],
    ['999.4', '999'],
    ['0', '0'],
    ['7000000000', `7.00${thin}B`],
  ])('a turnover of %s reads %s', (value, text) => {
    expect(turnoverText(Decimal.parse(value))).toBe(text);
  });
});

describe('ages', () => {
  test.each([
    [0, 'just now'],
    [-5_000, 'just now'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 day ago'],
    [3 * 86_400_000, '3 days ago'],
  ])('%s ms reads %s', (ageMs, text) => {
    expect(ageText(1_000_000_000, 1_000_000_000 + ageMs)).toBe(text);
  });
});
