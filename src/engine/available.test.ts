/** What is available, from the click until the exchange's figures have caught up: it must not jump on the way. */

import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import type { BalanceReport } from '../core/report.ts';
import { ANN, Desk } from './desk.testing.ts';
import type { OrderKey } from './events.ts';

const d = Decimal.parse;
/** As old as a push says that it may be. */
const AGE_MS = 1_000;

function told(desk: Desk, free: string, more: Partial<BalanceReport> = {}): string {
  const balances = [{ asset: 'USDT', free: d(free), locked: Decimal.ZERO }];
  desk.hear({ kind: 'balance-report', report: { asOfMs: desk.nowMs - AGE_MS, complete: false, balances, ...more } });
  return available(desk);
}
const available = (desk: Desk): string => desk.machine.query.available('USDT').toString();

/** Two seconds after the books were compared, so that a push is not older than they are. */
function ready(): Desk {
  const desk = new Desk();
  desk.wait(2_000);
  return desk;
}

describe('an order and the push that shows it', () => {
  test('it was counted twice until the figures were two seconds younger than its acceptance', () => {
    const desk = ready();
    desk.open('buy', '90', '1');
    expect(available(desk)).toBe('910');
    desk.wait(300);
    expect(told(desk, '910')).toBe('910');
    desk.wait(1_000);
    expect(told(desk, '910')).toBe('910');
    desk.wait(5_000);
    expect(told(desk, '910')).toBe('910');
  });

  test('the push came before the answer', () => {
    const desk = ready();
    const key = desk.sent('buy', '90', '1');
    expect(told(desk, '910')).toBe('910');
    desk.outcome(key, { kind: 'accepted', venueId: 'v1', report: null });
    expect(available(desk)).toBe('910');
  });

  test('of three orders it shows two: only the third still counts', () => {
    const desk = ready();
    desk.open('buy', '90', '1', 'v1');
    desk.open('buy', '80', '1', 'v2');
    desk.open('buy', '70', '1', 'v3');
    expect(available(desk)).toBe('760');
    expect(told(desk, '830')).toBe('760');
    expect(told(desk, '760')).toBe('760');
  });

  test('filled in part on arrival, and what traded was cheaper', () => {
    const desk = ready();
    const key = desk.open('buy', '90', '1');
    desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.4', { price: d('88') }) });
    // 0.6 at 90 is frozen, 0.4 at 88 is spent.
    expect(told(desk, '910.8')).toBe('910.8');
  });

  test('a market order that has ended counts once', () => {
    const desk = ready();
    const key = desk.sent('buy', null, '1');
    desk.outcome(key, { kind: 'accepted', venueId: 'v1', report: null });
    const trade = desk.trade(key, 't1', '1', { price: d('100') });
    desk.hear({ kind: 'trade-report', report: trade });
    const status = { kind: 'closed', why: 'filled', detail: null } as const;
    desk.hear({ kind: 'order-report', report: desk.report(key, { filledBase: d('1'), status }) });
    expect(available(desk)).toBe('900');
    expect(told(desk, '900')).toBe('900');
  });

  describe('moved', () => {
    const status = { kind: 'closed', why: 'cancelled', detail: null } as const;
    function resting(): { readonly desk: Desk; readonly old: OrderKey } {
      const desk = ready();
      const old = desk.open('buy', '90', '1');
      desk.wait(300);
      told(desk, '910');
      return { desk, old };
    }
    function move(desk: Desk, old: OrderKey, price: string): void {
      const now = { bid: d('99.9'), ask: d('100.1'), last: d('100'), asOfMs: desk.nowMs };
      desk.hear({
        ...{ kind: 'move', requestId: 'm1', by: ANN, order: old, price: d(price), activation: null },
        ...{ quantity: null, confirmations: [], now },
      });
    }
    function placed(desk: Desk, old: OrderKey): void {
      desk.hear({ kind: 'order-report', report: desk.report(old, { status }) });
      const next = desk.order(old).replacedBy as OrderKey;
      desk.outcome(next, { kind: 'accepted', venueId: 'v2', report: null });
    }

    test('it needs only the difference, from the click on', () => {
      const { desk, old } = resting();
      move(desk, old, '95');
      expect(available(desk)).toBe('905');
      placed(desk, old);
      expect(available(desk)).toBe('905');
      desk.wait(1_500);
      expect(told(desk, '905')).toBe('905');
    });

    test('what the old one gives back is kept for it when it is back', () => {
      const { desk, old } = resting();
      move(desk, old, '95');
      expect(told(desk, '1000')).toBe('905');
      placed(desk, old);
      expect(available(desk)).toBe('905');
      expect(told(desk, '905')).toBe('905');
    });

    test('to a price that takes less, nothing is free before it is', () => {
      const { desk, old } = resting();
      move(desk, old, '80');
      placed(desk, old);
      expect(available(desk)).toBe('910');
      expect(told(desk, '920')).toBe('920');
    });

    test('a figure that changed by something else leaves all of it counted', () => {
      const { desk, old } = resting();
      move(desk, old, '95');
      expect(told(desk, '960')).toBe('865');
    });
  });
});

describe('where it cannot be known, it counts as long as it may be missing', () => {
  test('a figure that fell by something else', () => {
    const desk = ready();
    desk.open('buy', '90', '1');
    expect(told(desk, '950')).toBe('860');
    // The rest of it comes with the next push.
    expect(told(desk, '860')).toBe('860');
  });

  test('fills that are not known yet', () => {
    const desk = ready();
    desk.open('buy', '90', '1');
    expect(told(desk, '911')).toBe('821');
  });

  test('a snapshot that was read before the push and is heard after it', () => {
    const desk = ready();
    const readAtMs = desk.nowMs;
    desk.open('buy', '90', '1');
    desk.wait(200);
    expect(told(desk, '910')).toBe('910');
    // Of the time before the order, and by its date the younger of the two.
    desk.wait(100);
    const balances = {
      asOfMs: readAtMs,
      complete: true,
      balances: [{ asset: 'USDT', free: d('1000'), locked: d('0') }],
    };
    const empty = { openOrders: [], closedOrders: [], trades: [], cursor: 'x' };
    desk.hear({ kind: 'snapshot', snapshot: { askedAtMs: readAtMs, asOfMs: readAtMs, ...empty, balances } });
    expect(available(desk)).toBe('910');
    expect(told(desk, '910', { asOfMs: readAtMs + 1 })).toBe('910');
  });

  test('an order that ended before it was shown frees nothing twice', () => {
    const desk = ready();
    const key = desk.open('buy', '90', '1');
    expect(told(desk, '910')).toBe('910');
    const status = { kind: 'closed', why: 'cancelled', detail: null } as const;
    desk.hear({ kind: 'order-report', report: desk.report(key, { status }) });
    expect(available(desk)).toBe('910');
    expect(told(desk, '1000')).toBe('1000');
  });

  test('an order that ended and never traded is not gone through again for each order after it', () => {
    const desk = ready();
    const key = desk.open('buy', '90', '1');
    desk.hear({
      kind: 'order-report',
      report: desk.report(key, { status: { kind: 'closed', why: 'cancelled', detail: null } }),
    });
    expect(desk.order(key)).toMatchObject({ settled: true, reserve: null });
    expect(available(desk)).toBe('1000');
  });

  test('after a restart it is as it was', () => {
    const desk = ready();
    desk.open('buy', '90', '1');
    told(desk, '910');
    desk.restart();
    expect(available(desk)).toBe('910');
  });
});
