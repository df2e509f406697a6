/** Accounts of the desk over the real custody process and the practice exchange's: both sides agree, whatever dies. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { practiceCall } from '../practice-api.ts';
import { EMAIL, openShellTradingWorld, type ShellTradingWorld } from './shell-trading-world.testing.ts';

let world: ShellTradingWorld;
beforeAll(async () => {
  world = await openShellTradingWorld();
});
afterAll(async () => world.end());

const AMOUNT = '0.0005';
const LOW = '0.5';

test('placed, filled by somebody else, moved, cancelled: the stream tells it all', async () => {
  await world.ready();
  const bought = await world.buy(await world.price(), AMOUNT);
  await world.opens(bought, 3_000);
  await world.fill(bought);
  await world.ends(bought, 'filled', 3_000);
  const resting = await world.buy(await world.price('0.99'), AMOUNT);
  await world.opens(resting, 3_000);
  await world.move(resting, await world.price('0.985'));
  await world.ends(resting, 'cancelled', 5_000);
  const moved = world.order(world.order(resting.key).replacedBy);
  await world.opens(moved, 3_000);
  await world.cancel(moved);
  await world.ends(moved, 'cancelled', 3_000);
  await world.agree();
});

test('custody is killed while orders are on their way', async () => {
  const price = await world.price(LOW);
  for (let round = 0; round < 3; round += 1) {
    const orders = await Promise.all([world.buy(price, AMOUNT), world.buy(price, AMOUNT), world.buy(price, AMOUNT)]);
    setTimeout(() => world.alone.killCustody(), round * 10);
    for (const order of orders)
      await expect
        .poll(() => world.order(order.key).status.kind, { timeout: 60_000, interval: 20 })
        .toMatch(/^(?:open|closed)$/);
    await world.ready();
  }
  expect(world.alone.restarts()).toBeGreaterThanOrEqual(2);
  await world.agree();
});

test('a reply is lost and the stream is cut: the order is found, its fill is not missed', async () => {
  const { practice } = world.alone;
  await practiceCall(practice, 'faults/arm', { id: 'F01', path: '/api/v4/order/new', count: 1 });
  const bought = await world.buy(await world.price(), AMOUNT);
  await practiceCall(practice, 'sockets/cut', { email: EMAIL });
  await world.fill(bought);
  // The line was cut before: the next attempt may wait some seconds, and a busy machine is slow.
  await world.ends(bought, 'filled', 40_000);
  await world.ready();
  await world.agree();
});

test('the desk ends with orders open and begins again', async () => {
  const price = await world.price(LOW);
  const order = await world.buy(price, AMOUNT);
  await world.restart();
  await world.ready();
  await world.opens(order, 20_000);
  await world.cancel(order);
  await world.ends(order, 'cancelled');
  await world.agree();
});

test('the exchange is killed and comes back', async () => {
  const order = await world.buy(await world.price(LOW), AMOUNT);
  await world.opens(order);
  world.alone.killPractice();
  await expect.poll(() => world.runner.query.machine.stream.state, { timeout: 20_000, interval: 20 }).not.toBe('live');
  await world.ready();
  const after = await world.buy(await world.price(LOW), AMOUNT);
  await world.opens(after, 40_000);
  await world.agree();
});
