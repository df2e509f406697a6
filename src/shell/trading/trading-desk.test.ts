/** The face of trading over real accounts and rows, a played custody, and a clock that stands until it is moved. */

import { afterEach, describe, expect, test } from 'vitest';
import type { LiveMessage } from '../../contract/live.ts';
import type { OrderDraft } from '../../contract/trading.ts';
import { Decimal } from '../../core/decimal.ts';
import { CustodyError } from '../../custody/client.ts';
import type { MarketNow } from '../../engine/events.ts';
import type { TradeStore } from '../../store/trade-store.ts';
import type { Connections } from '../connections.ts';
import { Refusal } from '../refusal.ts';
import { ACCOUNT, type AccountsRig, createAccountsRig, OTHER, OWNER } from './accounts.testing.ts';
import type { TradedConnection } from './accounts.ts';
import type { MarketFeed, MoveAsk, PlaceAsk } from './ports.ts';
import { createTradingDesk } from './trading-desk.ts';

const POLICY = {
  ...{ version: 1, proposal: null, practice: true, equity: '1000000' },
  limits: {
    ...{ markets: ['BTC_USDT'], bandPercent: '2', orderPercent: '5', orderFloor: '100', adversePercent: '1' },
    ...{ turnover: '5', ordersPerMinute: 120, openPerMarket: 100, openOrders: 500, assetPercent: '90' },
  },
  used: { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 },
};
const ANN = { id: OWNER, isOwner: true };
const CONNECTION = {
  id: ACCOUNT.connection,
  venue: 'practice',
  purpose: 'trade',
  trouble: null,
  sinceMs: 0,
  keyAddedAtMs: 0,
};
let rig: AccountsRig;
afterEach(() => rig.accounts.stop());

async function open(wrap?: (store: TradeStore) => TradeStore, accounts: readonly TradedConnection[] = [ACCOUNT]) {
  rig = await createAccountsRig(wrap);
  rig.list(accounts);
  rig.custody.instead = (op) => (op === 'policy' ? Promise.resolve(POLICY) : null);
  await rig.open();
  return deskOf(accounts);
}

function deskOf(accounts: readonly TradedConnection[]) {
  const told: LiveMessage[] = [];
  const watched = { is: true };
  const market: { now: MarketNow | null } = { now: null };
  const desk = createTradingDesk({
    ...{ accounts: rig.accounts, store: rig.store, custody: rig.link, clock: rig.clock, venues: new Map() },
    command: (words) => `npx gapless ${words} --data /srv/desk`,
    feed: { fresh: async () => market.now } as unknown as MarketFeed,
    connections: {
      list: () => [CONNECTION],
      view: () => CONNECTION,
      stored: (user: string) => (user === OWNER ? accounts.map(({ connection: id, owner }) => ({ id, owner })) : []),
    } as unknown as Connections,
    publish: (_user, message) => told.push(message),
    isWatched: () => watched.is,
  });
  return { desk, told, watched, market };
}

let requests = 0;
function ask(price: string, more: Partial<PlaceAsk> = {}): PlaceAsk {
  requests += 1;
  const draft: OrderDraft = {
    ...{ side: 'buy', terms: { kind: 'limit', price, postOnly: false, ioc: false } },
    quantity: { unit: 'base', amount: '0.1' },
  };
  return {
    ...{ requestId: `request-${requests}`, connection: ACCOUNT.connection, market: 'BTC_USDT', draft },
    confirmations: ['price-unknown', 'without-stream'],
    ...more,
  };
}
const refusal = async (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );

