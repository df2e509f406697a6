/** What still works through HTTP while nothing can be written to the database. */

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { PlayedTradeCustody } from '../shell/trading/played-custody.testing.ts';
import { type Ask, createRig } from './desk.testing.ts';

/** So old that "last seen" is written with the next request. */
const SEEN_AGAIN_MS = 61_000;

const POLICY = {
  ...{ version: 1, proposal: null, practice: true, equity: '1000000' },
  limits: {
    ...{ markets: ['BTC_USDT'], bandPercent: '50', orderPercent: '100', orderFloor: '100000', adversePercent: '100' },
    ...{ turnover: '1000', ordersPerMinute: 100, openPerMarket: 100, openOrders: 100, assetPercent: '100' },
  },
  used: { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 },
};

async function trading() {
  const rig = await createRig();
  const cookie = await rig.claim();
  const custody = new PlayedTradeCustody(() => rig.clock.nowMs());
  custody.instead = (op) => (op === 'policy' ? Promise.resolve(POLICY) : null);
  rig.custody.trading = custody;
  await rig.clock.advance(1_000);
  const connection = await rig.connect(cookie);
  await rig.clock.advance(20_000);
  const made = await rig.ask('tokens.create', { cookie, body: { label: 'Robot', scopes: ['trade', 'halt'], days: 9 } });
  const { token } = made.json<{ token: string }>();
  return {
    rig,
    custody,
    connection,
    cookie,
    program: { headers: { authorization: `Bearer ${token}`, origin: undefined } },
  };
}

test('with a full disk, a minute after they were last seen, neither a page nor a program was let in to cancel and halt', async () => {
  const { rig, custody, connection, cookie, program } = await trading();
  const open = () => [...custody.venue.orders.values()].filter((order) => order.open).length;
  const keys: string[] = [];
  for (const price of ['90', '91', '92']) {
    const terms = { kind: 'limit', price, postOnly: false, ioc: false };
    const draft = { side: 'buy', terms, quantity: { unit: 'base', amount: '0.1' } };
    const confirmations = ['price-unknown', 'without-stream', 'far-from-market'];
    const body = { requestId: `request-${price}`, connection, market: 'BTC_USDT', draft, confirmations };
    const placed = await rig.ask('orders.place', { cookie, body });
    expect(placed.statusCode, placed.body).toBe(200);
    keys.push(placed.json<{ key: string }>().key);
  }
  await rig.clock.advance(SEEN_AGAIN_MS);
  expect(open()).toBe(3);
  await sql`PRAGMA query_only = 1`.execute(rig.database);

  for (const [index, who] of [{ cookie }, program].entries()) {
    const params = { id: connection, order: keys[index] ?? '' };
    const cancelled = await rig.ask('orders.cancel', { ...(who as Ask), body: {}, params });
    expect(cancelled.statusCode, cancelled.body).toBe(200);
    expect(open()).toBe(2 - index);
  }
  const halted = await rig.ask('halt.now', { cookie, body: { why: 'full', cancelOrders: true } });
  expect(halted.statusCode, halted.body).toBe(200);
  await rig.clock.advance(0);
  expect([open(), custody.halts.map(({ why }) => why)]).toEqual([0, ['full']]);
  expect((await rig.ask('halt.now', { ...program, body: {} })).statusCode).toBe(200);
  expect(rig.logged()).toMatch(/When a token was last used could not be written/);
  expect(rig.logged()).toMatch(/When a session was last seen could not be written/);
  await sql`PRAGMA query_only = 0`.execute(rig.database);
  await rig.end();
});
