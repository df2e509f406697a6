import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionId } from '../../core/ids.ts';
import { TestDesk } from '../desk.testing.ts';
import type { StubKey } from '../stub-exchange.testing.ts';
import type { WireOrder } from '../trade-protocol.ts';

let desk: TestDesk;
let key: StubKey;
let connection: ConnectionId;
beforeEach(async () => {
  desk = await TestDesk.start();
  // 1,000 USDT and 85 BTC at 100: 9,500 USDT, of which BTC may be 8,550.
  key = desk.exchange.addKey({ balances: { USDT: '1000', BTC: '85' } });
});
afterEach(() => desk.close());

const SALE = { side: 'sell' } as const;
const amount = (text: string): Partial<WireOrder> => ({ quantity: { unit: 'base', amount: text } });
const mine = () => ({ connection, owner: desk.owner });
const balancesRead = () => desk.exchange.seen.filter(({ path }) => path === '/api/v4/trade-account/balance').length;
/** What is read while nobody waits for it has arrived. */
const arrived = (read: number) => expect.poll(balancesRead).toBe(read);

describe('what one asset may come to', () => {
  beforeEach(async () => {
    connection = await desk.trader(['BTC_USDT'], key);
  });

  test('open purchases count with what is held, and sales are never stopped by it', async () => {
    expect(await desk.place(connection, amount('0.5'))).toMatchObject({ kind: 'accepted' });
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({
      rule: 'exposure',
      why: 'More than 90 % of the account (8550 USDT) would be BTC',
    });
    expect(await desk.place(connection, SALE)).toMatchObject({ kind: 'accepted' });
    // The limit of one account is no other's.
    const other = await desk.trader();
    expect(await desk.place(other)).toMatchObject({ kind: 'accepted' });
  });

  test('what was bought counts before the wallet is read again, what was sold after', async () => {
    desk.exchange.orders.onPlace = (order) => {
      Object.assign(order, {
        status: 'FILLED',
        dealStock: order.amount,
        dealMoney: String(Number(order.amount) * 100),
      });
    };
    expect(await desk.place(connection, amount('0.5'))).toMatchObject({ kind: 'accepted' });
    await desk.run('snapshot', { ...mine(), cursor: null });
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ rule: 'exposure' });
    key.balances = { USDT: '6000', BTC: '35' };
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ rule: 'exposure' });
    // Half a minute later it is read again, and this order does not wait for it.
    const read = balancesRead();
    desk.nowMs += 31_000;
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ rule: 'exposure' });
    await arrived(read + 1);
    await expect.poll(async () => (await desk.place(connection, amount('0.1'))).kind).toBe('accepted');
    await arrived(read + 1);
  });

  test('a wallet that cannot be read any more only makes it tighter', async () => {
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ kind: 'accepted' });
    desk.exchange.overrides.set('/api/v4/trade-account/balance', { status: 503, body: '' });
    desk.nowMs += 120_000;
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ kind: 'accepted' });
    desk.nowMs += 120_000;
    expect(await desk.place(connection, amount('0.4'))).toMatchObject({ rule: 'exposure' });
    // After an hour nobody knows what the account is worth.
    desk.nowMs += 3_600_000;
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ rule: 'value' });
  });

  test('a wallet that was never read places nothing', async () => {
    desk.exchange.overrides.set('/api/v4/trade-account/balance', { status: 503, body: '' });
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ kind: 'not-sent', rule: 'value' });
    desk.exchange.overrides.clear();
    desk.nowMs += 1_000;
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ kind: 'accepted' });
  });

  test('one purchase among sales is reason enough to read the wallet again', async () => {
    await desk.place(connection, amount('0.1'));
    const read = balancesRead();
    desk.nowMs += 31_000;
    await desk.place(connection, { ...SALE, ...amount('0.1') });
    expect(balancesRead()).toBe(read);
    await desk.place(connection, { ...SALE, ...amount('0.1') }, amount('0.1'));
    await arrived(read + 1);
  });

  test('without the limit the wallet is not read for it', async () => {
    const limits = { ...(await desk.run('policy', mine())).limits, assetPercent: '100' };
    const { proposal } = await desk.run('propose-policy', { ...mine(), limits });
    await desk.run('approve-policy', { ...mine(), proposal: proposal?.id ?? '' });
    expect(await desk.place(connection, amount('4'))).toMatchObject({ kind: 'accepted' });
    expect(await desk.place(connection, amount('4'))).toMatchObject({ kind: 'accepted' });
    const read = balancesRead();
    desk.nowMs += 31_000;
    expect(await desk.place(connection, amount('4'))).toMatchObject({ kind: 'accepted' });
    expect(balancesRead()).toBe(read);
  });
});

