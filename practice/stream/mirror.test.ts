import { afterEach, describe, expect, test } from 'vitest';
import type { Command } from '../engine/commands.ts';
import {
  RANDOM_LISTINGS,
  RANDOM_PRICES,
  RandomCommands,
  ACCOUNTS as TRADERS,
} from '../engine/random-commands.testing.ts';
import { bookLevel, streamDeal, streamOrder } from '../engine/render.ts';
import { OPENING } from '../engine/world.testing.ts';
import { untimed } from '../exchange/exchange.testing.ts';
import type { AccountId } from '../ports.ts';
import type { Client, Message } from './test-client.ts';
import { World } from './world.testing.ts';

/** Clients who know nothing but frames, beside an exchange under random commands. */

const MARKETS = RANDOM_LISTINGS.map(({ name }) => name);
let world: World;

afterEach(() => world.stop());

async function open(): Promise<void> {
  const opening = { ...OPENING, listings: RANDOM_LISTINGS, lastPrices: RANDOM_PRICES };
  world = await new World({ exchange: { opening } }).listen();
}

/** Carries out so many random commands, some in one commit, with beats between. */
async function churn(random: RandomCommands, count: number): Promise<void> {
  for (let done = 0; done < count; ) {
    const group: Command[] = Array.from({ length: 1 + (done % 7) }, () => random.next());
    done += group.length;
    const outcomes = await world.bench.run(group.map(untimed));
    for (const outcome of outcomes) {
      if (outcome.kind !== 'done' || !outcome.reply.ok || !('order' in outcome.reply)) continue;
      const { id, account, spec } = outcome.reply.order;
      random.know(account, spec.name, id);
    }
    world.pass(done % 3 === 0 ? 100 : 37);
  }
}

type Frame = {
  readonly update_id: number;
  readonly past_update_id?: number;
  readonly asks: [string, string][];
  readonly bids: [string, string][];
};

/** A book kept as a careful client keeps it: whole books replace, changes must follow on. */
class BookMirror {
  asks = new Map<string, string>();
  bids = new Map<string, string>();
  updateId = -1;
  deltas = 0;

  take({ params }: Message): void {
    const [whole, frame] = params as [boolean, Frame];
    expect(frame.past_update_id).toBe(whole ? undefined : this.updateId);
    if (whole) {
      this.asks = new Map();
      this.bids = new Map();
    } else this.deltas += 1;
    expect(frame.update_id).toBeGreaterThanOrEqual(this.updateId);
    this.updateId = frame.update_id;
    for (const [side, changes] of [
      [this.asks, frame.asks],
      [this.bids, frame.bids],
    ] as const)
      for (const [price, amount] of changes) {
        // Nothing is taken away that was not there, or twice.
        if (amount === '0') expect(side.delete(price)).toBe(true);
        else side.set(price, amount);
      }
  }
}

const byPrice = (levels: Iterable<readonly [string, string]>): unknown =>
  [...levels].sort((a, b) => Number(a[0]) - Number(b[0]));

describe('a book rebuilt from frames is the book', () => {
  test.each([
    ['BTC_USDT', 5],
    ['BTC_USDT', 100],
    ['ETH_BTC', 10],
    ['PEPE_USDT', 1],
  ])('%s, %i levels', async (market, limit) => {
    await open();
    const random = new RandomCommands(limit);
    await world.bench.run(random.funding().map(untimed));
    const early = await world.connect();
    await early.ask('depth_subscribe', market, limit, '0');
    const mirrors = new Map([[early, new BookMirror()]]);
    for (let round = 0; round < 25; round += 1) {
      await churn(random, 60);
      if (round === 10) {
        const late = await world.connect();
        await late.ask('depth_subscribe', market, limit, '0');
        mirrors.set(late, new BookMirror());
      }
      world.pass(100);
      const depth = world.bench.exchange.query.depth(market, limit);
      if (depth === null) throw new Error(`No ${market}`);
      for (const [client, mirror] of mirrors) {
        for (const message of await client.all()) mirror.take(message);
        const texts = (levels: typeof depth.asks): unknown =>
          byPrice(levels.map(({ ticks, lots }) => bookLevel({ spec: depth.spec, ticks, lots })));
        expect(byPrice(mirror.asks)).toEqual(texts(depth.asks));
        expect(byPrice(mirror.bids)).toEqual(texts(depth.bids));
      }
    }
    for (const { deltas } of mirrors.values()) expect(deltas).toBeGreaterThan(10);
  });
});

