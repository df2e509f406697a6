import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from './decimal.ts';
import type { Fit, FitCode, Prices } from './fit.ts';
import { fitOrder } from './fit.ts';
import type { Instrument } from './instrument.ts';
import type { OrderDraft, OrderTerms, Side } from './order.ts';
import { limitPrice } from './order.ts';

const d = Decimal.parse;
const BTC: Instrument = {
  symbol: 'BTC_USDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: d('0.01'),
  lot: d('0.000001'),
  quantityMin: d('0.00001'),
  notionalMin: d('5'),
  notionalMax: d('1000000'),
  makerFee: d('0.001'),
  takerFee: d('0.001'),
};
const PRICES: Prices = { bid: d('39999'), ask: d('40001'), last: d('40000') };
const limit = (side: Side, price: string, amount: string, more: Partial<{ postOnly: boolean; ioc: boolean }> = {}) =>
  ({
    side,
    terms: { kind: 'limit', price: d(price), postOnly: false, ioc: false, ...more },
    quantity: { unit: 'base', amount: d(amount) },
  }) satisfies OrderDraft;
const codes = (result: Fit): readonly FitCode[] => (result.ok ? [] : result.problems.map(({ code }) => code));
const mended = (result: Fit): string | null => {
  const mend = result.ok ? null : result.problems[0]?.mend;
  if (mend === null || mend === undefined) return null;
  return `${limitPrice(mend.terms)?.toString() ?? ''} x ${mend.quantity.amount.toString()}`;
};

describe('an order that does not fit says which rule, the bound, and the nearest that does', () => {
  test.each([
    ['fits', limit('buy', '40000', '0.001'), [], null],
    ['a buy goes down to the tick', limit('buy', '40000.019', '0.001'), ['off-tick'], '40000.01 x 0.001'],
    ['a sell goes up to the tick', limit('sell', '40000.011', '0.001'), ['off-tick'], '40000.02 x 0.001'],
    ['quantity goes down to the lot', limit('sell', '40000', '0.0010009'), ['off-lot'], '40000 x 0.001'],
    ['both', limit('buy', '40000.001', '0.0010009'), ['off-tick', 'off-lot'], '40000 x 0.001'],
    ['too little', limit('buy', '40000', '0.000009'), ['below-quantity-min', 'below-notional-min'], null],
    ['worth too little', limit('buy', '40000', '0.0001'), ['below-notional-min'], null],
    ['worth too much', limit('buy', '40000', '26'), ['above-notional-max'], '40000 x 25'],
    ['nothing', limit('buy', '40000', '0'), ['zero'], null],
    ['less than nothing', limit('buy', '40000', '-1'), ['zero'], null],
    ['no price', limit('buy', '0', '1'), ['zero'], null],
    [
      'post only that would trade',
      limit('buy', '40001', '1', { postOnly: true }),
      ['crosses-post-only'],
      '40000.99 x 1',
    ],
    ['the same for a sell', limit('sell', '39000', '1', { postOnly: true }), ['crosses-post-only'], '39999.01 x 1'],
    ['a contradiction', limit('buy', '39000', '1', { postOnly: true, ioc: true }), ['post-only-ioc'], null],
  ])('%s', (_name, draft, expected, mend) => {
    const result = fitOrder(BTC, draft, PRICES);
    expect(codes(result)).toEqual(expected);
    expect(mended(result)).toBe(mend);
  });

  test('a minimum names what would be enough', () => {
    const result = fitOrder(BTC, limit('buy', '40000', '0.0001'), PRICES);
    expect(result.ok ? null : result.problems[0]).toMatchObject({
      field: 'quantity',
      bound: d('5'),
      reach: d('0.000125'),
    });
  });

  test('a market order without any price cannot be judged', () => {
    const draft: OrderDraft = { side: 'sell', terms: { kind: 'market' }, quantity: { unit: 'base', amount: d('1') } };
    expect(codes(fitOrder(BTC, draft, null))).toEqual(['price-missing']);
    expect(codes(fitOrder(BTC, draft, PRICES))).toEqual([]);
  });

  test('a sum of money buys only where that is offered, and pays its fee on top of the minimum', () => {
    const sum = (side: Side, terms: OrderTerms, amount: string) =>
      codes(fitOrder(BTC, { side, terms, quantity: { unit: 'quote', amount: d(amount) } }, PRICES));
    expect(sum('buy', { kind: 'market' }, '5.01')).toEqual([]);
    expect(sum('buy', { kind: 'market' }, '5')).toEqual(['below-notional-min']);
    expect(sum('buy', { kind: 'market' }, '6.001')).toEqual(['off-lot']);
    expect(sum('buy', { kind: 'stop-market', activation: d('41000') }, '10')).toEqual([]);
    expect(sum('sell', { kind: 'market' }, '10')).toEqual(['quote-not-offered']);
    expect(sum('buy', { kind: 'limit', price: d('1'), postOnly: false, ioc: false }, '10')).toEqual([
      'quote-not-offered',
    ]);
  });

  test('a stop at the last price', () => {
    const draft: OrderDraft = {
      side: 'buy',
      terms: { kind: 'stop-limit', price: d('41000'), activation: d('40000') },
      quantity: { unit: 'base', amount: d('1') },
    };
    expect(codes(fitOrder(BTC, draft, PRICES))).toEqual(['activation-at-last']);
  });

  test('a market that takes no orders, or only waiting ones', () => {
    expect(codes(fitOrder({ ...BTC, status: 'halted' }, limit('buy', '40000', '1'), PRICES))).toEqual(['halted']);
    const closed: Instrument = { ...BTC, status: 'post-only' };
    expect(codes(fitOrder(closed, limit('buy', '40000', '1'), PRICES))).toEqual(['post-only-market']);
    expect(codes(fitOrder(closed, limit('buy', '39000', '1', { postOnly: true }), PRICES))).toEqual([]);
  });

  test('a lot of a million, as on markets with a negative precision', () => {
    const pepe: Instrument = { ...BTC, lot: d('1000000'), quantityMin: d('1000000'), tick: d('0.0000000001') };
    expect(mended(fitOrder(pepe, limit('sell', '0.0000100001', '2999999'), null))).toBe('0.0000100001 x 2000000');
  });
});