describe('reduce only', () => {
  beforeEach(async () => {
    connection = await desk.trader(['BTC_USDT'], key);
  });
  const halted = () => desk.custody.tradingStatus().halts.map(({ why }) => why);
  const reducing = () => desk.custody.tradingStatus().reducing.map(({ why }) => why);

  test('lets sales through a halt, over a restart, until a halt or its end', async () => {
    await desk.run('halt', { connection, why: 'stop' });
    expect(await desk.place(connection, SALE)).toMatchObject({ rule: 'halted' });
    await desk.run('reduce-only', { connection, why: 'sell off' });
    desk.reopen();
    expect([halted(), reducing()]).toEqual([[], ['sell off']]);
    expect(await desk.place(connection, SALE)).toMatchObject({ kind: 'accepted' });
    const mixed = await desk.run('place', desk.placeArgs(connection, {}, SALE));
    expect(mixed.results).toMatchObject([
      { rule: 'halted', why: 'Only sales until it is resumed: sell off' },
      { kind: 'accepted' },
    ]);
    // A halt is stricter, and takes its place.
    await desk.run('halt', { connection, why: 'stop again' });
    expect([halted(), reducing()]).toEqual([['stop again'], []]);
    expect(await desk.place(connection, SALE)).toMatchObject({ rule: 'halted' });
    await desk.run('resume', { connection });
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ kind: 'accepted' });
    await desk.run('reduce-only', { connection: null, why: 'all' });
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ rule: 'halted' });
    await desk.run('resume', { connection: null });
    expect(await desk.place(connection, amount('0.1'))).toMatchObject({ kind: 'accepted' });
    expect(await desk.run('audit-verify', {})).toMatchObject({ ok: true });
  });

  test('a halt of all is not lifted by it for one', async () => {
    await desk.run('halt', { connection: null, why: 'all' });
    await desk.run('reduce-only', { connection, why: 'one' });
    expect(await desk.place(connection, SALE)).toMatchObject({ rule: 'halted', why: 'Halted: all' });
    const nobody = desk.run('reduce-only', { connection: 'a'.repeat(26) as ConnectionId, why: 'x' });
    await expect(nobody).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('comes between the durable step and the signature of a purchase', async () => {
    desk.onCommit = (moment) => {
      desk.onCommit = () => {};
      if (moment === 'before') return;
      throw new Error('The first commit is one of a signature');
    };
    const buying = desk.place(connection, amount('0.1'));
    await desk.run('reduce-only', { connection, why: 'now' });
    expect(await buying).toMatchObject({ kind: 'not-sent', why: expect.stringContaining('Only sales') });
    expect(desk.exchange.orders.all).toHaveLength(0);
  });

  test('that comes before a purchase and a sale that go out together stops both', async () => {
    const mixed = desk.placeArgs(connection, amount('0.1'), { ...SALE, ...amount('0.1') });
    desk.onCommit = (moment) => {
      if (moment !== 'after') return;
      desk.onCommit = () => {};
      void desk.custody.run('reduce-only', { connection, why: 'now' }, desk.line());
    };
    const { results } = await desk.run('place', mixed);
    const why = expect.stringContaining('Only sales');
    expect(results).toMatchObject([
      { kind: 'not-sent', why },
      { kind: 'not-sent', why },
    ]);
    expect(desk.exchange.orders.all).toHaveLength(0);
  });

  test('is not in force where it cannot be written down', async () => {
    await desk.run('halt', { connection, why: 'stop' });
    desk.onCommit = () => {
      throw new Error('disk I/O error');
    };
    await expect(desk.run('reduce-only', { connection, why: 'x' })).rejects.toMatchObject({ code: 'HALTED' });
    desk.onCommit = () => {};
    expect([halted(), reducing()]).toEqual([['stop'], []]);
    await desk.run('resume', { connection: null });
    expect(halted()).toEqual(['stop']);
  });
});

