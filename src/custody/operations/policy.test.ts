import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionId } from '../../core/ids.ts';
import { newOwner, TestDesk } from '../desk.testing.ts';
import { isOwnerOnly } from '../requests.ts';
import type { PolicyLimits } from '../trade-protocol.ts';
import { DEFAULT_LIMITS } from '../trading/changes.ts';

let desk: TestDesk;
let connection: ConnectionId;
beforeEach(async () => {
  desk = await TestDesk.start();
  connection = await desk.trader();
});
afterEach(() => desk.close());

const mine = () => ({ connection, owner: desk.owner });
const limits = (change: Partial<PolicyLimits> = {}) => ({ ...DEFAULT_LIMITS, markets: ['BTC_USDT'], ...change });
const propose = (change: Partial<PolicyLimits>) => desk.run('propose-policy', { ...mine(), limits: limits(change) });
const view = () => desk.run('policy', mine());
const ETH = { market: 'ETH_USDT' };

describe('loosening', () => {
  test('waits for the owner, who approves exactly what was shown', async () => {
    expect(await desk.place(connection, ETH)).toMatchObject({ rule: 'market' });
    const proposed = await propose({ markets: ['BTC_USDT', 'ETH_USDT'] });
    expect(proposed).toMatchObject({ practice: true, limits: { markets: ['BTC_USDT'] } });
    expect(proposed.proposal).toMatchObject({ words: ['More markets: ETH_USDT'], delayMs: 0, inForceAtMs: null });
    expect(await desk.place(connection, ETH)).toMatchObject({ rule: 'market' });
    const approve = (proposal: string) => desk.run('approve-policy', { ...mine(), proposal });
    await expect(approve('0'.repeat(32))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const other = await propose({ markets: ['BTC_USDT', 'DMG_USDT'] });
    await expect(approve(proposed.proposal?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const approved = await approve(other.proposal?.id ?? '');
    expect(approved.limits.markets).toEqual(['BTC_USDT', 'DMG_USDT']);
    expect(await desk.place(connection, ETH)).toMatchObject({ rule: 'market' });
    expect(await desk.run('audit-verify', {})).toMatchObject({ ok: true });
  });

  test('has no way but the owner socket', async () => {
    for (const op of ['resume', 'approve-policy'] as const) expect(isOwnerOnly(op)).toBe(true);
    // Everything that the desk may ask, one after the other: nothing gets wider.
    const before = desk.exchange.seen.length;
    for (const market of ['ETH_USDT', 'NO_SUCH'])
      await expect(desk.run('first-markets', { ...mine(), markets: [market] })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
    expect(desk.exchange.seen).toHaveLength(before);
    await propose({
      markets: ['BTC_USDT', 'ETH_USDT'],
      bandPercent: '50',
      adversePercent: '100',
      ordersPerMinute: 1_000,
    });
    await propose({ markets: ['BTC_USDT', 'ETH_USDT'] });
    const { proposal } = await view();
    await desk.run('withdraw-policy', { ...mine(), proposal: proposal?.id ?? '' });
    await desk.run('halt', { connection, why: 'x' });
    desk.reopen();
    const after = await view();
    expect(after.limits).toEqual(limits());
    expect(after.proposal).toBeNull();
    expect(desk.custody.tradingStatus().halts).toHaveLength(1);
    expect(await desk.place(connection)).toMatchObject({ rule: 'halted' });
  });

  test('is for one connection and its owner', async () => {
    const other = await desk.trader(['BTC_USDT'], desk.exchange.addKey());
    const { proposal } = await propose({ openOrders: 900 });
    const id = proposal?.id ?? '';
    const wrong = desk.run('approve-policy', { connection: other, owner: desk.owner, proposal: id });
    await expect(wrong).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const stranger = desk.run('approve-policy', { connection, owner: newOwner(), proposal: id });
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('two people who choose the first markets at once: one does', async () => {
  const fresh = await desk.connected(desk.exchange.addKey());
  const about = { connection: fresh, owner: desk.owner };
  const choices = ['BTC_USDT', 'ETH_USDT'].map((market) => desk.run('first-markets', { ...about, markets: [market] }));
  const [first, second] = await Promise.allSettled(choices);
  expect(first).toMatchObject({ status: 'fulfilled', value: { version: 1, limits: { markets: ['BTC_USDT'] } } });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'CONFLICT' } });
  expect((await desk.run('policy', about)).limits.markets).toEqual(['BTC_USDT']);
});

test('nobody reads or changes a policy while custody is locked', async () => {
  const { proposal } = await propose({ openOrders: 501 });
  const id = { ...mine(), proposal: proposal?.id ?? '' };
  await desk.run('lock', {});
  const all = [
    view(),
    propose({ openOrders: 1 }),
    desk.run('first-markets', { ...mine(), markets: ['ETH_USDT'] }),
    desk.run('withdraw-policy', id),
    desk.run('approve-policy', id),
  ];
  for (const one of await Promise.allSettled(all)) expect(one).toMatchObject({ reason: { code: 'LOCKED' } });
  desk.reopen();
  expect(await view()).toMatchObject({ version: 2, limits: { openOrders: 500 }, proposal: { id: id.proposal } });
});

describe('a key of the real exchange', () => {
  const DAY_MS = 24 * 3_600_000;
  beforeEach(async () => {
    connection = await desk.connected(desk.exchange.addKey(), 'whitebit');
    await desk.run('first-markets', { ...mine(), markets: ['BTC_USDT'] });
  });
  const approve = async () => {
    const { proposal } = await view();
    return desk.run('approve-policy', { ...mine(), proposal: proposal?.id ?? '' });
  };

  test('trades wider a day after its owner said so, and not a moment earlier', async () => {
    const proposed = await propose({ bandPercent: '3', openOrders: 499 });
    expect(proposed).toMatchObject({ practice: false, version: 2, limits: { bandPercent: '2', openOrders: 499 } });
    expect(proposed.proposal).toMatchObject({ delayMs: DAY_MS, inForceAtMs: null, proposedAtMs: desk.nowMs });
    // Without approval no time is enough.
    desk.nowMs += 2 * DAY_MS;
    expect((await view()).limits.bandPercent).toBe('2');
    const { proposal } = await approve();
    const inForceAtMs = desk.nowMs + DAY_MS;
    expect(proposal).toMatchObject({ inForceAtMs });
    desk.nowMs = inForceAtMs - 2;
    expect(await view()).toMatchObject({ version: 2, limits: { bandPercent: '2' } });
    expect(await view()).toMatchObject({ version: 3, limits: { bandPercent: '3', openOrders: 499 }, proposal: null });
    desk.reopen();
    expect(await view()).toMatchObject({ version: 3, limits: { bandPercent: '3' } });
    const trail = await desk.run('audit', { before: null, limit: 50 });
    const said = trail.filter((entry) => entry.event === 'policy' && entry.connection === connection);
    expect(said.map(({ detail }) => detail?.split(':')[0])).toEqual([
      'in force, version 3',
      'approved, version 2',
      'proposed, version 2',
      'first markets, version 1',
    ]);
  });

  test('that was approved can be taken back until then, by whoever names it', async () => {
    await propose({ bandPercent: '3' });
    const { proposal } = await approve();
    const withdraw = (id: string) => desk.run('withdraw-policy', { ...mine(), proposal: id });
    await expect(withdraw('0'.repeat(32))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await view()).proposal).not.toBeNull();
    expect((await withdraw(proposal?.id ?? '')).proposal).toBeNull();
    await expect(withdraw(proposal?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    desk.nowMs += 2 * DAY_MS;
    expect(await view()).toMatchObject({ version: 2, limits: { bandPercent: '2' } });
  });

  test('is not told apart from one of the practice exchange by what tightens: at once, with no proposal', async () => {
    expect(await propose({ bandPercent: '1' })).toMatchObject({ limits: { bandPercent: '1' }, proposal: null });
  });
});

test('thirty changes a minute are enough for anybody', async () => {
  for (let asked = 0; asked < 30; asked += 1) await propose({ openOrders: 501 + asked });
  await expect(propose({ openOrders: 9 })).rejects.toMatchObject({ code: 'BUSY' });
  expect((await view()).limits.openOrders).toBe(500);
  desk.nowMs += 61_000;
  expect((await propose({ openOrders: 9 })).limits.openOrders).toBe(9);
});

test('only markets that are added are looked at again', async () => {
  await expect(propose({ markets: ['BTC_USDT', 'NO_SUCH'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect((await view()).proposal).toBeNull();
  desk.exchange.overrides.set('/api/v4/public/markets', { status: 503, body: '' });
  desk.nowMs += 3_600_000;
  expect((await propose({ openOrders: 9 })).limits.openOrders).toBe(9);
});

test('what was used, and what the account is worth, stand beside the limits', async () => {
  expect(await view()).toMatchObject({ equity: null, used: { adverse: '0', turnover: '0', openOrders: 0 } });
  await desk.place(connection);
  const used = { adverse: '0.1', turnover: '100', adverseOpen: '0.1', turnoverOpen: '100', openOrders: 1 };
  expect(await view()).toMatchObject({ equity: '9862.1', used });
});

test('tightening is in force at once, also where the rest of the change has to wait', async () => {
  const changed = await propose({ ordersPerMinute: 1, openOrders: 501 });
  expect(changed).toMatchObject({
    limits: { ordersPerMinute: 1, openOrders: 500 },
    proposal: { limits: { openOrders: 501 } },
  });
  expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
  expect(await desk.place(connection)).toMatchObject({ rule: 'order-rate' });
  desk.nowMs += 61_000;
  expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
  expect((await propose({ markets: [], ordersPerMinute: 1 })).proposal).toBeNull();
  expect(await desk.place(connection)).toMatchObject({ rule: 'market' });
});

test('a key without chosen markets trades nothing', async () => {
  const fresh = await desk.connected(desk.exchange.addKey());
  expect(await desk.run('policy', { connection: fresh, owner: desk.owner })).toMatchObject({
    version: 0,
    proposal: null,
  });
  expect(await desk.place(fresh)).toMatchObject({ rule: 'market' });
  const nowhere = desk.run('first-markets', { connection: fresh, owner: desk.owner, markets: ['NO_SUCH'] });
  await expect(nowhere).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('an empty side of the book, or trades far from it, leave no price to rely on', async () => {
  desk.exchange.orders.quote = { bid: '99.9', ask: '100.1', last: '101.5' };
  expect(await desk.place(connection)).toMatchObject({ rule: 'reference' });
  desk.exchange.orders.quote = { bid: '80', ask: '120', last: '100' };
  desk.nowMs += 11_000;
  expect(await desk.place(connection)).toMatchObject({ rule: 'reference' });
  desk.exchange.orders.quote = { bid: '99.9', ask: '100.1', last: '100' };
  desk.nowMs += 11_000;
  expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
  // The exchange stops telling: ten seconds later nothing is placed any more.
  desk.exchange.overrides.set('/api/v4/public/orderbook/BTC_USDT?limit=100', { status: 503, body: '' });
  desk.nowMs += 5_000;
  expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
  desk.nowMs += 6_000;
  expect(await desk.place(connection)).toMatchObject({ rule: 'reference' });
});

test('a book that was torn for a moment kept orders away for ten seconds', async () => {
  desk.exchange.orders.quote = { bid: '80', ask: '120', last: '100' };
  expect(await desk.place(connection)).toMatchObject({ rule: 'reference' });
  desk.exchange.orders.quote = { bid: '99.9', ask: '100.1', last: '100' };
  expect(await desk.place(connection)).toMatchObject({ rule: 'reference' });
  desk.nowMs += 501;
  expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
});

test('a market order leaves as an order with a price, and its asker is told', async () => {
  const market = { terms: { kind: 'market' }, quantity: { unit: 'quote', amount: '50' } } as const;
  expect(await desk.place(connection, market)).toMatchObject({
    kind: 'accepted',
    sentAs: { terms: { kind: 'limit', price: '100.41', ioc: true }, quantity: { unit: 'base', amount: '0.497958' } },
  });
  const paths = desk.exchange.seen.map(({ path }) => path);
  expect(paths).toContain('/api/v4/order/new');
  expect(paths.filter((path) => /market$/.test(path))).toEqual([]);
});

test('twenty orders share one request, and each has an answer of its own', async () => {
  const orders = Array.from({ length: 20 }, () => ({ quantity: { unit: 'base', amount: '0.1' } }) as const);
  const { results } = await desk.run('place', desk.placeArgs(connection, ...orders));
  expect(results.map(({ kind }) => kind)).toEqual(Array.from({ length: 20 }, () => 'accepted'));
  expect(desk.exchange.seen.filter(({ path }) => path === '/api/v4/order/bulk')).toHaveLength(1);
  const bad = desk.placeArgs(
    connection,
    {},
    { market: 'ETH_USDT' },
    { terms: { kind: 'limit', price: '110', postOnly: false, ioc: false } },
  );
  expect((await desk.run('place', bad)).results).toMatchObject([
    { kind: 'accepted' },
    { rule: 'market' },
    { rule: 'price-band' },
  ]);
});

test('limits were shares of an unknown account until the first order, however often they were read', async () => {
  expect((await view()).equity).toBeNull();
  await expect.poll(async () => (await view()).equity).not.toBeNull();
  const asked = desk.exchange.seen.length;
  await view();
  expect(desk.exchange.seen).toHaveLength(asked);
});