test('custody is told of a halt first; where it does not answer, the desk itself places nothing and says so', async () => {
  const { desk } = await open();
  expect(await desk.halt(ANN, { connection: null, why: 'lunch', cancelOrders: false })).toMatchObject({
    everything: true,
    halts: [{ why: 'lunch' }],
  });
  expect(rig.custody.halts).toHaveLength(1);
  await rig.accounts.stop();

  const gone = await open();
  rig.custody.isGone = true;
  const halted = gone.desk.halt(ANN, { connection: null, why: 'lunch', cancelOrders: false });
  expect(await refusal(halted)).toBe('custody_unreachable');
  await rig.settle();
  expect(await refusal(gone.desk.place(OWNER, ask('90')))).toBe('order_halted');
});

test('a store that is stuck does not hold up the brake', async () => {
  let isStuck = false;
  const { promise: stuck, resolve: release } = Promise.withResolvers<void>();
  const { desk } = await open((store) => ({ ...store, write: (steps) => (isStuck ? stuck : store.write(steps)) }));
  isStuck = true;
  void desk.place(OWNER, ask('90')).catch(() => {});
  await rig.settle();
  const state = await desk.halt(ANN, { connection: null, why: 'stuck', cancelOrders: true });
  expect(state.everything).toBe(true);
  expect(rig.custody.halts.map(({ why }) => why)).toEqual(['stuck']);
  release();
});

describe('with a disk that is full', () => {
  let isFull = false;
  const fullDisk = (store: TradeStore): TradeStore => ({
    ...store,
    write: (steps) => (isFull ? Promise.reject(new Error('disk full')) : store.write(steps)),
  });
  const openAtExchange = () => [...rig.custody.venue.orders.values()].filter((order) => order.open).length;
  const names = () => rig.custody.of('cancel').flatMap(({ args }) => (args as { orders: unknown[] }).orders);
  async function trading(accounts: readonly TradedConnection[] = [ACCOUNT]) {
    isFull = false;
    const opened = await open(fullDisk, accounts);
    const first = await opened.desk.place(OWNER, ask('90'));
    const second = await opened.desk.place(OWNER, ask('91'));
    await rig.settle();
    isFull = true;
    return { ...opened, first, second };
  }

  test('an order is cancelled all the same, nothing is placed, and it says that it is not written down yet', async () => {
    const { desk, told, first, second } = await trading();
    expect(await refusal(desk.place(OWNER, ask('92')))).toBe('not_written');
    told.length = 0;
    const cancelled = await desk.cancel(OWNER, ACCOUNT.connection, first.key);
    expect(cancelled).toMatchObject({ key: first.key, state: 'cancelling' });
    expect(cancelled.doing.text).toMatch(/has cancelled it.*not written down yet.*disk full/);
    expect(names()).toMatchObject([{ clientId: first.clientId, venueId: expect.any(String) }]);
    expect(openAtExchange()).toBe(1);
    expect(told).toContainEqual(expect.objectContaining({ type: 'order', order: cancelled }));
    // However often the account is read again meanwhile.
    await rig.pass(15_000);
    expect(await desk.order(OWNER, ACCOUNT.connection, first.key)).toMatchObject({ state: 'cancelling' });
    expect(await desk.order(OWNER, ACCOUNT.connection, second.key)).toMatchObject({ state: 'open' });
    expect(rig.custody.placed().flat()).toEqual([first.clientId, second.clientId]);

    isFull = false;
    await rig.pass(30_000);
    const order = await desk.order(OWNER, ACCOUNT.connection, first.key);
    expect(order).toMatchObject({ state: 'closed', ended: 'cancelled', doing: { text: '' } });
    expect(await rig.store.order(OWNER, ACCOUNT.connection, first.key)).toMatchObject({ status: { kind: 'closed' } });
    expect(await desk.order(OWNER, ACCOUNT.connection, second.key)).toMatchObject({ state: 'open' });
  });

  test('all of ours are cancelled, and a halt with cancelling works', async () => {
    const { desk } = await trading();
    expect(await desk.cancelAll(OWNER, null, 'ETH_USDT', null)).toBe(0);
    expect(await desk.cancelAll(OWNER, null, null, null)).toBe(2);
    expect(openAtExchange()).toBe(0);
    await rig.accounts.stop();

    const halting = await trading();
    const state = await halting.desk.halt(ANN, { connection: null, why: 'full', cancelOrders: true });
    await rig.settle();
    expect(state.everything).toBe(true);
    expect(openAtExchange()).toBe(0);
  });

  test('cancel all was refused although it cancelled, because another account had no order', async () => {
    const { desk } = await trading([ACCOUNT, OTHER]);
    expect(rig.accounts.all()).toHaveLength(2);
    expect(await desk.cancelAll(OWNER, null, null, null)).toBe(2);
    expect(openAtExchange()).toBe(0);
    expect(await desk.cancelAll(OWNER, OTHER.connection, null, null)).toBe(0);
  });

  test('where custody does not answer either, that is said and the order stands', async () => {
    const { desk, first } = await trading();
    rig.custody.isGone = true;
    await rig.link.ask();
    const asked = desk.cancel(OWNER, ACCOUNT.connection, first.key);
    await expect(asked).rejects.toMatchObject({ code: 'not_written' });
    await expect(asked).rejects.toThrow('Custody does not answer');
    // Read again from what is written.
    await rig.pass(15_000);
    expect(await desk.order(OWNER, ACCOUNT.connection, first.key)).toMatchObject({
      state: 'open',
      doing: { text: '' },
    });
  });
});

