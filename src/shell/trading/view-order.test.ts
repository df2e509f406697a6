/** An order as it is told: averages and fees from its fills, exact, and what is being done about it. */

import { expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { Fee } from '../../core/fill.ts';
import type { ConnectionId } from '../../core/ids.ts';
import type { FillRow, Order } from '../../engine/state.ts';
import { orderView } from './view-order.ts';

const d = Decimal.parse;
const ORDER = {
  ...{ key: 'k', clientId: 'k', venueId: 'v', rank: 1, owner: 'm', user: 'ann', slot: null, market: 'BTC_USDT' },
  ...{ side: 'buy', terms: { kind: 'market' }, quantity: { unit: 'base', amount: d('3') } },
  ...{ status: { kind: 'closed', why: 'filled', atMs: 90 }, settled: true, detail: null },
  ...{ filledBase: d('3'), filledQuote: d('100'), toldBase: d('3'), feesPending: 1, cancelWanted: false },
  ...{ quarantine: null, createdAtMs: 10, deadlineMs: 20, issues: 1, sentAtMs: 11, acceptedAtMs: 12, reserve: null },
  ...{ inquiry: null, replaces: null, replacedBy: null, move: null, moveEnd: null },
} as unknown as Order;
const fill = (fee: Fee, more: Partial<FillRow> = {}) => ({ fee, booked: true, reversed: false, ...more }) as FillRow;
const known = (asset: string, amount: string): Fee => ({ kind: 'known', asset, amount: d(amount) });
const told = (order: Partial<Order>, fills: FillRow[] = []) =>
  orderView('c' as ConnectionId, { ...ORDER, ...order } as Order, null, fills);

test('the average is rounded half-even to twelve places, and is not there before the first fill', () => {
  expect(told({}).averagePrice).toBe('33.333333333333');
  expect(told({ filledBase: d('2'), filledQuote: d('0.000000000001') }).averagePrice).toBe('0');
  expect(told({ filledBase: d('2'), filledQuote: d('0.000000000003') }).averagePrice).toBe('0.000000000002');
  expect(told({ filledBase: Decimal.ZERO, filledQuote: Decimal.ZERO }).averagePrice).toBeNull();
});

test('fees are sums of the fills that count, one for each asset', () => {
  const fills = [
    fill(known('BTC', '0.1')),
    fill(known('BTC', '0.20')),
    fill(known('WBT', '7')),
    fill({ kind: 'pending' }),
    fill(known('BTC', '9'), { reversed: true }),
    fill(known('BTC', '9'), { booked: false }),
  ];
  expect(told({}, fills)).toMatchObject({
    fees: [
      { asset: 'BTC', amount: '0.3' },
      { asset: 'WBT', amount: '7' },
    ],
    feesPending: 1,
  });
});

test('that custody sent another order than was asked is said, until there is something to say of its end', () => {
  expect(told({}).detail).toContain('limit order');
  expect(told({ detail: 'self-trade' }).detail).toBe('self-trade');
  expect(told({ owner: 'external' }).detail).toBe('');
  expect(told({ terms: { kind: 'limit', price: d('1'), postOnly: false, ioc: false } }).detail).toBe('');
});
