import { describe, expect, test } from 'vitest';
import type { Pass } from './budget.ts';
import { manualTime } from './time.testing.ts';
import { createTurns, type Turn, type Urgency } from './turns.ts';

const PASS: Pass = { ok: true, over: () => undefined };

/** Lets one request through for each `free`; others wait a second. */
function budgetOf(free: Record<string, number>) {
  const taken: string[] = [];
  return {
    taken,
    take(path: string) {
      if ((free[path] ?? 0) <= 0) return { ok: false as const, waitMs: 100 };
      free[path] = (free[path] ?? 0) - 1;
      taken.push(path);
      return PASS;
    },
  };
}

const LATER = Number.POSITIVE_INFINITY;

describe('turns', () => {
  test('who finds room goes at once', async () => {
    const time = manualTime();
    const turns = createTurns({ budget: budgetOf({ a: 1 }), clock: time });
    expect(await turns.take('a', 'read', LATER)).toBe(PASS);
    expect(turns.waiting()).toBe(0);
    expect(time.waiting()).toBe(0);
  });

  test('cancels go before orders before reads, each in the order in which they came', async () => {
    const time = manualTime();
    const free: Record<string, number> = {};
    const turns = createTurns({ budget: budgetOf(free), clock: time });
    const went: string[] = [];
    const ask = (name: string, urgency: Urgency) =>
      void turns.take('a', urgency, LATER).then((turn) => void (turn.ok && went.push(name)));
    ask('read 1', 'read');
    ask('order 1', 'order');
    ask('order 2', 'order');
    ask('cancel 1', 'cancel');
    ask('read 2', 'read');
    ask('cancel 2', 'cancel');
    expect(turns.waiting()).toBe(6);
    for (let round = 0; round < 6; round += 1) {
      free.a = 1;
      await time.advance(100);
    }
    expect(went).toEqual(['cancel 1', 'cancel 2', 'order 1', 'order 2', 'read 1', 'read 2']);
    expect(time.waiting()).toBe(0);
  });

  test('a request of another limit does not wait behind one that must', async () => {
    const time = manualTime();
    const turns = createTurns({ budget: budgetOf({ b: 1 }), clock: time });
    void turns.take('a', 'order', LATER);
    expect(await turns.take('b', 'order', LATER)).toBe(PASS);
    expect(turns.waiting()).toBe(1);
  });

  test('a newcomer does not pass those who wait for the same', async () => {
    const time = manualTime();
    const free: Record<string, number> = {};
    const turns = createTurns({ budget: budgetOf(free), clock: time });
    const first = turns.take('a', 'order', LATER);
    free.a = 1;
    const order: string[] = [];
    void first.then(() => void order.push('first'));
    void turns.take('a', 'order', LATER).then(() => void order.push('second'));
    await time.advance(100);
    expect(order).toEqual(['first']);
    free.a = 1;
    await time.advance(100);
    expect(order).toEqual(['first', 'second']);
  });

  test('nothing is sent after its deadline, even when there is room by then', async () => {
    const time = manualTime();
    const free: Record<string, number> = {};
    const budget = budgetOf(free);
    const turns = createTurns({ budget, clock: time });
    const told: Turn[] = [];
    void turns.take('a', 'order', time.nowMs() + 50).then((turn) => void told.push(turn));
    await time.advance(49);
    expect(told).toEqual([]);
    free.a = 1;
    await time.advance(1);
    expect(told).toEqual([{ ok: false, why: 'late', waitMs: 0 }]);
    expect(budget.taken).toEqual([]);
    expect(time.waiting()).toBe(0);
  });

  test('a line has an end', async () => {
    const time = manualTime();
    const turns = createTurns({ budget: budgetOf({}), clock: time });
    for (let i = 0; i < 4_096; i += 1) void turns.take('a', 'read', LATER);
    expect(await turns.take('a', 'read', LATER)).toMatchObject({ ok: false, why: 'full' });
    expect(turns.waiting()).toBe(4_096);
  });
});
