/** What happened to others, and must not happen here. Each test is named by what went wrong; numbers are their issues. */

import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import { ANN, Desk } from './desk.testing.ts';
import type { OrderKey } from './events.ts';

const d = Decimal.parse;
const AMBIGUOUS = { kind: 'ambiguous', why: 'time-out', signedAtMs: null } as const;
const NOT_FOUND = { kind: 'rejected', code: 'not-found', text: 'not found', definite: true } as const;

describe('an unknown outcome', () => {
  test('a time-out is a question: asked at once, placed never again (ccxt 2599, trading-signals 1178)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    expect(desk.state(key)).toBe('unknown');
    expect(desk.kinds()).toEqual(['find']);
    const commands = [];
    for (let second = 0; second < 300; second += 1) {
      commands.push(...desk.wait(1_000));
      desk.found(key, { kind: 'failed', why: 'no route' });
    }
    // An error while asking is not an answer (hummingbot 8457); no timer ends a doubt (nautilus 4958).
    expect(desk.state(key)).toBe('unknown');
    expect(commands.filter(({ kind }) => kind === 'place')).toEqual([]);
    const finds = commands.filter(({ kind }) => kind === 'find').length;
    expect(finds).toBeGreaterThan(10);
    expect(finds).toBeLessThan(45);
  });

  test('the exchange was away so long that questions came rarely: back again, it is asked at once', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    desk.found(key, { kind: 'failed', why: 'no route' });
    for (let second = 0; second < 60; second += 1) {
      for (const { kind } of desk.wait(1_000)) {
        if (kind === 'cancel') desk.hear({ kind: 'cancel-outcome', order: key, outcome: AMBIGUOUS });
        if (kind === 'find') desk.found(key, { kind: 'failed', why: 'no route' });
      }
    }
    desk.snapshot({});
    expect(desk.kinds()).toEqual(['cancel', 'find']);
    // A look under way is waited for, and two looks stay apart, whatever snapshots come.
    desk.snapshot({});
    expect(desk.kinds()).toEqual([]);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    desk.absent(key);
    desk.snapshot({});
    expect(desk.kinds()).toEqual([]);
    desk.wait(1_100);
    desk.absent(key);
    expect(desk.state(key)).toBe('closed: never-placed');
  });

  test('the look before the tombstone is answered after the one that counts: the next is not put off', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    for (let second = 0; second < 60; second += 1) {
      for (const { kind } of desk.wait(1_000)) {
        if (kind === 'cancel') desk.hear({ kind: 'cancel-outcome', order: key, outcome: AMBIGUOUS });
        if (kind === 'find') desk.found(key, { kind: 'failed', why: 'no route' });
      }
    }
    desk.snapshot({});
    const before = desk.nowMs;
    desk.wait(100);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    desk.absent(key);
    const lookedAt = { open: true, history: true, trades: true };
    desk.found(key, { kind: 'absent', lookedAt, atMs: before });
    desk.found(key, { kind: 'failed', why: 'no route' });
    expect(desk.wait(1_100).map(({ kind }) => kind)).toEqual(['find']);
    desk.absent(key);
    expect(desk.state(key)).toBe('closed: never-placed');
  });

  test('proven absent: too late to arrive, buried, and not found twice', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    desk.absent(key);
    desk.wait(2_000);
    desk.absent(key);
    expect(desk.state(key)).toBe('unknown');
    const commands = desk.wait(4_100);
    expect(commands.map(({ kind }) => kind)).toContain('cancel');
    desk.absent(key);
    expect(desk.order(key).inquiry).toMatchObject({ tombstone: 'sent', absentAtMs: null });
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    desk.absent(key);
    expect(desk.state(key)).toBe('unknown');
    desk.wait(999);
    expect(desk.state(key)).toBe('unknown');
    desk.wait(1);
    desk.absent(key);
    expect(desk.state(key)).toBe('closed: never-placed');
    expect(desk.machine.query.available('USDT').toString()).toBe('1000');
  });

  test('looked for in only some places counts for nothing (freqtrade 4403, hummingbot 601)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    desk.absent(key);
    desk.wait(7_000);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    for (let look = 0; look < 5; look += 1) {
      desk.wait(5_000);
      desk.found(key, { kind: 'absent', lookedAt: { open: true, history: false, trades: true }, atMs: desk.nowMs });
    }
    expect(desk.state(key)).toBe('unknown');
  });

  test('where requests stay valid for ever, only a person frees it (F04)', () => {
    const desk = new Desk({ validityMs: null });
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    let tombstones = 0;
    for (let look = 0; look < 100; look += 1) {
      desk.absent(key);
      tombstones += desk.wait(10_000).filter(({ kind }) => kind === 'cancel').length;
      if (tombstones === 1) desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    }
    expect(desk.state(key)).toBe('unknown');
    expect(tombstones).toBe(1);
    expect(desk.machine.query.doing(key)?.code).toBe('blocked');
    expect(desk.hear({ kind: 'declare-absent', by: ANN, order: key }).refused).toBeNull();
    expect(desk.state(key)).toBe('closed: never-placed');
  });

  test('an answer that was another order’s refused one that stands: cancelled, counted and shown', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, { kind: 'rejected', code: 'rules', text: 'Price is off the tick', definite: true });
    expect(desk.state(key)).toBe('closed: rejected');
    desk.hear({ kind: 'order-report', report: desk.report(key) });
    expect(desk.kinds()).toContain('cancel');
    expect(desk.order(key).quarantine).not.toBeNull();
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.5') });
    expect(desk.order(key)).toMatchObject({ filledBase: d('0.5') });
  });

  test('declared absent, and alive after all: cancelled, counted and shown', () => {
    const desk = new Desk({ validityMs: null });
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    desk.hear({ kind: 'declare-absent', by: ANN, order: key });
    desk.hear({ kind: 'order-report', report: desk.report(key) });
    expect(desk.kinds()).toContain('cancel');
    expect(desk.order(key).quarantine).not.toBeNull();
    expect(desk.state(key)).toBe('closed: never-placed');
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.4') });
    expect(desk.order(key).filledBase.toString()).toBe('0.4');
  });

  test('the tombstone hits a living order: its end is awaited, not guessed', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, AMBIGUOUS);
    desk.absent(key);
    desk.wait(6_100);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: { kind: 'accepted', venueId: 'v1', report: null } });
    expect(desk.state(key)).toBe('cancelling');
    const report = desk.report(key, {
      filledBase: d('0.3'),
      status: { kind: 'closed', why: 'cancelled', detail: null },
    });
    desk.found(key, { kind: 'found', report, trades: [desk.trade(key, 't1', '0.3')] });
    expect(desk.state(key)).toBe('closed: cancelled');
    expect(desk.order(key)).toMatchObject({ settled: true, filledBase: d('0.3') });
  });

  test('"duplicate order" on our own name is our own order (F07)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, { kind: 'rejected', code: 'duplicate-id', text: 'already used', definite: true });
    expect(desk.state(key)).toBe('unknown');
    desk.found(key, { kind: 'found', report: desk.report(key), trades: [] });
    expect(desk.state(key)).toBe('open');
  });

  test('a refusal that is not sure to precede matching is a doubt', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.outcome(key, { kind: 'rejected', code: 'other', text: '500', definite: false });
    expect(desk.state(key)).toBe('unknown');
  });

  test('a command whose outcome nobody ever tells ends in doubt, not in silence', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    const commands = desk.wait(21_000);
    expect(desk.state(key)).toBe('unknown');
    expect(commands.map(({ kind }) => kind)).toContain('find');
  });
});