test('whoever goes on asking five times as fast as the owner allows is stopped', async () => {
  connection = await desk.trader(['BTC_USDT'], key);
  const limits = { ...(await desk.run('policy', mine())).limits, ordersPerMinute: 2 };
  await desk.run('propose-policy', { ...mine(), limits });
  const ask = () => desk.place(connection, { ...SALE, ...amount('0.1') });
  for (let asked = 0; asked < 2; asked += 1) expect(await ask()).toMatchObject({ kind: 'accepted' });
  for (let asked = 0; asked < 8; asked += 1) expect(await ask()).toMatchObject({ rule: 'order-rate' });
  expect(desk.custody.tradingStatus().halts).toEqual([]);
  expect(await ask()).toMatchObject({ rule: 'order-rate' });
  expect(desk.custody.tradingStatus().halts).toMatchObject([{ connection, why: /5 times the 2 orders a minute/ }]);
  desk.nowMs += 61_000;
  expect(await ask()).toMatchObject({ rule: 'halted' });
});

describe('a market of the real exchange', () => {
  const depth = '/api/v4/public/orderbook/depth/BTC_USDT';
  const book = (quantity: string) =>
    JSON.stringify({ timestamp: 1, asks: [['100.1', quantity]], bids: [['99.9', '1000']] });

  test('that grew thin since it was enabled is refused from the next day on, until it is not', async () => {
    connection = await desk.connected(key, 'whitebit');
    await desk.run('first-markets', { ...mine(), markets: ['BTC_USDT'] });
    expect(await desk.place(connection, SALE)).toMatchObject({ kind: 'accepted' });
    desk.exchange.overrides.set(depth, { status: 200, body: book('90') });
    desk.nowMs += 3_600_000;
    expect(await desk.place(connection, SALE)).toMatchObject({ kind: 'accepted' });
    desk.nowMs += 23 * 3_600_000;
    expect(await desk.place(connection, SALE)).toMatchObject({
      rule: 'market',
      why: 'BTC_USDT is too thin: within 1 % stand less than 20 of the largest orders',
    });
    desk.exchange.overrides.delete(depth);
    expect(await desk.place(connection, SALE)).toMatchObject({ rule: 'market' });
    desk.nowMs += 601_000;
    await desk.place(connection, SALE);
    await expect.poll(async () => (await desk.place(connection, { ...SALE, ...amount('0.1') })).kind).toBe('accepted');
  });

  test('cannot be enabled while it is thin, and one whose depth is not told counts by its hundred levels', async () => {
    connection = await desk.connected(key, 'whitebit');
    const enable = (market: string) => desk.run('first-markets', { ...mine(), markets: [market] });
    // Nothing is known of what is traded there.
    await expect(enable('DMG_USDT')).rejects.toMatchObject({ code: 'BAD_REQUEST', message: /too thin/ });
    desk.exchange.overrides.set(depth, { status: 422, body: '{"market":["Market is not available."]}' });
    const levels = '/api/v4/public/orderbook/BTC_USDT?limit=100';
    desk.exchange.overrides.set(levels, { status: 200, body: book('1') });
    await expect(enable('BTC_USDT')).rejects.toMatchObject({ code: 'BAD_REQUEST', message: /within 1 %/ });
    desk.exchange.overrides.delete(levels);
    desk.nowMs += 601_000;
    await enable('BTC_USDT').catch(() => null);
    await expect
      .poll(() =>
        enable('BTC_USDT').then(
          () => 'enabled',
          ({ code }) => code,
        ),
      )
      .toMatch(/enabled|CONFLICT/);
  });
});
