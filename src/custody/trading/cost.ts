/** What an order came to, once the exchange has said it. */

import { Decimal } from '../../core/decimal.ts';
import type { OrderReport } from '../../core/report.ts';
import type { OrderRow } from './journal.ts';
import { worseBy } from './policy.ts';

/** USDT are counted to this many places, rounded up. */
const PLACES = 12;
export const NOTHING = { notional: '0', adverse: '0' } as const;

/** What was traded, at the price it was traded at, against what the order was measured by when it was signed. */
export function costOf(row: OrderRow, report: OrderReport): Pick<OrderRow, 'notional' | 'adverse'> {
  const { filledBase } = report;
  if (filledBase.sign() !== 1) return NOTHING;
  const reference = Decimal.parse(row.reference);
  const money = report.filledQuote ?? filledBase.mul(report.price ?? reference);
  const value = money.mul(Decimal.parse(row.unitPrice)).round(PLACES, 'up');
  const price = money.div(filledBase, 18, 'half-even');
  const worse = worseBy({ side: report.side }, price, reference).add(Decimal.parse(row.fee));
  return { notional: value.toString(), adverse: value.mul(worse).round(PLACES, 'up').toString() };
}
