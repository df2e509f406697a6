import { afterEach, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import { parseClientOrderId } from '../../core/ids.ts';
import type { OrderReport } from '../../core/report.ts';
import { CustodyError } from '../../custody/client.ts';
import type { OrderKey } from '../../engine/events.ts';
import { MARKET } from '../../engine/hostile-venue.testing.ts';
import { EXTERNAL, type Order } from '../../engine/state.ts';
import { ACCOUNT, type AccountsRig, createAccountsRig, OTHER, OWNER } from './accounts.testing.ts';

function reportOf({ clientId, market, side, quantity }: Order): OrderReport {
  return {
    ...{ clientId, venueId: '77', market, side, type: 'limit', price: Decimal.parse('91'), activation: null, quantity },
    ...{ filledBase: Decimal.ZERO, filledQuote: null, postOnly: false, ioc: false, status: { kind: 'open' } },
    ...{ createdAtMs: null, updatedAtMs: null },
  };
}

let rig: AccountsRig;
afterEach(async () => rig.end());

test('an account begins when custody is open and markets were chosen: boot, rules, snapshot, stream', async () => {
  rig = await createAccountsRig();
  rig.custody.markets = [];
  await rig.open();
  expect(rig.accounts.markets(ACCOUNT.connection)).toEqual([]);
  expect(rig.accounts.get(ACCOUNT.connection)).toBeNull();
  rig.custody.markets = [MARKET.symbol];
  rig.accounts.policyChanged(ACCOUNT.connection);
  await rig.settle();
  const lines = await rig.store.journal(ACCOUNT.connection, 0, 10);
  expect(lines.slice(0, 2).map(({ event }) => event.kind)).toEqual(['boot', 'instruments']);
  expect(rig.runner.query.machine).toMatchObject({
    ...{ epoch: 1, stream: { state: 'live' }, sync: { reconciled: true } },
  });
  expect(rig.runner.trouble()).toBeNull();
  expect(rig.runner.stream()?.word).toBe('live');
});

test('an order is on the disk, then sent, then open; its fills come by the stream', async () => {
  const holds: (() => void)[] = [];
  let isHeld = false;
  rig = await createAccountsRig((store) => ({
    ...store,
    async write(steps) {
      if (isHeld) await new Promise<void>((resolve) => holds.push(resolve));
      await store.write(steps);
    },
  }));
  await rig.open();
  isHeld = true;
  const telling = rig.runner.tell(rig.wish('90', '1'));
  await rig.settle();
  expect(rig.custody.placed()).toEqual([]);
  isHeld = false;
  for (const go of holds) go();
  const order = rig.orderOf(await telling);
  await rig.settle();
  expect(rig.custody.placed()).toEqual([[order.clientId]]);
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('open');
  const [placed] = rig.custody.venue.orders.values();
  rig.custody.venue.fill(rig.clock.nowMs(), placed?.venueId ?? '', Decimal.parse('1'));
  await rig.settle();
  const stored = await rig.store.order(OWNER, ACCOUNT.connection, order.key);
  expect(stored).toMatchObject({ status: { kind: 'closed', why: 'filled' }, settled: true });
});

test('two keys of one account at the exchange took the orders of each other for their own', async () => {
  rig = await createAccountsRig();
  rig.list([ACCOUNT, OTHER]);
  await rig.open();
  const other = rig.accounts.get(OTHER.connection);
  const [mine, theirs] = await Promise.all([rig.runner.tell(rig.wish('90', '1')), other?.tell(rig.wish('91', '2'))]);
  const [one, two] = [mine, theirs].map((told) => parseClientOrderId(told?.order ?? '')?.install);
  expect([one?.length, two?.length, one === two]).toEqual([8, 8, false]);
  // Both hear of both, as the exchange counts them for one account.
  const order = other?.query.order(theirs?.order as OrderKey);
  if (!order) throw new Error('No order');
  await rig.runner.tell({ kind: 'order-report', report: reportOf(order) });
  expect(rig.runner.query.orders().map(({ owner }) => owner)).toEqual(['m', EXTERNAL]);
  await rig.restart();
  const again = await rig.runner.tell(rig.wish('90', '1'));
  expect(parseClientOrderId(again.order ?? '')?.install).toBe(one);
});

test('orders of one transaction and market go in one request, twenty at most, in their order', async () => {
  rig = await createAccountsRig();
  await rig.open();
  const told = await Promise.all(Array.from({ length: 25 }, (_, n) => rig.runner.tell(rig.wish('90', `0.${n + 101}`))));
  await rig.settle();
  const names = told.map((applied) => rig.orderOf(applied).clientId);
  expect(rig.custody.placed()).toEqual([names.slice(0, 20), names.slice(20)]);
  rig.custody.asked.length = 0;
  await rig.runner.tell({ kind: 'cancel-all', by: { user: OWNER, bot: null }, market: null });
  await rig.settle();
  expect(rig.custody.of('cancel').length).toBe(1);
  expect([...rig.custody.venue.orders.values()].some(({ open }) => open)).toBe(false);
});

test('two accounts share a transaction', async () => {
  let writes = 0;
  rig = await createAccountsRig((store) => ({
    ...store,
    async write(steps) {
      writes += 1;
      await store.write(steps);
    },
  }));
  rig.list([ACCOUNT, OTHER]);
  await rig.open();
  const other = rig.accounts.get(OTHER.connection);
  writes = 0;
  await Promise.all([rig.runner.tell(rig.wish('90', '0.1')), other?.tell(rig.wish('90', '0.1'))]);
  expect(writes).toBe(1);
  expect(rig.passed).toContain('between-accounts');
});

test('an order takes two transactions: the wish, and its outcome together with the note that it was handed over', async () => {
  const kinds: string[][] = [];
  rig = await createAccountsRig((store) => ({
    ...store,
    async write(steps) {
      kinds.push(steps.map(({ event }) => event.kind));
      await store.write(steps);
    },
  }));
  await rig.open();
  kinds.length = 0;
  await rig.runner.tell(rig.wish('90', '0.1'));
  await rig.settle();
  expect(kinds).toEqual([['place'], expect.arrayContaining(['sent', 'place-outcome'])]);
});

test('a reply that is lost makes a question, and the order is found', async () => {
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.instead = (op, carryOut) => {
    if (op !== 'place') return null;
    carryOut();
    return Promise.reject(new CustodyError('UNREACHABLE', 'lost'));
  };
  rig.custody.isMute = true;
  const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
  await rig.settle();
  expect(rig.custody.of('find').length).toBe(1);
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('open');
  expect(rig.custody.placed().flat()).toEqual([order.clientId]);
  expect(rig.custody.venue.accepted.get(order.clientId ?? '')).toBe(1);
});

test('an answer that makes no sense is an outcome that nobody knows, and absence is proven by looking', async () => {
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.instead = (op) => (op === 'place' ? Promise.resolve({ results: [{ kind: 'fine' }] }) : null);
  const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
  await rig.settle();
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('unknown');
  rig.custody.instead = () => null;
  await rig.pass(30_000);
  expect(rig.runner.query.order(order.key)?.status).toMatchObject({ kind: 'closed', why: 'never-placed' });
});

test('with custody locked nothing is handed over, and the order says so', async () => {
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.state = 'locked';
  await rig.open();
  expect(rig.runner.trouble()?.cause).toContain('locked');
  const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
  await rig.settle();
  expect(rig.custody.placed()).toEqual([]);
  expect(rig.runner.query.order(order.key)).toMatchObject({
    ...{ status: { kind: 'closed', why: 'never-placed' }, detail: 'Custody is locked' },
  });
});

test('a failed transaction: nothing is sent, everybody is told, and it goes on from the store', async () => {
  let isFull = false;
  rig = await createAccountsRig((store) => ({
    ...store,
    write: (steps) => (isFull ? Promise.reject(new Error('disk full')) : store.write(steps)),
  }));
  await rig.open();
  isFull = true;
  const [first, second] = [rig.runner.tell(rig.wish('90', '1', 'one')), rig.runner.tell(rig.wish('90', '1', 'two'))];
  await expect(first).rejects.toMatchObject({ name: 'StoreHalt' });
  await expect(second).rejects.toMatchObject({ name: 'StoreHalt' });
  await rig.pass(5_000);
  expect(rig.custody.placed()).toEqual([]);
  expect(rig.runner.trouble()?.cause).toContain('disk full');
  await expect(rig.runner.tell(rig.wish('90', '1'))).rejects.toMatchObject({ name: 'StoreHalt' });
  expect(rig.runner.query.orders()).toEqual([]);
  isFull = false;
  await rig.pass(15_000);
  expect(rig.runner.trouble()).toBeNull();
  const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1', 'one')));
  await rig.settle();
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('open');
  expect(rig.custody.venue.accepted.size).toBe(1);
});

test('a connection that is removed ends its account, and what it still had to write is not written', async () => {
  rig = await createAccountsRig();
  await rig.open();
  const { runner } = rig;
  const telling = runner.tell(rig.wish('90', '1'));
  rig.list([]);
  await expect(telling).rejects.toMatchObject({ name: 'StoreHalt' });
  await rig.settle();
  expect(rig.accounts.get(ACCOUNT.connection)).toBeNull();
  expect(rig.custody.placed()).toEqual([]);
});

test('the process ends between the transaction and the sending: the order leaves once, under its own name', async () => {
  let isDeaf = false;
  rig = await createAccountsRig();
  await rig.open();
  rig.custody.instead = (op) => (isDeaf && op === 'place' ? new Promise(() => {}) : null);
  isDeaf = true;
  const order = rig.orderOf(await rig.runner.tell(rig.wish('90', '1')));
  isDeaf = false;
  await rig.restart();
  await rig.settle();
  expect(rig.runner.query.order(order.key)?.status.kind).toBe('open');
  expect(rig.custody.venue.accepted.get(order.clientId ?? '')).toBe(1);
});
