import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { TradeReport } from '../core/report.ts';
import { ANN, Desk } from './desk.testing.ts';
import type { PlaceWish } from './events.ts';
import { MARKET } from './hostile-venue.testing.ts';
import type { Limits } from './limits.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const d = Decimal.parse;
const LIMITS: Limits = { ...DEFAULT_LIMITS, largestOrder: [{ asset: 'USDT', amount: d('500') }] };

describe('a refusal names its code, its cause, its cure, and what would let it pass', () => {
  type Row = readonly [string, string, string | null, string, Partial<PlaceWish>, Partial<Limits>];
  const rows: readonly Row[] = [
    ['unknown-market', 'not a market', '99', '1', { market: 'NO_SUCH' }, {}],
    ['does-not-fit', 'off-tick', '99.001', '1', {}, {}],
    ['does-not-fit', 'below-notional-min', '99', '0.001', {}, {}],
    ['market-not-allowed', 'not among', '99', '1', {}, { markets: ['ETH_USDT'] }],
    ['too-large', '594 USDT', '99', '6', {}, {}],
    ['no-limit-for-asset', 'USDT', '99', '1', {}, { largestOrder: [] }],
    ['too-many-open', '0 orders', '99', '1', {}, { openOrdersMax: 0 }],
    ['too-many-open', 'in BTC_USDT', '99', '1', {}, { openOrdersPerMarketMax: 0 }],
    ['far-from-market', '4.9 % beyond', '105', '1', {}, {}],
    ['far-from-market', '60.04 % away', '40', '1', {}, {}],
    ['price-unknown', 'not known', '99', '1', { now: null }, {}],
    ['not-enough', '10 is free', '100', '10.001', {}, { largestOrder: [{ asset: 'USDT', amount: d('5000') }] }],
  ];

  test.each(rows)('%s: %s', (code, cause, price, amount, more, limits) => {
    const desk = new Desk();
    desk.hear({ kind: 'limits', limits: { ...LIMITS, ...limits } });
    const side = code === 'not-enough' ? 'sell' : 'buy';
    const { refused, commands, order } = desk.wish(side, price, amount, more);
    expect(refused?.code).toBe(code);
    expect(refused?.cause).toContain(cause);
    expect(refused?.cure).not.toBe('');
    expect([commands, order]).toEqual([[], null]);
    const confirm = refused?.confirm ?? null;
    const confirmable = ['no-limit-for-asset', 'far-from-market', 'price-unknown'];
    expect(confirm !== null).toBe(confirmable.includes(code));
    if (confirm !== null)
      expect(desk.wish(side, price, amount, { ...more, confirmations: [confirm] }).refused).toBeNull();
  });

  test('with nothing to sell the cure was a smaller order', () => {
    const desk = new Desk();
    desk.hear({ kind: 'limits', limits: { ...LIMITS, largestOrder: [{ asset: 'USDT', amount: d('5000') }] } });
    expect(desk.wish('sell', '100', '10').refused).toBeNull();
    expect(desk.wish('sell', '100', '1').refused).toMatchObject({
      code: 'not-enough',
      cure: 'Cancel an order that holds BTC.',
    });
  });

  test('a stop that would act at once, and one that would not', () => {
    const desk = new Desk();
    const stop = (activation: string, confirmations: PlaceWish['confirmations'] = []) =>
      desk.wish('buy', null, '1', {
        confirmations,
        draft: {
          side: 'buy',
          terms: { kind: 'stop-limit', price: d(activation), activation: d(activation) },
          quantity: { unit: 'base', amount: d('1') },
        },
      }).refused?.code;
    expect(stop('99')).toBe('activation-passed');
    expect(stop('99', ['activation-passed'])).toBeUndefined();
    expect(stop('101')).toBeUndefined();
  });

  test('an old price is no price', () => {
    const desk = new Desk();
    const now = { bid: d('99.9'), ask: d('100.1'), last: d('100'), asOfMs: desk.nowMs - 10_000 };
    expect(desk.wish('buy', '99', '1', { now }).refused).toMatchObject({
      code: 'price-unknown',
      confirm: 'price-unknown',
    });
    expect(desk.wish('buy', null, '1', { now }).refused).toMatchObject({
      code: 'does-not-fit',
      problems: [{ code: 'price-missing' }],
    });
  });

  test('without a stream it takes a word, and works', () => {
    const desk = new Desk();
    desk.hear({ kind: 'stream', state: 'lost', why: 'cut' });
    expect(desk.wish('buy', '99', '1').refused).toMatchObject({ code: 'without-stream', confirm: 'without-stream' });
    expect(desk.wish('buy', '99', '1', { confirmations: ['without-stream'] }).refused).toBeNull();
  });

  test('back again, it is compared first', () => {
    const desk = new Desk();
    desk.wait(1_000);
    desk.hear({ kind: 'stream', state: 'live', why: '' });
    expect(desk.kinds()).toEqual(['snapshot']);
    expect(desk.wish('buy', '99', '1').refused?.code).toBe('without-stream');
    desk.snapshot({});
    expect(desk.wish('buy', '99', '1').refused).toBeNull();
  });

  test('one event was missed, and until the next reconnect, up to a day, every order was asked back', () => {
    const desk = new Desk();
    desk.wait(1_000);
    desk.hear({ kind: 'stream', state: 'gap', why: '1 events were not passed on' });
    expect(desk.kinds()).toEqual(['snapshot']);
    // Asked for before the gap: it may lack what was missed.
    desk.snapshot({ askedAtMs: desk.nowMs - 1 });
    expect(desk.machine.query.machine.stream.state).toBe('gap');
    expect(desk.wish('buy', '99', '1').refused?.code).toBe('without-stream');
    desk.snapshot({});
    expect(desk.machine.query.machine.stream).toMatchObject({ state: 'live', why: '' });
    expect(desk.wish('buy', '99', '1').refused).toBeNull();
    expect(desk.wait(9_000)).toEqual([]);
  });

  test('a gap in news that do not come at all does not make them come', () => {
    const desk = new Desk();
    desk.wait(1_000);
    desk.hear({ kind: 'stream', state: 'lost', why: 'cut' });
    desk.hear({ kind: 'stream', state: 'gap', why: '3 events were not passed on' });
    expect(desk.kinds()).toEqual(['snapshot']);
    desk.snapshot({});
    expect(desk.machine.query.machine.stream).toMatchObject({ state: 'lost', why: 'cut' });
  });

  test('a bot by an impossible name places nothing', () => {
    const desk = new Desk();
    for (const bot of ['', 'Grid', 'toolong', 'a-b'])
      expect(desk.wish('buy', '99', '1', { by: { user: null, bot } }).refused?.code).toBe('bad-bot-tag');
  });

  test('what is on its way is spent (hummingbot 2012)', () => {
    const desk = new Desk();
    expect(desk.wish('buy', '99', '9').refused).toBeNull();
    expect(desk.machine.query.available('USDT').toString()).toBe('109');
    expect(desk.wish('buy', '99', '2').refused?.code).toBe('not-enough');
  });

  test('what an order spent stays spent while its fills are on their way (seeds 10705, 11644)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', null, '9');
    const ended = { kind: 'closed', why: 'filled', detail: null } as const;
    desk.outcome(key, {
      kind: 'accepted',
      venueId: 'v1',
      report: desk.report(key, { filledBase: d('9'), status: ended }),
    });
    expect(desk.state(key)).toBe('closed: filled');
    expect(desk.wish('buy', '99', '2').refused?.code).toBe('not-enough');
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '9') });
    expect(desk.machine.query.available('USDT').toString()).toBe('100');
  });

  test('halted: nothing new, and cancelling works', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.hear({ kind: 'halt', by: 'ann', why: 'lunch' });
    expect(desk.wish('buy', '99', '1').refused).toMatchObject({ code: 'halted', cause: 'Halted by ann: lunch.' });
    desk.hear({ kind: 'cancel', by: ANN, order: key });
    expect(desk.kinds()).toEqual(['cancel']);
  });

  test('the same refusal again and again slows down; another wish does not wait (chrisleekr 742)', () => {
    const desk = new Desk();
    const codes: (string | undefined)[] = [];
    for (let second = 0; second < 20; second += 1) {
      codes.push(desk.wish('buy', '99.001', '1').refused?.code);
      desk.wait(1_000);
    }
    expect(codes.filter((code) => code === 'does-not-fit').length).toBeLessThan(9);
    expect(codes).toContain('slow-down');
    expect(desk.wish('buy', '99', '1').refused).toBeNull();
  });

  test('a rule that we did not know: one illegal order, then the rules are read first (F70, I-10)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, { kind: 'rejected', code: 'rules', text: 'Min price step', definite: true });
    expect(desk.kinds()).toEqual(['instruments-refresh']);
    expect(desk.order(key)).toMatchObject({ status: { kind: 'closed', why: 'rejected' }, detail: 'Min price step' });
    expect(desk.wish('buy', '99', '1').refused?.code).toBe('rules-in-doubt');
    desk.hear({ kind: 'instruments', complete: true, instruments: [{ ...MARKET, tick: d('10') }] });
    expect(desk.wish('buy', '99', '1').refused?.code).toBe('does-not-fit');
    expect(desk.wish('buy', '90', '1').refused).toBeNull();
  });

  test('a market that is gone takes nothing, and what traded there is still booked (F72)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.hear({ kind: 'instruments', complete: true, instruments: [] });
    expect(desk.wish('buy', '99', '1').refused?.problems).toMatchObject([{ code: 'halted' }]);
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '1') });
    expect(desk.state(key)).toBe('closed: filled');
  });

  test('a slot has one order, ever', () => {
    const desk = new Desk();
    const by = { user: null, bot: 'grid1' };
    const first = desk.wish('buy', '99', '1', { by, slot: 'L07.buy.1' });
    expect(first.order).toMatch(/^gap1-0-grid1-/);
    expect(desk.wish('buy', '98', '1', { by, slot: 'L07.buy.1' }).refused?.code).toBe('slot-used');
    desk.outcome(first.order ?? ('' as never), { kind: 'rejected', code: 'funds', text: '', definite: true });
    expect(desk.wish('buy', '98', '1', { by, slot: 'L07.buy.1' }).refused?.code).toBe('slot-used');
    expect(desk.wish('buy', '98', '1', { by, slot: 'L07.buy.2' }).refused).toBeNull();
  });
});

