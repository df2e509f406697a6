import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { Wallet } from '../venues/venue.ts';
import { priceBook } from './price.ts';
import { type Holding, parts, totals, valueHolding } from './value.ts';

const book = priceBook(
  [
    ['BTC', '50000'],
    ['ETH', '2500.01'],
    ['DOGE', '0.123456789'],
  ].map(([base = '', last = '0']) => ({ symbol: `${base}_USDT`, base, quote: 'USDT', last: Decimal.parse(last) })),
);
const cheaper = priceBook([{ symbol: 'BTC_USDT', base: 'BTC', quote: 'USDT', last: Decimal.parse('40000') }]);
const holding = (connection: string, wallet: Wallet, asset: string, free: string, locked = '0'): Holding => ({
  connection,
  wallet,
  asset,
  free: Decimal.parse(free),
  locked: Decimal.parse(locked),
});
const text = (value: Decimal | null) => value?.toString() ?? null;

describe('a balance', () => {
  test('is worth free and locked together, at the price that is shown', () => {
    const row = valueHolding(holding('a', 'trade', 'BTC', '0.1', '0.02'), 'USDT', book);
    expect([text(row.quantity), text(row.value), text(row.price?.price ?? null), row.reason]).toEqual([
      '0.12',
      '6000',
      '50000',
      '',
    ]);
  });

  test('is rounded once, half-even, to eight places', () => {
    const value = (quantity: string) => text(valueHolding(holding('a', 'trade', 'DOGE', quantity), 'USDT', book).value);
    expect(value('1')).toBe('0.12345679');
    expect(value('0.1')).toBe('0.01234568');
    expect(value('0.00000001')).toBe('0');
  });

  test('without a price has no value, and says why; it is not worth nothing', () => {
    const row = valueHolding(holding('a', 'trade', 'XYZ', '5'), 'EUR', book);
    expect(row).toMatchObject({ value: null, price: null, reason: 'No market leads from XYZ to EUR.' });
  });
});

describe('what orders hold', () => {
  const rows = [
    valueHolding(holding('a', 'trade', 'BTC', '0.1', '0.02'), 'USDT', book),
    valueHolding(holding('a', 'trade', 'USDT', '0', '5'), 'USDT', book),
    valueHolding(holding('a', 'trade', 'XYZ', '3'), 'USDT', book),
  ];

  test('was once shown as free to trade: free and locked are told apart, and add up to the total', () => {
    const { free, locked } = parts(rows);
    expect([text(free.value), text(locked.value)]).toEqual(['5000', '1005']);
    expect(totals(rows, 'USDT').byAsset[0]).toMatchObject({
      free: Decimal.parse('0.1'),
      locked: Decimal.parse('0.02'),
    });
  });

  test('lacks a price only for what it holds', () => {
    const { free, locked } = parts(rows);
    expect([free.unpriced, locked.unpriced]).toEqual([['XYZ'], []]);
    expect(text(parts([]).locked.value)).toBe('0');
  });
});

describe('totals', () => {
  const rows = [
    valueHolding(holding('mine', 'trade', 'BTC', '1'), 'USDT', book),
    valueHolding(holding('mine', 'main', 'BTC', '1'), 'USDT', book),
    valueHolding(holding('mine', 'trade', 'XYZ', '7'), 'USDT', book),
    valueHolding(holding('other', 'trade', 'BTC', '2'), 'USDT', cheaper),
    valueHolding(holding('other', 'trade', 'USDT', '20000'), 'USDT', cheaper),
    valueHolding(holding('odd', 'collateral', 'XYZ', '1'), 'USDT', book),
  ];
  const all = totals(rows, 'USDT');

  test('name what they lack', () => {
    expect([text(all.total.value), all.total.unpriced]).toEqual(['200000', ['XYZ']]);
  });

  test('by asset: quantities add up, a price that differs between exchanges is their mean by weight', () => {
    const told = all.byAsset.map((row) => [
      row.asset,
      text(row.quantity),
      text(row.price),
      text(row.value),
      text(row.share),
    ]);
    expect(told).toEqual([
      ['BTC', '4', '45000', '180000', '90'],
      ['USDT', '20000', '1', '20000', '10'],
      ['XYZ', '8', null, null, null],
    ]);
    expect(all.byAsset[2]?.reason).toBe('No market leads from XYZ to USDT.');
  });

  test('by wallet and by connection: one of which nothing has a price is unknown, not zero', () => {
    expect(all.byWallet.map((row) => [row.key, text(row.value), text(row.share)])).toEqual([
      ['trade', '150000', '75'],
      ['main', '50000', '25'],
      ['collateral', null, null],
    ]);
    expect(all.byConnection.map((row) => [row.key, text(row.value), row.unpriced])).toEqual([
      // Equal values: by name.
      ['mine', '100000', ['XYZ']],
      ['other', '100000', []],
      ['odd', null, ['XYZ']],
    ]);
  });

  test('of nothing are zero', () => {
    expect(totals([], 'EUR')).toMatchObject({
      total: { value: Decimal.ZERO, unpriced: [] },
      byAsset: [],
      assumptions: [],
    });
  });

  test('say each assumption once', () => {
    const inDollars = ['BTC', 'ETH'].map((asset) => valueHolding(holding('a', 'trade', asset, '1'), 'USD', book));
    expect(totals(inDollars, 'USD').assumptions).toEqual(['One USDT is counted as one USD.']);
  });

  test('every way of adding up gives the same sum, to the last digit', () => {
    const quantity = fc.bigInt({ min: 0n, max: 10n ** 27n }).map((n) => Decimal.fromInteger(n, 18));
    const any = fc.record({
      connection: fc.constantFrom('a', 'b', 'c'),
      wallet: fc.constantFrom('main' as const, 'trade' as const, 'collateral' as const),
      asset: fc.constantFrom('BTC', 'ETH', 'DOGE', 'USDT', 'XYZ'),
      free: quantity,
      locked: quantity,
    });
    const currency = fc.constantFrom('USDT' as const, 'USD' as const, 'BTC' as const);
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), currency, (holdings, wanted) => {
        const valued = holdings.map((one) => valueHolding(one, wanted, book));
        const result = totals(valued, wanted);
        const sum = (parts: readonly { readonly value: Decimal | null }[]) =>
          Decimal.sum(parts.map((part) => part.value ?? Decimal.ZERO)).toString();
        const expected = sum(valued);
        expect(result.total.value?.toString() ?? '0').toBe(expected);
        const { free: usable, locked: held } = parts(valued);
        expect((usable.value ?? Decimal.ZERO).add(held.value ?? Decimal.ZERO).toString()).toBe(expected);
        for (const parts of [result.byAsset, result.byWallet, result.byConnection]) {
          expect(sum(parts)).toBe(expected);
          const percents = parts.flatMap((part) => (part.share === null ? [] : [part.share]));
          if (percents.length > 0) expect(Decimal.sum(percents).toString()).toBe('100');
        }
        for (const row of valued) {
          expect(row.value === null).toBe(row.asset === 'XYZ');
          if (row.value !== null) expect(row.value.scale).toBeLessThanOrEqual(60);
        }
      }),
    );
  });
});
