import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { historyOrder, orderDeal, restDeal } from '../engine/render.ts';
import { ALICE, BOB, d, form } from '../engine/world.testing.ts';
import type { AccountId } from '../ports.ts';
import { Bench, Folder, replyOf, START_MS } from './exchange.testing.ts';
import type { OrderQuestion, StatusFilter } from './history.ts';
import { HOUSE_PREFIX } from './house.ts';

let folder: Folder;
let bench: Bench;
beforeEach(async () => {
  folder = new Folder();
  bench = new Bench(folder.file());
  await bench.run(
    [ALICE, BOB].flatMap((account) =>
      ['BTC', 'ETH', 'USDT'].map((ticker) => ({ kind: 'credit', account, ticker, amount: d('1000000') }) as const),
    ),
  );
});
afterEach(() => {
  bench.exchange.close();
  folder.remove();
});

const EVER = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER };
const PAGE = { limit: 50, offset: 0 };

/** The id of the order made; time goes on by a second. */
async function place(account: typeof ALICE, ...words: Parameters<typeof form>): Promise<number> {
  bench.clock.ms += 1_000;
  const reply = replyOf(await bench.one({ kind: 'place', account, order: form(...words) }));
  if (!reply.ok || !('order' in reply)) throw new Error(JSON.stringify(reply));
  return reply.order.id;
}

async function cancel(account: typeof ALICE, orderId: number, market = 'BTC_USDT'): Promise<void> {
  bench.clock.ms += 1_000;
  expect(replyOf(await bench.one({ kind: 'cancel', account, order: { market, orderId } })).ok).toBe(true);
}

function ids(question: Partial<OrderQuestion>, status: StatusFilter = 'ALL'): readonly number[] {
  const which = { status, window: EVER };
  const asked = { account: ALICE, market: null, which, page: PAGE, ...question };
  return bench.exchange.history.finishedOrders(asked).map(({ id }) => id);
}

describe('finished orders', () => {
  test('each once, newest end first, whatever rests left out; every status filter', async () => {
    const unfilled = await place(ALICE, 'limit', 'buy', { price: '30000' });
    const partly = await place(ALICE, 'limit', 'sell', { price: '41000', amount: '2' });
    const bought = await place(BOB, 'limit', 'buy', { price: '41000', amount: '0.5' });
    await cancel(ALICE, partly);
    await cancel(ALICE, unfilled);
    const resting = await place(ALICE, 'limit', 'buy', { price: '40000' });
    // Nobody is there to sell to: accepted and cancelled.
    const unmet = await place(ALICE, 'market', 'sell', { market: 'ETH_BTC', amount: '1' });
    await place(BOB, 'limit', 'sell', { price: '40000' });
    expect(ids({})).toEqual([resting, unmet, unfilled, partly]);
    expect(ids({}, 'FILLED')).toEqual([resting]);
    expect(ids({}, 'CANCELED')).toEqual([unmet, unfilled, partly]);
    expect(ids({}, 'PARTIALLY_FILLED')).toEqual([partly]);
    expect(ids({ market: 'ETH_BTC' })).toEqual([unmet]);
    expect(ids({ market: 'PEPE_USDT' })).toEqual([]);
    expect(ids({ account: BOB })).toContain(bought);
  });

  test('an id of its own finds it whatever its date, and nobody else finds it', async () => {
    const id = await place(ALICE, 'limit', 'buy', { price: '30000', clientOrderId: 'mine' });
    expect(ids({ which: { clientOrderId: 'mine' } })).toEqual([]);
    await cancel(ALICE, id);
    const again = await place(ALICE, 'limit', 'buy', { price: '30000', clientOrderId: 'mine' });
    await cancel(ALICE, again);
    expect(ids({ which: { orderId: id } })).toEqual([id]);
    expect(ids({ which: { orderId: id }, market: 'ETH_BTC' })).toEqual([]);
    expect(ids({ which: { orderId: id }, account: BOB })).toEqual([]);
    expect(ids({ which: { clientOrderId: 'mine' } })).toEqual([again, id]);
    expect(ids({ which: { clientOrderId: 'mine' }, account: BOB })).toEqual([]);
    expect(ids({ which: { clientOrderId: '' } })).toEqual([]);
  });

  test('pages and windows, both ends included', async () => {
    const made: number[] = [];
    for (let number = 0; number < 5; number += 1) {
      const id = await place(ALICE, 'limit', 'buy', { price: '30000' });
      await cancel(ALICE, id);
      made.unshift(id);
    }
    expect(ids({ page: { limit: 2, offset: 0 } })).toEqual(made.slice(0, 2));
    expect(ids({ page: { limit: 2, offset: 2 } })).toEqual(made.slice(2, 4));
    expect(ids({ page: { limit: 2, offset: 4 } })).toEqual(made.slice(4));
    expect(ids({ page: { limit: 2, offset: 6 } })).toEqual([]);
    // They ended at 2, 4, 6, 8 and 10 seconds.
    const at = (seconds: number): number => (START_MS + seconds * 1_000) * 1_000;
    const within = (fromUs: number, toUs: number) => ids({ which: { status: 'ALL', window: { fromUs, toUs } } });
    expect(within(at(4), at(8))).toEqual(made.slice(1, 4));
    expect(within(at(4) + 1, at(8) - 1)).toEqual(made.slice(2, 3));
    expect(within(at(8), at(4))).toEqual([]);
  });

  test('print as they printed when they ended', async () => {
    const printed: unknown[] = [];
    bench.exchange.on(({ events }) => {
      for (const event of events)
        if (event.kind === 'order' && event.change === 'finish' && event.order.account === ALICE)
          printed.unshift(historyOrder(event.order));
    });
    await cancel(ALICE, await place(ALICE, 'stop limit', 'buy', { activationPrice: '45000', price: '46000' }));
    await place(BOB, 'limit', 'sell', { price: '40000', amount: '2' });
    await place(ALICE, 'market', 'buy', { amount: '4000' });
    await place(ALICE, 'limit', 'buy', { price: '40000', amount: '0.3', ioc: true, clientOrderId: 'ioc.1' });
    const which = { status: 'ALL', window: EVER } as const;
    const found = bench.exchange.history.finishedOrders({ account: ALICE, market: null, which, page: PAGE });
    expect(printed).toHaveLength(3);
    expect(found.map(historyOrder)).toEqual(printed);
  });
});