describe('what can grow has a limit', () => {
  test('ended orders and their trades leave memory, not the count (hummingbot 1167, nautilus 4533)', () => {
    const desk = new Desk();
    let peak = 0;
    const told: TradeReport[] = [];
    for (let round = 0; round < 300; round += 1) {
      const key = desk.open('buy', '99', '1', `v${round}`);
      const trade = desk.trade(key, `t${round}`, '1', { venueOrderId: `v${round}` });
      desk.hear({ kind: 'trade-report', report: trade });
      desk.wait(60_000);
      desk.snapshot({ trades: [trade] });
      told.push(trade);
      // Old news of what was forgotten is not news.
      const old = told[round - 100];
      if (old !== undefined) desk.hear({ kind: 'trade-report', report: old });
      expect(desk.last.changes.some(({ kind }) => kind === 'ledger' && old !== undefined)).toBe(false);
      peak = Math.max(peak, desk.machine.query.orders().length);
    }
    expect(peak).toBeLessThan(90);
    expect(JSON.stringify(desk.machine.save()).length).toBeLessThan(150_000);
  });

  test('requests are remembered for a day', () => {
    const desk = new Desk();
    const { order } = desk.wish('buy', '99', '1', { requestId: 'click' });
    desk.outcome(order ?? ('' as never), { kind: 'not-sent', why: 'locked' });
    desk.wait(86_400_000 - 1_000);
    expect(desk.wish('buy', '99', '1', { requestId: 'click' }).order).toBe(order);
    desk.wait(10_000);
    desk.hear({ kind: 'stream', state: 'live', why: '' });
    desk.snapshot({});
    expect(desk.wish('buy', '99', '1', { requestId: 'click' }).order).not.toBe(order);
  });

  test('the same refusals in every shape do not fill memory', () => {
    const desk = new Desk();
    for (let price = 1; price <= 1_000; price += 1) desk.wish('buy', `99.00${price}`, '1');
    expect(desk.machine.query.machine.refusals.length).toBe(200);
  });

  test('what was refused long ago is not written with every step for ever', () => {
    const desk = new Desk();
    for (let price = 1_001; price <= 1_200; price += 1) desk.wish('buy', `99.${price}`, '1');
    expect(JSON.stringify(desk.machine.save().machine).length).toBeLessThan(25_000);
    desk.wait(119_000);
    desk.hear({ kind: 'time' });
    expect(desk.machine.query.machine.refusals.length).toBeGreaterThan(190);
    desk.wait(2_000);
    desk.hear({ kind: 'time' });
    expect(desk.machine.query.machine.refusals).toEqual([]);
  });
});
