import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BookLevel, Order } from '../../../src/contract/trading.ts';
import { Decimal } from '../../../src/core/decimal.ts';
import { grouped, mineBySteps, scaledTogether, stepsFor } from './levels.ts';

const none: ReadonlyMap<string, Decimal> = new Map();
const d = Decimal.parse;
const plain = (rows: ReturnType<typeof grouped>) => rows.map(({ price, quantity, total }) => [price, quantity, total]);

describe('steps', () => {
  test('are the tick and its powers of ten, up to what still tells something', () => {
    expect(stepsFor('0.01', '43210')).toEqual(['0.01', '0.1', '1', '10', '100']);
    expect(stepsFor('0.00000001', '0.00000012')).toEqual(['0.00000001']);
    expect(stepsFor('0.5', null)).toEqual(['0.5', '5', '50', '500', '5000', '50000']);
    expect(stepsFor('0', '1')).toEqual([]);
  });
});

describe('put together by 10', () => {
  const bids: BookLevel[] = [
    ['109', '0.1'],
    ['101.5', '0.2'],
    ['99.99', '0.3'],
  ];
  const asks: BookLevel[] = [
    ['109', '0.1'],
    ['110', '0.2'],
    ['110.01', '0.3'],
  ];
  test('bids go down, so that none looks better than it is', () => {
    expect(plain(grouped(bids, 'bid', '10', 9, none))).toEqual([
      ['100', '0.3', '0.3'],
      ['90', '0.3', '0.6'],
    ]);
  });
  test('asks go up', () => {
    expect(plain(grouped(asks, 'ask', '10', 9, none))).toEqual([
      ['110', '0.3', '0.3'],
      ['120', '0.3', '0.6'],
    ]);
  });
  test('the last row that fits is whole', () => {
    expect(plain(grouped(bids, 'bid', '10', 1, none))).toEqual([['100', '0.3', '0.3']]);
  });
});

test('0.1 and 0.2 are 0.3, and prices have the places of the step', () => {
  const levels: BookLevel[] = [
    ['1.30', '0.1'],
    ['1.3', '0.2'],
    ['1.29', '0'],
    ['nonsense', '1'],
  ];
  expect(plain(grouped(levels, 'bid', '0.01', 9, none))).toEqual([['1.30', '0.3', '0.3']]);
});

test('nothing is lost and nothing invented, whatever the step', () => {
  const level = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.bigInt({ min: 1n, max: 10n ** 12n }));
  fc.assert(
    fc.property(
      fc.array(level, { maxLength: 60 }),
      fc.constantFrom('0.01', '0.1', '0.25', '5', '1000'),
      fc.constantFrom('bid', 'ask'),
      (raw, step, side) => {
        const sorted = [...raw].sort(([a], [b]) => (a === b ? 0 : a < b === (side === 'ask') ? -1 : 1));
        const levels = sorted.map(
          ([price, quantity]): BookLevel => [
            Decimal.fromInteger(price, 2).toString(),
            Decimal.fromInteger(quantity, 8).toString(),
          ],
        );
        const rows = grouped(levels, side, step, 1_000, none);
        const all = Decimal.sum(levels.map(([, quantity]) => d(quantity)));
        expect(Decimal.sum(rows.map(({ quantity }) => d(quantity))).eq(all)).toBe(true);
        expect(d(rows.at(-1)?.total ?? '0').eq(all)).toBe(true);
        expect(new Set(rows.map(({ price }) => price)).size).toBe(rows.length);
        for (const { price } of rows) expect(d(price).isMultipleOf(d(step))).toBe(true);
      },
    ),
  );
});

describe('our own orders', () => {
  const order = (change: Partial<Order>): Order =>
    ({
      side: 'buy',
      state: 'open',
      terms: { kind: 'limit', price: '100.5', postOnly: false, ioc: false },
      quantity: { unit: 'base', amount: '1' },
      filledBase: '0',
      ...change,
    }) as Order;
  const at100 = (...orders: Order[]): string | undefined => mineBySteps(orders, 'bid', '10').get('100')?.toString();

  test('are added up by what is left of them', () => {
    expect(at100(order({}), order({ filledBase: '0.9' }))).toBe('1.1');
    const mine = mineBySteps([order({})], 'bid', '10');
    expect(grouped([['101', '5']], 'bid', '10', 5, mine)[0]?.mine).toBe('1');
  });

  test('stand in the book only when they wait there', () => {
    expect(at100(order({ side: 'sell' }))).toBeUndefined();
    expect(at100(order({ state: 'submitting' }))).toBeUndefined();
    expect(at100(order({ terms: { kind: 'stop-limit', price: '100.5', activation: '90' } }))).toBeUndefined();
    expect(at100(order({ terms: null }))).toBeUndefined();
    expect(at100(order({ filledBase: '1' }))).toBeUndefined();
    expect(at100(order({ state: 'unknown' }))).toBe('1');
    expect(at100(order({ state: 'cancelling' }))).toBe('1');
  });
});

test('bars of both sides share one scale', () => {
  const asks = grouped([['2', '10']], 'ask', '1', 5, none);
  const bids = grouped([['1', '5']], 'bid', '1', 5, none);
  const [askRows, bidRows] = scaledTogether(asks, bids);
  expect([askRows[0]?.depth, bidRows[0]?.depth]).toEqual([1, 0.5]);
  expect(scaledTogether([], [])).toEqual([[], []]);
});
