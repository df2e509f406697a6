import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionId } from '../../core/ids.ts';
import { TestDesk } from '../desk.testing.ts';
import type { WireOrder } from '../trade-protocol.ts';

let desk: TestDesk;
let connection: ConnectionId;
beforeEach(async () => {
  desk = await TestDesk.start();
  connection = await desk.trader();
});
afterEach(() => desk.close());

const placed = () => desk.exchange.orders.all;
const mine = () => ({ connection, owner: desk.owner });
const used = async () => (await desk.run('policy', mine())).used;

describe('the disk', () => {
  const failures = [
    ['the disk is full', 'before'],
    ['the sync fails', 'after'],
  ] as const;
  test.each(failures)('%s: refused within one request, halted, and only a command goes on', async (why, at) => {
    await desk.place(connection);
    desk.onCommit = (moment) => {
      if (moment === at) throw new Error(why);
    };
    const order = desk.order();
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'not-sent', rule: 'journal' });
    desk.onCommit = () => {};
    expect(await desk.place(connection)).toMatchObject({ rule: 'halted', why: expect.stringContaining(why) });
    expect(desk.custody.tradingStatus().trouble).toContain(why);
    const trail = await desk.run('audit', { before: null, limit: 5 });
    expect(trail.filter(({ event }) => event === 'halted')).toMatchObject([{ detail: expect.stringContaining(why) }]);
    const cancels = async () =>
      (await desk.run('audit', { before: null, limit: 50 })).filter(({ event }) => event === 'cancel').length;
    expect(await cancels()).toBe(0);
    // Taking back goes on: the trail takes the entry.
    const orders = [{ market: 'BTC_USDT', clientId: null, venueId: '1' }];
    expect((await desk.run('cancel', { ...mine(), orders })).results).toMatchObject([{ kind: 'accepted' }]);
    expect(await cancels()).toBe(1);
    expect(placed()).toHaveLength(1);
    await desk.run('resume', { connection: null });
    // Where only the word of success was lost the entry is there: then nobody knows, and it is not signed.
    expect(await desk.place(connection, order)).toMatchObject({ kind: at === 'before' ? 'accepted' : 'in-doubt' });
    expect(await desk.place(connection)).toMatchObject({ kind: 'accepted' });
    expect(await desk.run('audit-verify', {})).toMatchObject({ ok: true });
    desk.reopen();
    expect(desk.custody.tradingStatus().halts).toEqual([]);
  });

  test('an outcome that cannot be written leaves the order in doubt, not forgotten', async () => {
    desk.exchange.orders.onPlace = () => {
      desk.onCommit = () => {
        throw new Error('the disk is full');
      };
    };
    const order = desk.order();
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'accepted' });
    desk.custody.close();
    desk.onCommit = () => {};
    desk.custody = desk.open();
    expect(await desk.place(connection, order)).toMatchObject({ kind: 'in-doubt' });
    expect(placed()).toHaveLength(1);
  });
});

test('an order takes one commit, before it is signed; what came of it goes along with the next, and a refusal does not wait', async () => {
  let commits = 0;
  desk.onCommit = (moment) => {
    if (moment === 'after') commits += 1;
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (let nth = 1; nth <= 3; nth += 1) {
    await desk.place(connection);
    await turn();
    expect(commits).toBe(nth);
  }
  const body = { code: 10, message: 'Inner validation failed', errors: { amount: ['Not enough balance.'] } };
  desk.exchange.overrides.set('/api/v4/order/new', { status: 422, body: JSON.stringify(body) });
  expect(await desk.place(connection)).toMatchObject({ kind: 'rejected' });
  await turn();
  expect(commits).toBe(5);
});

describe('a crash', () => {
  /** The process is gone at this moment: what it had not committed is lost, and nothing more is done. */
  async function crashAt(point: 'before' | 'after', nth: number, order: WireOrder): Promise<boolean> {
    let count = 0;
    let copied = false;
    const data = path.join(desk.folder, 'data');
    desk.onCommit = (moment) => {
      if (moment === point) count += 1;
      if (moment !== point || count !== nth || copied) return;
      cpSync(data, `${data}.crash`, { recursive: true });
      copied = true;
    };
    await desk.place(connection, order);
    // What may wait is written then.
    desk.custody.close();
    desk.onCommit = () => {};
    if (copied) {
      rmSync(data, { recursive: true });
      cpSync(`${data}.crash`, data, { recursive: true });
      rmSync(`${data}.crash`, { recursive: true });
    }
    desk.custody = desk.open();
    return copied;
  }

  test.each([
    ['before', 1],
    ['after', 1],
    ['before', 2],
    ['after', 2],
  ] as const)('%s commit %i: a signed order is never forgotten, nor signed twice', async (point, nth) => {
    const order = desk.order();
    expect(await crashAt(point, nth, order)).toBe(true);
    expect(placed()).toHaveLength(1);
    expect(desk.custody.status()).toMatchObject({ state: 'open' });
    const again = await desk.place(connection, order);
    // Nothing was signed before the first commit was through. Here the copy lost it, and the exchange has the order:
    // that is what a crash at this point cannot look like, so only what follows is asked.
    if (point === 'before' && nth === 1) return;
    expect(again.kind).toBe(point === 'after' && nth === 2 ? 'accepted' : 'in-doubt');
    expect(placed()).toHaveLength(1);
    expect(await used()).toMatchObject({ turnover: '100', openOrders: 1 });
  });

  test('a stop that went off is measured against its trigger', async () => {
    desk.exchange.orders.onPlace = (order) => {
      Object.assign(order, { dealStock: '1', dealMoney: '79.2', status: 'FILLED' });
    };
    const stop = { side: 'sell', terms: { kind: 'stop-market', activation: '80' } } as const;
    expect(await desk.place(connection, stop)).toMatchObject({
      kind: 'accepted',
      sentAs: { terms: { price: '78.4' } },
    });
    await desk.run('snapshot', { ...mine(), cursor: null });
    // 1 % below the trigger, and the fee; not 20.8 % below the market of then.
    expect(await used()).toMatchObject({ turnover: '79.2', adverse: '0.8712', openOrders: 0 });
  });

  test('a reservation ends with its order, and leaves after a day', async () => {
    desk.exchange.orders.onPlace = (order) => {
      Object.assign(order, { dealStock: '1', dealMoney: '101', status: 'FILLED' });
    };
    await desk.place(connection, { terms: { kind: 'limit', price: '102', postOnly: false, ioc: true } });
    desk.exchange.orders.onPlace = () => {};
    await desk.run('snapshot', { ...mine(), cursor: null });
    // 1 % worse than the reference, and a tenth of a percent of fee.
    expect(await used()).toMatchObject({ turnover: '101', adverse: '1.111', openOrders: 0 });
    desk.nowMs += 24 * 3_600_000 - 10_000;
    desk.reopen();
    expect(await used()).toMatchObject({ turnover: '101' });
    desk.nowMs += 20_000;
    expect(await used()).toMatchObject({ turnover: '0', adverse: '0' });
  });
});