describe('whatever is asked', () => {
  const step = fc.constantFrom('0.01', '0.000001', '1', '1000000', '0.25', '0.0000000001');
  const amount = fc
    .tuple(fc.bigInt({ min: -5n, max: 10n ** 12n }), fc.integer({ min: 0, max: 14 }))
    .map(([n, scale]) => Decimal.fromInteger(n, scale));
  const instrument = fc
    .record({ tick: step, lot: step, min: amount, notionalMin: amount, notionalMax: fc.option(amount) })
    .map(
      ({ tick, lot, min, notionalMin, notionalMax }): Instrument => ({
        ...BTC,
        tick: d(tick),
        lot: d(lot),
        quantityMin: min.abs(),
        notionalMin: notionalMin.abs(),
        notionalMax: notionalMax === null ? null : notionalMax.abs(),
      }),
    );
  const terms: fc.Arbitrary<OrderTerms> = fc.oneof(
    fc.record({ kind: fc.constant('limit' as const), price: amount, postOnly: fc.boolean(), ioc: fc.boolean() }),
    fc.constant({ kind: 'market' as const }),
    fc.record({ kind: fc.constant('stop-limit' as const), price: amount, activation: amount }),
    fc.record({ kind: fc.constant('stop-market' as const), activation: amount }),
  );
  const draft: fc.Arbitrary<OrderDraft> = fc.record({
    side: fc.constantFrom<Side>('buy', 'sell'),
    terms,
    quantity: fc.record({ unit: fc.constantFrom('base', 'quote'), amount }),
  });
  const prices: fc.Arbitrary<Prices | null> = fc.option(
    fc.record({ bid: fc.option(amount), ask: fc.option(amount), last: fc.option(amount) }),
  );

  test('what fits is on its steps and within its limits; a mended order fits and costs no more', () => {
    let mends = 0;
    fc.assert(
      fc.property(instrument, draft, prices, (market, asked, now) => {
        const result = fitOrder(market, asked, now);
        const fits = result.ok ? asked : (result.problems[0]?.mend ?? null);
        if (fits === null) return;
        const price = limitPrice(fits.terms);
        if (price !== null) expect(price.isMultipleOf(market.tick)).toBe(true);
        if (fits.quantity.unit === 'base') {
          expect(fits.quantity.amount.isMultipleOf(market.lot)).toBe(true);
          expect(fits.quantity.amount.gte(market.quantityMin)).toBe(true);
          if (price !== null) expect(fits.quantity.amount.mul(price).gte(market.notionalMin)).toBe(true);
        }
        expect(fits.quantity.amount.sign()).toBe(1);
        if (result.ok) return;
        mends += 1;
        expect(fitOrder(market, fits, now).ok).toBe(true);
        expect(fits.quantity.amount.lte(asked.quantity.amount)).toBe(true);
        const before = limitPrice(asked.terms);
        if (price !== null && before !== null)
          expect(fits.side === 'buy' ? price.lte(before) : price.gte(before)).toBe(true);
        if ('activation' in fits.terms && 'activation' in asked.terms) {
          const sooner = fits.terms.activation.compare(asked.terms.activation);
          expect(fits.side === 'buy' ? sooner >= 0 : sooner <= 0).toBe(true);
        }
      }),
      { numRuns: 4_000 },
    );
    expect(mends).toBeGreaterThan(50);
  });

  test('where nothing can be mended, the rule that stands against it is named', () => {
    fc.assert(
      fc.property(instrument, draft, prices, (market, asked, now) => {
        const result = fitOrder(market, asked, now);
        if (result.ok) return;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const { bound, code, reach } of result.problems) {
          const bare = ['halted', 'post-only-market', 'post-only-ioc', 'quote-not-offered', 'price-missing'];
          expect(bound === null).toBe(bare.includes(code));
          if (reach !== null && code === 'off-lot') expect(reach.sign()).toBe(1);
        }
      }),
    );
  });
});
