/** The sentence under the ticket, its problems and their buttons, by the machine that places. */

import { expect, test } from 'vitest';
import type { OrderPreview } from '../../contract/trading.ts';
import { Decimal } from '../../core/decimal.ts';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import type { OrderTerms, Quantity, Side } from '../../core/order.ts';
import type { PolicyView } from '../../custody/trade-protocol.ts';
import { openAccount } from '../../engine/account.ts';
import type { PlaceWish } from '../../engine/events.ts';
import { DEFAULT_LIMITS, type Limits } from '../../engine/limits.ts';
import { previewOrder } from './preview.ts';
import { draftOf } from './trading-desk-words.ts';

const d = Decimal.parse;
const AT_MS = 1_000_000;
const NOW = { bid: d('43340'), ask: d('43340.13'), last: d('43340.1'), asOfMs: AT_MS };
const POLICY: PolicyView = {
  version: 1,
  limits: {
    markets: ['BTC_USDT'],
    bandPercent: '2',
    orderPercent: '5',
    orderFloor: '100',
    adversePercent: '1',
    turnover: '5',
    ordersPerMinute: 120,
    openPerMarket: 100,
    openOrders: 500,
    assetPercent: '90',
  },
  proposal: null,
  practice: true,
  equity: '1000000',
  used: { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 },
};

function machine(limits: Partial<Limits> = {}) {
  const account = openAccount({
    ...{ install: 'gap1', epoch: 0, connection: 'c' as ConnectionId, atMs: AT_MS },
    profile: { validityMs: 5_000, settleMs: 1_000, uniqueness: 'open-only', buyFeeFrom: 'base' },
    limits: { ...DEFAULT_LIMITS, largestOrder: [{ asset: 'USDT', amount: d('10000') }], ...limits },
  });
  const at = { atMs: AT_MS };
  account.apply({ kind: 'boot', epoch: 0, ...at });
  const fees = { makerFee: d('0.001'), takerFee: d('0.001') };
  const steps = { tick: d('0.01'), lot: d('0.00001'), quantityMin: d('0.0001'), notionalMin: d('5') };
  const market = { symbol: 'BTC_USDT', kind: 'spot', base: 'BTC', quote: 'USDT', notionalMax: null } as const;
  account.apply({ kind: 'instruments', complete: true, instruments: [{ ...market, ...steps, ...fees }], ...at });
  account.apply({ kind: 'stream', state: 'live', why: '', ...at });
  const balances = [
    { asset: 'USDT', free: d('6000'), locked: Decimal.ZERO },
    { asset: 'BTC', free: d('1'), locked: Decimal.ZERO },
  ];
  const snapshot = { askedAtMs: AT_MS, asOfMs: AT_MS, openOrders: [], closedOrders: [], trades: [], cursor: 'x' };
  account.apply({
    kind: 'snapshot',
    snapshot: { ...snapshot, balances: { asOfMs: AT_MS, complete: true, balances } },
    ...at,
  });
  return account;
}

type Asked = {
  readonly side?: Side;
  readonly terms: OrderTerms;
  readonly quantity: Quantity;
  readonly more?: Partial<PlaceWish>;
  readonly policy?: Partial<PolicyView>;
  readonly limits?: Partial<Limits>;
};

function asked({ side = 'buy', terms, quantity, more = {}, policy = {}, limits = {} }: Asked): OrderPreview {
  const account = machine(limits);
  const wish: PlaceWish = {
    ...{ kind: 'place', requestId: 'preview', by: { user: 'ann' as UserId, bot: null }, market: 'BTC_USDT' },
    draft: { side, terms, quantity },
    ...{ slot: null, confirmations: [], now: NOW },
    ...more,
  };
  const preview = previewOrder({
    runner: {
      query: account.query,
      preview: (of) => account.preview({ ...of, atMs: AT_MS }),
    },
    wish,
    policy: { ...POLICY, ...policy },
    unitPrice: Decimal.ONE,
  });
  // A button has to lead to an order that passes: each one is pressed here.
  for (const { mend } of preview.problems) {
    if (mend === null) continue;
    const draft = draftOf(mend.draft);
    const pressed = account.preview({ ...wish, draft, confirmations: ['far-from-market'], atMs: AT_MS });
    expect(pressed.applied.refused, `${mend.label}: ${JSON.stringify(mend.draft)}`).toBeNull();
  }
  return { ...preview, sentence: preview.sentence.replaceAll('\u202f', ' ') };
}