describe('late and doubled news', () => {
  test('a late acknowledgement does not revive a dead order (barter-rs 206)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    const report = desk.report(key, { status: { kind: 'closed', why: 'cancelled', detail: null } });
    desk.hear({ kind: 'order-report', report });
    desk.outcome(key, { kind: 'accepted', venueId: 'v1', report: desk.report(key) });
    expect(desk.state(key)).toBe('closed: cancelled');
    expect(desk.order(key).quarantine).toBeNull();
  });

  test('the stream accepted it before the reply was lost: no doubt any more (nautilus 4215)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.hear({ kind: 'order-report', report: desk.report(key) });
    desk.outcome(key, AMBIGUOUS);
    expect(desk.state(key)).toBe('open');
    expect(desk.kinds()).toEqual([]);
  });

  test('a fill before its acknowledgement is kept, nameless or not (F22)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', null, '1');
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '1', { clientId: null }) });
    expect(desk.order(key).filledBase.toString()).toBe('0');
    desk.outcome(key, { kind: 'accepted', venueId: 'v1', report: null });
    expect(desk.order(key).filledBase.toString()).toBe('1');
    expect(desk.state(key)).toBe('closed: filled');
    expect(desk.machine.query.fills(key)).toHaveLength(1);
    desk.restart();
    expect(desk.machine.query.fills(key)).toHaveLength(1);
  });

  test('what left in the place of an order without a price is kept, also where the answer that said so was lost', () => {
    const desk = new Desk();
    const terms = { kind: 'limit', price: d('101'), postOnly: false, ioc: true } as const;
    const quantity = { unit: 'base', amount: d('1') } as const;
    const told = desk.sent('buy', null, '1');
    desk.outcome(told, { kind: 'accepted', venueId: 'v1', report: null, sentAs: { terms, quantity } });
    const asked = desk.sent('buy', null, '1');
    desk.outcome(asked, AMBIGUOUS);
    const report = desk.report(asked, { venueId: 'v2', price: d('101'), ioc: true });
    desk.found(asked, { kind: 'found', report, trades: null });
    const plain = desk.open('buy', '99', '1', 'v3');
    desk.hear({ kind: 'order-report', report: desk.report(plain, { venueId: 'v3' }) });
    desk.restart();
    expect(desk.order(plain).sentAs).toBeUndefined();
    for (const key of [told, asked]) {
      expect(desk.order(key).terms).toEqual({ kind: 'market' });
      expect(desk.order(key).sentAs).toEqual({ terms, quantity });
    }
  });

  test('a fill that comes by stream, poll and replay is one fill (hummingbot 2945, 4990; nautilus 4991)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    const trade = desk.trade(key, 't1', '0.4');
    for (let copy = 0; copy < 3; copy += 1) desk.hear({ kind: 'trade-report', report: trade });
    desk.found(key, { kind: 'found', report: desk.report(key, { filledBase: d('0.4') }), trades: [trade] });
    desk.restart();
    desk.snapshot({ trades: [trade], openOrders: [desk.report(key, { filledBase: d('0.4') })] });
    expect(desk.order(key).filledBase.toString()).toBe('0.4');
  });

  test('both sides of a trade with ourselves count, under one id', () => {
    const desk = new Desk();
    const buy = desk.open('buy', '100', '1', 'v1');
    const sell = desk.open('sell', '100', '1', 'v2');
    desk.hear({ kind: 'trade-report', report: desk.trade(buy, 't1', '1') });
    desk.hear({ kind: 'trade-report', report: desk.trade(sell, 't1', '1', { venueOrderId: 'v2' }) });
    expect([desk.state(buy), desk.state(sell)]).toEqual(['closed: filled', 'closed: filled']);
  });

  test('cancelled is told when the fills add up, and carries them (chrisleekr 574, 576)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    const report = desk.report(key, {
      filledBase: d('0.5'),
      status: { kind: 'closed', why: 'cancelled', detail: null },
    });
    desk.hear({ kind: 'order-report', report });
    expect(desk.last.changes.some(({ kind }) => kind === 'ended')).toBe(false);
    expect(desk.wait(1_000).map(({ kind }) => kind)).toContain('find');
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.2') });
    expect(desk.order(key).settled).toBe(false);
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't2', '0.3') });
    expect(desk.last.changes).toContainEqual({ kind: 'ended', order: key });
    expect(desk.order(key)).toMatchObject({ settled: true, filledBase: d('0.5') });
  });

  test('a fill after the end is money all the same, and the end is told again (F25)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    const ended = { kind: 'closed', why: 'cancelled', detail: null } as const;
    desk.hear({ kind: 'order-report', report: desk.report(key, { status: ended }) });
    expect(desk.order(key).settled).toBe(true);
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.1') });
    expect(desk.last.surprises.map(({ code }) => code)).toEqual(['fill-after-end']);
    expect(desk.kinds()).toEqual(['find']);
    desk.found(key, { kind: 'found', report: desk.report(key, { filledBase: d('0.1'), status: ended }), trades: null });
    expect(desk.last.changes).toContainEqual({ kind: 'ended', order: key });
    expect(desk.state(key)).toBe('closed: cancelled');
  });

  test('more than the order asked for: set apart, nothing guessed (F26)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.9') });
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't2', '0.2') });
    expect(desk.last.surprises.map(({ code }) => code)).toEqual(['overfill']);
    expect(desk.last.changes.some(({ kind }) => kind === 'ledger')).toBe(false);
    expect(desk.order(key)).toMatchObject({ filledBase: d('0.9') });
    expect(desk.order(key).quarantine).not.toBeNull();
    // Said once, however often it comes again (nautilus 4479).
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't2', '0.2') });
    expect(desk.last.surprises).toEqual([]);
  });

  test('a fee that is late is pending, never zero, and is asked for (F27)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '1', { fee: { kind: 'pending' } }) });
    expect(desk.order(key)).toMatchObject({ settled: true, feesPending: 1 });
    expect(desk.wait(1_000).map(({ kind }) => kind)).toContain('find');
    const ended = desk.report(key, { filledBase: d('1'), status: { kind: 'closed', why: 'filled', detail: null } });
    desk.found(key, { kind: 'found', report: ended, trades: [desk.trade(key, 't1', '1')] });
    expect(desk.order(key)).toMatchObject({ feesPending: 0, inquiry: null });
    const fees = desk.last.changes.flatMap((change) => (change.kind === 'ledger' ? [change.row] : []));
    expect(fees).toMatchObject([{ kind: 'fee', asset: 'BTC', change: d('-0.001') }]);
  });

  test('a trade taken back: the opposite is booked, and everything halts for a person (F29)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    const trade = desk.trade(key, 't1', '0.5');
    desk.hear({ kind: 'trade-report', report: trade });
    desk.hear({ kind: 'trade-report', report: { ...trade, reversed: true } });
    const moved = desk.last.changes.flatMap((change) =>
      change.kind === 'ledger' ? [`${change.row.asset} ${change.row.change.toString()}`] : [],
    );
    expect(moved).toEqual(['BTC -0.5', 'USDT 50', 'BTC 0.001']);
    expect(desk.order(key)).toMatchObject({ filledBase: d('0.5') });
    expect(desk.wish('buy', '99', '1').refused?.code).toBe('halted');
    desk.hear({ kind: 'trade-report', report: { ...trade, reversed: true } });
    expect(desk.last.changes.some(({ kind }) => kind === 'ledger')).toBe(false);
  });

  test('senseless figures change nothing and break nothing', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    const before = desk.order(key);
    const tiny = Decimal.fromInteger(1n, 60);
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0', {}) });
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't2', '-1', {}) });
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't3', '1', { price: tiny, quantity: tiny }) });
    desk.hear({ kind: 'order-report', report: desk.report(key, { filledBase: d('-1') }) });
    desk.hear({ kind: 'order-report', report: desk.report(key, { filledBase: d('2') }) });
    expect(desk.order(key)).toMatchObject({
      status: before.status,
      filledBase: before.filledBase,
      toldBase: before.toldBase,
    });
  });
});

