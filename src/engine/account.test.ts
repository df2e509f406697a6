/** What happened to others, and must not happen here. Each test is named by what went wrong; numbers are their issues. */

import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { ClientOrderId } from '../core/ids.ts';
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
    expect(finds).toBeLessThan(30);
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

describe('cancelling', () => {
  test('"cannot cancel" is a question, and the answer is a fill (passivbot 514)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.hear({ kind: 'cancel', by: ANN, order: key });
    expect(desk.kinds()).toEqual(['cancel']);
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: NOT_FOUND });
    expect(desk.order(key).status).toMatchObject({ kind: 'cancelling', cancel: 'unknown' });
    expect(desk.kinds()).toEqual(['find']);
    const report = desk.report(key, { filledBase: d('1'), status: { kind: 'closed', why: 'filled', detail: null } });
    desk.found(key, { kind: 'found', report, trades: [desk.trade(key, 't1', '1')] });
    expect(desk.state(key)).toBe('closed: filled');
  });

  test('a cancellation that failed is repeated, more slowly each time, until it ends', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.hear({ kind: 'cancel', by: ANN, order: key });
    let cancels = 1;
    for (let second = 0; second < 120; second += 1) {
      desk.hear({ kind: 'cancel-outcome', order: key, outcome: AMBIGUOUS });
      desk.wait(1_000);
      desk.found(key, { kind: 'found', report: desk.report(key), trades: [] });
      cancels += desk.last.commands.filter(({ kind }) => kind === 'cancel').length;
    }
    expect(desk.state(key)).toBe('cancelling');
    expect(cancels).toBeGreaterThan(5);
    expect(cancels).toBeLessThan(125);
  });

  test('an order in doubt is cancelled as soon as it shows', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.hear({ kind: 'cancel', by: ANN, order: key });
    expect(desk.kinds()).toEqual([]);
    desk.outcome(key, AMBIGUOUS);
    desk.found(key, { kind: 'found', report: desk.report(key), trades: [] });
    expect(desk.kinds()).toEqual(['cancel']);
    expect(desk.state(key)).toBe('cancelling');
  });

  test('gone from everywhere, where cancelled orders leave no record', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.hear({ kind: 'cancel', by: ANN, order: key });
    desk.hear({ kind: 'cancel-outcome', order: key, outcome: { kind: 'accepted', venueId: 'v1', report: null } });
    desk.wait(2_000);
    desk.absent(key);
    expect(desk.state(key)).toBe('cancelling');
    desk.wait(1_000);
    desk.absent(key);
    expect(desk.state(key)).toBe('closed: cancelled');
  });
});

describe('moving', () => {
  const move = (desk: Desk, order: OrderKey, price: string, requestId = 'm1') =>
    desk.hear({
      ...{
        kind: 'move',
        requestId,
        by: ANN,
        order,
        price: d(price),
        activation: null,
        quantity: null,
        confirmations: [],
      },
      now: { bid: d('99.9'), ask: d('100.1'), last: d('100'), asOfMs: desk.nowMs },
    });
  const ended = { kind: 'closed', why: 'cancelled', detail: null } as const;

  test('two never live, and what filled in between is not bought twice (F10, F12)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    move(desk, key, '98');
    expect(desk.kinds()).toEqual(['cancel']);
    desk.hear({ kind: 'order-report', report: desk.report(key, { filledBase: d('0.4'), status: ended }) });
    expect(desk.kinds()).toEqual([]);
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.4') });
    expect(desk.last.commands).toMatchObject([
      { kind: 'place', quantity: { amount: d('0.6') }, terms: { price: d('98') } },
    ]);
    const next = desk.order(key).replacedBy;
    expect(next === null ? null : desk.order(next).replaces).toBe(key);
    expect(move(desk, key, '98').order).toBe(key);
    expect(desk.kinds()).toEqual([]);
  });

  test('filled before it could be moved: nothing is placed, and it is said', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    move(desk, key, '98');
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '1') });
    expect(desk.kinds()).toEqual([]);
    expect(desk.order(key)).toMatchObject({ moveEnd: 'filled before it could be moved', replacedBy: null });
  });

  test.each([
    ['a rest below the minimum', '0.995', 'does not fit'],
    ['a halt in between', '0.4', 'Halted'],
  ])('%s is not placed, and it is said', (name, filled, said) => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    move(desk, key, '98');
    if (name.startsWith('a halt')) desk.hear({ kind: 'halt', by: 'ann', why: 'lunch' });
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', filled) });
    desk.hear({ kind: 'order-report', report: desk.report(key, { filledBase: d(filled), status: ended }) });
    expect(desk.kinds()).not.toContain('place');
    expect(desk.order(key).moveEnd).toContain(said);
  });
});

