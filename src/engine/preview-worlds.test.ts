/** In every world of the model: what a preview tells is what placing then does, and the preview itself does nothing. */

import { describe, expect, test } from 'vitest';
import type { AccountQuery } from './account.ts';
import { reopenAccount } from './account.ts';
import type { Applied } from './applied.ts';
import type { AccountEvent, PlaceWish } from './events.ts';
import { canonical, type Plain, toPlain } from './plain.ts';
import type { SavedAccount } from './saved.ts';
import { World } from './world.testing.ts';

const SEEDS = 6;
/** Comparing everything with everything is slow: enough of a world is met. */
const EVERY = 3;

/** All that a query can say, as text, in its order; balances have none that outlives a reload. */
function everything({ query, applied }: { readonly query: AccountQuery; readonly applied: Applied }): string {
  const orders = query.orders().map((order) => [order, query.order(order.key), query.doing(order.key)]);
  const fills = query.orders().map(({ key }) => query.fills(key));
  const sums = ['USDT', 'BTC', 'ETH'].map((asset) => [query.reserved(asset), query.available(asset)]);
  const balances = query.balances().toSorted((a, b) => (a.asset < b.asset ? -1 : 1));
  const rest = [query.machine, balances, query.instrument('BTC_USDT'), applied];
  return canonical(toPlain([orders, fills, sums, rest]));
}

class Previewing extends World {
  readonly seen = new Map<string, number>();
  #places = 0;

  override apply(event: AccountEvent): Applied {
    if (event.kind === 'place') {
      this.#places += 1;
      if (this.#places % EVERY === 0)
        for (const slot of [null, 's1']) this.#hold({ ...event, slot, requestId: `${event.requestId}${slot ?? ''}` });
    }
    return super.apply(event);
  }

  #hold(wish: PlaceWish & { readonly atMs: number }): void {
    const before = [this.machine.text(), this.machine.wakeAtMs()];
    const told = this.machine.preview(wish);
    const preview = everything(told);
    const note = told.applied.refused?.code ?? (told.applied.commands.length === 0 ? 'known' : 'placed');
    this.seen.set(note, (this.seen.get(note) ?? 0) + 1);
    const after = [this.machine.text(), this.machine.wakeAtMs()];
    this.oracle.check(after.join() === before.join(), 'a preview changed the machine');
    const copy = copyOf(this.machine.save());
    const applied = copy.apply(wish);
    this.oracle.check(everything({ query: copy.query, applied }) === preview, 'a preview told something else');
  }
}

/** Every row anew, by way of its text; a preview leaves earlier refusals out. */
function copyOf(saved: SavedAccount) {
  const machine = { ...(saved.machine as { readonly [key: string]: Plain }), refusals: [] };
  return reopenAccount(JSON.parse(JSON.stringify({ ...saved, machine })) as SavedAccount);
}

describe('a preview and the order after it', () => {
  const seen = new Set<string>();

  test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))('say the same: seed %i', (seed) => {
    const world = new Previewing(seed);
    world.run();
    expect(world.oracle.violations).toEqual([]);
    for (const what of world.seen.keys()) seen.add(what);
  });

  test('where it is taken, refused and known already', () => {
    expect([...seen]).toEqual(expect.arrayContaining(['placed', 'not-enough', 'known']));
  });
});
