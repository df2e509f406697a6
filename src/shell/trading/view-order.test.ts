/** An order as it is told: averages and fees from its fills, exact, and what is being done about it. */

import { expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { Fee } from '../../core/fill.ts';
import type { ConnectionId } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { FillRow, Order } from '../../engine/state.ts';
import { fillView, orderView } from './view-order.ts';

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
const told = (order: Partial<Order>, fills: FillRow[] = [], instrument: Instrument | null = null) =>
  orderView('c' as ConnectionId, { ...ORDER, ...order } as Order, null, fills, instrument);

test('an order bears the id of the ask that made it, and one of others none', () => {
  expect(told({ requestId: 'click-1234' }).requestId).toBe('click-1234');
  expect(told({}).requestId).toBeNull();
});

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

test('what custody sent in the place of an order without a price is said to the digit, beside what is said of its end', () => {
  const terms = { kind: 'limit', price: d('43250.1'), postOnly: false, ioc: true } as const;
  const sentAs = { terms, quantity: { unit: 'base', amount: d('0.0023') } } as const;
  const instrument = { tick: d('0.01'), lot: d('0.00001'), base: 'BTC', quote: 'USDT' } as Instrument;
  const thin = '\u202f';
  expect(told({ sentAs }).detail).toBe(`Sent as a limit order at 43${thin}250.1 that ends at once.`);
  expect(told({ sentAs, detail: 'self-trade' }, [], instrument).detail).toBe(
    `self-trade. Sent as a limit order at 43${thin}250.10 USDT that ends at once.`,
  );
  const spend = { sentAs, quantity: { unit: 'quote', amount: d('100') } } as const;
  expect(told(spend, [], instrument).detail).toBe(
    `Sent as a limit order for 0.00230 BTC at 43${thin}250.10 USDT that ends at once.`,
  );
  const stop = {
    terms: { kind: 'stop-market', activation: d('43000') },
    sentAs: { ...sentAs, terms: { kind: 'stop-limit', price: d('43250.1'), activation: d('43000') } },
  } as const;
  expect(told(stop)).toMatchObject({
    detail: `Sent as a stop limit order at 43${thin}250.1.`,
    sentPrice: '43250.1',
  });
});

test('an order of an earlier version, one of somebody else and one that left as it was say nothing of it', () => {
  const terms = { kind: 'limit', price: d('1'), postOnly: false, ioc: false } as const;
  const sentAs = { terms, quantity: { unit: 'base', amount: d('1') } } as const;
  const nothing = { detail: '', sentPrice: null };
  expect(told({})).toMatchObject(nothing);
  expect(told({ owner: 'external', sentAs })).toMatchObject(nothing);
  expect(told({ terms, sentAs })).toMatchObject(nothing);
});

test('a trade that the exchange took back was told as an ordinary one', () => {
  const traded = { price: d('2'), quantity: d('3'), value: d('6'), role: 'taker', atMs: 1 } as const;
  const row = (reversed: boolean) => fill(known('BTC', '1'), { ...traded, reversed });
  expect(fillView('c' as ConnectionId, row(true), 'ours')).toMatchObject({ value: '6', reversed: true });
  expect(fillView('c' as ConnectionId, row(false), 'ours')).toMatchObject({ value: '6', reversed: false });
});
