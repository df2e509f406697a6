import { expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import { Desk } from './desk.testing.ts';

const d = Decimal.parse;

const push = (asOfMs: number, free: string) =>
  ({
    kind: 'balance-report',
    report: { asOfMs, complete: false, balances: [{ asset: 'USDT', free: Decimal.parse(free), locked: Decimal.ZERO }] },
  }) as const;

/** Read twice, with time in between: what is told now is sure. */
function readTwice(desk: Desk, free: string): void {
  for (let read = 0; read < 2; read += 1) {
    desk.wait(12_000);
    desk.snapshot({}, free);
  }
}

/** An account in which all is sure, with two open orders, of which the second was filled by half just now. */
function halfFilled(): Desk {
  const desk = new Desk();
  desk.open('buy', '90', '1');
  const key = desk.open('buy', '99', '1', 'v2');
  readTwice(desk, '811');
  expect(desk.wait(11_000)).toEqual([]);
  desk.hear({ kind: 'trade-report', report: desk.trade(key, 't1', '0.5', { venueOrderId: 'v2', price: d('99') }) });
  return desk;
}

test('the last push came right after a snapshot and was held for older: the balance stood wrong for an hour', () => {
  const desk = new Desk();
  desk.hear(push(desk.nowMs - 500, '900'));
  expect(desk.machine.query.available('USDT')).toEqual(Decimal.parse('1000'));
  const commands = desk.wait(11_000);
  expect(commands.map(({ kind }) => kind)).toEqual(['snapshot']);
});

test('a push came while a snapshot was read, which then overwrote it: what an order held stood free for a minute', () => {
  const desk = new Desk();
  const key = desk.open('buy', '90', '1');
  desk.wait(12_000);
  desk.snapshot({}, '910');
  desk.wait(61_000);
  // Asked for now, read before the push that is heard first.
  const askedAtMs = desk.nowMs;
  desk.hear(push(askedAtMs - 500, '820'));
  desk.wait(300);
  desk.hear({
    kind: 'snapshot',
    snapshot: {
      ...{ askedAtMs, asOfMs: desk.nowMs, openOrders: [desk.report(key)], closedOrders: [] },
      ...{ trades: [], cursor: 'x' },
      balances: {
        ...{ asOfMs: askedAtMs, complete: true },
        balances: [{ asset: 'USDT', free: Decimal.parse('910'), locked: Decimal.ZERO }],
      },
    },
  });
  expect(desk.wait(9_000)).toEqual([]);
  expect(desk.wait(1_100).map(({ kind }) => kind)).toEqual(['snapshot']);
});

test('pushes that race with every snapshot do not make a storm of them', () => {
  const desk = new Desk();
  let snapshots = 0;
  for (let second = 0; second < 60; second += 1) {
    desk.hear(push(desk.nowMs - 1_500, `${900 + second}`));
    for (const { kind } of desk.wait(1_000)) {
      if (kind !== 'snapshot') continue;
      snapshots += 1;
      desk.snapshot({});
    }
  }
  expect(snapshots).toBeLessThanOrEqual(6);
});

test('an order came and went between two pushes: what it held stood locked for an hour', () => {
  const desk = new Desk();
  const key = desk.sent('buy', '99', '1');
  desk.outcome(key, { kind: 'rejected', code: 'post-only', text: 'would take', definite: true });
  expect(desk.state(key)).toBe('closed: rejected');
  expect(desk.wait(11_000).map(({ kind }) => kind)).toEqual(['snapshot']);
});

test('cancelled right after a snapshot saw it: the exchange was where it had been, pushed nothing, and it stood locked for a minute', () => {
  const desk = new Desk();
  const first = desk.open('buy', '90', '1');
  readTwice(desk, '910');
  desk.wait(20_000);
  const second = desk.open('buy', '80', '1', 'v2');
  const openOrders = [desk.report(first), desk.report(second, { venueId: 'v2' })];
  desk.snapshot({ openOrders }, '830');
  desk.hear({
    kind: 'order-report',
    report: desk.report(second, { venueId: 'v2', status: { kind: 'closed', why: 'cancelled', detail: null } }),
  });
  expect(desk.state(second)).toBe('closed: cancelled');
  expect(desk.wait(11_000).map(({ kind }) => kind)).toContain('snapshot');
});

test('two snapshots at once saw the same moment, and the second took back the look that the first had asked for', () => {
  const desk = new Desk();
  const key = desk.open('buy', '90', '1');
  desk.wait(70_000);
  desk.snapshot({ openOrders: [desk.report(key)] }, '910');
  desk.wait(5);
  desk.snapshot({ openOrders: [desk.report(key)] }, '910');
  expect(desk.wait(11_000).map(({ kind }) => kind)).toEqual(['snapshot']);
});

test('snapshots that say what is known are not followed by others', () => {
  const desk = new Desk();
  const key = desk.open('buy', '90', '1');
  desk.wait(70_000);
  desk.snapshot({ openOrders: [desk.report(key)] }, '910');
  expect(desk.wait(11_000).map(({ kind }) => kind)).toEqual(['snapshot']);
  desk.snapshot({ openOrders: [desk.report(key)] }, '910');
  expect(desk.wait(55_000)).toEqual([]);
});

test('orders and fills in one push: what the orders took was counted twice for a minute, and less than nothing was free', () => {
  const desk = new Desk();
  desk.open('buy', '90', '1');
  desk.wait(30_000);
  desk.snapshot({ openOrders: [desk.report(desk.open('buy', '90', '5', 'v2'), { venueId: 'v2' })] }, '910');
  desk.wait(12_000);
  desk.snapshot({}, '910');
  desk.wait(12_000);
  desk.open('buy', '90', '5', 'v3');
  desk.wait(200);
  // Shows what the order took, and something else as well: that it does cannot be concluded.
  desk.hear(push(desk.nowMs - 1_000, '400'));
  expect(desk.machine.query.available('USDT').lt(Decimal.ZERO)).toBe(true);
  expect(desk.wait(3_000)).toEqual([]);
  expect(desk.wait(1_000).map(({ kind }) => kind)).toEqual(['snapshot']);
  desk.snapshot({ openOrders: [] }, '400');
  expect(desk.machine.query.available('USDT')).toEqual(Decimal.parse('400'));
});

test('while pushes come they tell what is free, and nothing is read for it', () => {
  const desk = new Desk();
  desk.open('buy', '90', '1');
  readTwice(desk, '910');
  let snapshots = 0;
  for (let second = 0; second < 58; second += 1) {
    if (second % 5 === 0) desk.open('buy', '90', '0.1', `w${second}`);
    desk.hear(push(desk.nowMs - 1_000, `${900 - second}`));
    snapshots += desk.wait(1_000).filter(({ kind }) => kind === 'snapshot').length;
  }
  expect(snapshots).toBe(0);
});

test('a fill was told, the push of what it moved was not: the balance stood wrong for a minute', () => {
  const desk = halfFilled();
  expect(desk.wait(2_500)).toEqual([]);
  expect(desk.wait(1_000).map(({ kind }) => kind)).toEqual(['snapshot']);
});

test('nor is anything read where the push of a fill comes', () => {
  const desk = halfFilled();
  desk.wait(900);
  const [usdt, btc] = [push(desk.nowMs - 1_000, '811').report.balances, { asset: 'BTC', free: d('10.499') }];
  desk.hear({
    kind: 'balance-report',
    report: { asOfMs: desk.nowMs - 900, complete: false, balances: [...usdt, { ...btc, locked: Decimal.ZERO }] },
  });
  // Until the regular look.
  expect(desk.wait(47_000).filter(({ kind }) => kind === 'snapshot')).toEqual([]);
});
