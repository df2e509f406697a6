/** What happens around an account: halts, restores, custody and the stream coming and going, clocks, too much news. */

import { afterEach, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import { CustodyError } from '../../custody/client.ts';
import { MARKET } from '../../engine/hostile-venue.testing.ts';
import { ACCOUNT, type AccountsRig, createAccountsRig } from './accounts.testing.ts';

let rig: AccountsRig;
afterEach(async () => rig.end());

test('custody says what is halted, and the account says it too, until its owner lifts it', async () => {
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.halts.push({ connection: null, atMs: 0, why: 'by hand' });
  await rig.pass(5_000);
  expect(rig.runner.query.machine.halt).toMatchObject({ by: 'custody', why: 'by hand' });
  const refused = await rig.runner.tell(rig.wish('90', '1'));
  expect(refused.refused?.code).toBe('halted');
  rig.custody.halts.length = 0;
  await rig.accounts.refresh();
  await rig.settle();
  expect(rig.runner.query.machine.halt).toBeNull();
});

test('halted while custody did not answer: custody is told as soon as it does, and then its owner alone lifts it', async () => {
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.die();
  await rig.runner.tell({ kind: 'halt', by: 'you', why: 'stop' });
  await rig.pass(1_000);
  expect(rig.runner.query.machine.halt).toMatchObject({ by: 'you' });
  rig.custody.isGone = false;
  await rig.pass(5_000);
  expect(rig.custody.halts).toMatchObject([{ connection: ACCOUNT.connection, why: 'stop' }]);
  expect(rig.runner.query.machine.halt).toMatchObject({ by: 'custody', why: 'stop' });
});

test('an answer that was asked for before a halt does not lift it', async () => {
  rig = await createAccountsRig();
  await rig.open();
  let answer: () => void = () => {};
  const before = { epoch: 1, halts: [], reducing: [], trouble: '', ordersHead: { seq: 0, hash: '' } };
  rig.custody.instead = (op) =>
    op === 'trading-status' ? new Promise((resolve) => (answer = () => resolve(before))) : null;
  void rig.accounts.refresh();
  await rig.settle();
  rig.accounts.heard({ ...before, halts: [{ connection: null, atMs: 1, why: 'now' }] });
  answer();
  await rig.settle();
  expect(rig.runner.query.machine.halt?.why).toBe('now');
});

test('a backup of the keys was restored: everything stands, custody holds it, and older names are not used', async () => {
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.epoch = 2;
  await rig.pass(5_000);
  expect(rig.runner.query.machine).toMatchObject({ epoch: 2, halt: { by: 'custody' } });
  expect(rig.custody.halts).toMatchObject([{ connection: ACCOUNT.connection }]);
  rig.custody.halts.length = 0;
  await rig.pass(5_000);
  expect(rig.runner.query.machine.halt).toBeNull();
  const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
  await rig.settle();
  expect(order.clientId).toMatch(/-2-m-/);
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('open');
});

test('custody dies while it places and comes back: the order is known again within a second', async () => {
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.isMute = true;
  rig.custody.instead = (op, carryOut) => {
    if (op !== 'place') return null;
    carryOut();
    rig.custody.die();
    return Promise.reject(new CustodyError('UNREACHABLE', 'Custody closed the connection'));
  };
  const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
  await rig.settle();
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('unknown');
  expect(rig.runner.query.machine.stream.state).toBe('lost');
  // Past its validity the order would be taken back before it is looked for.
  await rig.pass(5_000);
  expect(rig.runner.trouble()?.cause).toContain('does not answer');
  rig.custody.instead = () => null;
  rig.custody.isGone = false;
  await rig.pass(1_000);
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('open');
  expect(rig.runner.trouble()).toBeNull();
  await rig.pass(15_000);
  expect(rig.runner.query.machine.stream.state).toBe('live');
  expect(rig.custody.venue.accepted.get(order.clientId ?? '')).toBe(1);
});

test('the stream is lost and comes back: a snapshot is read, and what traded meanwhile is known', async () => {
  rig = await createAccountsRig();
  await rig.open();
  const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
  await rig.settle();
  rig.custody.stream('waiting', 'cut');
  await rig.settle();
  expect(rig.runner.query.machine.stream).toMatchObject({ state: 'lost', why: 'cut' });
  rig.custody.isMute = true;
  const [placed] = rig.custody.venue.orders.values();
  rig.custody.venue.fill(rig.clock.nowMs(), placed?.venueId ?? '', order.quantity.amount);
  await rig.settle();
  rig.custody.stream('live');
  await rig.settle();
  expect(rig.runner.query.order(order.key)).toMatchObject({ status: { kind: 'closed', why: 'filled' }, settled: true });
});

test('the stream ends: it is asked for again, each time a little later', async () => {
  rig = await createAccountsRig();
  await rig.open();
  expect(rig.custody.of('follow').length).toBe(1);
  rig.custody.instead = (op) => (op === 'follow' ? Promise.resolve({ ended: 'The key is stopped' }) : null);
  rig.custody.endFollow('The key is stopped');
  await rig.settle();
  expect(rig.runner.stream()).toMatchObject({ word: 'waiting', why: 'The key is stopped' });
  await rig.pass(60_000);
  expect(rig.custody.of('follow').length).toBeGreaterThan(6);
  expect(rig.custody.of('follow').length).toBeLessThan(20);
  rig.custody.instead = () => null;
  await rig.pass(15_000);
  expect(rig.runner.stream()?.word).toBe('live');
});

test('an order was refused as its stream was "starting", long after it was known why there was none', async () => {
  rig = await createAccountsRig();
  rig.custody.instead = (op) => (op === 'follow' ? Promise.resolve({ ended: 'No token' }) : null);
  await rig.open();
  const { stream } = rig.runner.query.machine;
  expect(stream).toMatchObject({ state: 'lost', why: 'No token' });
  // Told once: attempts that come to nothing do not make an outage younger.
  await rig.pass(5_000);
  expect(rig.runner.query.machine.stream).toEqual(stream);
  const refused = await rig.runner.tell({
    ...rig.wish('90', '1'),
    confirmations: ['far-from-market', 'price-unknown'],
  });
  expect(refused.refused?.cause).toBe('Fills are not streaming: No token.');
});

test('other markets: the same stream goes on, and what the old asking ends with is no loss', async () => {
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.markets = ['ETH_USDT', MARKET.symbol];
  rig.accounts.policyChanged(ACCOUNT.connection);
  await rig.settle();
  expect(rig.custody.of('follow').map(({ args }) => (args as { markets: string[] }).markets.length)).toEqual([1, 2]);
  await rig.pass(2_000);
  expect(rig.custody.of('follow').length).toBe(2);
  expect(rig.runner.query.machine.stream.state).toBe('live');
});

test('news that cannot be read, and news that nobody could write, make a gap and never a loss', async () => {
  let isHeld = false;
  let go: () => void = () => {};
  rig = await createAccountsRig((store) => ({
    ...store,
    async write(steps) {
      if (isHeld) await new Promise<void>((resolve) => (go = resolve));
      await store.write(steps);
    },
  }));
  await rig.open();
  const snapshots = () => rig.custody.of('snapshot').length;
  let before = snapshots();
  rig.custody.tell({ kind: 'venue', event: { kind: 'order', report: { venueId: 7 } } });
  await rig.settle();
  expect(snapshots()).toBe(before + 1);
  before = snapshots();
  isHeld = true;
  const balances = { asOfMs: rig.clock.nowMs(), complete: false, balances: [] };
  for (let n = 0; n < 3_000; n += 1) rig.custody.tell({ kind: 'venue', event: { kind: 'balances', report: balances } });
  await rig.settle();
  isHeld = false;
  go();
  await rig.settle();
  const lines = await rig.store.journal(ACCOUNT.connection, 0, 5_000);
  expect(lines.filter(({ event }) => event.kind === 'balance-report').length).toBe(2_000);
  expect(lines.filter(({ event }) => event.kind === 'stream' && event.state === 'gap').length).toBe(2);
  expect(snapshots()).toBe(before + 1);
});

test('that the stream came back was one of the news that nobody could write: the account traded without it for a day', async () => {
  let isHeld = false;
  let go: () => void = () => {};
  rig = await createAccountsRig((store) => ({
    ...store,
    async write(steps) {
      if (isHeld) await new Promise<void>((resolve) => (go = resolve));
      await store.write(steps);
    },
  }));
  await rig.open();
  const flood = async (word: 'live' | 'waiting') => {
    isHeld = true;
    const balances = { asOfMs: rig.clock.nowMs(), complete: false, balances: [] };
    for (let n = 0; n < 3_000; n += 1)
      rig.custody.tell({ kind: 'venue', event: { kind: 'balances', report: balances } });
    rig.custody.stream(word, word === 'live' ? null : 'cut');
    await rig.settle();
    isHeld = false;
    go();
    await rig.settle();
  };
  await flood('waiting');
  expect(rig.runner.query.machine.stream).toMatchObject({ state: 'lost', why: 'cut' });
  await flood('live');
  expect(rig.runner.query.machine.stream.state).toBe('live');
});

test.each([
  ['forward', 3_600_000],
  ['back', -3_600_000],
])('the date is set %s by an hour: orders leave in time, and nothing is held for absent too early', async (_, byMs) => {
  rig = await createAccountsRig();
  await rig.open();
  rig.setDate(byMs);
  const first = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
  await rig.settle();
  expect(rig.runner.query.order(first.key)?.status.kind).toBe('open');
  const heldBack = new Promise<never>(() => {});
  rig.custody.isMute = true;
  rig.custody.instead = (op) => (op === 'place' ? heldBack : null);
  const second = rig.orderOf(await rig.runner.tell(rig.wish('91', '1')));
  rig.setDate(-byMs);
  // The deadline (5 s), the time in which an answer may come (15 s) and the exchange's validity.
  await rig.pass(15_000);
  expect(rig.runner.query.order(second.key)?.status.kind).toBe('submitting');
  await rig.pass(30_000);
  expect(rig.runner.query.order(second.key)?.status).toMatchObject({ kind: 'closed', why: 'never-placed' });
});

test('after the date was corrected backwards every market price was held for too old, or one of long ago for fresh', async () => {
  rig = await createAccountsRig();
  rig.setDate(300_000);
  await rig.open();
  await rig.pass(5_000);
  let dateOffMs = 300_000;
  const refused = (ageMs: number) => {
    const [bid, ask, last] = ['99.9', '100.1', '100'].map((text) => Decimal.parse(text)) as [Decimal, Decimal, Decimal];
    const now = { bid, ask, last, asOfMs: rig.clock.nowMs() + dateOffMs - ageMs };
    const wish = { ...rig.wish('99', '0.1'), confirmations: [], now };
    return { wish, code: rig.runner.preview(wish).applied.refused?.code ?? null };
  };
  for (const toMs of [0, 6_000_000]) {
    rig.setDate(toMs - dateOffMs);
    dateOffMs = toMs;
    expect([toMs, refused(1_000).code]).toEqual([toMs, null]);
    expect((await rig.runner.tell(refused(1_000).wish)).refused).toBeNull();
    // Read 100 minutes ago.
    expect([toMs, refused(6_000_000).code]).toEqual([toMs, 'price-unknown']);
    expect((await rig.runner.tell(refused(6_000_000).wish)).refused?.code).toBe('price-unknown');
  }
});

test('a key that is only watched, or whose exchange is gone, has no account any more', async () => {
  rig = await createAccountsRig();
  await rig.open();
  const { runner } = rig;
  rig.list([]);
  await expect(runner.tell({ kind: 'time' })).rejects.toMatchObject({ name: 'StoreHalt' });
  expect(rig.accounts.all()).toEqual([]);
  rig.list([ACCOUNT]);
  await rig.settle();
  expect(rig.runner.query.machine.sync.reconciled).toBe(true);
});