test('a market buy for a sum of money is measured in money', () => {
  const desk = new Desk();
  const draft = { side: 'buy', terms: { kind: 'market' }, quantity: { unit: 'quote', amount: d('100') } } as const;
  const { order } = desk.wish('buy', null, '1', { draft });
  const key = order ?? ('' as OrderKey);
  expect(desk.machine.query.available('USDT').toString()).toBe('900');
  desk.outcome(key, { kind: 'accepted', venueId: 'v1', report: null });
  desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.6') });
  expect(desk.state(key)).toBe('open');
  desk.hear({ kind: 'trade-report', report: desk.trade(key, 't2', '0.5') });
  expect(desk.last.surprises.map(({ code }) => code)).toEqual(['overfill']);
  desk.hear({ kind: 'trade-report', report: desk.trade(key, 't3', '0.39') });
  const ended = { kind: 'closed', why: 'filled', detail: null } as const;
  desk.hear({ kind: 'order-report', report: desk.report(key, { filledBase: d('0.99'), status: ended }) });
  expect([desk.order(key).settled, desk.order(key).filledQuote.toString()]).toEqual([true, '99']);
  desk.wait(2_000);
  desk.snapshot({}, '901', '10.99');
  expect(desk.machine.query.available('USDT').toString()).toBe('901');
});
