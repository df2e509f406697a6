/** Wishes against orders: the rules of slots one by one, and then whatever is lost, late, doubled or broken off. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import { isLive } from '../core/order.ts';
import { Desk } from './desk.testing.ts';
import { MARKET } from './hostile-venue.testing.ts';
import { type PlanStep, placeEvent, plan, type Wish } from './plan.ts';
import type { Order } from './state.ts';

const d = Decimal.parse;
const BOT = 'grid1';
const BY = { bot: BOT, user: null };

function wishOf(slot: string, price = '90', amount = '0.1'): Wish {
  return {
    ...{ slot, market: MARKET.symbol, side: 'buy', reason: 'grid' },
    terms: { kind: 'limit', price: d(price), postOnly: false, ioc: false },
    quantity: { unit: 'base', amount: d(amount) },
  };
}

function planOf(desk: Desk, wishes: readonly Wish[], spent: readonly string[] = []): readonly PlanStep[] {
  return plan({ bot: BOT, wishes, orders: desk.machine.query.orders(), spent: new Set(spent) });
}

function carryOut(desk: Desk, steps: readonly PlanStep[]): void {
  const now = { bid: d('99.9'), ask: d('100.1'), last: d('100'), asOfMs: desk.nowMs };
  for (const step of steps) {
    if (step.kind === 'place') desk.hear(placeEvent(step, BY, now));
    else if (step.kind === 'cancel') desk.hear({ kind: 'cancel', by: BY, order: step.order });
  }
}

const ofSlot = (desk: Desk, slot: string): Order[] => desk.machine.query.orders().filter((one) => one.slot === slot);
function orderOf(desk: Desk, slot: string): Order {
  const [order] = ofSlot(desk, slot);
  if (order === undefined) throw new Error(`No order in ${slot}`);
  return order;
}
/** One slot with an order at the exchange. */
function opened(slot = 'L1.buy.1'): Desk {
  const desk = new Desk();
  carryOut(desk, planOf(desk, [wishOf(slot)]));
  desk.outcome(orderOf(desk, slot).key, { kind: 'accepted', venueId: 'v1', report: null });
  return desk;
}
const words = (steps: readonly PlanStep[]): string[] =>
  steps.map((step) => `${step.slot}: ${step.kind === 'hold' ? step.why : step.kind}`);

