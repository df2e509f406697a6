import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ConnectionId, clientOrderId } from '../../core/ids.ts';
import { newOwner, TestDesk } from '../desk.testing.ts';
import type { PlaceResult } from '../trade-protocol.ts';

let desk: TestDesk;
let connection: ConnectionId;
beforeEach(async () => {
  desk = await TestDesk.start();
  connection = await desk.trader();
});
afterEach(() => desk.close());

const placed = () => desk.exchange.orders.all;
const mine = () => ({ connection, owner: desk.owner });
const sent = () =>
  desk.exchange.seen.filter(({ path: asked, body }) => /order\/(new|bulk|stop_limit)$/.test(asked) && body);
const used = async () => (await desk.run('policy', mine())).used;

describe('the guard', () => {
  test('an order is written down, signed and sent once, and its answer kept over a restart', async () => {
    const args = desk.placeArgs(connection);
    const { results } = await desk.run('place', args);
    expect(results).toMatchObject([{ kind: 'accepted', venueId: '1', report: { filledBase: '0' }, sentAs: null }]);
    expect((await desk.run('place', args)).results).toEqual(results);
    desk.reopen();
    expect((await desk.run('place', { ...args, deadlineMs: desk.nowMs + 5_000 })).results).toEqual(results);
    expect(placed()).toHaveLength(1);
    expect(await used()).toMatchObject({ turnover: '100', openOrders: 1 });
  });

  test('another intent under a known id is a conflict, and the third one halts', async () => {
    const order = desk.order();
    await desk.place(connection, order);
    for (const change of [
      { side: 'sell' },
      { quantity: { unit: 'base', amount: '2' } },
      { market: 'ETH_USDT' },
    ] as const)
      expect(await desk.place(connection, { ...order, ...change })).toEqual({ kind: 'conflict' });
    expect(placed()).toHaveLength(1);
    expect(await desk.place(connection)).toMatchObject({ kind: 'not-sent', rule: 'halted' });
    expect(desk.custody.tradingStatus().halts).toMatchObject([{ connection }]);
  });

  test('what nobody knows the outcome of is in doubt, and never signed again', async () => {
    desk.exchange.overrides.set('/api/v4/order/new', { status: 502, body: 'bad gateway' });
    const order = desk.order();
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'ambiguous' });
    desk.exchange.overrides.clear();
    const again = await desk.place(connection, order);
    expect(again).toMatchObject({ kind: 'in-doubt', firstSignedAtMs: expect.any(Number) });
    desk.nowMs += 3_600_000;
    desk.reopen();
    expect(await desk.place(connection, order)).toEqual(again);
    expect(sent()).toHaveLength(0);
    // It may have been placed: it counts whole.
    expect(await used()).toMatchObject({ turnover: '100', openOrders: 1 });
  });

  test('a doubt ends when the order is found, or was looked for twice after its time', async () => {
    desk.exchange.overrides.set('/api/v4/order/new', { status: 502, body: 'bad gateway' });
    const order = desk.order();
    await desk.place(connection, order);
    desk.exchange.overrides.clear();
    const find = () =>
      desk.run('find', { ...mine(), market: 'BTC_USDT', clientId: order.clientId, venueId: null, sinceMs: desk.nowMs });
    expect(await find()).toMatchObject({ kind: 'absent' });
    desk.nowMs += 3_000;
    expect(await find()).toMatchObject({ kind: 'absent' });
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'in-doubt' });
    desk.nowMs += 20_000;
    await find();
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'in-doubt' });
    desk.nowMs += 3_000;
    await find();
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'not-sent' });
    expect(await used()).toMatchObject({ turnover: '0', openOrders: 0 });
    // The exchange shows it after all: it counts again.
    placed().push({
      ...{ orderId: 77, clientOrderId: order.clientId, market: 'BTC_USDT', side: 'buy', type: 'limit', amount: '1' },
      ...{ price: '100', postOnly: false, ioc: false, dealStock: '1', dealMoney: '100', status: 'FILLED' },
    });
    expect(await find()).toMatchObject({ kind: 'found' });
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'accepted', venueId: '77' });
    expect(await used()).toMatchObject({ turnover: '100', adverse: '0.1', openOrders: 0 });
  });

  test('a definite refusal is kept and costs nothing', async () => {
    const body = { code: 10, message: 'Inner validation failed', errors: { amount: ['Not enough balance.'] } };
    desk.exchange.overrides.set('/api/v4/order/new', { status: 422, body: JSON.stringify(body) });
    const order = desk.order();
    const refused = await desk.place(connection, order);
    expect(refused).toMatchObject({ kind: 'rejected', code: 'funds', definite: true });
    desk.exchange.overrides.clear();
    expect(await desk.place(connection, order)).toEqual(refused);
    expect(placed()).toHaveLength(0);
    expect(await used()).toMatchObject({ turnover: '0', openOrders: 0 });
  });

  test('64 clients race for one id: one is signed', async () => {
    const args = desk.placeArgs(connection);
    const all = await Promise.all(Array.from({ length: 64 }, () => desk.run('place', args)));
    const kinds = all.flatMap(({ results }) => results.map(({ kind }) => kind));
    expect(kinds.filter((kind) => kind === 'accepted').length).toBeGreaterThanOrEqual(1);
    expect(kinds.every((kind) => kind === 'accepted' || kind === 'in-doubt')).toBe(true);
    expect(placed()).toHaveLength(1);
  });

  test('64 clients race for the last of the budget: it is never passed', async () => {
    // Each reserves 10.2 of the 98 USDT that an account of 9,812 may lose in a day.
    const terms = { kind: 'limit', price: '102', postOnly: false, ioc: false } as const;
    const race = Array.from({ length: 64 }, () =>
      desk.place(connection, { terms, quantity: { unit: 'base', amount: '4.8' } }),
    );
    const results = await Promise.all(race);
    const rules = results.map((one) => (one.kind === 'not-sent' ? one.rule : one.kind));
    expect(rules.filter((rule) => rule === 'accepted')).toHaveLength(9);
    expect(rules.filter((rule) => rule === 'adverse')).toHaveLength(55);
    expect(placed()).toHaveLength(9);
  });

  test('an order whose answer was lost is known again when it is seen', async () => {
    desk.exchange.overrides.set('/api/v4/order/new', { status: 504, body: '' });
    const order = desk.order();
    await desk.place(connection, order);
    desk.exchange.overrides.clear();
    placed().push({
      ...{ orderId: 5, clientOrderId: order.clientId, market: 'BTC_USDT', side: 'buy', type: 'limit', amount: '1' },
      ...{ price: '100', postOnly: false, ioc: false, dealStock: '0', dealMoney: '0', status: 'OPEN' },
    });
    await desk.run('snapshot', { ...mine(), cursor: null });
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'accepted', venueId: '5' });
    expect(await used()).toMatchObject({ turnover: '100', openOrders: 1 });
    expect(placed()).toHaveLength(1);
  });

  test('two people with one key: an id is signed for one of them', async () => {
    const key = desk.exchange.addKey();
    const other = newOwner();
    const mineToo = await desk.trader(['BTC_USDT'], key);
    const theirs = await desk.run('connect', desk.connectArgs(key, { owner: other }));
    if (theirs.outcome !== 'stored') throw new Error('Not connected');
    const about = { connection: theirs.key.connection, owner: other };
    await desk.run('first-markets', { ...about, markets: ['BTC_USDT'] });
    const args = desk.placeArgs(mineToo);
    const both = await Promise.all([desk.run('place', args), desk.run('place', { ...args, ...about })]);
    expect(both.flatMap(({ results }) => results.map(({ kind }) => kind)).sort()).toEqual(['accepted', 'conflict']);
    desk.reopen();
    const late = { ...args, deadlineMs: desk.nowMs + 5_000 };
    const again = await Promise.all([desk.run('place', late), desk.run('place', { ...late, ...about })]);
    expect(again.flatMap(({ results }) => results.map(({ kind }) => kind)).sort()).toEqual(['accepted', 'conflict']);
    expect(placed()).toHaveLength(1);
  });

  test('the same id twice in one request is signed once', async () => {
    const order = desk.order();
    const other = { ...order, quantity: { unit: 'base', amount: '2' } } as const;
    const { results } = await desk.run('place', desk.placeArgs(connection, order, order, other));
    expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'in-doubt', 'conflict']);
    expect(placed()).toHaveLength(1);
  });

  test('ids that are not ours, or of another epoch, are not signed', async () => {
    const { epoch } = desk.custody.tradingStatus();
    const id = (of: number) => ({ clientId: clientOrderId('test', of, 'm', 9_999) });
    expect(await desk.place(connection, { clientId: 'mine' })).toMatchObject({ rule: 'client-id' });
    expect(await desk.place(connection, id(epoch + 1))).toMatchObject({ rule: 'epoch' });
    const args = desk.placeArgs(connection, id(epoch));
    expect((await desk.run('place', { ...args, epoch: epoch + 1 })).results).toMatchObject([{ rule: 'epoch' }]);
    expect(placed()).toHaveLength(0);
  });

  test('ids that were used before a restore are never signed after it', async () => {
    const order = desk.order();
    await desk.place(connection, order);
    const { file } = await desk.run('backup', { sealed: desk.passphrase('backup words') });
    const later = desk.order();
    await desk.place(connection, later);
    const restore = { sealed: desk.passphrase('backup words'), file, overwrite: true, give: null };
    await desk.run('restore', restore);
    await desk.run('check', mine());
    expect(await desk.place(connection)).toMatchObject({ rule: 'halted' });
    await desk.run('resume', { connection: null });
    for (const old of [order, later]) expect(await desk.place(connection, old)).toMatchObject({ kind: 'accepted' });
    const unused = clientOrderId('test', 1, 'm', 500);
    expect(await desk.place(connection, { clientId: unused })).toMatchObject({ rule: 'epoch' });
    expect(placed()).toHaveLength(2);
    // The keys came back without the journal: nothing of the old epoch is signed either.
    desk.custody.close();
    rmSync(path.join(desk.folder, 'data', 'orders.sqlite'));
    desk.custody = desk.open();
    expect(desk.custody.tradingStatus().halts).toMatchObject([{ connection: null }]);
    await desk.run('resume', { connection: null });
    for (const old of [order, later]) expect(await desk.place(connection, old)).toMatchObject({ rule: 'epoch' });
    expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
  });

  test('an older copy of the order journal is noticed, kept aside, and its ids are refused', async () => {
    await desk.place(connection);
    desk.custody.close();
    const file = path.join(desk.folder, 'data', 'orders.sqlite');
    cpSync(file, `${file}.old`);
    desk.custody = desk.open();
    const order = desk.order();
    await desk.place(connection, order);
    desk.custody.close();
    cpSync(`${file}.old`, file);
    desk.custody = desk.open();
    expect(desk.custody.tradingStatus().halts[0]?.why).toMatch(/order journal ends at/);
    await desk.run('resume', { connection: null });
    expect(await desk.place(connection, order)).toMatchObject({ rule: 'epoch' });
    expect(placed()).toHaveLength(2);
  });
});

