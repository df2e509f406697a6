import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { ClientOrderId } from '../../core/ids.ts';
import type { OrderTerms } from '../../core/order.ts';
import type { PlaceOrder } from '../../venues/trading.ts';
import { compareLimits, DEFAULT_LIMITS, tighterOf } from './changes.ts';
import { cappedAsset, evaluate, type Facts, isReducing, worseBy } from './policy.ts';

const d = (text: string) => Decimal.parse(text);
const LIMITS = { ...DEFAULT_LIMITS, markets: ['BTC_USDT'] };

function facts(change: Partial<Facts> = {}): Facts {
  return {
    limits: LIMITS,
    instrument: {
      symbol: 'BTC_USDT',
      kind: 'spot',
      base: 'BTC',
      quote: 'USDT',
      tick: d('0.01'),
      lot: d('0.000001'),
      quantityMin: d('0.001'),
      notionalMin: d('5'),
      notionalMax: null,
      makerFee: d('0.001'),
      takerFee: d('0.001'),
    },
    reference: d('100'),
    asks: [{ price: d('100.1'), quantity: d('1000') }],
    unitPrice: Decimal.ONE,
    equity: d('10000'),
    used: { adverse: Decimal.ZERO, turnover: Decimal.ZERO },
    open: { market: 0, all: 0 },
    lastMinute: 0,
    thin: '',
    held: Decimal.ZERO,
    bought: Decimal.ZERO,
    ...change,
  };
}

const limit = (price: string): OrderTerms => ({ kind: 'limit', price: d(price), postOnly: false, ioc: false });
function order(change: Partial<PlaceOrder> = {}): PlaceOrder {
  return {
    clientId: 'x-1-m-1' as ClientOrderId,
    market: 'BTC_USDT',
    side: 'buy',
    terms: limit('100'),
    quantity: { unit: 'base', amount: d('1') },
    ...change,
  };
}
const base = (amount: string) => ({ unit: 'base', amount: d(amount) }) as const;
const quote = (amount: string) => ({ unit: 'quote', amount: d(amount) }) as const;

const INSTRUMENT = facts().instrument as NonNullable<Facts['instrument']>;

/** Coins that can be bought on another enabled market are no money. */
const ETH_BTC = { ...INSTRUMENT, base: 'ETH', quote: 'BTC' };
const CROSSED = { ...LIMITS, markets: ['BTC_USDT', 'ETH_BTC'] };

