/**
 * What happened to others when orders were changed or the desk was started again, and must not happen here. Each test is
 * named by what went wrong; numbers are their issues.
 */

import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { ClientOrderId } from '../core/ids.ts';
import { ANN, Desk } from './desk.testing.ts';
import type { OrderKey } from './events.ts';

const d = Decimal.parse;
const AMBIGUOUS = { kind: 'ambiguous', why: 'time-out', signedAtMs: null } as const;
const NOT_FOUND = { kind: 'rejected', code: 'not-found', text: 'not found', definite: true } as const;

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
    // Whoever asked finds what came of it by the id of the ask.
    expect([desk.order(key).requestId, next === null ? null : desk.order(next).requestId]).toEqual(['r1', 'm1']);
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

  test('the note that it was sent may be lost with the process: an order without it is never taken as not sent', () => {
    const desk = new Desk();
    const soon = desk.wish('buy', '99', '1').order as OrderKey;
    desk.restart();
    desk.outcome(soon, { kind: 'not-sent', why: 'locked' });
    expect(desk.state(soon)).toBe('unknown');
    const other = new Desk();
    const late = other.wish('buy', '99', '1').order as OrderKey;
    other.wait(6_000);
    expect(other.restart().commands.map(({ kind }) => kind)).toContain('find');
    expect(other.state(late)).toBe('unknown');
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

  test('the cancellation of somebody else’s order never left, and was not tried again', () => {
    const desk = new Desk();
    const ours = desk.open('buy', '99', '1');
    desk.hear({ kind: 'order-report', report: theirs(desk, ours) });
    const stranger = desk.machine.query.orders().find(({ owner }) => owner === 'external')?.key ?? ours;
    desk.hear({ kind: 'cancel', by: ANN, order: stranger });
    desk.hear({ kind: 'cancel-outcome', order: stranger, outcome: { kind: 'not-sent', why: 'custody was away' } });
    desk.wait(5_000);
    desk.found(stranger, { kind: 'found', report: theirs(desk, ours), trades: [] });
    expect(desk.last.commands).toMatchObject([{ kind: 'cancel', venueId: 'x9' }]);
    expect(desk.state(stranger)).toBe('cancelling');
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