test('the keystore knows within a minute how far the order journal came', async () => {
  const data = path.join(desk.folder, 'data');
  const file = path.join(data, 'orders.sqlite');
  for (const end of ['', '-wal']) cpSync(`${file}${end}`, path.join(desk.folder, `before${end}`));
  await desk.place(connection);
  desk.nowMs += 59_000;
  desk.custody.tick();
  desk.nowMs += 2_000;
  desk.custody.tick();
  // A crash: nothing is closed. Then somebody puts the journal back.
  cpSync(data, `${data}.crash`, { recursive: true });
  desk.custody.close();
  rmSync(data, { recursive: true });
  cpSync(`${data}.crash`, data, { recursive: true });
  for (const end of ['', '-wal']) cpSync(path.join(desk.folder, `before${end}`), `${file}${end}`);
  desk.custody = desk.open();
  expect(desk.custody.tradingStatus().halts[0]?.why).toMatch(/order journal ends at/);
});

describe('who may', () => {
  test('a key to watch with never signs an order, nor takes one back', async () => {
    const key = desk.exchange.addKey();
    const outcome = await desk.run('connect', desk.connectArgs(key, { purpose: 'watch' }));
    if (outcome.outcome !== 'stored') throw new Error('Not connected');
    const watching = outcome.key.connection;
    const before = desk.exchange.seen.length;
    expect(await desk.place(watching)).toMatchObject({ kind: 'not-sent', rule: 'key' });
    const about = { connection: watching, owner: desk.owner };
    const cancel = desk.run('cancel', { ...about, orders: [{ market: 'BTC_USDT', clientId: null, venueId: '1' }] });
    await expect(cancel).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const markets = desk.run('first-markets', { ...about, markets: ['BTC_USDT'] });
    await expect(markets).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(desk.exchange.seen).toHaveLength(before);
  });

  test('a stopped key, a stranger and a late request sign nothing', async () => {
    const args = desk.placeArgs(connection);
    const late = { ...args, deadlineMs: desk.nowMs };
    expect((await desk.run('place', late)).results).toMatchObject([{ rule: 'deadline' }]);
    const far = { ...args, deadlineMs: desk.nowMs + 10_100 };
    expect((await desk.run('place', far)).results).toMatchObject([{ rule: 'deadline' }]);
    // Each request comes a millisecond after the one before.
    const none = { ...args, deadlineMs: desk.nowMs + 1 };
    expect((await desk.run('place', none)).results).toMatchObject([{ rule: 'deadline' }]);
    const beyond = { ...args, deadlineMs: desk.nowMs + 10_002 };
    expect((await desk.run('place', beyond)).results).toMatchObject([{ rule: 'deadline' }]);
    const stranger = { ...args, owner: args.connection as unknown as typeof args.owner };
    await expect(desk.run('place', stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const key of ['withdraw'] as const) {
      const bad = desk.exchange.addKey();
      const other = await desk.trader(['BTC_USDT'], bad);
      bad.rights.add(key);
      await desk.run('check', { connection: other, owner: desk.owner });
      expect(await desk.place(other)).toMatchObject({ rule: 'key' });
    }
    await desk.run('lock', {});
    await expect(desk.run('place', args)).rejects.toMatchObject({ code: 'LOCKED' });
    expect(placed()).toHaveLength(0);
  });
});

test('a key that is locked away between the durable step and the signature signs nothing, and nothing counts', async () => {
  desk.onCommit = (moment) => {
    if (moment === 'after') desk.custody.run('lock', {}, desk.line()).catch(() => {});
  };
  const order = desk.order();
  expect(await desk.place(connection, order)).toMatchObject({ kind: 'not-sent', rule: 'key' });
  desk.onCommit = () => {};
  desk.reopen();
  expect(await desk.place(connection, order)).toMatchObject({ kind: 'not-sent', rule: 'key' });
  expect(await used()).toMatchObject({ turnover: '0', openOrders: 0 });
  expect(placed()).toHaveLength(0);
});

test('an order that is filled in its own answer counts at what it came to, before anybody asks', async () => {
  desk.exchange.orders.onPlace = (order) => {
    Object.assign(order, { dealStock: '1', dealMoney: '99', status: 'FILLED' });
  };
  expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
  expect(await used()).toMatchObject({ turnover: '99', openOrders: 0 });
});

test('an order that does not pass makes nobody ask the exchange, and nothing wait for the disk', async () => {
  let commits = 0;
  desk.onCommit = () => {
    commits += 1;
  };
  expect(await desk.place(connection, { market: 'ETH_USDT' })).toMatchObject({ rule: 'market' });
  expect(commits).toBe(0);
  await desk.run('halt', { connection, why: 'x' });
  const seen = desk.exchange.seen.length;
  commits = 0;
  desk.nowMs += 3_600_000;
  expect(await desk.place(connection)).toMatchObject({ rule: 'halted' });
  expect(desk.exchange.seen).toHaveLength(seen);
  expect(commits).toBe(0);
});

test('a millisecond is time enough, and ten seconds not too long', async () => {
  // Each request comes a millisecond after the one before.
  for (const deadlineMs of [2, 10_001]) {
    const args = { ...desk.placeArgs(connection), deadlineMs: desk.nowMs + deadlineMs };
    expect((await desk.run('place', args)).results).toMatchObject([{ kind: 'accepted' }]);
  }
});

describe('halt', () => {
  test('no order is signed after it, wherever it was waiting, and cancels pass', async () => {
    const first = await desk.place(connection);
    // The halt comes between the durable step and the signature.
    desk.onCommit = (moment) => {
      if (moment === 'after') desk.custody.run('halt', { connection, why: 'by hand' }, desk.line()).catch(() => {});
    };
    const order = desk.order();
    expect(await desk.place(connection, order)).toMatchObject({
      kind: 'not-sent',
      why: expect.stringContaining('by hand'),
    });
    desk.onCommit = () => {};
    expect(placed()).toHaveLength(1);
    expect(await used()).toMatchObject({ turnover: '100', openOrders: 1 });
    const { venueId } = first as Extract<PlaceResult, { kind: 'accepted' }>;
    const orders = [{ market: 'BTC_USDT', clientId: null, venueId }];
    expect((await desk.run('cancel', { ...mine(), orders })).results).toMatchObject([{ kind: 'accepted' }]);
    expect(await desk.run('snapshot', { ...mine(), cursor: null })).toHaveProperty('snapshot');
    desk.reopen();
    expect(await desk.place(connection)).toMatchObject({ rule: 'halted' });
    await desk.run('resume', { connection });
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'not-sent' });
    expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
    desk.reopen();
    expect(desk.custody.tradingStatus().halts).toEqual([]);
    const strange = desk.run('halt', { connection: 'a'.repeat(26) as ConnectionId, why: 'x' });
    await expect(strange).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of one connection leaves the others, of all leaves none, within 50 ms', async () => {
    const other = await desk.trader(['BTC_USDT'], desk.exchange.addKey());
    await desk.run('halt', { connection, why: 'one' });
    expect(await desk.place(connection)).toMatchObject({ rule: 'halted' });
    expect(await desk.place(other)).toMatchObject({ kind: 'accepted' });
    // A flood is under way when it comes.
    const flood = Array.from({ length: 40 }, () => desk.place(other));
    await new Promise((resolve) => setImmediate(resolve));
    const begun = performance.now();
    await desk.run('halt', { connection: null, why: 'all' });
    const tookMs = performance.now() - begun;
    const signed = sent().length;
    await Promise.all(flood);
    // What had been signed may still arrive; nothing is signed after.
    expect(tookMs).toBeLessThan(50);
    expect(sent().length - signed).toBeLessThanOrEqual(12);
    expect(await desk.place(other)).toMatchObject({ rule: 'halted' });
  });
});