describe('the first check that fails is the answer', () => {
  const rows: readonly (readonly [string, Partial<PlaceOrder>, Partial<Facts>])[] = [
    ['market', { market: 'DMG_USDT' }, {}],
    ['market', {}, { instrument: null }],
    ['market', {}, { instrument: { ...INSTRUMENT, kind: 'derivative' } }],
    ['reference', {}, { reference: null }],
    ['value', {}, { unitPrice: null }],
    ['value', {}, { equity: null }],
    ['price-band', { terms: limit('102.01') }, {}],
    ['price-band', { side: 'sell', terms: limit('97.99') }, {}],
    ['price-band', { terms: { kind: 'stop-limit', price: d('112.21'), activation: d('110') } }, {}],
    ['price-band', { side: 'sell', terms: { kind: 'stop-limit', price: d('97.99'), activation: d('101') } }, {}],
    ['price-band', { side: 'sell', terms: { kind: 'stop-market', activation: d('69.99') } }, {}],
    ['market-rules', { terms: limit('100.001') }, {}],
    ['market-rules', { quantity: base('1.0000001') }, {}],
    ['market-rules', { quantity: base('0.0009') }, {}],
    ['market-rules', { quantity: base('0.049') }, {}],
    ['market-rules', { quantity: quote('4.9'), terms: { kind: 'market' } }, {}],
    // Only what has no price of its own is bought for money.
    ['market-rules', { quantity: quote('1') }, {}],
    ['order-size', { quantity: base('5.000001') }, {}],
    ['order-size', { quantity: base('1.01') }, { equity: d('1000') }],
    ['open-orders', {}, { open: { market: 100, all: 100 } }],
    ['open-orders', {}, { open: { market: 0, all: 500 } }],
    ['order-rate', {}, { lastMinute: 120 }],
    ['turnover', {}, { used: { adverse: Decimal.ZERO, turnover: d('49900.01') } }],
    ['adverse', {}, { used: { adverse: d('99.91'), turnover: Decimal.ZERO } }],
    ['market', {}, { thin: 'under 1,000,000 USDT a day' }],
    ['value', {}, { held: null }],
    ['exposure', {}, { held: d('89.01') }],
    ['exposure', {}, { bought: d('8900.01') }],
    ['exposure', {}, { held: d('44'), bought: d('4500.01') }],
    ['exposure', {}, { limits: { ...LIMITS, assetPercent: '0.99' } }],
    ['exposure', { side: 'sell', market: 'ETH_BTC' }, { limits: CROSSED, instrument: ETH_BTC, held: d('8900.01') }],
    ['market-rules', {}, { instrument: { ...INSTRUMENT, notionalMax: d('99.99') } }],
    ['market', {}, { instrument: { ...INSTRUMENT, status: 'halted' } }],
  ];
  test.each(rows)('%s', (rule, changed, known) => {
    expect(evaluate(order(changed), facts(known))).toMatchObject({ ok: false, rule });
  });

  const edges: readonly (readonly [string, Partial<PlaceOrder>, Partial<Facts>])[] = [
    ['at the edge of the band, buying', { terms: limit('102') }, {}],
    ['at the edge of the band, selling', { side: 'sell', terms: limit('98') }, {}],
    ['however far on the passive side', { terms: limit('10') }, {}],
    [
      'a stop measured against its trigger',
      { side: 'sell', terms: { kind: 'stop-limit', price: d('78.4'), activation: d('80') } },
      {},
    ],
    ['the largest', { quantity: base('5') }, {}],
    ['the floor of a small account', {}, { equity: d('1000') }],
    ['the last open one', {}, { open: { market: 99, all: 499 } }],
    ['the last of the minute', {}, { lastMinute: 119 }],
    ['the last of the turnover', {}, { used: { adverse: Decimal.ZERO, turnover: d('49900') } }],
    ['the last of the budget', {}, { used: { adverse: d('99.9'), turnover: Decimal.ZERO } }],
    ['the last that an asset may come to', {}, { held: d('44'), bought: d('4500') }],
    ['without a limit on assets', {}, { limits: { ...LIMITS, assetPercent: '100' }, held: null }],
    ['a sale for money, whatever is held', { side: 'sell' }, { held: null, bought: d('100000') }],
    ['the farthest trigger', { side: 'sell', terms: { kind: 'stop-market', activation: d('70') } }, {}],
    ['the smallest value', { quantity: base('0.05') }, {}],
    ['the smallest quantity', { quantity: base('0.05') }, { instrument: { ...INSTRUMENT, quantityMin: d('0.05') } }],
    ['the largest value that the market takes', {}, { instrument: { ...INSTRUMENT, notionalMax: d('100') } }],
  ];
  test.each(edges)('%s passes', (_name, changed, known) => {
    expect(evaluate(order(changed), facts(known))).toMatchObject({ ok: true });
  });
});

describe('what leaves for an order without a price', () => {
  const sent = (changed: Partial<PlaceOrder>) => {
    const verdict = evaluate(order(changed), facts());
    return verdict.ok ? JSON.parse(JSON.stringify(verdict.sent)) : verdict;
  };
  test('a market buy is taken at once up to the edge of the band', () => {
    expect(sent({ terms: { kind: 'market' } })).toMatchObject({
      terms: { kind: 'limit', price: '102', ioc: true, postOnly: false },
      quantity: { unit: 'base', amount: '1' },
    });
  });
  test('a market sale down to the other edge', () => {
    expect(sent({ side: 'sell', terms: { kind: 'market' } })).toMatchObject({ terms: { price: '98', ioc: true } });
  });
  test('the edge is rounded towards the market', () => {
    const at = (side: 'buy' | 'sell') => {
      const verdict = evaluate(order({ side, terms: { kind: 'market' } }), facts({ reference: d('100.007') }));
      return verdict.ok ? JSON.parse(JSON.stringify(verdict.sent.terms)).price : verdict;
    };
    expect([at('buy'), at('sell')]).toEqual(['102', '98.01']);
  });
  test('a buy for an amount of money never costs more, and nearly all of it is spent', () => {
    const { quantity, terms } = sent({ terms: { kind: 'market' }, quantity: quote('100') });
    expect(terms).toMatchObject({ kind: 'limit', price: '100.41', ioc: true });
    const cost = d(quantity.amount).mul(d(terms.price));
    expect(cost.lte(d('100')) && cost.gt(d('99.99'))).toBe(true);
  });
  test('stops get the band beyond their trigger', () => {
    expect(sent({ side: 'sell', terms: { kind: 'stop-market', activation: d('90') } })).toMatchObject({
      terms: { kind: 'stop-limit', price: '88.2', activation: '90' },
    });
    expect(sent({ terms: { kind: 'stop-market', activation: d('110') }, quantity: quote('100') })).toMatchObject({
      terms: { kind: 'stop-limit', price: '112.2', activation: '110' },
      quantity: { unit: 'base', amount: '0.891265' },
    });
  });
});