describe('a request that was carried out was refused when it came again', () => {
  test('while the account was not read yet', async () => {
    const { desk } = await open();
    const [known, other] = [ask('90'), ask('91')];
    const { key } = await desk.place(OWNER, known);
    const move: MoveAsk = { requestId: 'move-1', price: '89', activation: null, quantity: null, confirmations: [] };
    await desk.move(OWNER, ACCOUNT.connection, key, { ...move, confirmations: known.confirmations });
    rig.list([]);
    await rig.settle();
    expect(rig.accounts.all()).toEqual([]);
    expect(await desk.place(OWNER, known)).toMatchObject({ key });
    expect(await desk.move(OWNER, ACCOUNT.connection, key, move)).toMatchObject({ key });
    // Nobody asked for these before, or not for this.
    expect(await refusal(desk.place(OWNER, other))).toBe('not_trading');
    expect(await refusal(desk.place(OWNER, { ...known, draft: other.draft }))).toBe('not_trading');
    expect(await refusal(desk.move(OWNER, ACCOUNT.connection, key, { ...move, price: '88' }))).toBe('not_trading');
  });

  test('and where the disk cannot be read, it is not said either way', async () => {
    let isDead = false;
    const { desk } = await open((store) => ({
      ...store,
      asked: (...about) => (isDead ? Promise.reject(new Error('disk')) : store.asked(...about)),
    }));
    const known = ask('90');
    await desk.place(OWNER, known);
    rig.list([]);
    await rig.settle();
    isDead = true;
    const again = desk.place(OWNER, known);
    await expect(again).rejects.toMatchObject({ code: 'not_known', status: 503 });
  });
});

test('a halt cancels what is open where it was asked to, and only then', async () => {
  const { desk } = await open();
  const { key } = await desk.place(OWNER, ask('90'));
  await rig.settle();
  await desk.halt(ANN, { connection: ACCOUNT.connection, why: '', cancelOrders: false });
  await rig.settle();
  expect((await desk.order(OWNER, ACCOUNT.connection, key)).state).toBe('open');
  await desk.halt(ANN, { connection: ACCOUNT.connection, why: '', cancelOrders: true });
  await rig.pass(1_000);
  expect((await desk.order(OWNER, ACCOUNT.connection, key)).state).toBe('closed');
});

