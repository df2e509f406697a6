import { expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { OrderReport, Snapshot, TradeReport } from '../../core/report.ts';
import { readFindResult, readOutcome, readPlaced, readSnapshot } from './custody-words.ts';

const d = Decimal.parse;
const ORDER: OrderReport = {
  ...{ clientId: 'a-1-m-1', venueId: 'v1', market: 'BTC_USDT', side: 'sell', type: 'stop-limit', price: d('1.1') },
  ...{ activation: d('1.2'), postOnly: false, ioc: false, quantity: { unit: 'base', amount: d('0.3') } },
  ...{ filledBase: d('0.1'), filledQuote: null, createdAtMs: 5, updatedAtMs: null },
  status: { kind: 'closed', why: 'exchange', detail: 'CANCELED_STP' },
};
const TRADE: TradeReport = {
  ...{ tradeId: 't1', clientId: null, venueOrderId: 'v1', market: 'BTC_USDT', side: 'sell', price: d('1') },
  ...{ quantity: d('0.1'), value: d('0.1'), fee: { kind: 'pending' }, role: null, atMs: 7, reversed: true },
};
const SNAPSHOT: Snapshot = {
  ...{ askedAtMs: 100, asOfMs: 110, openOrders: [ORDER], closedOrders: [], trades: [TRADE], cursor: 'w1:1' },
  balances: { asOfMs: 105, complete: true, balances: [{ asset: 'BTC', free: d('1.5'), locked: d('0') }] },
};
const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const later = (ms: number): number => ms + 1_000;

test('what travelled is what was said; only our own clock is translated', () => {
  const { balances, ...rest } = SNAPSHOT;
  expect(readSnapshot(travelled(SNAPSHOT), later)).toEqual({
    ...{ ...rest, askedAtMs: 1_100, asOfMs: 1_110 },
    balances: { ...balances, asOfMs: 1_105 },
  });
  const lookedAt = { open: true, history: false, trades: true };
  expect(readFindResult({ kind: 'absent', lookedAt, atMs: 1 }, later)).toEqual({
    kind: 'absent',
    lookedAt,
    atMs: 1_001,
  });
  expect(readFindResult(travelled({ kind: 'found', report: ORDER, trades: null }), later)).toEqual({
    ...{ kind: 'found', report: ORDER, trades: null },
  });
});

test('a snapshot of which anything cannot be read is not read at all', () => {
  const spoil = (change: (copy: never) => void): unknown => {
    const copy = travelled(SNAPSHOT);
    change(copy as never);
    return copy;
  };
  const spoiled = [
    spoil(
      (copy: { openOrders: { filledBase: unknown }[] }) => ((copy.openOrders[0] ?? { filledBase: 0 }).filledBase = 1),
    ),
    spoil((copy: { trades: { price: unknown }[] }) => ((copy.trades[0] ?? { price: 0 }).price = '1e5')),
    spoil((copy: { balances: { complete: unknown } }) => (copy.balances.complete = 'true')),
    spoil((copy: { cursor: unknown }) => (copy.cursor = null)),
    spoil(
      (copy: { openOrders: { status: unknown }[] }) =>
        ((copy.openOrders[0] ?? { status: 0 }).status = { kind: 'gone' }),
    ),
    spoil((copy: { asOfMs: unknown }) => (copy.asOfMs = null)),
    null,
    [],
  ];
  for (const value of spoiled) expect(() => readSnapshot(value, later)).toThrow('');
});

test.each([
  [
    { kind: 'not-sent', rule: 'halted', why: 'Halted' },
    { kind: 'not-sent', why: 'Halted' },
  ],
  // Custody read the market's rules itself, so ours are old.
  [
    { kind: 'not-sent', rule: 'market-rules', why: 'tick' },
    { kind: 'rejected', code: 'rules', definite: true },
  ],
  [
    { kind: 'ambiguous', why: 'late', signedAtMs: 5 },
    { kind: 'ambiguous', signedAtMs: 1_005 },
  ],
  [
    { kind: 'in-doubt', firstSignedAtMs: 5 },
    { kind: 'ambiguous', signedAtMs: null },
  ],
  [{ kind: 'conflict' }, { kind: 'ambiguous' }],
  [{ kind: 'accepted', venueId: 'v1', report: { venueId: 'v1' }, sentAs: null }, { kind: 'ambiguous' }],
  [
    { kind: 'accepted', venueId: 'v1', report: null, sentAs: null },
    { kind: 'accepted', venueId: 'v1' },
  ],
  [
    {
      ...{ kind: 'accepted', venueId: 'v1', report: null },
      sentAs: {
        terms: { kind: 'limit', price: '100.41', postOnly: false, ioc: true },
        quantity: { unit: 'base', amount: '2' },
      },
    },
    {
      sentAs: { terms: { price: Decimal.parse('100.41'), ioc: true }, quantity: { amount: Decimal.parse('2') } },
    },
  ],
  [
    {
      ...{ kind: 'accepted', venueId: 'v1', report: null },
      sentAs: { terms: { kind: 'limit', price: 100.41 }, quantity: { unit: 'base', amount: '2' } },
    },
    { kind: 'ambiguous' },
  ],
  [{ kind: 'rejected', code: 'new-code', text: '', definite: true }, { kind: 'ambiguous' }],
  [{ kind: 'rejected', code: 'funds', text: 'no', definite: 1 }, { kind: 'ambiguous' }],
  [undefined, { kind: 'ambiguous', signedAtMs: null }],
])('%j is %j', (result, outcome) => {
  expect(readPlaced(result, later)).toMatchObject(outcome);
});

test('a cancellation whose answer is not there is an outcome that nobody knows', () => {
  expect(readOutcome(undefined, later)).toMatchObject({ kind: 'ambiguous', signedAtMs: null });
  expect(readOutcome({ kind: 'in-doubt' }, later).kind).toBe('ambiguous');
});