describe('a restart', () => {
  test('a command that may not have been handed over is given out again under the same name (F17)', () => {
    const desk = new Desk();
    const { commands } = desk.wish('buy', '99', '1');
    const again = desk.restart().commands.filter(({ kind }) => kind === 'place');
    expect(again).toEqual(commands);
  });

  test('"not sent" of the second handing over proves nothing about the first', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.restart();
    desk.outcome(key, { kind: 'not-sent', why: 'locked' });
    expect(desk.state(key)).toBe('unknown');
  });

  test.each([
    ['too long ago', (desk: Desk) => desk.wait(6_000)],
    ['halted', (desk: Desk) => desk.hear({ kind: 'halt', by: 'ann', why: 'lunch' })],
  ])('%s, it is asked about instead of sent (F16, F18)', (_name, happens) => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    happens(desk);
    const { commands } = desk.restart();
    expect(commands.map(({ kind }) => kind).sort()).toEqual(['find', 'snapshot']);
    expect(desk.state(key)).toBe('unknown');
  });

  test('a doubt survives it (hummingbot 6107), and a cancellation goes on', () => {
    const desk = new Desk();
    const doubtful = desk.sent('buy', '99', '1');
    desk.outcome(doubtful, AMBIGUOUS);
    const leaving = desk.open('sell', '101', '1', 'v2');
    desk.hear({ kind: 'cancel', by: ANN, order: leaving });
    const { commands } = desk.restart();
    expect(desk.state(doubtful)).toBe('unknown');
    expect(commands.map(({ kind }) => kind).sort()).toEqual(['cancel', 'find', 'find', 'snapshot']);
  });

  test('nothing is placed before the books were compared', () => {
    const desk = new Desk();
    desk.restart();
    desk.hear({ kind: 'stream', state: 'live', why: '' });
    expect(desk.wish('buy', '99', '1').refused?.code).toBe('not-reconciled');
    desk.snapshot({});
    expect(desk.wish('buy', '99', '1').refused).toBeNull();
  });

  test('a restored backup is halted, and uses no name again (F100)', () => {
    const desk = new Desk();
    const key = desk.sent('buy', '99', '1');
    desk.restart(1);
    expect(desk.kinds()).not.toContain('place');
    expect(desk.state(key)).toBe('unknown');
    desk.hear({ kind: 'stream', state: 'live', why: '' });
    desk.snapshot({});
    expect(desk.wish('buy', '99', '1').refused?.code).toBe('halted');
    desk.hear({ kind: 'resume', by: 'ann', why: '' });
    expect(desk.wish('buy', '98', '1').order).toMatch(/^gap1-1-m-/);
  });

  test('a double click over a restart is one order; the same id for another wish is refused', () => {
    const desk = new Desk();
    const first = desk.wish('buy', '99', '1', { requestId: 'click' });
    desk.restart();
    expect(desk.wish('buy', '99', '1', { requestId: 'click' })).toMatchObject({ order: first.order, refused: null });
    expect(desk.wish('buy', '98', '1', { requestId: 'click' }).refused?.code).toBe('request-id-reused');
  });
});

describe('the account is shared with others', () => {
  const theirs = (desk: Desk, key: OrderKey) => desk.report(key, { clientId: null, venueId: 'x9' });

  test('an order of somebody else is shown, never touched, and cancelled only by hand (F32)', () => {
    const desk = new Desk();
    const ours = desk.open('buy', '99', '1');
    desk.hear({ kind: 'order-report', report: theirs(desk, ours) });
    const stranger = desk.machine.query.orders().find(({ owner }) => owner === 'external');
    expect(stranger?.venueId).toBe('x9');
    desk.hear({ kind: 'cancel-all', by: ANN, market: null });
    expect(desk.last.commands).toMatchObject([{ kind: 'cancel', order: ours }]);
    desk.hear({ kind: 'cancel', by: ANN, order: stranger?.key ?? ours });
    expect(desk.last.commands).toMatchObject([{ kind: 'cancel', clientId: null, venueId: 'x9' }]);
  });

  test('a deposit is external, not profit; a fill on its way is no deposit (F82)', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.wait(2_000);
    desk.snapshot({ openOrders: [desk.report(key)] }, '1500');
    const rows = () => desk.last.changes.flatMap((change) => (change.kind === 'ledger' ? [change.row] : []));
    expect(rows()).toMatchObject([{ kind: 'external', asset: 'USDT', change: d('500'), flow: 'external' }]);
    // Traded after the balances were read: the snapshot does not list it.
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.5') });
    desk.snapshot({ openOrders: [desk.report(key, { filledBase: d('0.5') })] }, '1500');
    expect(rows()).toEqual([]);
  });

  test('our name under another id, changed by hand at the exchange, is not counted as ours', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    desk.hear({ kind: 'order-report', report: desk.report(key, { venueId: 'v2' }) });
    expect(desk.order(key).quarantine).not.toBeNull();
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '1', { venueOrderId: 'v2' }) });
    expect(desk.order(key).filledBase.isZero()).toBe(true);
  });

  test('an older snapshot never overwrites newer balances (kraken-infinity-grid 82)', () => {
    const desk = new Desk();
    desk.wait(1_000);
    const balances = [{ asset: 'USDT', free: d('5'), locked: d('0') }];
    desk.hear({ kind: 'balance-report', report: { asOfMs: desk.nowMs, complete: false, balances } });
    desk.hear({
      kind: 'balance-report',
      report: {
        asOfMs: desk.nowMs - 500,
        complete: false,
        balances: [{ asset: 'USDT', free: d('999'), locked: d('0') }],
      },
    });
    expect(desk.machine.query.available('USDT').toString()).toBe('5');
  });

  test('an order of ours that we do not remember is found by a look, and only by that', () => {
    const desk = new Desk();
    const key = desk.open('buy', '99', '1');
    const report = { ...desk.report(key), clientId: 'gap1-0-m-99', venueId: 'v99' };
    desk.hear({ kind: 'order-report', report });
    expect(desk.machine.query.order('gap1-0-m-99' as OrderKey)).toBeNull();
    desk.wait(2_000);
    desk.snapshot({ openOrders: [desk.report(key), report] });
    expect(desk.order('gap1-0-m-99' as OrderKey).quarantine).not.toBeNull();
    // Its number is behind us: an id is used once.
    expect(desk.wish('buy', '98', '1').order).toBe('gap1-0-m-9a');
  });
});

test('sent twice is written once', () => {
  const desk = new Desk();
  const key = desk.sent('buy', '99', '1');
  const { sentAtMs } = desk.order(key);
  desk.wait(10);
  desk.hear({ kind: 'sent', clientId: key as string as ClientOrderId });
  expect(desk.order(key).sentAtMs).toBe(sentAtMs);
});