test('after each commit what changed is told whole, the condition of the account once, and nothing to nobody', async () => {
  const { desk, told, watched } = await open();
  told.length = 0;
  const { key } = await desk.place(OWNER, ask('90'));
  await rig.pass(100);
  const states = told.flatMap((one) => (one.type === 'order' ? [[one.order.key, one.order.state]] : []));
  expect(states.at(-1)).toEqual([key, 'open']);
  const conditions = told.filter(({ type }) => type === 'trading');
  expect(conditions.at(-1)).toMatchObject({ account: { openOrders: 1 } });
  expect(conditions.length).toBeLessThanOrEqual(3);
  expect(desk.everything(OWNER).map(({ type }) => type)).toEqual(['order', 'trade-balances', 'trading', 'halt']);
  watched.is = false;
  told.length = 0;
  await desk.cancel(OWNER, ACCOUNT.connection, key);
  await rig.pass(100);
  expect(told.filter(({ type }) => type === 'order')).toEqual([]);
});

test('in its first seconds an account said that it was ready, and refused orders because of the disk', async () => {
  await open();
  const { next } = rig.instruments;
  rig.instruments.next = () => new Promise(() => {});
  await rig.restart();
  const { desk } = deskOf([ACCOUNT]);
  expect(desk.accounts(OWNER)).toMatchObject([{ state: 'starting', cause: 'The account is being opened.' }]);
  const placed = desk.place(OWNER, ask('90'));
  await expect(placed).rejects.toMatchObject({ code: 'not_written', cure: 'It happens by itself within seconds.' });
  await expect(placed).rejects.toThrow('The account is being opened.');
  rig.instruments.next = next;
  await rig.pass(6_000);
  expect(desk.accounts(OWNER)).toMatchObject([{ state: 'ready' }]);
});

test('limits are exact, written down, and not below zero', async () => {
  const { desk } = await open();
  const limits = { ...desk.limits(OWNER, ACCOUNT.connection), adverseRatioMax: '0.050', openOrdersMax: 3 };
  expect(await desk.setLimits(OWNER, ACCOUNT.connection, limits)).toMatchObject({
    adverseRatioMax: '0.05',
    openOrdersMax: 3,
  });
  await rig.restart();
  expect(rig.runner.query.machine.limits.openOrdersMax).toBe(3);
  const below = { ...limits, largestOrder: [{ asset: 'USDT', amount: '-1' }] };
  expect(await refusal(desk.setLimits(OWNER, ACCOUNT.connection, below))).toBe('bad_request');
  const twice = { ...limits, largestOrder: ['1', '2'].map((amount) => ({ asset: 'USDT', amount })) };
  expect(await refusal(desk.setLimits(OWNER, ACCOUNT.connection, twice))).toBe('bad_request');
});

test('a request that was answered is answered again, whatever custody would say to another one now', async () => {
  const { desk } = await open();
  const first = ask('90');
  const { key } = await desk.place(OWNER, first);
  await rig.settle();
  rig.custody.instead = (op) =>
    op === 'policy' ? Promise.resolve({ ...POLICY, limits: { ...POLICY.limits, markets: [] } }) : null;
  await rig.pass(5_000);
  expect((await desk.place(OWNER, first)).key).toBe(key);
  expect(await refusal(desk.place(OWNER, ask('91')))).toBe('custody_market');
});

