/** What is available while orders are placed, moved and taken back, from the click until the exchange's balances came. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order } from '../../src/engine/state.ts';
import { openShellTradingWorld, type ShellTradingWorld } from './shell-trading-world.testing.ts';

/** The exchange pushes balances once a second: two pushes and some. */
const WATCHED_MS = 2_600;
const LOOK_MS = 2;

let world: ShellTradingWorld;
beforeAll(async () => {
  world = await openShellTradingWorld();
});
afterAll(async () => world.end());

/** Each figure once, in the order in which they could be seen, from before `act` on. */
async function figures(act: () => Promise<unknown>): Promise<readonly string[]> {
  const available = (): string => world.runner.query.available('USDT').toString();
  const seen = [available()];
  const looking = setInterval(() => {
    const now = available();
    if (now !== seen.at(-1)) seen.push(now);
  }, LOOK_MS);
  await act();
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  clearInterval(looking);
  return seen;
}

function resting(): Order {
  const order = world.runner.query.orders().find(({ status }) => status.kind === 'open');
  if (order === undefined) throw new Error('No order rests');
  return order;
}

test('an order that is placed, moved down, moved up and taken back changes it once each', async () => {
  await world.ready();
  const [high, low, middle] = [await world.price('0.99'), await world.price('0.97'), await world.price('0.98')];
  const placed = await figures(() => world.buy(high, '0.001'));
  const down = await figures(() => world.move(resting(), low));
  const up = await figures(() => world.move(resting(), middle));
  const back = await figures(() => world.cancel(resting()));
  expect([placed.length, down.length, up.length, back.length], JSON.stringify([placed, down, up, back])).toEqual([
    2, 2, 2, 2,
  ]);
  expect(back.at(-1)).toBe(placed[0]);
  await world.agree();
}, 90_000);