describe('a slot', () => {
  test('is placed, stands, and is cancelled when it is no longer wished for, before anything new is placed', () => {
    const desk = opened('a');
    expect(planOf(desk, [wishOf('a')])).toEqual([]);
    const steps = planOf(desk, [wishOf('b', '91')]);
    expect(words(steps)).toEqual(['a: cancel', 'b: place']);
    carryOut(desk, steps);
    expect(orderOf(desk, 'a').status.kind).toBe('cancelling');
    expect(orderOf(desk, 'b')).toMatchObject({ owner: BOT, status: { kind: 'submitting' } });
  });

  test('in doubt is left alone, wished for or not', () => {
    const desk = new Desk();
    carryOut(desk, planOf(desk, [wishOf('a')]));
    for (const wishes of [[wishOf('a')], []]) expect(words(planOf(desk, wishes))).toEqual(['a: in-doubt']);
    desk.outcome(orderOf(desk, 'a').key, { kind: 'ambiguous', why: 'time-out', signedAtMs: null });
    for (const wishes of [[wishOf('a')], []]) expect(words(planOf(desk, wishes))).toEqual(['a: in-doubt']);
    desk.outcome(orderOf(desk, 'a').key, { kind: 'accepted', venueId: 'v1', report: null });
    carryOut(desk, planOf(desk, []));
    for (const wishes of [[wishOf('a')], []]) expect(words(planOf(desk, wishes))).toEqual(['a: in-doubt']);
  });

  test('has one order, ever: refused, filled, cancelled or long forgotten, it is not placed again', () => {
    const desk = new Desk();
    carryOut(desk, planOf(desk, [wishOf('a')]));
    const refused = { kind: 'rejected', code: 'other', text: 'no', definite: true } as const;
    desk.outcome(orderOf(desk, 'a').key, refused);
    expect(words(planOf(desk, [wishOf('a')]))).toEqual(['a: spent']);
    expect(words(planOf(new Desk(), [wishOf('a')], ['a']))).toEqual(['a: spent']);
    const told = opened('b');
    const { key } = orderOf(told, 'b');
    const filled = { filledBase: d('0.1'), status: { kind: 'closed', why: 'filled', detail: null } } as const;
    told.hear({ kind: 'order-report', report: told.report(key, filled) });
    expect(words(planOf(told, [wishOf('b')]))).toEqual(['b: unsettled']);
    told.hear({ kind: 'trade-report', report: told.trade(key, 't1', '0.1') });
    expect(words(planOf(told, [wishOf('b')]))).toEqual(['b: spent']);
  });

  test('never changes what it asks for, and is wished for once', () => {
    const desk = opened('a');
    expect(words(planOf(desk, [wishOf('a', '91')]))).toEqual(['a: wish-changed']);
    expect(words(planOf(desk, [wishOf('a', '90', '0.2')]))).toEqual(['a: wish-changed']);
    expect(words(planOf(desk, [wishOf('a'), wishOf('a')]))).toEqual(['a: wished-twice']);
    expect(words(planOf(desk, [wishOf('a'), wishOf('c', '80'), wishOf('c', '81')]))).toEqual(['c: wished-twice']);
  });

  test('with an order that cannot be right waits for a person; one that nobody remembers holds back the whole bot', () => {
    const desk = opened('a');
    const orders = desk.machine.query.orders();
    const [order] = orders;
    if (order === undefined) throw new Error('No order');
    const of = (row: Order, wishes: readonly Wish[]) =>
      words(plan({ bot: BOT, wishes, orders: [row], spent: new Set() }));
    const marked = { ...order, quarantine: 'more was traded than asked for' };
    expect(of(marked, [wishOf('a')])).toEqual(['a: quarantined']);
    expect(of(marked, [])).toEqual(['a: quarantined']);
    expect(of({ ...order, slot: null }, [wishOf('a')])).toEqual(['a: quarantined']);
    expect(of({ ...order, slot: null, owner: 'grid2' }, [wishOf('a')])).toEqual(['a: place']);
    const twice = [order, { ...order, key: 'x' as Order['key'] }];
    expect(words(plan({ bot: BOT, wishes: [wishOf('a')], orders: twice, spent: new Set() }))).toEqual([
      'a: two-orders',
    ]);
  });

  test('of another bot or of a person is none of ours', () => {
    const desk = new Desk();
    desk.open('buy', '90', '0.1');
    expect(planOf(desk, [])).toEqual([]);
    expect(
      words(plan({ bot: 'dca1', wishes: [], orders: opened('a').machine.query.orders(), spent: new Set() })),
    ).toEqual([]);
  });

  test('a plan that is carried out twice, or much too late, places nothing more', () => {
    const desk = new Desk();
    const steps = planOf(desk, [wishOf('a'), wishOf('b', '91')]);
    for (let times = 0; times < 3; times += 1) carryOut(desk, steps);
    desk.outcome(orderOf(desk, 'a').key, { kind: 'accepted', venueId: 'v1', report: null });
    const report = desk.report(orderOf(desk, 'a').key, { status: { kind: 'closed', why: 'cancelled', detail: null } });
    desk.hear({ kind: 'order-report', report });
    carryOut(desk, steps);
    expect(desk.machine.query.orders()).toHaveLength(2);
  });
});