const limit = (price: string, more: { postOnly?: boolean; ioc?: boolean } = {}): OrderTerms => ({
  ...{ kind: 'limit', price: d(price), postOnly: false, ioc: false },
  ...more,
});
const base = (amount: string): Quantity => ({ unit: 'base', amount: d(amount) });
const labels = (preview: OrderPreview) => preview.problems.map(({ code, mend }) => [code, mend?.label ?? null]);

test('a limit order that rests', () => {
  const preview = asked({ terms: limit('43210'), quantity: base('0.1') });
  expect(preview).toEqual({
    sentence:
      'Buy 0.10000 BTC at 43 210.00 USDT. Costs 4 321.00 USDT, fee up to 0.0001 BTC. Rests in the book, 0.30 % under the market.',
    problems: [],
    quantityBase: '0.1',
    value: '4321',
    fee: { asset: 'BTC', amount: '0.0001' },
    after: { asset: 'USDT', available: '1679' },
    distancePercent: '-0.30025291',
    sentAs: '',
  });
});

test.each<[string, Asked, string]>([
  [
    'a sale that rests',
    { side: 'sell', terms: limit('44000'), quantity: base('0.1') },
    'Sell 0.10000 BTC at 44 000.00 USDT. Brings 4 400.00 USDT, fee up to 4.4 USDT. Rests in the book, 1.52 % over the market.',
  ],
  [
    'one that crosses',
    { terms: limit('43500'), quantity: base('0.1') },
    'Buy 0.10000 BTC at 43 500.00 USDT. Costs 4 350.00 USDT, fee up to 0.0001 BTC. Trades at once from 43 340.13 USDT on; what is left rests in the book.',
  ],
  [
    'one that takes or ends',
    { terms: limit('43500', { ioc: true }), quantity: base('0.1') },
    'Buy 0.10000 BTC at 43 500.00 USDT. Costs 4 350.00 USDT, fee up to 0.0001 BTC. Takes at once from 43 340.13 USDT on; what is left is given up.',
  ],
  [
    'one that would find nothing to take',
    { terms: limit('43000', { ioc: true }), quantity: base('0.1') },
    'Buy 0.10000 BTC at 43 000.00 USDT. Costs 4 300.00 USDT, fee up to 0.0001 BTC. Nothing would trade now: the best offer is 43 340.13 USDT. It is given up at once.',
  ],
  [
    'one that only waits',
    { terms: limit('43210', { postOnly: true }), quantity: base('0.1') },
    'Buy 0.10000 BTC at 43 210.00 USDT. Costs 4 321.00 USDT, fee up to 0.0001 BTC. Rests in the book, 0.30 % under the market. It never takes.',
  ],
  [
    'a market buy in base',
    { terms: { kind: 'market' }, quantity: base('0.1') },
    'Buy 0.10000 BTC at the market price, now about 43 340.13 USDT. Costs about 4 334.013 USDT, fee up to 0.0001 BTC. Trades at once.',
  ],
  [
    'a market buy for money',
    { terms: { kind: 'market' }, quantity: { unit: 'quote', amount: d('100') } },
    'Buy BTC for 100.00 USDT at the market price, now about 43 340.13 USDT. Brings about 0.00230 BTC, fee up to 0.0000023 BTC. Trades at once.',
  ],
  [
    'a stop',
    { side: 'sell', terms: { kind: 'stop-limit', price: d('42900'), activation: d('43000') }, quantity: base('0.1') },
    'When the last price reaches 43 000.00 USDT, sell 0.10000 BTC at 42 900.00 USDT. Brings 4 290.00 USDT, fee up to 4.29 USDT. Waits at the exchange until then.',
  ],
  [
    'a stop without a price',
    { side: 'sell', terms: { kind: 'stop-market', activation: d('43000') }, quantity: base('0.1') },
    'When the last price reaches 43 000.00 USDT, sell 0.10000 BTC at the market price of then. Brings about 4 300.00 USDT, fee up to 4.3 USDT. Waits at the exchange until then.',
  ],
])('%s', (_what, ask, sentence) => {
  const preview = asked(ask);
  expect(preview.problems).toEqual([]);
  expect(preview.sentence).toBe(sentence);
});

test('what has no price leaves as a limit order at the edge of the band, and this is said', () => {
  expect(asked({ terms: { kind: 'market' }, quantity: base('0.1') }).sentAs).toBe(
    'Leaves as a limit order that takes at once, at most 2 % above the market (up to 44\u202f206.86 USDT as prices are now). What does not trade within that is given up.',
  );
  const stop = asked({ side: 'sell', terms: { kind: 'stop-market', activation: d('43000') }, quantity: base('0.1') });
  expect(stop.sentAs).toBe(
    'Leaves as a stop limit order, at most 2 % below its trigger (down to 42\u202f140.00 USDT as prices are now). What does not trade within that is left waiting.',
  );
});

