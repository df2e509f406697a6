import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell, toCsv } from './csv.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+cmd|calc', "'+cmd|calc"],
  ['-2+3', "'-2+3"],
  ['\t=1', "'\t=1"],
  ['-12.5', '-12.5'],
  ['BTC', 'BTC'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
])('%s is written %s', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test('no cell ever begins like a formula, and numbers keep every digit', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const cell = csvCell(text);
      const bare = cell.startsWith('"') ? cell.slice(1) : cell;
      expect(/^[=+@\t\r]/.test(bare) || /^-(?!\d+(\.\d+)?$)/.test(bare.replace(/"$/, ''))).toBe(false);
    }),
  );
  expect(toCsv([['BTC', '0.081234560000000000001']])).toBe('BTC,0.081234560000000000001\r\n');
});