const SLOTS = ['a', 'b', 'c', 'd', 'e'];
const at = (index: number): Wish => wishOf(SLOTS[index] ?? '', String(90 + index));
const mask = fc.integer({ min: 0, max: 31 });
const wishesOf = (bits: number): Wish[] => SLOTS.flatMap((_, index) => ((bits >> index) & 1 ? at(index) : []));
const happening = fc.oneof(
  fc.record({ kind: fc.constant('wish' as const), bits: mask, how: fc.constantFrom('once', 'twice', 'lost', 'late') }),
  fc.record({
    kind: fc.constant('answer' as const),
    pick: fc.nat(20),
    what: fc.constantFrom('accepted', 'rejected', 'ambiguous', 'filled', 'cancelled', 'open'),
  }),
  fc.record({ kind: fc.constant('restart' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
);

const venueIdOf = ({ key }: Order): string => `v-${key}`;

/** The exchange, or what came of asking it, has its say about one order. */
function answer(desk: Desk, order: Order, what: string): void {
  const venueId = venueIdOf(order);
  const report = (more: Parameters<Desk['report']>[1]) => desk.report(order.key, { venueId, ...more });
  const isAnswer = order.status.kind === 'submitting' || order.status.kind === 'unknown';
  if (what === 'accepted' && isAnswer) desk.outcome(order.key, { kind: 'accepted', venueId, report: null });
  if (what === 'rejected' && isAnswer)
    desk.outcome(order.key, { kind: 'rejected', code: 'other', text: 'no', definite: true });
  if (what === 'ambiguous' && isAnswer) desk.outcome(order.key, { kind: 'ambiguous', why: '?', signedAtMs: null });
  if (what === 'open') desk.found(order.key, { kind: 'found', report: report({}), trades: [] });
  if (what === 'filled') {
    const trade = desk.trade(order.key, `t-${order.key}`, '0.1', { venueOrderId: venueId });
    desk.hear({ kind: 'trade-report', report: trade });
  }
  if (what === 'cancelled' && order.status.kind === 'cancelling')
    desk.hear({ kind: 'order-report', report: report({ status: { kind: 'closed', why: 'cancelled', detail: null } }) });
}

function compared(desk: Desk): void {
  const live = desk.machine.query.orders().filter(({ status }) => status.kind === 'open');
  desk.hear({ kind: 'stream', state: 'live', why: '' });
  desk.snapshot({ openOrders: live.map((order) => desk.report(order.key, { venueId: venueIdOf(order) })) });
}

test('whatever is lost, late, doubled or broken off: one order a slot, and in the end what is wished for', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 50 }), mask, (happenings, last) => {
      const desk = new Desk();
      const late: (readonly PlanStep[])[] = [];
      const oneEach = (): void => {
        for (const slot of SLOTS) expect(ofSlot(desk, slot).length).toBeLessThanOrEqual(1);
      };
      for (const happened of happenings) {
        if (happened.kind === 'wish') {
          const steps = planOf(desk, wishesOf(happened.bits));
          if (happened.how === 'late') late.push(steps);
          else if (happened.how !== 'lost') carryOut(desk, steps);
          if (happened.how === 'twice') carryOut(desk, steps);
        } else if (happened.kind === 'answer') {
          const orders = desk.machine.query.orders();
          const order = orders[happened.pick % Math.max(1, orders.length)];
          if (order !== undefined && isLive(order.status)) answer(desk, order, happened.what);
        } else if (happened.kind === 'restart') {
          desk.restart();
          compared(desk);
        } else {
          desk.wait(happened.ms);
          carryOut(desk, late.shift() ?? []);
        }
        oneEach();
      }
      // Quiet: everything is answered, and a wish that was refused too often is heard again.
      const wishes = wishesOf(last);
      for (let round = 0; round < 6; round += 1) {
        compared(desk);
        for (const order of desk.machine.query.orders()) {
          if (order.status.kind === 'cancelling') answer(desk, order, 'cancelled');
          else if (isLive(order.status)) answer(desk, order, 'open');
        }
        desk.wait(1_000);
        carryOut(desk, planOf(desk, wishes));
        oneEach();
      }
      for (const slot of SLOTS) {
        const [order] = ofSlot(desk, slot);
        const isWished = wishes.some((wish) => wish.slot === slot);
        // Its one attempt was refused, filled or given up: another one would be another slot.
        if (isWished && (order === undefined || order.status.kind !== 'closed'))
          expect([slot, order?.status.kind]).toEqual([slot, 'open']);
        if (!isWished && order !== undefined) expect(isLive(order.status)).toBe(false);
      }
      expect(planOf(desk, wishes).filter(({ kind }) => kind !== 'hold')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