test('every trade is told once, whenever somebody began to listen', async () => {
  await open();
  const random = new RandomCommands(3);
  await world.bench.run(random.funding().map(untimed));
  const clients: Client[] = [];
  for (let round = 0; round < 8; round += 1) {
    const client = await world.connect();
    await client.ask('trades_subscribe', ...MARKETS);
    clients.push(client);
    await churn(random, 40);
  }
  world.pass(100);
  for (const client of clients) {
    const told = new Map<string, number[]>(MARKETS.map((market) => [market, []]));
    for (const { params } of await client.all()) {
      const [market, trades] = params as [string, { readonly id: number }[]];
      told.get(market)?.unshift(...trades.map(({ id }) => id));
    }
    for (const [market, ids] of told) {
      const all = world.market.trades(market, world.nowMs, 10_000).map(({ id }) => id);
      expect(all.length).toBeGreaterThan(5);
      // A picture holds a hundred at most; from there on not one is missing.
      expect(ids).toEqual(all.slice(0, ids.length));
      expect(ids.length).toBeGreaterThanOrEqual(Math.min(all.length, 100));
    }
  }
});

/** Open orders, deals and balances as somebody knows them who subscribed first and asked then. */
class AccountMirror {
  readonly open = new Map<number, unknown>();
  readonly deals: unknown[] = [];
  readonly ended: number[] = [];
  readonly balances = new Map<string, unknown>();

  take({ method, params = [] }: Message): void {
    switch (method) {
      case 'ordersPending_update': {
        const [change, order] = params as [number, { readonly id: number }];
        if (change === 3) this.open.delete(order.id);
        else this.open.set(order.id, order);
        return;
      }
      case 'ordersExecuted_update':
        this.ended.push((params[0] as { readonly id: number }).id);
        return;
      case 'deals_update':
        this.deals.push(params);
        return;
      case 'balanceSpot_update':
        for (const [ticker, balance] of Object.entries(params[0] as object)) this.balances.set(ticker, balance);
        return;
      default:
        throw new Error(`Not expected: ${method}`);
    }
  }
}

async function follow(account: AccountId): Promise<readonly [Client, AccountMirror]> {
  const client = await world.connectAs(account);
  await client.ask('ordersPending_subscribe', ...MARKETS);
  await client.ask('ordersExecuted_subscribe', MARKETS, 0);
  await client.ask('deals_subscribe', []);
  await client.ask('balanceSpot_subscribe');
  const mirror = new AccountMirror();
  for (const market of MARKETS) {
    const { result } = await client.ask('ordersPending_request', market, 0, 100);
    for (const order of (result as { records: { id: number }[] }).records) mirror.open.set(order.id, order);
  }
  const { result } = await client.ask('balanceSpot_request');
  for (const [ticker, balance] of Object.entries(result ?? {})) mirror.balances.set(ticker, balance);
  return [client, mirror];
}

const EVERYTHING = { window: { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER } };
const PAGE = { limit: 100_000, offset: 0 };

/** Everything that is over, as the history has it. */
function historyOf(account: AccountId): { readonly deals: string[]; readonly ended: number[] } {
  const { history } = world.bench.exchange;
  const deals = history.deals({ account, market: null, which: EVERYTHING, page: PAGE });
  const which = { status: 'ALL', ...EVERYTHING } as const;
  const ended = history.finishedOrders({ account, market: null, which, page: PAGE });
  return {
    deals: deals.map((deal) => JSON.stringify(streamDeal(deal))).sort(),
    ended: ended.map(({ id }) => id).sort(),
  };
}

test('accounts rebuilt from frames are the accounts: nothing lost, nothing told twice', async () => {
  await open();
  const random = new RandomCommands(7);
  await world.bench.run(random.funding().map(untimed));
  await churn(random, 300);
  const followers: (readonly [AccountId, Client, AccountMirror, ReturnType<typeof historyOf>])[] = [];
  for (const account of TRADERS) {
    followers.push([account, ...(await follow(account)), historyOf(account)]);
    await churn(random, 30);
  }
  for (let round = 0; round < 12; round += 1) {
    await churn(random, 100);
    // Balances come at their own pace.
    world.pass(1000);
    for (const [account, client, mirror, before] of followers) {
      for (const message of await client.all()) mirror.take(message);
      const orders = world.bench.exchange.query.openOrders(account, null).map(streamOrder);
      expect([...mirror.open.values()].sort(byId)).toEqual([...orders].sort(byId));
      const balances = Object.entries((await client.ask('balanceSpot_request')).result ?? {});
      expect([...mirror.balances].sort()).toEqual(balances.sort());
      const now = historyOf(account);
      const deals = mirror.deals.map((deal) => JSON.stringify(deal));
      expect([...before.deals, ...deals].sort()).toEqual(now.deals);
      expect([...before.ended, ...mirror.ended].sort()).toEqual(now.ended);
    }
  }
  for (const [, , mirror] of followers) expect(mirror.deals.length).toBeGreaterThan(20);
});

const byId = (a: unknown, b: unknown): number => (a as { id: number }).id - (b as { id: number }).id;
