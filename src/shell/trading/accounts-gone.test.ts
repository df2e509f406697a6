/** Connections and markets that go away while an account runs: the others go on, and what stands can be taken back. */

import { afterEach, describe, expect, test } from 'vitest';
import { MARKET } from '../../engine/hostile-venue.testing.ts';
import { ACCOUNT, type AccountsRig, createAccountsRig, OTHER, OWNER } from './accounts.testing.ts';
import { holdMarkets } from './market-hold.ts';

let rig: AccountsRig;
afterEach(async () => rig.end());

test('a connection removed in the middle of a write ends its account, and the other one goes on (all had halted)', async () => {
  rig = await createAccountsRig();
  rig.list([ACCOUNT, OTHER]);
  await rig.open();
  const other = rig.accounts.get(OTHER.connection);
  await rig.database.deleteFrom('connections').where('id', '=', OTHER.connection).execute();
  const [kept, lost] = [rig.runner.tell(rig.wish('90', '1')), other?.tell(rig.wish('90', '1'))];
  await expect(lost).rejects.toMatchObject({ name: 'StoreHalt' });
  const order = rig.orderOf(await kept);
  await rig.settle();
  expect(rig.runner.trouble()).toBeNull();
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('open');
  expect(rig.custody.placed()).toEqual([[order.clientId]]);
  expect(rig.accounts.get(OTHER.connection)).toBeNull();
  // Still in the list of connections, as where the row went first: it begins in vain, and nobody else notices.
  await rig.pass(10_000);
  expect(rig.accounts.get(OTHER.connection)).toBeNull();
  expect(rig.runner.trouble()).toBeNull();
  rig.list([ACCOUNT]);
});

describe('markets', () => {
  const followed = () => rig.custody.of('follow').map(({ args }) => (args as { markets: string[] }).markets);

  test('all are taken away: those with orders are followed on, also after a restart, and can be cancelled', async () => {
    rig = await createAccountsRig();
    rig.custody.markets = ['ADA_USDT', MARKET.symbol];
    await rig.open();
    const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
    await rig.settle();
    rig.custody.markets = [];
    rig.accounts.policyChanged(ACCOUNT.connection);
    await rig.settle();
    expect(followed()).toEqual([['ADA_USDT', MARKET.symbol], [MARKET.symbol]]);
    await rig.restart();
    expect(followed().at(-1)).toEqual([MARKET.symbol]);
    await rig.runner.tell({ kind: 'cancel', by: { user: OWNER, bot: null }, order: order.key });
    await rig.pass(5_000);
    expect(rig.runner.query.order(order.key)?.status).toMatchObject({ kind: 'closed', why: 'cancelled' });
  });

  test('more than custody follows: those with orders first, others by snapshots (the stream had never begun)', async () => {
    rig = await createAccountsRig();
    const many = Array.from({ length: 150 }, (_, n) => `A${String(n).padStart(3, '0')}_USDT`);
    rig.custody.markets = [...many, MARKET.symbol];
    await rig.open();
    expect(followed()).toEqual([many.slice(0, 100)]);
    await rig.runner.tell(rig.wish('90', '1'));
    await rig.runner.tell(rig.wish('90', '1'));
    await rig.settle();
    expect(followed()).toEqual([many.slice(0, 100), [...many.slice(0, 99), MARKET.symbol]]);
    expect(rig.runner.query.machine.stream.state).toBe('live');
  });

  test('books of markets with orders of ours are kept on, once a minute, and only those', async () => {
    rig = await createAccountsRig();
    await rig.open();
    const held: string[] = [];
    const letGo = holdMarkets({
      ...{ accounts: rig.accounts, clock: rig.clock, onError: (error: unknown) => expect.unreachable(String(error)) },
      feed: { hold: (venue, market) => void held.push(`${venue} ${market}`) },
    });
    await rig.pass(60_000);
    expect(held).toEqual([]);
    await Promise.all([rig.runner.tell(rig.wish('90', '1')), rig.runner.tell(rig.wish('91', '1'))]);
    await rig.pass(120_000);
    expect(held).toEqual([`practice ${MARKET.symbol}`, `practice ${MARKET.symbol}`]);
    letGo();
    await rig.pass(120_000);
    expect(held).toHaveLength(2);
  });
});