test.each<[string, Asked, [string, string | null][]]>([
  [
    'a price between ticks',
    { terms: limit('43210.005'), quantity: base('0.1') },
    [['order_off_tick', 'Round to 43\u202f210.00']],
  ],
  [
    'an amount between lots',
    { terms: limit('43210'), quantity: base('0.100001') },
    [['order_off_lot', 'Round to 0.10000']],
  ],
  [
    'two at once, mended together',
    { terms: limit('43210.005'), quantity: base('0.100001') },
    [
      ['order_off_tick', 'Round to 43\u202f210.00'],
      ['order_off_lot', 'Round to 0.10000'],
    ],
  ],
  [
    'too little',
    { terms: limit('43210'), quantity: base('0.0001') },
    [['order_below_notional_min', 'Raise to 0.00012 BTC']],
  ],
  ['nothing', { terms: limit('43210'), quantity: base('0') }, [['order_zero', null]]],
  [
    'a waiting order that would take',
    { terms: limit('43400', { postOnly: true }), quantity: base('0.1') },
    [['order_crosses_post_only', 'Set the price to 43\u202f340.12']],
  ],
  ['more than there is', { terms: limit('43210'), quantity: base('0.15') }, [['order_not_enough', 'Use 0.13885 BTC']]],
  [
    'more than its owner allows',
    { terms: limit('43210'), quantity: base('0.1'), limits: { largestOrder: [{ asset: 'USDT', amount: d('1000') }] } },
    [['order_too_large', 'Use 0.02314 BTC']],
  ],
  [
    'more than custody allows',
    { terms: limit('43210'), quantity: base('0.1'), policy: { equity: '20000' } },
    [['custody_order_size', 'Use 0.02314 BTC']],
  ],
  [
    'a market that custody does not allow',
    { terms: limit('43210'), quantity: base('0.1'), policy: { limits: { ...POLICY.limits, markets: [] } } },
    [['custody_market', null]],
  ],
  [
    'a torn book',
    { terms: limit('43210'), quantity: base('0.1'), more: { now: { ...NOW, bid: d('42000') } } },
    [['custody_reference', null]],
  ],
  [
    'beyond the band',
    { terms: limit('44250'), quantity: base('0.1') },
    [['custody_price_band', 'Set the price to 44\u202f206.86']],
  ],
  [
    'a day that is used up',
    {
      terms: limit('43210'),
      quantity: base('0.1'),
      policy: { used: { adverse: '9999', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 } },
    },
    [['custody_adverse', 'Use 0.02314 BTC']],
  ],
  [
    'turned over enough',
    {
      terms: limit('43210'),
      quantity: base('0.1'),
      policy: { used: { adverse: '0', turnover: '5000000', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 } },
    },
    [['custody_turnover', null]],
  ],
  [
    'as many open as custody allows',
    {
      terms: limit('43210'),
      quantity: base('0.1'),
      policy: { used: { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 500 } },
    },
    [['custody_open_orders', null]],
  ],
])('%s', (_what, ask, expected) => {
  expect(labels(asked(ask))).toEqual(expected);
});

test('far too much named four limits and not the money; the button led to the next refusal', () => {
  const limits = { largestOrder: [{ asset: 'USDT', amount: d('1000') }] };
  const preview = asked({ terms: limit('43210'), quantity: base('5'), limits, policy: { equity: '15000' } });
  expect(labels(preview)).toEqual([
    ['order_not_enough', null],
    ['custody_order_size', 'Use 0.01735 BTC'],
  ]);
  expect(preview.problems[0]?.cause).toBe('It takes 216050 USDT; 6000 is free.');
  expect(preview.after).toBeNull();
});

test('everything that has to be confirmed is told at once', () => {
  const preview = asked({ terms: limit('20000'), quantity: base('0.1'), more: { now: { ...NOW, asOfMs: 0 } } });
  expect(preview.problems.map(({ confirm }) => confirm)).toEqual(['price-unknown']);
  const far = asked({ terms: limit('20000'), quantity: base('0.1'), limits: { largestOrder: [] } });
  expect(far.problems.map(({ confirm, code }) => [code, confirm])).toEqual([
    ['order_no_limit_for_asset', 'no-limit-for-asset'],
    ['order_far_from_market', 'far-from-market'],
  ]);
});

test('a market that nobody knows', () => {
  const preview = asked({ terms: limit('1'), quantity: base('1'), more: { market: 'NO_WAY' } });
  expect(labels(preview)).toEqual([['order_unknown_market', null]]);
  expect(preview.sentence).toBe('');
});