const amounts = fc.integer({ min: 1, max: 2_000_000 }).map((units) => Decimal.fromInteger(BigInt(units), 2));

test('whatever is asked, what is allowed has a price within the band and costs no more than was reserved', () => {
  let allowed = 0;
  fc.assert(
    fc.property(
      fc.constantFrom('buy' as const, 'sell' as const),
      fc.constantFrom('limit', 'market', 'stop-limit', 'stop-market'),
      fc.integer({ min: 7_000, max: 13_000 }),
      fc.integer({ min: 7_000, max: 13_000 }),
      amounts,
      (side, kind, priceCents, activationCents, amount) => {
        const price = Decimal.fromInteger(BigInt(priceCents), 2);
        const activation = Decimal.fromInteger(BigInt(activationCents), 2);
        const terms = { kind, price, activation, postOnly: false, ioc: false } as unknown as OrderTerms;
        const inQuote = side === 'buy' && (kind === 'market' || kind === 'stop-market');
        const verdict = evaluate(
          order({
            side,
            terms,
            quantity: inQuote ? { unit: 'quote', amount } : { unit: 'base', amount: amount.mul(d('0.001')) },
          }),
          facts(),
        );
        if (!verdict.ok) return;
        allowed += 1;
        const { sent } = verdict;
        if (sent.terms.kind !== 'limit' && sent.terms.kind !== 'stop-limit') throw new Error('No price');
        const fair =
          sent.terms.kind === 'stop-limit' &&
          (side === 'buy') === sent.terms.activation.gt(d('100')) &&
          !sent.terms.activation.eq(d('100'))
            ? sent.terms.activation
            : d('100');
        const worst = side === 'buy' ? fair.mul(d('1.02')) : fair.mul(d('0.98'));
        expect(side === 'buy' ? sent.terms.price.lte(worst) : sent.terms.price.gte(worst)).toBe(true);
        expect(sent.quantity.unit).toBe('base');
        const value = sent.quantity.amount.mul(sent.terms.price);
        if (inQuote) expect(value.lte(amount)).toBe(true);
        expect(verdict.notional.gte(value)).toBe(true);
        // Traded at its worst price, it costs what was reserved and no more.
        const slip = side === 'buy' ? sent.terms.price.sub(fair) : fair.sub(sent.terms.price);
        const cost = sent.quantity.amount.mul(Decimal.max(slip, Decimal.ZERO)).add(value.mul(d('0.001')));
        expect(verdict.adverse.gte(cost.sub(d('0.000001')))).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(allowed).toBeGreaterThan(300);
});

describe('changes', () => {
  test.each([
    [{ markets: ['BTC_USDT', 'ETH_USDT'] }, true, 3_600_000],
    [{ markets: [] }, false, 0],
    [{ bandPercent: '2.1' }, true, 86_400_000],
    [{ bandPercent: '1.9' }, false, 0],
    [{ adversePercent: '1.1', markets: [] }, true, 86_400_000],
    [{ turnover: '6' }, true, 3_600_000],
    [{ orderPercent: '10' }, true, 3_600_000],
    [{ orderFloor: '200' }, true, 3_600_000],
    [{ ordersPerMinute: 121 }, true, 0],
    [{ openPerMarket: 101 }, true, 0],
    [{ openOrders: 501, turnover: '4' }, true, 0],
    [{ assetPercent: '90.1' }, true, 3_600_000],
    [{ assetPercent: '10' }, false, 0],
    [{}, false, 0],
  ])('%j loosens: %s', (change, loosens, delayMs) => {
    const after = { ...LIMITS, ...change };
    const found = compareLimits(LIMITS, after);
    expect(found).toMatchObject({ loosens, delayMs });
    expect(found.words.length).toBe(Object.keys(change).length);
    expect(compareLimits(LIMITS, tighterOf(LIMITS, after)).loosens).toBe(false);
  });
});

test('what adds to which asset, and what only gives coins away', () => {
  const limits = { ...LIMITS, markets: ['BTC_USDT', 'ETH_BTC', 'USDT_EUR'] };
  const of = (side: 'buy' | 'sell', market: string) => [
    cappedAsset({ side, market }, limits),
    isReducing({ side, market }),
  ];
  expect(of('buy', 'BTC_USDT')).toEqual(['BTC', false]);
  expect(of('sell', 'BTC_USDT')).toEqual([null, true]);
  expect(of('sell', 'ETH_BTC')).toEqual(['BTC', true]);
  expect(of('buy', 'ETH_BTC')).toEqual(['ETH', false]);
  // USDT are what everything is counted in, on whichever side they stand.
  expect(of('buy', 'USDT_EUR')).toEqual([null, true]);
  expect(of('sell', 'USDT_EUR')).toEqual([null, false]);
  expect(cappedAsset({ side: 'buy', market: 'BTC_USDT' }, { ...limits, assetPercent: '100' })).toBeNull();
  expect(cappedAsset({ side: 'buy', market: 'BTC_USDT' }, { ...limits, assetPercent: '99.9' })).toBe('BTC');
});

describe('roundings are never in favour of whoever asks', () => {
  test('what an order is worth and may cost is rounded up', () => {
    const verdict = evaluate(order(), facts({ unitPrice: d('1.000000000000001') }));
    expect(JSON.parse(JSON.stringify(verdict))).toMatchObject({
      notional: '100.000000000001',
      adverse: '0.100000000001',
    });
    expect(worseBy({ side: 'buy' }, d('101'), d('99')).toString()).toBe('0.020202020203');
    expect(worseBy({ side: 'sell' }, d('99'), d('101')).toString()).toBe('0.019801980199');
    expect(worseBy({ side: 'sell' }, d('101'), d('99')).sign()).toBe(0);
  });
  test('money that does not quite buy a step more does not', () => {
    const asked = order({ terms: { kind: 'market' }, quantity: quote('101.99999999999') });
    const verdict = evaluate(asked, facts({ asks: [] }));
    expect(verdict.ok && verdict.sent.quantity.amount.toString()).toBe('0.999999');
  });
  test('shares of the account are rounded down', () => {
    const tiny = { ...LIMITS, orderPercent: '0.00000000001', orderFloor: '5' };
    // A hundredth of it has thirteen places; the last is left out, so it is nothing.
    const verdict = evaluate(order({ quantity: base('0.06') }), facts({ limits: tiny, equity: d('90000000000000') }));
    expect(verdict).toMatchObject({ ok: false, rule: 'order-size' });
  });
});

test.each([
  [
    'a trigger between two steps',
    { terms: { kind: 'stop-limit', price: d('110'), activation: d('110.001') } },
    /^Triggers/,
  ],
  ['less than is traded, though worth enough', { quantity: base('0.0009') }, /^At least 0.001/],
] as const)('%s', (_name, changed, why) => {
  const instrument = { ...INSTRUMENT, notionalMin: d('0.01') };
  expect(evaluate(order(changed), facts({ instrument }))).toMatchObject({ rule: 'market-rules', why });
});

test('a buy for money reaches as deep as its money does, level by level', () => {
  const asks = [
    { price: d('100.1'), quantity: d('0.5') },
    { price: d('100.2'), quantity: d('0.25') },
    { price: d('100.5'), quantity: d('1') },
  ];
  const priceFor = (money: string) => {
    const verdict = evaluate(order({ terms: { kind: 'market' }, quantity: quote(money) }), facts({ asks }));
    return verdict.ok ? JSON.parse(JSON.stringify(verdict.sent.terms)).price : verdict;
  };
  // 50.05 at the first level, 75.1 at the second, 175.6 at the third.
  expect(priceFor('50.05')).toBe('100.41');
  expect(priceFor('50.06')).toBe('100.51');
  expect(priceFor('75.1')).toBe('100.51');
  expect(priceFor('75.11')).toBe('100.81');
  // Deeper than what was read: up to the edge of the band.
  expect(priceFor('175.61')).toBe('102');
});
