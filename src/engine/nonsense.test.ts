/** The mailbox of a live account, shuffled, doubled, torn and crossed: nothing may throw, and nothing may come back to life. */

import { describe, expect, test } from 'vitest';
import { openAccount, reopenAccount } from './account.ts';
import type { AccountEvent, OrderKey } from './events.ts';
import type { Plain } from './plain.ts';
import { fromPlain } from './plain.ts';
import type { Order } from './state.ts';
import { chanceOf, OPENING, World } from './world.testing.ts';

const MANGLED = ['=0', '=-1', '=0.000000000000000000000000000000000001', '=99999999999999999999999999', '=1'];

describe.each([1, 2, 3, 4, 5, 6])('nonsense of seed %i', (seed) => {
  const world = new World(seed);
  world.run();
  const chance = chanceOf(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(chance() * list.length)];

  test('is borne, and the machine stays one that can be saved and opened', () => {
    const machine = openAccount(OPENING);
    const before = new Map<OrderKey, Order>();
    for (let number = 0; number < 1_500; number += 1) {
      // Mostly in order, so that orders exist at all; then anything from anywhere, with figures torn.
      let line = (chance() < 0.5 ? world.journal[number] : pick(world.journal)) ?? '{"kind":"time","atMs":0}';
      if (chance() < 0.2)
        line = line.replace(/"=[0-9.-]+"/g, (figure) => (chance() < 0.3 ? `"${pick(MANGLED) ?? ''}"` : figure));
      if (chance() < 0.1)
        line = line.replace(/gap1-0-m-[0-9a-z]+/g, `gap1-0-m-${Math.floor(chance() * 40).toString(36)}`);
      if (chance() < 0.1) line = line.replace(/"(v1\d{3})"/g, `"v${1001 + Math.floor(chance() * 40)}"`);
      const { changes } = machine.apply(fromPlain<AccountEvent>(JSON.parse(line) as Plain));
      for (const change of changes) {
        if (change.kind !== 'order') continue;
        const { row } = change;
        const old = before.get(row.key);
        if (old?.status.kind === 'closed' && old.owner !== 'external') expect(row.status.kind).toBe('closed');
        if (old !== undefined && old.rank === row.rank) expect(row.filledBase.gte(old.filledBase)).toBe(true);
        if (row.owner !== 'external' && row.quantity.unit === 'base')
          expect(row.filledBase.lte(row.quantity.amount)).toBe(true);
        before.set(row.key, row);
      }
      if (number % 250 === 0) expect(reopenAccount(machine.save()).text()).toBe(machine.text());
    }
  });
});