describe('deals', () => {
  test('of an account, of a client id, of an order that rests or is done; newest first and in pages', async () => {
    const printed: unknown[] = [];
    const ofOrder: unknown[] = [];
    const resting = await place(ALICE, 'limit', 'sell', { price: '40000', amount: '3', clientOrderId: 'rests' });
    bench.exchange.on(({ events }) => {
      for (const event of events)
        if (event.kind === 'deal' && event.account === ALICE) {
          printed.unshift(restDeal(event));
          ofOrder.unshift(orderDeal(event));
        }
    });
    await place(BOB, 'limit', 'buy', { price: '40000', amount: '1' });
    const done = await place(BOB, 'limit', 'buy', { price: '40000', amount: '0.5' });
    const { history } = bench.exchange;
    const all = { account: ALICE, market: null, which: { window: EVER }, page: PAGE };
    expect(printed).toHaveLength(2);
    expect(history.deals(all).map(restDeal)).toEqual(printed);
    expect(history.deals({ ...all, page: { limit: 1, offset: 1 } }).map(restDeal)).toEqual(printed.slice(1));
    expect(history.deals({ ...all, market: 'ETH_BTC' })).toEqual([]);
    expect(history.deals({ ...all, which: { clientOrderId: 'rests' } }).map(restDeal)).toEqual(printed);
    expect(history.deals({ ...all, which: { clientOrderId: 'other' } })).toEqual([]);
    expect(history.deals({ ...all, which: { clientOrderId: '' }, account: BOB })).toEqual([]);
    const first = (START_MS + 2_000) * 1_000;
    expect(history.deals({ ...all, which: { window: { fromUs: first, toUs: first } } }).map(restDeal)).toEqual(
      printed.slice(1),
    );
    expect(history.dealsOfOrder(ALICE, resting, PAGE).map(orderDeal)).toEqual(ofOrder);
    expect(history.dealsOfOrder(BOB, done, PAGE).map(({ dealOrderId }) => dealOrderId)).toEqual([resting]);
    expect(history.dealsOfOrder(BOB, resting, PAGE)).toEqual([]);
    expect(history.dealsOfOrder(ALICE, 999, PAGE)).toEqual([]);
  });

  test('a trade with oneself has two, taker before maker', async () => {
    await place(ALICE, 'limit', 'sell', { price: '40000', amount: '1' });
    await place(ALICE, 'limit', 'buy', { price: '40000', amount: '1' });
    const all = { account: ALICE, market: 'BTC_USDT', which: { window: EVER }, page: PAGE };
    expect(bench.exchange.history.deals(all).map(({ id, role }) => `${id} ${role}`)).toEqual(['1 taker', '1 maker']);
  });
});

describe('what is not kept', () => {
  test('the house leaves no history; who traded with it keeps his', async () => {
    const maker = `${HOUSE_PREFIX}maker-1` as AccountId;
    await bench.one({ kind: 'credit', account: maker, ticker: 'BTC', amount: d('10') });
    await place(maker, 'limit', 'sell', { price: '40000', amount: '1' });
    const bought = await place(ALICE, 'limit', 'buy', { price: '40000', amount: '1' });
    expect(ids({ account: maker })).toEqual([]);
    expect(ids({})).toEqual([bought]);
    const all = { market: null, which: { window: EVER }, page: PAGE };
    expect(bench.exchange.history.deals({ ...all, account: maker })).toEqual([]);
    expect(bench.exchange.history.deals({ ...all, account: ALICE })).toHaveLength(1);
    expect(bench.exchange.tape.trades('BTC_USDT', 10, null)).toHaveLength(1);
  });

  test('orders and deals go half a year after their end, a few at a time', async () => {
    const HALF_YEAR_MS = 184 * 86_400_000;
    await place(BOB, 'limit', 'sell', { price: '40000', amount: '200' });
    const old: number[] = [];
    for (let number = 0; number < 40; number += 1)
      old.push(await place(ALICE, 'limit', 'buy', { price: '40000', amount: '0.1' }));
    bench.clock.ms += HALF_YEAR_MS - 41_000;
    const page = { limit: 1_000, offset: 0 };
    expect(ids({ page })).toHaveLength(40);
    const late: number[] = [];
    for (let number = 0; number < 100; number += 1)
      late.unshift(await place(ALICE, 'limit', 'buy', { price: '40000', amount: '0.1' }));
    expect(ids({ page })).toEqual(late);
    expect(ids({ which: { orderId: old[0] ?? 0 } })).toEqual([]);
    const deals = bench.exchange.history.deals({ account: ALICE, market: null, which: { window: EVER }, page });
    expect(deals).toHaveLength(100);
  });
});
