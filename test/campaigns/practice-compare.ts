/** Whether an order can be what another telling of it became. */

import { Decimal } from '../../src/core/decimal.ts';
import { isOver, type ToldOrder } from './practice-told.ts';

/** What a client asks for; null leaves it to the exchange. */
export type OrderForm = {
  readonly clientId: string;
  readonly market: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly amount: string | null;
  readonly price: string | null;
};

export type Difference = string;

const FIXED = ['id', 'clientId', 'market', 'side', 'type', 'price', 'amount'] as const;
const GROWING = ['dealStock', 'dealMoney', 'dealFee'] as const;

/** Empty where `later` can have come of `earlier`: deals only grow, and what is over stays as it is. */
export function differences(earlier: ToldOrder, later: ToldOrder): Difference[] {
  const found: Difference[] = [];
  for (const name of FIXED) if (earlier[name] !== later[name]) found.push(`${name} ${earlier[name]} → ${later[name]}`);
  for (const name of GROWING) {
    const was = Decimal.parse(earlier[name]);
    const is = Decimal.parse(later[name]);
    if (isOver(earlier) ? !is.eq(was) : is.lt(was)) found.push(`${name} ${was} → ${is}`);
  }
  if (isOver(earlier) && earlier.status !== later.status) found.push(`status ${earlier.status} → ${later.status}`);
  if (earlier.status === 'PARTIALLY_FILLED' && later.status === 'OPEN' && later.dealStock === '0')
    found.push('its fills are gone');
  if (later.status === 'FILLED' && later.left !== null && later.left !== '0')
    found.push(`filled with ${later.left} left`);
  return found;
}

/** In words; null where the order is what was asked for. */
export function formFault(form: OrderForm, order: ToldOrder): string | null {
  const wrong = (['clientId', 'market', 'side', 'type'] as const).filter((name) => form[name] !== order[name]);
  const amounts = (['amount', 'price'] as const).filter(
    (name) => form[name] !== null && !Decimal.parse(form[name]).eq(Decimal.parse(order[name])),
  );
  const all = [...wrong, ...amounts].map((name) => `${name} ${order[name]} instead of ${form[name]}`);
  return all.length === 0 ? null : all.join(', ');
}
