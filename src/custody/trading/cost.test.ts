import { expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { OrderReport } from '../../core/report.ts';
import { costOf } from './cost.ts';
import type { OrderRow } from './journal.ts';

const d = Decimal.parse;
const row = (change: Partial<OrderRow> = {}) =>
  ({ reference: '100', unitPrice: '1', fee: '0.001', ...change }) as OrderRow;
const report = (filledBase: string, filledQuote: string | null, change: Partial<OrderReport> = {}) =>
  ({
    ...{ side: 'buy', price: d('102'), filledBase: d(filledBase) },
    filledQuote: filledQuote === null ? null : d(filledQuote),
    ...change,
  }) as OrderReport;

test('an order that traded nothing cost nothing', () => {
  expect(costOf(row(), report('0', '0'))).toEqual({ notional: '0', adverse: '0' });
  expect(costOf(row(), report('0', '55'))).toEqual({ notional: '0', adverse: '0' });
});

test('money counts whole; what it cost is the fee, and how much worse than the reference it was', () => {
  expect(costOf(row(), report('2', '202'))).toEqual({ notional: '202', adverse: '2.222' });
  expect(costOf(row(), report('2', '198'))).toEqual({ notional: '198', adverse: '0.198' });
  const sale = { side: 'sell' } as const;
  expect(costOf(row(), report('2', '198', sale))).toEqual({ notional: '198', adverse: '2.178' });
  expect(costOf(row(), report('2', '202', sale))).toEqual({ notional: '202', adverse: '0.202' });
});

test('money of another asset counts at what it was worth when it was signed', () => {
  expect(costOf(row({ unitPrice: '50' }), report('2', '202'))).toEqual({ notional: '10100', adverse: '111.1' });
});

test('where the exchange tells no money, its price counts, or the reference', () => {
  expect(costOf(row(), report('2', null))).toEqual({ notional: '204', adverse: '4.284' });
  expect(costOf(row(), report('2', null, { price: null }))).toEqual({ notional: '200', adverse: '0.2' });
});

test('is rounded up in the last place, never down', () => {
  const third = row({ unitPrice: '0.3333333333331', fee: '0' });
  expect(costOf(third, report('1', '1', { side: 'sell' }))).toEqual({
    notional: '0.333333333334',
    adverse: '0.330000000001',
  });
  const dear = row({ reference: '3', fee: '0.0000000000001' });
  expect(costOf(dear, report('1', '1'))).toEqual({ notional: '1', adverse: '0.000000000001' });
});