describe('what custody would not sign', () => {
  const at = { bid: Decimal.parse('99'), ask: Decimal.parse('101'), last: Decimal.parse('100') };

  test('a move out of its band, asked for long after the rules were last read, left the old order cancelled', async () => {
    const { desk, market } = await open();
    const { key } = await desk.place(OWNER, ask('90'));
    await rig.pass(5_000);
    market.now = { ...at, asOfMs: rig.clock.nowMs() };
    const move: MoveAsk = {
      ...{ requestId: 'moved-beyond', price: '110', activation: null, quantity: null },
      confirmations: ['far-from-market'],
    };
    expect(await refusal(desk.move(OWNER, ACCOUNT.connection, key, move))).toBe('custody_price_band');
    await rig.settle();
    expect(await desk.order(OWNER, ACCOUNT.connection, key)).toMatchObject({ state: 'open' });
  });

  test('a move while the rules could not be read began all the same', async () => {
    const { desk } = await open();
    const { key } = await desk.place(OWNER, ask('90'));
    await rig.pass(5_000);
    rig.custody.instead = (op) => (op === 'policy' ? Promise.reject(new CustodyError('EXPIRED', 'late')) : null);
    const move: MoveAsk = {
      ...{ requestId: 'moved-blind', price: '91', activation: null, quantity: null },
      confirmations: ['price-unknown'],
    };
    expect(await refusal(desk.move(OWNER, ACCOUNT.connection, key, move))).toBe('custody_unreachable');
    expect(await desk.order(OWNER, ACCOUNT.connection, key)).toMatchObject({ state: 'open', replacedBy: null });
  });

  test('a move of a buy while only sales were signed left the old order cancelled', async () => {
    const { desk, told } = await open();
    const { key } = await desk.place(OWNER, ask('90'));
    await rig.settle();
    rig.custody.reducing.push({ connection: null, atMs: 0, why: 'careful' });
    await rig.pass(6_000);
    const move: MoveAsk = {
      ...{ requestId: 'moved-reducing', price: '91', activation: null, quantity: null },
      confirmations: ['price-unknown'],
    };
    expect(await refusal(desk.move(OWNER, ACCOUNT.connection, key, move))).toBe('order_halted');
    expect(await refusal(desk.place(OWNER, ask('92')))).toBe('order_halted');
    expect(await desk.order(OWNER, ACCOUNT.connection, key)).toMatchObject({ state: 'open' });
    const { problems } = await desk.preview(OWNER, ask('92'));
    expect(problems[0]).toMatchObject({ code: 'order_halted', cause: 'Only sales until it is resumed: careful' });
    // The page hears of it without having asked.
    const reducing = [{ connection: null, why: 'careful' }];
    const halt = {
      everything: false,
      halts: [],
      reducing,
      resumeWith: 'npx gapless resume --data /srv/desk',
      haltWith: 'npx gapless halt --data /srv/desk',
    };
    expect(told.findLast(({ type }) => type === 'halt')).toMatchObject({ halt });
    const account = { state: 'ready', reducing: { why: 'careful', sinceMs: 0 } };
    expect(told.findLast(({ type }) => type === 'trading')).toMatchObject({ account });
    expect(desk.everything(OWNER).find(({ type }) => type === 'halt')).toMatchObject({ halt });
  });

  test('a market that it forbids was previewed without a problem', async () => {
    const { desk } = await open();
    rig.custody.instead = (op) =>
      op === 'policy' ? Promise.resolve({ ...POLICY, limits: { ...POLICY.limits, markets: [] } }) : null;
    const { problems } = await desk.preview(OWNER, ask('90'));
    expect(problems.map(({ code }) => code)).toContain('custody_market');
  });
});

test('rows of another person do not exist', async () => {
  const { desk } = await open();
  const { key } = await desk.place(OWNER, ask('90'));
  const connection = ACCOUNT.connection;
  for (const asked of [
    () => desk.order('bob', connection, key),
    () => desk.cancel('bob', connection, key),
    () => desk.place('bob', ask('90')),
    () => desk.policy('bob', connection),
    async () => desk.balances('bob', connection),
    () => desk.halt({ id: 'bob', isOwner: false }, { connection, why: '', cancelOrders: true }),
  ])
    expect(await refusal((async () => asked())())).toBe('not_found');
  expect(await desk.cancelAll('bob', null, null, null)).toBe(0);
  expect(await desk.orders('bob', { state: 'open', limit: 10 })).toEqual({ orders: [], next: null });
  // It was answered as done.
  const byBob = desk.halt({ id: 'bob', isOwner: false }, { connection: null, why: '', cancelOrders: true });
  expect(await refusal(byBob)).toBe('not_trading');
  expect(rig.custody.halts).toEqual([]);
});
