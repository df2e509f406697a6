/** An account read from its rows does what the one did that grew by events: the same things, in the same order. */

import { expect, test } from 'vitest';
import { reopenAccount } from './account.ts';
import { Desk } from './desk.testing.ts';
import type { OrderKey } from './events.ts';
import { FINDS_IN_FLIGHT_MAX } from './limits.ts';

test('after a restart, those asked about first were others than in a replay of the same journal', () => {
  const desk = new Desk();
  const keys: OrderKey[] = [];
  for (let made = 0; made < FINDS_IN_FLIGHT_MAX + 5; made += 1) keys.push(desk.sent('buy', '99', '0.1'));
  // In doubt in another order than they were made.
  for (const key of keys.toReversed())
    desk.outcome(key, { kind: 'ambiguous', why: 'no answer', signedAtMs: desk.nowMs });
  const reread = new Desk();
  reread.nowMs = desk.nowMs;
  reread.machine = reopenAccount(desk.machine.save());
  const [grown, read] = [desk, reread].map((one) => one.hear({ kind: 'boot', epoch: 0 }));
  expect(read?.commands).toEqual(grown?.commands);
  expect(reread.machine.text()).toBe(desk.machine.text());
});
