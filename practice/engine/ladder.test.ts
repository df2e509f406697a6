import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ladder } from './ladder.ts';
import type { Order } from './order.ts';
import { ALICE, World } from './world.testing.ts';

/** Orders of a real engine, cut loose: only their amount and identity matter here. */
function orders(count: number): Order[] {
  const view = new World().fund().placed(ALICE, 'limit', 'buy', { amount: '1', price: '30000' });
  const seat = { account: ALICE } as Order['seat'];
  return Array.from({ length: count }, (_, id) => ({
    ...view,
    id,
    seat,
    left: BigInt(id + 1),
    moneyPerLot: 0n,
    level: null,
    previous: null,
    next: null,
  }));
}

type Step = { readonly ticks: number } | { readonly remove: number };

describe('ladder', () => {
  test.each(['highest', 'lowest'] as const)('%s first: as a list that is sorted anew after every step', (best) => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 3, arbitrary: fc.record({ ticks: fc.integer({ min: 1, max: 12 }) }) },
      { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ladder = new Ladder(best);
        const pool = orders(steps.length);
        let list: { readonly order: Order; readonly ticks: number }[] = [];
        for (const [index, one] of steps.entries()) {
          const order = pool[index];
          if (order === undefined) continue;
          if ('ticks' in one) {
            ladder.add(order, one.ticks, 0n);
            list.push({ order, ticks: one.ticks });
          } else if (list.length > 0) {
            const gone = list[one.remove % list.length];
            if (gone === undefined) continue;
            ladder.remove(gone.order);
            list = list.filter((entry) => entry !== gone);
          }
          // Sorting is stable: within a price the list stays in the order of arrival.
          const sorted = [...list].sort((a, b) => (best === 'highest' ? b.ticks - a.ticks : a.ticks - b.ticks));
          expect([...ladder.orders()].map(({ id }) => id)).toEqual(sorted.map(({ order: { id } }) => id));
          expect(ladder.top()?.ticks).toBe(sorted[0]?.ticks);
          for (const { ticks, total } of ladder.levels) {
            const there = list.filter((entry) => entry.ticks === ticks);
            expect(total).toBe(there.reduce((sum, entry) => sum + entry.order.left, 0n));
            expect(ladder.find(ticks)?.ticks).toBe(ticks);
          }
          expect(ladder.levels.length).toBe(new Set(list.map(({ ticks }) => ticks)).size);
          expect(ladder.find(99)).toBeNull();
        }
      }),
      { numRuns: 60 },
    );
  });

  test('an order that stands elsewhere cannot be taken out', () => {
    const [order] = orders(1);
    if (order === undefined) throw new Error('No order');
    new Ladder('highest').add(order, 5, 0n);
    expect(() => new Ladder('lowest').remove(order)).toThrow('does not stand on this ladder');
  });
});
